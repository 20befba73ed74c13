import Foundation
import Persistence
import SyncEngine

/// Carries out the commands that feed and change the queue.
struct PushCommands: Sendable {
    let session: SyncSession

    /// Takes shipments in; what is wrong with one holds up no other.
    func tell(_ shipments: [ToldShipment]) async -> ControlReply {
        var reply = ControlReply()
        for told in shipments {
            do throws(StoreError) {
                let zones = try await session.zones()
                let order = try await OrderReference(session.queries).resolve(told.order)
                let telling = try await session.shipments.tell(
                    told.shipment(of: order, in: zones.zone(ofShop: order.domain), now: session.now()),
                    of: order,
                    now: session.now()
                )
                reply.lines.append("\(order.name): \(Self.words(telling))")
            } catch {
                reply.fail(ExitStatus(error), error.description)
            }
        }
        session.wakePushes()
        return reply
    }

    private static func words(_ telling: SQLiteShipmentStore.Telling) -> String {
        switch telling {
        case .new: "shipment queued"
        case .known: "shipment known already; nothing to do"
        case .changed: "shipment's tracking changed; queued"
        }
    }

    func change(_ verb: QueueVerb, _ ids: [Int64]) async throws -> ControlReply {
        switch verb {
        case .retry:
            let count = try await session.queue.retry(ids, now: session.now())
            session.wakePushes()
            return ControlReply(lines: ["\(Counted.text(count, "job is", "jobs are")) tried again"])
        case .discard:
            let count = try await session.queue.discard(ids, now: session.now())
            return ControlReply(lines: [
                "\(Counted.text(count, "job", "jobs")) discarded; \(count == 1 ? "it is" : "they are") not sent any more"
            ])
        }
    }
}

extension ToldShipment {
    /// The shipment as it is stored.
    ///
    /// Without a reference of the teller's own, one of ours names the order and what was sent of it: the same line of a
    /// file that is read twice is one shipment.
    ///
    /// - Parameter zone: The shop's, in which a day of despatch began.
    func shipment(of order: StoredOrder, in zone: TimeZone, now: Date) -> Shipment {
        let units = lines.map { "\($0.line?.gid ?? $0.sku?.text ?? "")=\($0.quantity)" }.sorted()
        let own =
            "\(order.id.gid) \(units.isEmpty ? "all" : units.joined(separator: " ")) \(tracking.sorted().joined(separator: " "))"
        var shipment = Shipment(
            reference: reference ?? own.trimmingCharacters(in: .whitespaces),
            order: order.id,
            despatchedAt: despatchedAt?.date(in: zone) ?? now
        )
        shipment.lines = lines
        shipment.tracking = tracking
        shipment.carrier = carrier
        shipment.url = url
        return shipment
    }
}
