internal import GRDB
package import SyncEngine
package import struct Foundation.Date

/// What is entered by hand or from files.
extension OrderOperations {
    /// Enters what an unpaid imported order was paid with.
    package func enterPayment(_ payment: EnteredPayment, for order: StoredOrder) async throws(StoreError) {
        guard order.standing.state == .imported else {
            throw StoreError(
                .refused,
                "order \(order.name) is \(order.standing.state.rawValue), and only imported orders take payments"
            )
        }
        guard EnteredPayment.count(atStatus: order.financialStatus) else {
            throw StoreError(
                .refused,
                "order \(order.name) is \(order.financialStatus ?? "paid") in Shopify, whose own payments cover it, so a payment entered here would not count",
                remedy: "see: kccsyncd orders show \(order.reference)"
            )
        }
        guard order.standing.handOffState.isUnserved else {
            throw StoreError(
                .refused,
                "order \(order.name) was handed over without this payment, which would not follow it",
                remedy:
                    "enter it in the ERP; or, if the ERP is to get the order again, run: kccsyncd orders resend \(order.reference)"
            )
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
            try Self.note(db, order.row, now: payment.at, what: "payment entered: \(payment.kind.rawValue)")
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
}
