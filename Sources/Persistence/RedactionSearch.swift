internal import GRDB
package import SyncEngine

/// One customer's orders, found by Shopify's id of the customer, by the customer's row, or by e-mail.
package struct RedactionSearch: Sendable {
    let store: SQLiteOrderStore

    package init(_ store: SQLiteOrderStore) {
        self.store = store
    }

    /// What belongs to the customer.
    package struct Found: Sendable, Equatable {
        /// Orders that can lose their personal data.
        package var ready: [Int64] = []
        /// Names of those that KCC has yet to get.
        package var unfinished: [String] = []
        /// Customers that go with them.
        package var customers: [Int64] = []
        /// How many of the customers come from KCC's own list.
        package var imported = 0

        package init() {}

        package var isEmpty: Bool { ready.isEmpty && unfinished.isEmpty && customers.isEmpty }
    }

    /// Whom the search is for.
    private struct Person: Sendable {
        var emails: Set<String> = []
        /// Shopify's ids of the customer, each with its shop's number.
        var ids: Set<String> = []
        var customers: Set<Int64> = []
        /// An order that belongs to the person, whoever it names.
        var order: Int64?
    }

    private struct Mention {
        var order: Int64
        var shop: Int64
        var customer: Int64?
        var emails: [String]
        /// The e-mail of the customer's own record in Shopify.
        var ownEmail: String?
        var id: String?

        init(_ row: Row) {
            order = row[0]
            shop = row[1]
            customer = row[2]
            ownEmail = CustomerKeys.emailKey(row[4])
            emails = [CustomerKeys.emailKey(row[3]), ownEmail].compactMap(\.self)
            id = (row[5] as String?).map { [shop] in "\(shop) \($0)" }
        }
    }

    /// Finds what belongs to whoever has an e-mail address, whatever its case.
    package func find(email: String) async throws(StoreError) -> Found {
        guard let key = CustomerKeys.emailKey(email) else { return Found() }
        return try await store.read { db in
            var person = Person(emails: [key])
            try Self.mentions(db) { mention in
                // A till's or an assistant's address on an order says nothing of the customer whom the order names.
                if mention.emails.contains(key), mention.ownEmail == nil || mention.ownEmail == key,
                    let id = mention.id
                {
                    person.ids.insert(id)
                }
            }
            return try Self.find(&person, db)
        }
    }

    /// Finds what belongs to whoever placed an order.
    package func find(customerOf order: StoredOrder) async throws(StoreError) -> Found {
        try await store.read { db in
            var person = Person(order: order.row)
            try Self.mentions(db, of: order.row) { mention in
                person.emails.formUnion(mention.emails)
                if let id = mention.id { person.ids.insert(id) }
            }
            return try Self.find(&person, db)
        }
    }

    private static func find(_ person: inout Person, _ db: GRDB.Database) throws -> Found {
        try addCustomers(to: &person, db)
        var orders: Set<Int64> = []
        if let order = person.order { orders.insert(order) }
        try mentions(db) { mention in
            let isOf =
                mention.emails.contains { person.emails.contains($0) }
                || mention.id.map(person.ids.contains) ?? false
                || mention.customer.map(person.customers.contains) ?? false
            if isOf { orders.insert(mention.order) }
        }
        var found = Found()
        found.customers = person.customers.sorted()
        for customer in found.customers {
            let source = try String.fetchOne(
                db,
                sql: "SELECT source FROM customer WHERE id = ?",
                arguments: [customer]
            )
            if source == "import" { found.imported += 1 }
        }
        for order in orders.sorted() {
            let row = try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT name, \(RedactionRows.unfinished) FROM "order" WHERE id = ? AND redacted_at_ms IS NULL
                        """
                ),
                arguments: [order]
            )
            guard let row else { continue }
            if row[1] { found.unfinished.append(row[0]) } else { found.ready.append(order) }
        }
        return found
    }

    /// Rows of customers with the person's e-mail, and rows that orders made for the person's id in Shopify.
    ///
    /// A row with another e-mail that is only linked may be many people's: a firm's of KCC's list, or that of a till's address.
    private static func addCustomers(to person: inout Person, _ db: GRDB.Database) throws {
        for email in person.emails {
            let rows = try Int64.fetchAll(
                db.cachedStatement(sql: "SELECT id FROM customer WHERE email_key = ? AND generic = 0"),
                arguments: [email]
            )
            person.customers.formUnion(rows)
        }
        for id in person.ids {
            let parts = id.split(separator: " ", maxSplits: 1)
            let rows = try Int64.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT c.id FROM customer_link l JOIN customer c ON c.id = l.customer_id
                        WHERE l.shop_id = ? AND l.gid = ? AND c.source = 'order' AND c.generic = 0 AND c.email_key IS NULL
                        """
                ),
                arguments: [Int64(parts[0]), String(parts[1])]
            )
            person.customers.formUnion(rows)
        }
    }

    /// Walks all orders and the versions that are kept of them; nobody asks this often enough for an index of e-mails.
    private static func mentions(
        _ db: GRDB.Database,
        of order: Int64? = nil,
        _ body: (Mention) -> Void
    ) throws {
        let fields = """
            CASE WHEN json_valid(t.snapshot) THEN json_extract(t.snapshot, '$.email') END,
            CASE WHEN json_valid(t.snapshot) THEN json_extract(t.snapshot, '$.customer.email') END,
            CASE WHEN json_valid(t.snapshot) THEN json_extract(t.snapshot, '$.customer.id') END
            """
        let which = order == nil ? "" : "AND o.id = ?"
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT o.id, o.shop_id, o.customer_id, \(fields) FROM "order" o JOIN "order" t ON t.id = o.id
                WHERE o.redacted_at_ms IS NULL \(which)
                UNION ALL
                SELECT o.id, o.shop_id, o.customer_id, \(fields) FROM order_revision t JOIN "order" o ON o.id = t.order_id
                WHERE o.redacted_at_ms IS NULL \(which)
                """,
            arguments: order.map { [$0, $0] } ?? []
        )
        while let row = try rows.next() { body(Mention(row)) }
    }
}
