import Foundation
import Persistence
import SyncEngine

/// Shipments and the queue, for people and for programs.
struct PushText {
    private let queueRows: SQLitePushQueue
    private let shipmentRows: SQLiteShipmentStore
    private let source: Answerer

    init(_ source: Answerer) {
        self.source = source
        queueRows = SQLitePushQueue(source.store)
        shipmentRows = SQLiteShipmentStore(source.store)
    }

    func shipments(_ json: Bool) async throws -> Answer {
        let shipments = try await shipmentRows.list()
        let obstacle = try await ShipmentObstacle(source)
        if json {
            return try Answer(
                json: .array(
                    shipments.map { shipment in
                        .object([
                            "id": .text(shipment.reference), "order": .text(shipment.order),
                            "channel": .text(shipment.channel), "state": .text(shipment.state.rawValue),
                            "reason": .text(shipment.reason),
                            "obstacle": .text(Self.obstacle(obstacle, shipment)),
                            "tracking": .texts(shipment.tracking.numbers),
                            "carrier": .text(shipment.tracking.company), "told_at": .date(shipment.toldAt),
                            "seen": .texts(shipment.seen), "seen_at": .date(shipment.seenAt),
                        ])
                    }
                )
            )
        }
        var table = TextTable(["ORDER", "CHANNEL", "STATE", "TRACKING", "TOLD", ""])
        for shipment in shipments {
            table.add([
                shipment.order, shipment.channel, shipment.state.rawValue,
                shipment.tracking.numbers.joined(separator: ", "),
                Spoken.ago(shipment.toldAt, now: source.now()),
                Self.obstacle(obstacle, shipment) ?? shipment.reason ?? "",
            ])
        }
        return Answer(lines: table.isEmpty ? ["no shipments"] : table.lines)
    }

    /// An order's shipments, each with what Shopify showed of the order when it was last looked at; oldest first.
    func explanation(_ order: StoredOrder) async throws -> (lines: [String], value: JSONValue) {
        let zone = try await source.zones().zone(ofShop: order.domain)
        let shipments = try await shipmentRows.list(of: order).reversed()
        let obstacle = try await ShipmentObstacle(source)
        var lines: [String] = []
        for shipment in shipments {
            let why = Self.obstacle(obstacle, shipment) ?? shipment.reason
            lines.append(
                "shipment \(shipment.reference): \(shipment.state.rawValue)\(why.map { ": \($0)" } ?? "")"
            )
            guard let at = shipment.seenAt, !shipment.seen.isEmpty else { continue }
            lines.append("    in Shopify at \(at.shown(in: zone)):")
            lines += shipment.seen.map { "    \($0)" }
        }
        let value = shipments.map { shipment in
            JSONValue.object([
                "id": .text(shipment.reference), "state": .text(shipment.state.rawValue),
                "reason": .text(shipment.reason),
                "obstacle": .text(Self.obstacle(obstacle, shipment)), "seen": .texts(shipment.seen),
                "seen_at": .date(shipment.seenAt),
            ])
        }
        return (lines, .array(value))
    }

    /// Why a shipment that waits is not sent now, with the remedy.
    private static func obstacle(_ obstacle: ShipmentObstacle, _ shipment: SQLiteShipmentStore.Listed)
        -> String?
    {
        obstacle.text(shipment).map { ShipmentObstacle.whole($0, job: shipment.job) }
    }

    func queue(finished: Bool, _ json: Bool) async throws -> Answer {
        let jobs = try await queueRows.list(finished: finished)
        let obstacle = try await JobObstacle(source)
        if json {
            return try Answer(
                json: .array(
                    jobs.map { job in
                        .object([
                            "id": .number(Int(job.id)), "channel": .text(job.channel),
                            "kind": .text(job.kind.rawValue),
                            "subject": .text(job.subject), "state": .text(job.state.rawValue),
                            "attempt": .number(job.attempt), "next_at": .date(job.nextAt),
                            "last_error": .text(job.lastError), "remedy": .text(job.remedy),
                            "obstacle": .text(obstacle.remedy(job)),
                            "created_at": .date(job.createdAt),
                        ])
                    }
                )
            )
        }
        let zones = try await source.zones()
        var table = TextTable(
            ["ID", "CHANNEL", "KIND", "SUBJECT", "STATE", "TRIES", "NEXT", ""],
            rightAligned: [0, 5]
        )
        for job in jobs {
            let why =
                obstacle.remedy(job)
                ?? [job.lastError, job.remedy].compactMap(\.self).joined(separator: "; ")
            table.add([
                String(job.id), job.channel, job.kind.rawValue, job.subject, job.state.rawValue,
                String(job.attempt),
                job.state.waits ? job.nextAt.shown(in: zones.zone(ofChannel: job.channel)) : "", why,
            ])
        }
        return Answer(lines: table.isEmpty ? ["nothing is waiting"] : table.lines)
    }
}

extension Answerer {
    /// How the channels' SKUs stand.
    func stockSummary() async throws -> [StockSummary] {
        try await StockText(self, database: database).summary()
    }

    /// A line for each channel that counts no level of SKUs that have some: what Shopify offers of them stays as it is.
    func uncountedLevels() async throws -> [String] {
        var lines: [String] = []
        for settings in configuration.channels where settings.sendsStock {
            let found = try await SQLiteStockStore(database)
                .uncounted(settings.stock, channel: settings.name)
            guard found.count > 0 else { continue }
            let names = found.first.map(\.text).joined(separator: ", ")
            let sites =
                settings.stock.sites.isEmpty ? settings.stock.namedSites : settings.stock.sites
            lines.append(
                "channel \(settings.name): no level counts of \(Counted.text(found.count, "SKU", "SKUs")) (\(names)\(found.count > found.first.count ? ", …" : "")), because the channel counts levels at \(sites.joined(separator: ", ")) only; what Shopify offers of them stays as it is; see: kccsyncd stock list --channel \(settings.name) --trouble"
            )
        }
        return lines
    }

    /// What is left of the queue, by channel.
    func depths() async throws -> [QueueDepth] {
        try await SQLitePushQueue(store).depths()
    }

    /// A line for each reason why shipments that wait are not sent now, by channel of the configuration.
    ///
    /// What waits of other channels is said with what is left of those.
    func heldShipments() async throws(StoreError) -> [String: [String]] {
        let waiting = try await SQLitePushQueue(store).waitingShipments()
        let obstacle = try await ShipmentObstacle(self)
        var lines: [String: [String]] = [:]
        for (key, count) in waiting where obstacle.isConfigured(key) {
            guard let text = obstacle.text(channel: key.channel, shop: key.shop) else { continue }
            let texts = [String](repeating: text, count: count)
            lines[key.channel] = ShipmentObstacle.lines(texts, ("shipment waits", "shipments wait"))
        }
        return lines
    }

    /// How many fulfilments of the last days went without a mail because that would have come too late, by channel.
    func unmailed() async throws -> [String: Int] {
        try await SQLitePushQueue(store)
            .unmailed(since: now().addingTimeInterval(-Double(StatusReport.daysOfUnmailed) * 86_400))
    }
}
