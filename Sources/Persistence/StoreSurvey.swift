import Foundation
internal import GRDB
package import SyncEngine

/// How much of what is in the order store, for whoever diagnoses a shop from afar: figures, codes and times, and nothing that
/// a customer, Shopify or KCC wrote.
package struct StoreSurvey: Sendable {
    /// One answer, a row for each kind.
    package struct Table: Sendable {
        package let title: String
        package let columns: [String]
        package let rows: [[String]]
    }

    private let database: OrderDatabase

    package init(_ database: OrderDatabase) {
        self.database = database
    }

    /// The version of the SQLite that this process runs with.
    ///
    /// - Throws: `.internal` where SQLite does not even answer that.
    package static func sqliteVersion() throws(StoreError) -> String {
        try StoreError.catching(path: "SQLite") {
            try DatabaseQueue().read { db in try String.fetchOne(db, sql: "SELECT sqlite_version()") ?? "?" }
        }
    }

    /// All tables; of a damaged file those that can be read, with the error in place of the others.
    ///
    /// - Throws: `.busy`, `.inputOutput`, …
    package func tables() async throws(StoreError) -> [Table] {
        do {
            return try await database.writer.read { [path = database.path] db in
                let titles = Self.questions.map(\.title) + ["rows of each table"]
                return try titles.enumerated()
                    .map { index, title in
                        do {
                            guard index < Self.questions.count else { return try Self.sizes(db, title) }
                            return try Self.table(title, Self.questions[index].sql, db)
                        } catch let error as DatabaseError {
                            let error = StoreError(error, path: path)
                            guard error.code == .corrupt else { throw error }
                            return Table(title: title, columns: ["cannot be read"], rows: [[error.message]])
                        }
                    }
            }
        } catch {
            throw StoreError(error, path: database.path)
        }
    }

    private static func table(_ title: String, _ sql: String, _ db: GRDB.Database) throws -> Table {
        let statement = try db.makeStatement(sql: sql)
        let columns = statement.columnNames
        let rows = try Row.fetchAll(statement)
            .map { row in columns.map { text(row[$0] as DatabaseValue, column: $0) } }
        return Table(title: title, columns: columns, rows: rows)
    }

    /// What SQLite's quick examination of the file's structure finds, a line each; nothing where it is sound.
    ///
    /// - Throws: `.corrupt` where the file is too damaged to be examined.
    package func problems() async throws(StoreError) -> [String] {
        do {
            return try await database.writer.read { db in try DatabaseCare.problems(db, thorough: false) }
        } catch {
            throw StoreError(error, path: database.path)
        }
    }

    /// How many rows each table has.
    private static func sizes(_ db: GRDB.Database, _ title: String) throws -> Table {
        let names = try String.fetchAll(
            db,
            sql:
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
        let rows = try names.map { name in
            [
                name,
                String(
                    try Int.fetchOne(db, sql: "SELECT count(*) FROM \(name.quotedDatabaseIdentifier)") ?? 0
                ),
            ]
        }
        return Table(title: title, columns: ["name", "rows"], rows: rows)
    }

    /// Milliseconds become times; everything else is written as it is.
    private static func text(_ value: DatabaseValue, column: String) -> String {
        switch value.storage {
        case .null: "-"
        case .int64(let number):
            column.hasSuffix("_at") ? Date(milliseconds: number).formatted(.iso8601) : String(number)
        case .double(let number): String(number)
        case .string(let text): text
        case .blob(let bytes): "\(bytes.count) bytes"
        }
    }

    // Why a job waits is told by the head of our own sentence alone: what follows it, and every sentence that is none of these,
    // may repeat Shopify's words, and those what somebody typed.
    private static let reasons = [
        "Shopify refuses it", "Shopify says", "its last request may still be under way",
        "its shipment is gone",
        "Shopify does not show its order any more", "it may have been told before the store was restored",
        "the order is cancelled", "nothing of it can be sent", "what it was to send cannot be read",
        "creating a fulfilment", "changing a fulfilment's tracking", "reading an order's fulfilments",
    ]

    private static var reason: String {
        let cases = reasons.map { reason in
            let text = reason.replacing("'", with: "''")
            return "WHEN substr(last_error, 1, \(reason.count)) = '\(text)' THEN '\(text)'"
        }
        return """
            CASE WHEN last_error IS NULL THEN '-'
            \(cases.joined(separator: "\n"))
            WHEN last_error LIKE '%units are in no fulfilment order that the app may see' THEN 'units that the app may not see'
            ELSE 'something else, left out' END
            """
    }

    /// Only columns that hold codes, figures, times and the configuration's names.
    private static var questions: [(title: String, sql: String)] {
        [
            (
                "file",
                """
                SELECT sqlite_version() AS sqlite, (SELECT user_version FROM pragma_user_version) AS schema,
                    (SELECT group_concat(identifier, ', ') FROM grdb_migrations) AS migrations,
                    (SELECT journal_mode FROM pragma_journal_mode) AS journal,
                    (SELECT page_size FROM pragma_page_size) AS page_bytes,
                    (SELECT page_count FROM pragma_page_count) AS pages,
                    (SELECT freelist_count FROM pragma_freelist_count) AS free_pages
                """
            ),
            ("counters", "SELECT name, value FROM counter WHERE name <> 'generation' ORDER BY name"),
            (
                "restorations",
                "SELECT at_ms AS restored_at, why, confirmed_at_ms AS confirmed_at FROM restoration"
            ),
            (
                "shops",
                "SELECT domain, time_zone, currency, watermark_ms AS watermark_at, swept_at_ms AS swept_at FROM shop ORDER BY id"
            ),
            (
                "channels",
                "SELECT name, shop_id AS shop, start_date, start_at_ms AS start_at FROM channel ORDER BY name"
            ),
            (
                "orders",
                """
                SELECT channel, state, reason, hand_off, count(*) AS orders, min(placed_at_ms) AS first_placed_at,
                    max(placed_at_ms) AS last_placed_at
                FROM "order" GROUP BY channel, state, reason, hand_off ORDER BY channel, state, reason, hand_off
                """
            ),
            (
                "orders to be read again",
                "SELECT shop_id AS shop, why, count(*) AS orders, max(attempt) AS most_tries FROM revisit GROUP BY shop_id, why"
            ),
            (
                "queue",
                """
                SELECT channel, kind, state, \(reason) AS why, count(*) AS jobs, max(attempt) AS most_tries,
                    min(created_at_ms) AS oldest_at
                FROM push_job GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
                """
            ),
            (
                "shipments",
                """
                SELECT completed_at_ms IS NOT NULL AS complete, raised IS NOT NULL AS raised, count(*) AS shipments,
                    max(told_at_ms) AS last_told_at
                FROM shipment GROUP BY 1, 2
                """
            ),
            (
                "stock",
                """
                SELECT channel, state, count(*) AS skus, count(due_at_ms) AS due, count(job_id) AS under_way
                FROM stock_item GROUP BY channel, state ORDER BY channel, state
                """
            ),
            (
                "link to KCC",
                """
                SELECT c.channel, start_ms AS start_at, orders_at_ms AS orders_at, reports_at_ms AS reports_at,
                    foreign_position IS NOT NULL AS foreign_position,
                    (SELECT max(page) FROM kcc_page p WHERE p.channel = c.channel) AS last_page,
                    (SELECT max(page) FROM kcc_page p WHERE p.channel = c.channel AND returned_at_ms IS NOT NULL)
                        AS last_page_returned
                FROM kcc_channel c ORDER BY c.channel
                """
            ),
            (
                "orders at KCC",
                """
                SELECT o.channel, count(*) AS orders, count(k.served_at_ms) AS served, count(k.confirmed_at_ms) AS confirmed,
                    count(k.problem) AS not_sendable
                FROM kcc_order k JOIN "order" o ON o.id = k.order_id GROUP BY o.channel ORDER BY o.channel
                """
            ),
            (
                "notices of KCC",
                """
                SELECT channel, kind, open, count(*) AS notices, sum(times) AS times, max(last_at_ms) AS last_at
                FROM kcc_notice GROUP BY channel, kind, open ORDER BY channel, kind, open
                """
            ),
            (
                "backfills",
                """
                SELECT channel, from_ms AS from_at, to_ms AS to_at, position_ms AS position_at, listed, imported, refused, failed,
                    finished_at_ms AS finished_at
                FROM backfill ORDER BY id
                """
            ),
        ]
    }
}
