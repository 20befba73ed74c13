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
        let sites = StockSites(configuration.sites)
        var taken: [(told: ToldLevel, channel: ChannelSettings)] = []
        for told in levels {
            guard let channel = configuration.channel(told.channel) else {
                let names = configuration.channels.map(\.name)
                let remedy =
                    NearestName.question(told.channel, among: names)
                    ?? "channels are: \(names.joined(separator: ", "))"
                reply.fail(.usage, told.complaint("channel \(told.channel) is not configured; \(remedy)"))
                continue
            }
            if let obstacle = channel.stockObstacle {
                reply.fail(.usage, told.complaint("channel \(told.channel) sends no stock; \(obstacle)"))
            } else if let problem = sites.problem(told.site) {
                reply.fail(.usage, told.complaint(problem))
            } else if told.asOf > latest {
                reply.fail(
                    .usage,
                    told.complaint(
                        "is as of \(told.asOf.shown(in: zones.zone(ofChannel: told.channel))), which has not come yet; a level from the future would hide every sale until then"
                    )
                )
            } else {
                taken.append((told, channel))
            }
        }
        let report = try await session.stock.setLevels(
            taken.map { told, _ in
                StockLevel(
                    channel: told.channel,
                    sku: told.sku,
                    site: told.site,
                    level: told.level,
                    toldAt: told.asOf,
                    source: source
                )
            },
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
        let left = Set(report.siteless.map(\.index) + report.leftOut)
        let stored = taken.indices.filter { !left.contains($0) }.map { taken[$0] }
        reply.warnings = Self.warnings(of: stored, sites)
        reply.levels = LevelCounts(changed: report.changed, same: report.same, older: report.older)
        if source == .command {
            reply.lines = stored.map { told, _ in
                "\(told.channel): \(told.sku) is \(told.level)\(told.site.isEmpty ? "" : " at \(told.site)")"
            }
        }
        session.wakePushes()
        return reply
    }

    /// What is to be known of levels that were stored, each thing once.
    private static func warnings(
        of stored: [(told: ToldLevel, channel: ChannelSettings)],
        _ sites: StockSites
    )
        -> [String]
    {
        var seen: Set<[String]> = []
        var warnings: [String] = []
        for (told, channel) in stored where seen.insert([channel.name, told.site]).inserted {
            let isOff = channel.enabled ? nil : ChannelPresence.warning(ofOff: channel.name)
            let found = [isOff, sites.warning(told.site, channel)].compactMap(\.self)
            warnings += found.filter { !warnings.contains($0) }
        }
        return warnings
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
            guard configuration.channel(channel) != nil else {
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
        let removed = "\(channel): removed the level of \(sku): \(gone)"
        guard let job = result.job else {
            return ControlReply(lines: [
                "\(removed); what Shopify offers stays as it is until another level counts"
            ])
        }
        var reply = ControlReply(lines: [removed])
        let what = "job \(job.id) was sending a level of \(sku), and its outcome is not known"
        reply.warnings =
            job.isRunning
            ? ["\(what): Shopify may still get it; see: kccsyncd queue list --all"]
            : ["\(what): it is sent again; to stop it run: kccsyncd queue discard \(job.id)"]
        return reply
    }

    /// Looks again at SKUs that do not reach Shopify.
    func retry(channel: String?) async throws(StoreError) -> ControlReply {
        if let channel, configuration.channel(channel) == nil {
            let names = configuration.channels.map(\.name).joined(separator: ", ")
            throw StoreError(
                .refused,
                "channel \(channel): not configured",
                remedy: "channels are: \(names)"
            )
        }
        if let channel, configuration.channel(channel)?.enabled == false {
            throw StoreError(.refused, ChannelPresence.off(channel))
        }
        let count = try await session.stock.retry(channel: channel, now: session.now())
        session.wakePushes()
        var reply = ControlReply(lines: ["\(Counted.text(count, "SKU is", "SKUs are")) tried again"])
        let presence = try await ChannelPresence(session.answerer)
        reply.warnings = configuration.channels
            .filter { channel == $0.name || channel == nil && $0.sendsStock }
            .compactMap { settings in
                presence.obstacle(settings.name)
                    .map {
                        $0.hasPrefix("channel \(settings.name)") ? $0 : "channel \(settings.name): \($0)"
                    }
            }
        return reply
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
        let remedy = NearestName.question(site, among: names) ?? "name one of those, or \(Self.adding(site))"
        return
            "site \(FoundValue.text(site)) is not in [sites] (\(names.joined(separator: ", "))); \(remedy)"
    }

    /// How to name a site in the configuration, with the line to copy where it can be shown as it is.
    private static func adding(_ site: String) -> String {
        guard FoundValue.text(site) == "\"\(site)\"" else { return "add it to [sites]" }
        return "add it to [sites] with KCC's SiteID: \(TOMLText.key(site)) = SITEID"
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
