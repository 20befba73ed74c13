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
                    hand_off = 'none', offer_position = NULL WHERE id = ?
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
    /// - Throws: `.refused` for one that is not imported, is held, or was withdrawn.
    package func acknowledge(_ order: StoredOrder, now: Date) async throws(StoreError) {
        switch order.standing.handOff {
        case .acknowledged: return
        case .waiting: break
        case .none:
            throw StoreError(
                .refused,
                "order \(order.name) is \(order.standing.state.rawValue), not imported, so nobody can have it"
            )
        case .held:
            throw StoreError(
                .refused,
                "order \(order.name) is held because its totals differ",
                remedy: "first run: kccsyncd orders release \(order.name)"
            )
        case .withdrawn:
            throw StoreError(
                .refused,
                "order \(order.name) was withdrawn (\(order.standing.reason?.rawValue ?? "unknown"))",
                remedy: "if the ERP has it all the same, cancel it there"
            )
        }
        try await store.write { db in
            try Self.serve(db, order, now: now)
            try db.execute(
                sql: "UPDATE \"order\" SET hand_off = 'acknowledged', acknowledged_at_ms = ? WHERE id = ?",
                arguments: [now.milliseconds, order.row]
            )
            try Self.note(db, order, now: now, what: "acknowledged")
        }
    }

    /// Records that an export contained the order, so that later changes are noticed.
    package func served(_ orders: [StoredOrder], now: Date) async throws(StoreError) {
        try await store.write { db in
            for order in orders where order.standing.servedRevision != order.standing.revision {
                try Self.serve(db, order, now: now)
                try Self.note(db, order, now: now, what: "exported revision \(order.standing.revision)")
            }
        }
    }

    /// Hands an order off in spite of its totals.
    package func release(_ order: StoredOrder, now: Date) async throws(StoreError) {
        guard order.standing.handOff == .held else {
            throw StoreError(.refused, "order \(order.name) is not held, so there is nothing to release")
        }
        try await change(
            order,
            now: now,
            what: "released",
            sql: """
                UPDATE "order" SET released = 1, hand_off = 'waiting', reason = NULL, offer_position =
                    (SELECT coalesce(max(offer_position), 0) + 1 FROM "order" WHERE offer_position IS NOT NULL)
                WHERE id = ?
                """
        )
    }

    /// Says that a change after the hand-off has been dealt with.
    package func settle(_ order: StoredOrder, now: Date) async throws(StoreError) {
        guard !order.standing.changedFields.isEmpty else {
            throw StoreError(.refused, "order \(order.name) has not changed since its hand-off")
        }
        try await store.write { db in
            try Self.keep(db, order, why: "settled", now: now)
            try db.execute(
                sql: "UPDATE \"order\" SET changed_fields = '[]' WHERE id = ?",
                arguments: [order.row]
            )
            try Self.note(db, order, now: now, what: "settled")
        }
    }

    /// Offers the current revision again, as if nobody had taken it.
    package func resend(_ order: StoredOrder, now: Date) async throws(StoreError) {
        guard order.standing.state == .imported, order.standing.handOff != .held else {
            throw StoreError(
                .refused,
                "order \(order.name) is \(order.standing.state.rawValue) and cannot be offered",
                remedy: "see: kccsyncd orders explain \(order.name)"
            )
        }
        try await change(
            order,
            now: now,
            what: "offered again",
            sql: """
                UPDATE "order" SET hand_off = 'waiting', acknowledged_at_ms = NULL, changed_fields = '[]', reason = NULL,
                    offer_position = (SELECT coalesce(max(offer_position), 0) + 1 FROM "order" WHERE offer_position IS NOT NULL)
                WHERE id = ?
                """
        )
    }

    /// Enters what an unpaid imported order was paid with.
    package func enterPayment(_ payment: EnteredPayment, for order: StoredOrder) async throws(StoreError) {
        guard order.standing.state == .imported else {
            throw StoreError(
                .refused,
                "order \(order.name) is \(order.standing.state.rawValue), and only imported orders take payments"
            )
        }
        guard order.financialStatus != "PAID" else {
            throw StoreError(.refused, "order \(order.name) is paid in Shopify already")
        }
        try await store.write { db in
            try db.execute(
                sql:
                    "INSERT INTO order_payment (order_id, at_ms, amount_micros, kind, reference) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    order.row, payment.at.milliseconds, payment.amount.micros, payment.kind.rawValue,
                    payment.reference,
                ]
            )
            try Self.note(db, order, now: payment.at, what: "payment entered: \(payment.kind.rawValue)")
        }
    }

    /// Adds or renews customers that KCC has; the URN tells them apart.
    ///
    /// - Returns: How many were new.
    package func importCustomers(_ customers: [StoredCustomer], now: Date) async throws(StoreError) -> Int {
        try await store.write { db in
            let before = try Int.fetchOne(db, sql: "SELECT count(*) FROM customer") ?? 0
            for customer in customers {
                try db.cachedStatement(
                    sql: """
                        INSERT INTO customer (urn, company, forename, surname, email, address1, town, postcode,
                            country_code, email_key, address_key, person_key, source, created_at_ms)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'import', ?)
                        ON CONFLICT (urn) DO UPDATE SET company = excluded.company, forename = excluded.forename,
                            surname = excluded.surname, email = excluded.email, address1 = excluded.address1,
                            town = excluded.town, postcode = excluded.postcode, country_code = excluded.country_code,
                            email_key = excluded.email_key, address_key = excluded.address_key,
                            person_key = excluded.person_key
                        """
                )
                .execute(arguments: [
                    customer.urn, customer.company, customer.forename, customer.surname, customer.email,
                    customer.address1, customer.town, customer.postcode, customer.countryCode,
                    CustomerKeys.emailKey(customer.email),
                    CustomerKeys.addressKey(
                        line1: customer.address1,
                        town: customer.town,
                        postcode: customer.postcode
                    ),
                    CustomerKeys.personKey(forename: customer.forename, surname: customer.surname),
                    now.milliseconds,
                ])
            }
            return (try Int.fetchOne(db, sql: "SELECT count(*) FROM customer") ?? 0) - before
        }
    }

    // MARK: Steps

    private func change(_ order: StoredOrder, now: Date, what: String, sql: String) async throws(StoreError) {
        try await store.write { db in
            try db.execute(sql: sql, arguments: [order.row])
            try Self.note(db, order, now: now, what: what)
        }
    }

    private static func note(_ db: GRDB.Database, _ order: StoredOrder, now: Date, what: String) throws {
        try db.execute(
            sql: "INSERT INTO order_history (order_id, at_ms, what) VALUES (?, ?, ?)",
            arguments: [order.row, now.milliseconds, what]
        )
    }

    private static func serve(_ db: GRDB.Database, _ order: StoredOrder, now: Date) throws {
        try keep(db, order, why: "served", now: now)
        try db.execute(
            sql: "UPDATE \"order\" SET served_revision = revision WHERE id = ?",
            arguments: [order.row]
        )
    }

    private static func keep(_ db: GRDB.Database, _ order: StoredOrder, why: String, now: Date) throws {
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO order_revision (order_id, revision, why, at_ms, snapshot, snapshot_hash)
                SELECT id, revision, ?, ?, snapshot, snapshot_hash FROM "order" WHERE id = ?
                """,
            arguments: [why, now.milliseconds, order.row]
        )
    }
}
