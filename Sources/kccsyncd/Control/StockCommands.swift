import Foundation
import Persistence
import SyncEngine

/// Carries out the commands that change stock levels.
struct StockCommands: Sendable {
    let session: SyncSession

    private var configuration: Configuration { session.configuration }

    /// Stores levels; what is wrong with one holds up no other.
    ///
    /// - Parameter isDryRun: Only says what is wrong.
    func receive(_ levels: [ToldLevel], source: StockLevel.Source, isDryRun: Bool = false)
        async throws(StoreError) -> ControlReply
    {
        var reply = ControlReply()
        // A second's grace: times travel to the second, and a file may be written this very moment.
        let latest = session.now().addingTimeInterval(1)
        let zones = try await session.zones()
        let senders = configuration.channels.filter(\.sendsStock)
        let sites = StockSites(configuration.sites)
        var taken: [(told: ToldLevel, level: StockLevel)] = []
        for told in levels {
            guard configuration.channels.contains(where: { $0.name == told.channel }) else {
                let names = configuration.channels.map(\.name)
                let remedy =
                    NearestName.question(told.channel, among: names)
                    ?? "channels are: \(names.joined(separator: ", "))"
                reply.fail(.usage, told.complaint("channel \(told.channel) is not configured; \(remedy)"))
                continue
            }
            guard let channel = senders.first(where: { $0.name == told.channel }) else {
                reply.fail(
                    .usage,
                    told.complaint(
                        "channel \(told.channel) sends no stock; it needs a channel_location in [channels.\(told.channel)]"
                    )
                )
                continue
            }
            if let problem = sites.problem(told.site) {
                reply.fail(.usage, told.complaint(problem))
            } else if told.asOf > latest {
                reply.fail(
                    .usage,
                    told.complaint(
                        "is as of \(told.asOf.shown(in: zones.zone(ofChannel: told.channel))), which has not come yet; a level from the future would hide every sale until then"
                    )
                )
            } else {
                if let warning = sites.warning(told.site, channel), !reply.warnings.contains(warning) {
                    reply.warnings.append(warning)
                }
                taken.append(
                    (
                        told,
                        StockLevel(
                            channel: told.channel,
                            sku: told.sku,
                            site: told.site,
                            level: told.level,
                            toldAt: told.asOf,
                            source: source
                        )
                    )
                )
            }
        }
        let report = try await session.stock.setLevels(
            taken.map(\.level),
            isDryRun: isDryRun,
            now: session.now()
        )
        for entry in report.siteless {
            let known = entry.known.map { "\($0.site) \($0.level)" }.joined(separator: ", ")
            let told = taken[entry.index].told
            reply.fail(
                .usage,
                told.complaint(
                    "a level without a site is rejected because the SKU has levels at sites (\(known)); name its site, or remove those with: kccsyncd stock forget \(told.channel) \(told.sku)"
                )
            )
        }
        if isDryRun { return reply }
        reply.levels = LevelCounts(changed: report.changed, same: report.same, older: report.older)
        if source == .command {
            let rejected = Set(report.siteless.map(\.index))
            reply.lines = taken.indices.filter { !rejected.contains($0) }
                .map { index in
                    let level = taken[index].level
                    return
                        "\(level.channel): \(level.sku) is \(level.level)\(level.site.isEmpty ? "" : " at \(level.site)")"
                }
        }
        session.wakePushes()
        return reply
    }

    /// Removes a SKU's levels, or the one at a site.
    func forget(_ sku: SKU, channel: String, site: String?) async throws(StoreError) -> ControlReply {
        let result = try await session.stock.forget(
            sku,
            channel: channel,
            site: site,
            siteID: site.flatMap { configuration.sites[$0] }.map(String.init),
            now: session.now()
        )
        guard !result.known.isEmpty else {
            guard configuration.channels.contains(where: { $0.name == channel }) else {
                throw StoreError(.refused, "channel \(channel): not configured")
            }
            throw StoreError(
                .refused,
                "stock of \(sku): channel \(channel) has no level of it",
                remedy: "see: kccsyncd stock list --channel \(channel)"
            )
        }
        let known = result.known.map { "\($0.level) \($0.place)" }.joined(separator: ", ")
        guard result.removed > 0 else {
            let nearest = site.flatMap { NearestName.question($0, among: result.known.map(\.site)) }
            throw StoreError(
                .refused,
                "stock of \(sku): channel \(channel) has no level of it at \(site ?? "") (it has \(known))",
                remedy: nearest ?? "name one of those sites"
            )
        }
        session.wakePushes()
        let gone = result.known.filter { site == nil || $0.site == site }
            .map { "\($0.level) \($0.place)" }.joined(separator: ", ")
        return ControlReply(lines: [
            "\(channel): removed the level of \(sku): \(gone); what Shopify offers stays as it is until another level counts"
        ])
    }

    /// Looks again at SKUs that do not reach Shopify.
    func retry(channel: String?) async throws(StoreError) -> ControlReply {
        if let channel, !configuration.channels.contains(where: { $0.name == channel }) {
            let names = configuration.channels.map(\.name).joined(separator: ", ")
            throw StoreError(
                .refused,
                "channel \(channel): not configured",
                remedy: "channels are: \(names)"
            )
        }
        let count = try await session.stock.retry(channel: channel, now: session.now())
        session.wakePushes()
        return ControlReply(lines: ["\(Counted.text(count, "SKU is", "SKUs are")) tried again"])
    }
}

/// What is said of a site that a command or a file names.
struct StockSites {
    /// KCC's SiteID of each site: `[sites]`.
    private let names: [String]

    init(_ sites: [String: Int]) {
        names = sites.keys.sorted()
    }

    /// Why a level at a site is rejected; nil where `[sites]` names the site, or names none at all.
    func problem(_ site: String) -> String? {
        guard !site.isEmpty, !names.isEmpty, !names.contains(where: { $0.utf8.elementsEqual(site.utf8) })
        else { return nil }
        let remedy = NearestName.question(site, among: names) ?? "name one of those, or add it to [sites]"
        return
            "site \(FoundValue.text(site)) is not in [sites] (\(names.joined(separator: ", "))); \(remedy)"
    }

    /// What is said of a level that is stored and does not count for a channel.
    func warning(_ site: String, _ channel: ChannelSettings) -> String? {
        guard !channel.stock.counts(site: site) else { return nil }
        let what = site.isEmpty ? "levels without a site" : "levels at \(site)"
        return
            "channel \(channel.name): \(what) are stored but not counted, because sites in [channels.\(channel.name).stock] is \(channel.stock.sites.joined(separator: ", ")); add the site there if it is to count"
    }
}

extension ToldLevel {
    /// A sentence about the level, with its line where it is of a file.
    fileprivate func complaint(_ text: String) -> String {
        "\(line.map { "line \($0): " } ?? "")stock of \(sku): \(text)"
    }
}
