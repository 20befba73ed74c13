package import Foundation
internal import GRDB
package import SyncEngine

/// Takes personal data out of the order store: by age, or of one customer.
///
/// Work is done in transactions of some hundred orders, with the writer free in between.
package struct Redaction: Sendable {
    let store: SQLiteOrderStore

    package init(_ store: SQLiteOrderStore) {
        self.store = store
    }

    /// What was done.
    package struct Report: Sendable, Equatable {
        /// Orders whose personal data was removed.
        package var orders = 0
        /// Orders that are old enough and still wait for their hand-off, or have a shipment that is not told yet.
        package var unfinished = 0
        /// Orders whose stored text is damaged, by name.
        package var damaged: [String] = []

        package init() {}
    }

    static let batch = 500

    /// Takes personal data out of orders that were placed before an instant, and removes what else of that age may name people.
    ///
    /// Orders that wait for their hand-off and those with an open shipment are left as they are and counted.
    package func removeData(placedBefore cutoff: Date, now: Date) async throws(StoreError) -> Report {
        var report = Report()
        var place = (at: Int64.min, row: Int64.min)
        while true {
            let page = try await page(after: place, before: cutoff)
            for row in page where !row.isReady { report.unfinished += 1 }
            let (done, damaged) = try await remove(page.filter(\.isReady).map(\.id), now: now)
            report.orders += done
            report.damaged += damaged
            guard page.count == Self.batch, let last = page.last else { break }
            place = (last.at, last.id)
        }
        try await store.write { db in
            let before = cutoff.milliseconds
            try db.execute(sql: "DELETE FROM kcc_body WHERE at_ms < ?", arguments: [before])
            let bodies = db.changesCount
            try db.execute(sql: "DELETE FROM kcc_orphan WHERE at_ms < ?", arguments: [before])
            let orphans = db.changesCount
            try db.execute(
                sql: "DELETE FROM kcc_notice WHERE open = 0 AND last_at_ms < ?",
                arguments: [before]
            )
            if bodies + orphans + db.changesCount > 0 { try Self.markErasing(db) }
        }
        return report
    }

    /// Takes personal data out of some orders, and those customers with them that no other order uses.
    ///
    /// - Parameter customers: Numbers of customers that go even if KCC told them.
    package func remove(_ orders: [Int64], customers: [Int64], now: Date) async throws(StoreError) -> Report {
        var report = Report()
        for start in stride(from: 0, to: orders.count, by: Self.batch) {
            let rows = Array(orders[start..<min(start + Self.batch, orders.count)])
            let (done, damaged) = try await remove(rows, now: now)
            report.orders += done
            report.damaged += damaged
        }
        try await store.write { db in
            let rows = RedactionRows(db: db, now: now)
            for customer in customers { try rows.drop(customer: customer, imported: true) }
            // Bodies that could not be read serve a diagnosis and no order; whom they name nobody can tell.
            try db.execute(sql: "DELETE FROM kcc_body")
            try Self.markErasing(db)
        }
        return report
    }

    /// One transaction's worth.
    private func remove(_ orders: [Int64], now: Date) async throws(StoreError) -> (Int, [String]) {
        guard !orders.isEmpty else { return (0, []) }
        return try await store.write { db in
            let rows = RedactionRows(db: db, now: now)
            var done = 0
            var damaged: [String] = []
            for order in orders {
                do {
                    try db.inSavepoint {
                        if try rows.redact(order) { done += 1 }
                        return .commit
                    }
                } catch is DecodingError {
                    let name = try String.fetchOne(
                        db,
                        sql: "SELECT name FROM \"order\" WHERE id = ?",
                        arguments: [order]
                    )
                    damaged.append(name ?? String(order))
                }
            }
            if done > 0 { try Self.markErasing(db) }
            return (done, damaged)
        }
    }

    private struct Candidate: Sendable {
        var id: Int64
        var at: Int64
        var isReady: Bool
    }

    private func page(after place: (at: Int64, row: Int64), before cutoff: Date) async throws(StoreError)
        -> [Candidate]
    {
        try await store.read { [place] db in
            try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT o.id, o.placed_at_ms, NOT o.\(RedactionRows.unfinished) AND NOT EXISTS (
                                SELECT 1 FROM shipment s JOIN push_job j ON j.shipment_id = s.id
                                WHERE s.order_id = o.id AND j.state NOT IN ('done', 'cancelled'))
                        FROM "order" o INDEXED BY order_personal
                        WHERE o.redacted_at_ms IS NULL AND o.placed_at_ms < ? AND (o.placed_at_ms, o.id) > (?, ?)
                        ORDER BY o.placed_at_ms, o.id LIMIT ?
                        """
                ),
                arguments: [cutoff.milliseconds, place.at, place.row, Self.batch]
            )
            .map { Candidate(id: $0[0], at: $0[1], isReady: $0[2]) }
        }
    }

    private static func markErasing(_ db: GRDB.Database) throws {
        try db.execute(sql: "UPDATE counter SET value = 1 WHERE name = 'erasing'")
    }
}
