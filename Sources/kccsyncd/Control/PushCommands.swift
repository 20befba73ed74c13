import Foundation
import Persistence
import SyncEngine

/// Carries out the commands that feed and change the queue.
struct PushCommands: Sendable {
    let session: SyncSession

    /// Takes shipments in; what is wrong with one holds up no other, and a bad line of a file no other line.
    ///
    /// - Returns: With the number of shipments taken.
    func receive(_ shipments: [ToldShipment]) async -> ControlReply {
        var reply = ControlReply()
        var taken: [Checked] = []
        for told in shipments {
            do throws(StoreError) {
                guard let entry = try await checked(told, after: [:], &reply) else { continue }
                let telling = try await session.shipments.tell(
                    entry.shipment,
                    of: entry.order,
                    now: session.now()
                )
                if Self.take(telling, entry, &reply) { taken.append(entry) }
            } catch {
                reply.fail(ExitStatus(error), error.description)
            }
        }
        reply.number = Int64(taken.count)
        await warn(of: taken, &reply)
        session.wakePushes()
        return reply
    }

    /// Says why shipments that were taken are not sent now.
    private func warn(of taken: [Checked], _ reply: inout ControlReply) async {
        do throws(StoreError) {
            let obstacle = try await ShipmentObstacle(session.answerer)
            var texts: [String] = []
            for entry in taken {
                let listed = try await session.shipments.list(of: entry.order)
                    .first { $0.reference == entry.shipment.reference }
                if let text = listed.flatMap({ obstacle.text($0) }) { texts.append(text) }
            }
            reply.warnings += ShipmentObstacle.lines(texts, ("shipment waits", "shipments wait"))
        } catch {
            reply.fail(ExitStatus(error), error.description)
        }
    }

    /// Takes shipments in in one transaction: all of them, or none where anything is wrong with one.
    ///
    /// - Parameter isDryRun: Says what would be rejected, and stores nothing.
    /// - Returns: With the number of shipments taken, or of those that would be.
    func receive(together shipments: [ToldShipment], isDryRun: Bool) async -> ControlReply {
        var reply = ControlReply()
        var entries: [Checked] = []
        var tried: [Int64: [String: [Shipment.Line]]] = [:]
        do throws(StoreError) {
            for told in shipments {
                do throws(StoreError) {
                    let found = try await checked(told, after: tried, &reply)
                    guard let entry = found else { continue }
                    tried[entry.order.row, default: [:]][entry.shipment.reference] = entry.shipment.lines
                    entries.append(entry)
                } catch {
                    reply.fail(ExitStatus(error), error.description)
                }
            }
            let outcomes = try await session.shipments.tell(
                entries.map { ($0.shipment, $0.order) },
                keeps: !isDryRun && reply.errors.isEmpty,
                now: session.now()
            )
            var taken = 0
            for (entry, outcome) in zip(entries, outcomes) {
                switch outcome {
                case .success(let telling): if Self.take(telling, entry, &reply) { taken += 1 }
                case .failure(let error): reply.fail(ExitStatus(error), error.description)
                }
            }
            reply.number = Int64(taken)
        } catch {
            reply.fail(ExitStatus(error), error.description)
        }
        if isDryRun || !reply.errors.isEmpty {
            reply.lines = []
            reply.notes = nil
        }
        guard !isDryRun else { return reply }
        guard reply.errors.isEmpty else {
            reply.number = 0
            return reply
        }
        await warn(of: entries, &reply)
        session.wakePushes()
        return reply
    }

    /// A shipment that its order can have.
    private struct Checked {
        var shipment: Shipment
        var order: StoredOrder
        /// Whether it brings the number of a shipment that was reported without one and without an id.
        var bringsNumber = false
        /// Where it begins in a file; nil where a command names it.
        var row: Int?
    }

    /// Finds a shipment's order, and checks it against that.
    ///
    /// - Parameter earlier: Shipments that are about to be stored, by the order's row and their reference.
    /// - Returns: Nil where nothing of it is left; why is in the reply.
    private func checked(
        _ told: ToldShipment,
        after earlier: [Int64: [String: [Shipment.Line]]],
        _ reply: inout ControlReply
    ) async throws(StoreError) -> Checked? {
        let zones = try await session.zones()
        let order = try await OrderReference(session.queries).resolve(told.order)
        let zone = zones.zone(ofShop: order.domain)
        if let problem = told.dateProblem(of: order, in: zone, now: session.now()) {
            reply.fail(.usage, problem)
            return nil
        }
        let whole = try await entry(told, order, zone)
        let check = try await session.shipments.check(
            of: order,
            settings: session.configuration.channel(order.standing.channel),
            reference: whole.shipment.reference,
            after: earlier[order.row] ?? [:]
        )
        guard let kept = Self.checked(told, by: check, &reply) else { return nil }
        return kept == told ? whole : try await entry(kept, order, zone)
    }

    private func entry(_ told: ToldShipment, _ order: StoredOrder, _ zone: TimeZone)
        async throws(StoreError) -> Checked
    {
        var entry = Checked(
            shipment: told.shipment(of: order, in: zone, now: session.now()),
            order: order,
            row: told.row
        )
        guard told.reference == nil, !entry.shipment.tracking.numbers.isEmpty else { return entry }
        let bare = told.ownReference(of: order, hasNumbers: false)
        if try await session.shipments.isSame(entry.shipment, as: bare) {
            entry.shipment.reference = bare
            entry.bringsNumber = true
        }
        return entry
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

    /// Says what became of a shipment.
    ///
    /// - Returns: Whether it was taken: one of a file that was discarded is not.
    private static func take(
        _ telling: SQLiteShipmentStore.Telling,
        _ entry: Checked,
        _ reply: inout ControlReply
    ) -> Bool {
        let text = "\(entry.order.name): \(words(telling, entry))"
        guard let row = entry.row, telling == .discarded || telling == .checked else {
            reply.lines.append(text)
            return true
        }
        if telling == .discarded {
            reply.fail(.usage, "line \(row): \(text)")
            return false
        }
        reply.lines.append(text)
        reply.notes = (reply.notes ?? []) + ["line \(row): \(text)"]
        return true
    }

    private static func words(_ telling: SQLiteShipmentStore.Telling, _ entry: Checked) -> String {
        switch telling {
        case .new: "shipment queued"
        case .known: "shipment known already; nothing to do"
        case .checked:
            "shipment known already and done; Shopify is asked whether it still has its fulfilment, and if not the shipment is parked; see: kccsyncd shipments list"
        case .changed where entry.bringsNumber:
            "number added to the shipment that was reported without one; queued. If it is another parcel, report it with an id of its own (--id or SHIPMENT_ID)"
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
            let obstacle = try await JobObstacle(session.answerer)
            let held = try await session.queue.list(finished: false)
                .filter { ids.isEmpty || ids.contains($0.id) }
                .compactMap { obstacle.text($0) }
            session.wakePushes()
            var lines: [String] = []
            if count > held.count || held.isEmpty {
                lines.append("\(Counted.text(count - held.count, "job is", "jobs are")) tried again")
            }
            lines += ShipmentObstacle.lines(held, ("job waits", "jobs wait"))
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
