import Foundation
internal import GRDB
import SyncEngine

/// What the rules ask of the store, answered inside the import's own transaction.
struct StoredFacts: Facts {
    let db: GRDB.Database
    let shop: Int64
    /// Whether an order shows personal data that is read together with those judged now.
    var seesPersonalDataNow = false

    func personalData(besides order: ShopifyID) throws -> PersonalDataSight {
        if seesPersonalDataNow { return PersonalDataSight(seen: true, blank: 0) }
        return try PersonalDataRows(db: db, shop: shop).sight(besides: order)
    }

    func holder(ofRef ref: String, otherThan order: ShopifyID) throws -> String? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT name FROM "order" WHERE ref = ? AND state = 'imported' AND NOT (shop_id = ? AND gid = ?) LIMIT 1
                """
        )
        return try String.fetchOne(statement, arguments: [ref, shop, order.gid])
    }

    func payments(of order: ShopifyID) throws -> [EnteredPayment] {
        let row = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM \"order\" WHERE shop_id = ? AND gid = ?"),
            arguments: [shop, order.gid]
        )
        return try row.map { try OrderQueries.payments($0, db) } ?? []
    }

    func start(ofChannel name: String) throws -> StartDate? {
        try ChannelFactRows(db: db).start(of: name, shop: shop)
    }

    func customers(sharing keys: CustomerKeys) throws -> [KnownCustomer] {
        let linked = try keys.shopifyCustomer.flatMap { gid in
            try Int64.fetchOne(
                try db.cachedStatement(
                    sql: "SELECT customer_id FROM customer_link WHERE shop_id = ? AND gid = ?"
                ),
                arguments: [shop, gid.gid]
            )
        }
        let statement = try db.cachedStatement(
            sql: """
                SELECT id, urn, generic, email_key, address_key, person_key, address1 FROM customer
                WHERE id = ?1 OR email_key = ?2 OR (address_key = ?3 AND person_key = ?4)
                ORDER BY id = ?1 DESC, id LIMIT 100
                """
        )
        return try Row.fetchAll(statement, arguments: [linked, keys.email, keys.address, keys.person])
            .map { row in
                KnownCustomer(
                    id: row[0],
                    urn: row[1],
                    linked: linked == (row[0] as Int64),
                    keys: CustomerKeys(email: row[3], address: row[4], person: row[5]),
                    hasAddress: (row[6] as String?) != nil,
                    generic: row[2]
                )
            }
    }
}

/// The customers that orders go to.
struct CustomerRows {
    let db: GRDB.Database
    let shop: Int64
    let now: Date

    /// Carries out a choice: finds or makes the customer, links it, and returns its number.
    func take(_ choice: CustomerChoice, for order: Order) throws -> Int64 {
        switch choice {
        case .generic(let urn):
            return try generic(urn)
        case .existing(let id, _, _):
            try link(order.customer?.id, to: id)
            return id
        case .new:
            let id = try insert(order)
            try link(order.customer?.id, to: id)
            return id
        }
    }

    private func generic(_ urn: String) throws -> Int64 {
        if let id = try Int64.fetchOne(db, sql: "SELECT id FROM customer WHERE urn = ?", arguments: [urn]) {
            try db.execute(sql: "UPDATE customer SET generic = 1 WHERE id = ?", arguments: [id])
            return id
        }
        try db.execute(
            sql:
                "INSERT INTO customer (urn, generic, company, source, created_at_ms) VALUES (?, 1, ?, 'configuration', ?)",
            arguments: [urn, urn, now.milliseconds]
        )
        return db.lastInsertedRowID
    }

    private func insert(_ order: Order) throws -> Int64 {
        let place = [order.billingAddress, order.shippingAddress].compactMap(\.self).first(where: \.hasPlace)
        let keys = CustomerKeys(of: order)
        try db.cachedStatement(
            sql: """
                INSERT INTO customer (company, forename, surname, email, address1, town, postcode, country_code,
                    email_key, address_key, person_key, source, created_at_ms)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'order', ?)
                """
        )
        .execute(arguments: [
            place?.company, place?.firstName ?? order.customer?.firstName,
            place?.lastName ?? order.customer?.lastName,
            order.email ?? order.customer?.email, place?.address1, place?.city, place?.zip,
            place?.countryCode,
            keys.email, keys.address, keys.person, now.milliseconds,
        ])
        return db.lastInsertedRowID
    }

    private func link(_ gid: ShopifyID?, to customer: Int64) throws {
        guard let gid else { return }
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO customer_link VALUES (?, ?, ?)")
            .execute(arguments: [shop, gid.gid, customer])
    }
}
