package import Foundation
internal import GRDB
package import SyncEngine

/// What is known of bodies whose answers KCC may not have.
extension SQLiteHandOffStore {
    struct Body: Sendable, Hashable {
        let channel: String
        let digest: String
    }

    /// What the next transaction has to note of bodies that KCC repeats, or does not repeat any more.
    struct Deliveries: Sendable {
        /// Those whose answers have gone out.
        var answered: [Body] = []
        /// Those that could not be stored, with their first arrival.
        var failed: [Body: Arrival] = [:]

        /// More than KCC can have waiting while the database is in trouble; beyond it the rest count as new.
        static let most = 10_000

        var isEmpty: Bool { answered.isEmpty && failed.isEmpty }

        /// Puts back what could not be noted.
        mutating func restore(_ other: Deliveries) {
            answered = other.answered + answered
            for (body, arrival) in other.failed { fail(body, arrival) }
        }

        /// Notes a body that could not be stored; its first arrival stands.
        mutating func fail(_ body: Body, _ arrival: Arrival) {
            let known = failed[body]
            guard known != nil || failed.count < Self.most else { return }
            if let known, known.number < arrival.number { return }
            failed[body] = arrival
        }
    }

    package func arrive(at now: Date) -> Arrival { store.database.arrivals.next(at: now) }

    package func delivered(_ body: String, channel: String) {
        deliveries.withLock { $0.answered.append(Body(channel: channel, digest: body)) }
    }

    package func settleDeliveries() async throws(StoreError) {
        let waiting = takeDeliveries()
        guard !waiting.isEmpty else { return }
        do throws(StoreError) {
            try await store.write { db in try UndeliveredRows(db: db).note(waiting) }
        } catch {
            deliveries.withLock { $0.restore(waiting) }
            throw error
        }
    }

    /// What waits to be noted; the next transaction notes it, or puts it back.
    func takeDeliveries() -> Deliveries {
        deliveries.withLock { waiting in
            defer { waiting = Deliveries() }
            return waiting
        }
    }
}
