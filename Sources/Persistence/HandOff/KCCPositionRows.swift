import Foundation
internal import GRDB
import SyncEngine

/// Which pages the store has given, and to whom: what a position of KCC's is compared with.
struct KCCPositionRows {
    let db: GRDB.Database
    let channel: LinkedChannel

    /// A page on record.
    struct Page {
        /// The channel that it was given to.
        var channel: String
        var number: Int64
        var shop: Int64?
        /// From when on orders were wanted when it was served.
        var start: Date?
        var isReturned: Bool
    }

    /// The store's number of the channel's shop; nil before its first sync.
    func shop() throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM shop WHERE domain = ?"),
            arguments: [channel.settings.shop.domain]
        )
    }

    func generation() throws -> Int64 { try counter("generation") }

    /// What a position says about this store.
    func origin(of position: PagePosition) throws -> PageOrigin {
        let ancestors = try Row.fetchAll(db, sql: "SELECT generation, last_page FROM kcc_generation")
        let shop = try shop()
        let page = try page(position.page)
        return PageOrigin(
            of: position,
            generation: try generation(),
            lastPage: try counter("kcc_page"),
            ancestors: Dictionary(uniqueKeysWithValues: ancestors.map { ($0[0], $0[1]) }),
            isAnotherShops: page.map { $0.channel != channel.name && $0.shop != nil && $0.shop != shop }
                ?? false
        )
    }

    /// The page of a number: the channel's own, else another channel's.
    ///
    /// Numbers that channels counted for themselves are another channel's never.
    func page(_ number: Int64) throws -> Page? {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT channel, page, shop_id, start_ms, returned_at_ms IS NOT NULL FROM kcc_page
                    WHERE page = ?1 AND (channel = ?2
                        OR page > (SELECT value FROM counter WHERE name = 'kcc_page_base'))
                    ORDER BY channel <> ?2 LIMIT 1
                    """
            ),
            arguments: [number, channel.name]
        )
        return row.map {
            Page(
                channel: $0[0],
                number: $0[1],
                shop: $0[2],
                start: ($0[3] as Int64?).map { Date(milliseconds: $0) },
                isReturned: $0[4]
            )
        }
    }

    /// The number of the next page.
    func next() throws -> Int64 {
        let sql = "UPDATE counter SET value = value + 1 WHERE name = 'kcc_page' RETURNING value"
        guard let number = try Int64.fetchOne(db.cachedStatement(sql: sql)) else {
            throw StoreError(.corrupt, "the count of KCC's pages is missing")
        }
        return number
    }

    /// A later life of this store gave a page: what it gave up to there is nothing new from now on.
    func remember(_ position: PagePosition) throws {
        try db.execute(
            sql: """
                INSERT INTO kcc_generation VALUES (?1, ?2)
                ON CONFLICT (generation) DO UPDATE SET last_page = max(last_page, ?2)
                """,
            arguments: [position.generation, position.page]
        )
    }

    /// Makes the store another one to KCC: a page that its earlier life may have given proves nothing here.
    static func startGeneration(_ db: GRDB.Database) throws {
        try db.execute(
            sql: """
                INSERT INTO kcc_generation
                SELECT g.value, p.value FROM counter g, counter p WHERE g.name = 'generation' AND p.name = 'kcc_page'
                ON CONFLICT (generation) DO UPDATE SET last_page = max(last_page, excluded.last_page)
                """
        )
        try db.execute(
            sql: "UPDATE counter SET value = ? WHERE name = 'generation'",
            arguments: [Int64.random(in: 1...999_999_999)]
        )
    }

    private func counter(_ name: String) throws -> Int64 {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT value FROM counter WHERE name = ?"),
            arguments: [name]
        ) ?? 0
    }
}
