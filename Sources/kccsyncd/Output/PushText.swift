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
        if json {
            return try Answer(
                json: .array(
                    shipments.map { shipment in
                        .object([
                            "id": .text(shipment.reference), "order": .text(shipment.order),
                            "channel": .text(shipment.channel), "state": .text(shipment.state.rawValue),
                            "reason": .text(shipment.reason), "tracking": .texts(shipment.tracking.numbers),
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
                Spoken.ago(shipment.toldAt, now: source.now()), shipment.reason ?? "",
            ])
        }
        return Answer(lines: table.isEmpty ? ["no shipments"] : table.lines)
    }

    /// An order's shipments, each with what Shopify showed of the order when it was last looked at; oldest first.
    func explanation(_ order: StoredOrder) async throws -> (lines: [String], value: JSONValue) {
        let zone = try await source.zones().zone(ofShop: order.domain)
        let shipments = try await shipmentRows.list(of: order).reversed()
        var lines: [String] = []
        for shipment in shipments {
            lines.append(
                "shipment \(shipment.reference): \(shipment.state.rawValue)\(shipment.reason.map { ": \($0)" } ?? "")"
            )
            guard let at = shipment.seenAt, !shipment.seen.isEmpty else { continue }
            lines.append("    in Shopify at \(at.shown(in: zone)):")
            lines += shipment.seen.map { "    \($0)" }
        }
        let value = shipments.map { shipment in
            JSONValue.object([
                "id": .text(shipment.reference), "state": .text(shipment.state.rawValue),
                "reason": .text(shipment.reason), "seen": .texts(shipment.seen),
                "seen_at": .date(shipment.seenAt),
            ])
        }
        return (lines, .array(value))
    }

    func queue(finished: Bool, _ json: Bool) async throws -> Answer {
        let jobs = try await queueRows.list(finished: finished)
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
            let waits = job.state == .available || job.state == .retryable
            let why = [job.lastError, job.remedy].compactMap(\.self).joined(separator: "; ")
            table.add([
                String(job.id), job.channel, job.kind.rawValue, job.subject, job.state.rawValue,
                String(job.attempt),
                waits ? job.nextAt.shown(in: zones.zone(ofChannel: job.channel)) : "", why,
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

    /// How many fulfilments of the last days went without a mail because that would have come too late, by channel.
    func unmailed() async throws -> [String: Int] {
        try await SQLitePushQueue(store)
            .unmailed(since: now().addingTimeInterval(-Double(StatusReport.daysOfUnmailed) * 86_400))
    }
}
