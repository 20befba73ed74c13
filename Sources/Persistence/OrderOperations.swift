package import Foundation
internal import GRDB
package import SyncEngine

/// What operators and integrators do to stored orders, one transaction each.
package struct OrderOperations: Sendable {
    let store: SQLiteOrderStore

    package init(_ store: SQLiteOrderStore) {
        self.store = store
    }

    /// Says never: the order is kept, and stays out.
    ///
    /// - Throws: `.refused` for one that is imported and already handed over.
    package func ignore(_ order: StoredOrder, now: Date) async throws(StoreError) {
        guard order.standing.handOff != .acknowledged else {
            throw StoreError(
                .refused,
                "order \(order.name) has been handed over and cannot be ignored any more"
            )
        }
        try await change(
            order,
            now: now,
            what: "ignored",
            sql: """
                UPDATE "order" SET state = 'ignored', reason = 'ignored', detail = 'an operator ignored it', ignored = 1,
                    commitment = '\(StockCommitment(.ignored, .ignored).rawValue)', hand_off = 'none',
                    acknowledged_at_ms = NULL, known_at_ms = NULL WHERE id = ?
                """
        )
    }

    /// Takes back an operator's never, so that the rules decide again.
    package func unignore(_ order: StoredOrder, now: Date) async throws(StoreError) {
        try await change(
            order,
            now: now,
            what: "no longer ignored",
            sql: "UPDATE \"order\" SET ignored = 0 WHERE id = ?"
        )
    }

    /// Records that KCC, or another ERP, has the order; doing it twice is harmless.
    ///
    /// - Throws: `.refused` for one that is not imported, is held because its totals differ, or was withdrawn.
    package func acknowledge(_ order: StoredOrder, now: Date) async throws(StoreError) {
        switch order.standing.handOff {
        case .acknowledged: return
        case .waiting: break
        case .held where [.maybeHandedOff, .personalDataRemoved].contains(order.standing.reason): break
        case .none:
            throw StoreError(
                .refused,
                "order \(order.name) is \(order.standing.state.rawValue), not imported, so nobody can have it"
            )
        case .held:
            throw StoreError(
                .refused,
                "order \(order.name) is held because its totals differ",
                remedy: "first run: kccsyncd orders release \(OrderName.plain(order.name))"
            )
        case .withdrawn:
            throw StoreError(
                .refused,
                "order \(order.name) was withdrawn (\(order.standing.reason?.rawValue ?? "unknown"))",
                remedy: "if the ERP has it all the same, cancel it there"
            )
        }
        try await store.write { db in
            // Whoever acknowledges has what was served first; what came later is a change to be settled.
            if order.standing.servedRevision == nil { try Self.serve(db, order.row, now: now) }
            try Self.acknowledge(db, order.row, now: now)
            try Self.note(db, order.row, now: now, what: "acknowledged")
        }
    }

    /// Records that an export contains these revisions, so that later changes are noticed.
    ///
    /// - Returns: Rows that have another revision by now: what was read of them is out of date, and nothing was
    ///   recorded of any.
    package func served(_ revisions: [Int64: Int], now: Date) async throws(StoreError) -> [Int64] {
        try await store.write { db in
            let stale = try revisions.filter { row, revision in
                try Int.fetchOne(db, sql: "SELECT revision FROM \"order\" WHERE id = ?", arguments: [row])
                    != revision
            }
            guard stale.isEmpty else { return Array(stale.keys) }
            for (row, revision) in revisions {
                let before = try Row.fetchOne(
                    db,
                    sql: "SELECT served_revision FROM \"order\" WHERE id = ?",
                    arguments: [row]
                )
                // Once served the first revision stays what later ones are compared with, until it is settled.
                guard (before?[0] as Int?) == nil else { continue }
                try Self.serve(db, row, now: now)
                try Self.note(db, row, now: now, what: "exported revision \(revision)")
            }
            return []
        }
    }

    /// Hands an order off in spite of its totals.
    package func release(_ order: StoredOrder, now: Date) async throws(StoreError) {
        guard order.standing.handOff == .held else {
            throw StoreError(.refused, "order \(order.name) is not held, so there is nothing to release")
        }
        guard order.standing.reason != .personalDataRemoved else { throw Self.isRedacted(order) }
        if order.standing.reason == .maybeHandedOff, order.difference != .zero, !order.standing.released {
            return try await change(
                order,
                now: now,
                what: "released, and held for the doubt whether it was handed over",
                sql: "UPDATE \"order\" SET released = 1 WHERE id = ?"
            )
        }
        guard order.standing.reason != .maybeHandedOff else {
            let name = OrderName.plain(order.name)
            throw StoreError(
                .refused,
                "order \(order.name) may have been handed over before the store was restored",
                remedy:
                    "look for it in KCC; if it is there run: kccsyncd orders ack \(name); else: kccsyncd orders resend \(name)"
            )
        }
        try await offer(order, now: now, what: "released", also: "released = 1, reason = NULL")
    }

    /// Says that a change after the hand-off has been dealt with.
    package func settle(_ order: StoredOrder, now: Date) async throws(StoreError) {
        guard !order.standing.changedFields.isEmpty else {
            throw StoreError(.refused, "order \(order.name) has not changed since its hand-off")
        }
        try await store.write { db in
            try Self.keep(db, order.row, why: "settled", now: now)
            try db.execute(
                sql: "UPDATE \"order\" SET changed_fields = '[]' WHERE id = ?",
                arguments: [order.row]
            )
            try Self.note(db, order.row, now: now, what: "settled")
        }
    }

    /// Offers the current revision again, as if nobody had taken it.
    package func resend(_ order: StoredOrder, now: Date) async throws(StoreError) {
        guard !order.standing.redacted else { throw Self.isRedacted(order) }
        let isInDoubt = order.standing.reason == .maybeHandedOff
        guard [.waiting, .acknowledged].contains(order.standing.handOff) || isInDoubt else {
            let standing = order.standing
            let what = standing.state == .imported ? standing.handOff.rawValue : standing.state.rawValue
            throw StoreError(
                .refused,
                "order \(order.name) is \(what) and cannot be offered",
                remedy: "see: kccsyncd orders explain \(OrderName.plain(order.name))"
            )
        }
        guard !isInDoubt || order.difference == .zero || order.standing.released else {
            throw StoreError(
                .refused,
                "order \(order.name) is held because its totals differ, too",
                remedy: "first run: kccsyncd orders release \(OrderName.plain(order.name))"
            )
        }
        try await offer(
            order,
            now: now,
            what: "offered again",
            also: """
                acknowledged_at_ms = NULL, known_at_ms = NULL, changed_fields = '[]', reason = NULL,
                maybe_handed_off = 0
                """
        )
    }

    // MARK: Steps

    private static func isRedacted(_ order: StoredOrder) -> StoreError {
        StoreError(
            .refused,
            "order \(order.name) cannot be offered: its personal data was removed",
            remedy: "enter it in KCC by hand, then run: kccsyncd orders ack \(OrderName.plain(order.name))"
        )
    }

    private func change(_ order: StoredOrder, now: Date, what: String, sql: String) async throws(StoreError) {
        try await store.write { db in
            try db.execute(sql: sql, arguments: [order.row])
            try Self.note(db, order.row, now: now, what: what)
        }
    }

    /// Puts an order at the end of the hand-off sequence.
    private func offer(_ order: StoredOrder, now: Date, what: String, also: String) async throws(StoreError) {
        try await store.write { db in
            let position = try OfferPosition.next(db)
            // Whoever had an earlier revision gets this one, so later changes are compared with it.
            if order.standing.servedRevision != nil { try Self.keep(db, order.row, why: "settled", now: now) }
            try db.execute(
                sql: "UPDATE \"order\" SET hand_off = 'waiting', offer_position = ?, \(also) WHERE id = ?",
                arguments: [position, order.row]
            )
            try Self.note(db, order.row, now: now, what: what)
        }
    }

    static func note(_ db: GRDB.Database, _ row: Int64, now: Date, what: String) throws {
        try db.cachedStatement(
            sql: "INSERT INTO order_history (order_id, at_ms, what) VALUES (?, ?, ?)"
        )
        .execute(arguments: [row, now.milliseconds, what])
    }

    /// - Parameter known: Whether that is enough for stock: KCC holds the order's units back itself from now on.
    static func acknowledge(_ db: GRDB.Database, _ row: Int64, now: Date, known: Bool = true) throws {
        try db.cachedStatement(
            sql: """
                UPDATE "order" SET hand_off = 'acknowledged', acknowledged_at_ms = ?, known_at_ms = ?, maybe_handed_off = 0,
                    reason = nullif(nullif(reason, 'maybe_handed_off'), 'personal_data_removed')
                WHERE id = ?
                """
        )
        .execute(arguments: [now.milliseconds, known ? now.milliseconds : nil, row])
    }

    static func serve(_ db: GRDB.Database, _ row: Int64, now: Date) throws {
        try keep(db, row, why: "served", now: now)
        try db.cachedStatement(sql: "UPDATE \"order\" SET served_revision = revision WHERE id = ?")
            .execute(arguments: [row])
    }

    static func keep(_ db: GRDB.Database, _ row: Int64, why: String, now: Date) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO order_revision (order_id, revision, why, at_ms, snapshot, snapshot_hash)
                SELECT id, revision, ?, ?, snapshot, snapshot_hash FROM "order" WHERE id = ?
                """
        )
        .execute(arguments: [why, now.milliseconds, row])
    }
}
