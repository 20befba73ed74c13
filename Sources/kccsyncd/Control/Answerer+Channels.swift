import Foundation
import Persistence
import SyncEngine

/// What channels mean in their shops, as far as the order store knows them.
extension Answerer {
    /// The enabled channels' contexts, as far as the store knows their shops, in the file's order.
    func contexts() async throws(StoreError) -> [ChannelContext] {
        let channels = configuration.channels.filter(\.enabled)
        let facts = try await queries.facts(of: channels)
        return channels.map { settings in
            ChannelContext(
                settings,
                orderTypes: configuration.orderTypes,
                facts: facts[settings.name] ?? ChannelFacts(),
                now: now()
            )
        }
    }

    /// Throws for a channel that neither the configuration nor the order store has; nil = all channels.
    func known(_ channel: String?) async throws(StoreError) {
        guard let channel, !configuration.isUnknown, configuration.channel(channel) == nil else { return }
        let records = try await ChannelNames(database).records()
        guard !records.contains(where: { $0.name == channel && $0.isListed }) else { return }
        throw StoreError(
            .refused,
            "channel \(channel): neither in the configuration nor in the order store",
            remedy: "see: kccsyncd channels list"
        )
    }

    /// What decides a shop's orders.
    func judge(domain: String) async throws(StoreError) -> Judge {
        Judge(
            channels: try await contexts().filter { $0.settings.shop.domain == domain },
            configured: ShopPlan.configured(configuration.channels, domain: domain)
        )
    }

    /// Counts orders that are not handed off yet and that the active settings give another channel, reference or state.
    func handOffChanges(domain: String) async throws -> Int {
        guard let shop = try await queries.shop(domain: domain) else { return 0 }
        var request = RejudgeRequest(
            shop: shop.id,
            judge: try await judge(domain: domain),
            now: now(),
            from: .distantPast,
            before: .distantFuture
        )
        request.rehearse = true
        request.selection = .toHandOff
        var changes = 0
        while true {
            let page = try await store.rejudge(request)
            changes += page.report.events.count
            guard let next = page.next else { return changes }
            request.afterRow = next
        }
    }

    /// Counts orders older than seven days that the settings of now would decide differently, and that do not follow them
    /// by themselves.
    func olderChanges(domain: String, limit: Int) async throws -> Int {
        guard let shop = try await queries.shop(domain: domain) else { return 0 }
        let now = now()
        var request = RejudgeRequest(
            shop: shop.id,
            judge: try await judge(domain: domain),
            now: now,
            from: Date(timeIntervalSince1970: 0),
            before: now.addingTimeInterval(-7 * 86_400)
        )
        request.rehearse = true
        request.selection = .others
        var looked = 0
        var changes = 0
        while looked < limit {
            let page = try await store.rejudge(request)
            looked += page.looked
            changes += page.report.events.count
            guard let next = page.next else { break }
            request.afterRow = next
        }
        return changes
    }

    func locations(_ channel: String, _ json: Bool) async throws -> Answer {
        guard let settings = configuration.channel(channel) else {
            throw StoreError(.refused, "channel \(channel): not configured")
        }
        guard try await queries.shop(domain: settings.shop.domain) != nil else {
            throw Self.neverSynced(channel)
        }
        let facts = try await queries.facts(of: [settings])[channel] ?? ChannelFacts()
        guard !facts.locations.isEmpty else { throw Self.neverSynced(channel) }
        let context = ChannelContext(
            settings,
            orderTypes: configuration.orderTypes,
            facts: facts,
            now: now()
        )
        let chosen = { (place: ShopLocation) in place.id == context.location?.id }
        var table = TextTable(["", "LOCATION", "ID", ""])
        var values: [JSONValue] = []
        for place in facts.locations {
            let remarks = [
                place.active ? "" : "inactive", place.fulfilmentService ? "fulfilment service" : "",
            ]
            table.add([
                chosen(place) ? "*" : "", place.name, String(place.id.number),
                remarks.filter { !$0.isEmpty }.joined(separator: ", "),
            ])
            values.append(
                .object([
                    "id": .text(place.id.gid), "name": .text(place.name), "active": .bool(place.active),
                    "chosen": .bool(chosen(place)),
                ])
            )
        }
        return json ? try Answer(json: .array(values)) : Answer(lines: table.lines)
    }

    static func neverSynced(_ channel: String) -> StoreError {
        StoreError(
            .refused,
            "channel \(channel): the locations of its shop are not known yet",
            remedy: "run: kccsyncd locations \(channel) --refresh"
        )
    }
}
