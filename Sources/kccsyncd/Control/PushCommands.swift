import Foundation
import Persistence
import SyncEngine

/// Carries out the commands that feed and change the queue.
struct PushCommands: Sendable {
    let session: SyncSession

    /// Takes shipments in; what is wrong with one holds up no other, and a bad line of a file no other line.
    ///
    /// - Parameter isDryRun: Says what would be rejected, and stores nothing.
    /// - Returns: With the number of shipments taken.
    func receive(_ shipments: [ToldShipment], isDryRun: Bool = false) async -> ControlReply {
        var reply = ControlReply()
        var taken = 0
        var tried: [Int64: [String: [Shipment.Line]]] = [:]
        for told in shipments {
            do throws(StoreError) {
                let zones = try await session.zones()
                let order = try await OrderReference(session.queries).resolve(told.order)
                let zone = zones.zone(ofShop: order.domain)
                let whole = told.shipment(of: order, in: zone, now: session.now())
                let check = try await session.shipments.check(
                    of: order,
                    reference: whole.reference,
                    after: tried[order.row] ?? [:]
                )
                guard let told = Self.checked(told, by: check, &reply) else { continue }
                taken += 1
                let shipment = told.shipment(of: order, in: zone, now: session.now())
                if isDryRun {
                    tried[order.row, default: [:]][shipment.reference] = shipment.lines
                    continue
                }
                let telling = try await session.shipments.tell(shipment, of: order, now: session.now())
                reply.lines.append("\(order.name): \(Self.words(telling))")
            } catch {
                reply.fail(ExitStatus(error), error.description)
            }
        }
        reply.number = Int64(taken)
        if !isDryRun { session.wakePushes() }
        return reply
    }

    /// The shipment without the lines of a file that its order does not have; nil where nothing of it is left.
    private static func checked(
        _ told: ToldShipment,
        by check: ShipmentCheck,
        _ reply: inout ControlReply
    ) -> ToldShipment? {
        var check = check
        var kept = told
        kept.lines = []
        kept.rows = []
        var isWhole = true
        for (place, line) in told.lines.enumerated() {
            let row = told.rows.indices.contains(place) ? told.rows[place] : nil
            guard let problem = check.problem(line) else {
                kept.lines.append(line)
                if let row { kept.rows.append(row) }
                continue
            }
            isWhole = false
            reply.fail(.usage, row.map { "line \($0): \(problem)" } ?? problem)
        }
        // Without any line it would mean all that remains of the order.
        return isWhole || (!kept.lines.isEmpty && !told.rows.isEmpty) ? kept : nil
    }

    private static func words(_ telling: SQLiteShipmentStore.Telling) -> String {
        switch telling {
        case .new: "shipment queued"
        case .known: "shipment known already; nothing to do"
        case .changed: "shipment's tracking changed; queued"
        case .discarded:
            "shipment was discarded and is not sent; if the goods have left again, report it with the new tracking number"
        }
    }

    /// What becomes of discarded jobs.
    ///
    /// - Parameter stock: Those that were to send levels, which stay and are sent by other jobs.
    private static func discarded(_ others: Int, _ stock: [(channel: String, subject: String)]) -> [String] {
        var lines: [String] = []
        if others > 0 {
            lines.append(
                "\(Counted.text(others, "job", "jobs")) discarded; \(others == 1 ? "it is" : "they are") not sent any more"
            )
        }
        if let first = stock.first {
            let sku = first.subject.hasSuffix(" levels") ? "SKU" : first.subject
            lines.append(
                "\(Counted.text(stock.count, "stock job", "stock jobs")) discarded; the levels are calculated again and sent by another job; to keep a level from being sent run: kccsyncd stock forget \(first.channel) \(sku)"
            )
        }
        return lines
    }

    func change(_ verb: QueueVerb, _ ids: [Int64]) async throws -> ControlReply {
        switch verb {
        case .retry:
            let count = try await session.queue.retry(ids, now: session.now())
            session.wakePushes()
            var lines = ["\(Counted.text(count, "job is", "jobs are")) tried again"]
            let doubtful = ids.isEmpty ? try await session.queue.doubtful() : 0
            if doubtful > 0 {
                lines.append(
                    "\(Counted.text(doubtful, "job stays", "jobs stay")) parked because Shopify may have done it already; see: kccsyncd queue list"
                )
            }
            return ControlReply(lines: lines)
        case .discard:
            let stock = try await session.queue.stockJobs(among: ids)
            let count = try await session.queue.discard(ids, now: session.now())
            if !stock.isEmpty { session.wakePushes() }
            return ControlReply(lines: Self.discarded(count - stock.count, stock))
        }
    }
}
