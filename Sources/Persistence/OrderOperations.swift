package import Foundation
internal import GRDB
package import SyncEngine

/// What operators and integrators do to stored orders, one transaction each.
package struct OrderOperations: Sendable {
    let store: SQLiteOrderStore

    package init(_ store: SQLiteOrderStore) {
        self.store = store
    }

    /// Excludes an order permanently: it is kept, and never handed off.
    ///
    /// - Throws: `.refused` for one that is handed over already.
    package func ignore(_ order: StoredOrder, now: Date) async throws(StoreError) {
        try await change(order, now: now, what: "ignored", reason: .ignored) {
            state,
            _,
            _ throws(HandOffState.Rejection) in
            try state.ignore()
            return []
        } also: { db in
            try db.execute(
                sql: "UPDATE \"order\" SET ignored = 1, detail = 'an operator ignored it' WHERE id = ?",
                arguments: [order.row]
            )
        }
    }

    /// Ends an operator's exclusion, so that the rules decide again.
    package func unignore(_ order: StoredOrder, now: Date) async throws(StoreError) {
        try await store.write { db in
            try db.execute(sql: "UPDATE \"order\" SET ignored = 0 WHERE id = ?", arguments: [order.row])
            try Self.note(db, order.row, now: now, what: "no longer ignored")
        }
    }

    /// Records that KCC, or another ERP, has the order; doing it twice is harmless.
    ///
    /// - Parameter settings: Its channel's; nil where that is not in the file.
    /// - Throws: `.refused` for one that is not imported, is held because its totals differ, or was withdrawn.
    package func acknowledge(_ order: StoredOrder, _ settings: ChannelSettings? = nil, now: Date)
        async throws(StoreError)
    {
        guard order.standing.handOff != .acknowledged else { return }
        try await change(order, settings, now: now, what: "acknowledged") {
            state,
            revision,
            _ throws(HandOffState.Rejection) in
            try state.acknowledge(revision: revision, at: now)
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
            let rows = HandOffRows(db: db, now: now)
            for (row, revision) in revisions {
                let change = try rows.change(row) { state, _ in state.export(revision: revision) }
                guard let change, change.before != change.after else { continue }
                try Self.note(db, row, now: now, what: "exported revision \(revision)")
            }
            return []
        }
    }

    /// Hands an order off in spite of its totals.
    ///
    /// - Parameters:
    ///   - settings: Its channel's; nil where that is not in the file.
    ///   - doubtRemedy: What to do first where KCC may have it; nil where a channel can offer it.
    package func release(
        _ order: StoredOrder,
        _ settings: ChannelSettings? = nil,
        doubtRemedy: String? = nil,
        now: Date
    ) async throws(StoreError) {
        let isInDoubt = order.standing.handOffState.mayBeHandedOff
        let what = isInDoubt ? "released, and held because it may have been handed over" : "released"
        try await change(order, settings, now: now, what: what, doubtRemedy: doubtRemedy) {
            state,
            _,
            circumstances throws(HandOffState.Rejection) in
            try state.release(circumstances)
        } also: { db in
            // What could not be sent because of its totals can be sent as it is.
            try db.execute(
                sql:
                    "UPDATE kcc_order SET problem_revision = NULL WHERE order_id = ? AND problem IS NOT NULL",
                arguments: [order.row]
            )
        }
    }

    /// Records that a change after the hand-off has been dealt with.
    package func settle(_ order: StoredOrder, now: Date) async throws(StoreError) {
        guard !order.standing.changedFields.isEmpty else {
            throw StoreError(.refused, "order \(order.name) has not changed since its hand-off")
        }
        try await change(order, now: now, what: "settled") { state, revision, _ in
            state.resolve(revision: revision)
        }
    }

    /// Offers the current revision again, as if nobody had taken it.
    ///
    /// - Parameter settings: Its channel's; nil where that is not in the file.
    package func resend(_ order: StoredOrder, _ settings: ChannelSettings? = nil, now: Date)
        async throws(StoreError)
    {
        try await change(order, settings, now: now, what: "offered again") {
            state,
            _,
            circumstances throws(HandOffState.Rejection) in
            try state.resend(circumstances)
        }
    }

    // MARK: Steps

    /// Lets an operator's event happen to an order, or says why it cannot.
    private func change(
        _ order: StoredOrder,
        _ settings: ChannelSettings? = nil,
        now: Date,
        what: String,
        reason: ReasonCode? = nil,
        doubtRemedy: String? = nil,
        _ event:
            @escaping @Sendable (inout HandOffState, Int, HandOffState.Circumstances)
            throws(HandOffState.Rejection) -> [HandOffState.Action],
        also: @escaping @Sendable (GRDB.Database) throws -> Void = { _ in }
    ) async throws(StoreError) {
        try await store.write { db in
            let rows = HandOffRows(db: db, now: now, settings: settings)
            let circumstances = try rows.circumstances(of: order.row, settings)
            try rows.change(order.row, reason: reason) { state, revision in
                let before = state
                do throws(HandOffState.Rejection) {
                    return try event(&state, revision, circumstances)
                } catch {
                    throw Self.explain(error, order, before, doubtRemedy ?? order.doubtRemedy)
                }
            }
            try also(db)
            try Self.note(db, order.row, now: now, what: what)
        }
    }

    private static func explain(
        _ rejection: HandOffState.Rejection,
        _ order: StoredOrder,
        _ state: HandOffState,
        _ doubtRemedy: String
    ) -> StoreError {
        let (name, plain) = (order.name, order.reference)
        let subject = "order \(name)"
        return switch rejection {
        case .notImported:
            StoreError(
                .refused,
                "\(subject) is \(order.standing.state.rawValue), not imported, so nobody can have it"
            )
        case .totalsDiffer:
            StoreError(
                .refused,
                state.phase == .held
                    ? "\(subject) is held because its totals differ\(state.mayBeHandedOff ? ", too" : "")"
                    : "\(subject) cannot be offered: its totals differ",
                remedy: "first run: kccsyncd orders release \(plain)"
            )
        case .withdrawn:
            StoreError(
                .refused,
                "\(subject) was withdrawn (\(state.reason?.rawValue ?? "unknown"))",
                remedy: "if the ERP has it all the same, cancel it there"
            )
        case .notHeld: StoreError(.refused, "\(subject) is not held, so there is nothing to release")
        case .inDoubt:
            StoreError(
                .refused,
                "\(subject) may have been handed over already",
                remedy: doubtRemedy
            )
        case .redacted:
            StoreError(
                .refused,
                "\(subject) cannot be offered: its personal data was removed",
                remedy: "enter it in KCC by hand, then run: kccsyncd orders ack \(plain)"
            )
        case .cancelled:
            StoreError(
                .refused,
                "\(subject) cannot be offered: it is cancelled, or none of it is left",
                remedy: "see: kccsyncd orders explain \(plain)"
            )
        case .handedOver:
            StoreError(.refused, "\(subject) has been handed over and cannot be ignored any more")
        case .notOffered:
            StoreError(
                .refused,
                "\(subject) is \(order.standing.state == .imported ? state.phase.rawValue : order.standing.state.rawValue) and cannot be offered",
                remedy: "see: kccsyncd orders explain \(plain)"
            )
        }
    }

    static func note(_ db: GRDB.Database, _ row: Int64, now: Date, what: String) throws {
        try db.cachedStatement(
            sql: "INSERT INTO order_history (order_id, at_ms, what) VALUES (?, ?, ?)"
        )
        .execute(arguments: [row, now.milliseconds, what])
    }
}
