import Foundation
internal import GRDB
import SyncEngine

/// Writes what became of SKUs and of what Shopify offers, inside a transaction.
struct StockRows {
    let db: GRDB.Database

    func record(_ outcome: StockOutcome, of scope: StockScope, now: Date) throws {
        for view in outcome.views { try save(view, scope) }
        for item in outcome.seen { try save(item, shop: scope.shop, now: now) }
        for item in outcome.forgotten {
            try db.execute(
                sql: "DELETE FROM inventory_item WHERE shop_id = ? AND gid = ?",
                arguments: [scope.shop, item.gid]
            )
            try db.execute(
                sql: "DELETE FROM stock_view WHERE shop_id = ? AND location = ? AND item = ?",
                arguments: [scope.shop, scope.location.gid, item.gid]
            )
        }
        for mark in outcome.marks { try save(mark, channel: scope.channel, now: now) }
        for sku in outcome.due { try due(sku, channel: scope.channel) }
    }

    /// Makes a SKU due that has levels; its row is made where it has none yet.
    func touch(_ sku: SKU, channel: String, now: Date) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO stock_item (channel, sku, since_ms, due_at_ms) VALUES (?, ?, ?, 0)
                ON CONFLICT (channel, sku) DO UPDATE SET due_at_ms = 0, version = version + 1
                """
        )
        .execute(arguments: [channel, sku, now.milliseconds])
    }

    /// Makes a SKU due if it is known.
    func due(_ sku: SKU, channel: String) throws {
        try db.cachedStatement(
            sql: "UPDATE stock_item SET due_at_ms = 0, version = version + 1 WHERE channel = ? AND sku = ?"
        )
        .execute(arguments: [channel, sku])
    }

    /// Makes SKUs due that do not reach Shopify, as if nothing was known of why.
    ///
    /// - Parameter channel: Nil = all channels.
    /// - Returns: How many there are.
    @discardableResult
    func retry(channel: String?, now: Date) throws -> Int {
        // Whether Shopify tracks an item is read again only after a while.
        try db.execute(
            sql: """
                UPDATE inventory_item SET seen_at_ms = 0 WHERE tracked = 0 AND sku IN
                    (SELECT sku FROM stock_item WHERE state = ?1 AND (?2 IS NULL OR channel = ?2))
                """,
            arguments: [StockState.notTracked.rawValue, channel]
        )
        let states = StockState.allCases.filter(\.isTrouble).map { "'\($0.rawValue)'" }
            .joined(separator: ", ")
        try db.execute(
            sql: """
                UPDATE stock_item SET due_at_ms = 0, version = version + 1, state = 'waiting', reason = '', since_ms = ?1
                WHERE (?2 IS NULL OR channel = ?2) AND state IN (\(states)) AND job_id IS NULL
                """,
            arguments: [now.milliseconds, channel]
        )
        return db.changesCount
    }

    private func save(_ mark: StockOutcome.Mark, channel: String, now: Date) throws {
        // Whoever made the SKU due since the facts were read is not overruled: the version tells.
        let statement = try db.cachedStatement(
            sql: """
                UPDATE stock_item SET
                    since_ms = CASE WHEN state = ?1 THEN since_ms ELSE ?2 END,
                    state = ?1, reason = ?3, target = ?4,
                    confirmed = coalesce(?5, confirmed),
                    confirmed_at_ms = CASE WHEN ?5 IS NULL THEN confirmed_at_ms ELSE ?2 END,
                    sent_arrival = coalesce(?6, sent_arrival),
                    sent_target = CASE WHEN ?6 IS NULL THEN sent_target ELSE ?12 END,
                    job_id = ?7,
                    due_at_ms = CASE WHEN version = ?8 THEN ?9 ELSE 0 END
                WHERE channel = ?10 AND sku = ?11
                """
        )
        try statement.execute(arguments: [
            mark.state.rawValue, now.milliseconds, mark.reason, mark.target, mark.confirmed,
            mark.sent?.arrival, mark.job, mark.version, mark.dueAt?.milliseconds, channel, mark.sku,
            mark.sent?.target,
        ])
    }

    private func save(_ view: StockView, _ scope: StockScope) throws {
        let statement = try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO stock_view VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        try statement.execute(arguments: [
            scope.shop, scope.location.gid, view.item.gid, view.quantity, view.askedAt.milliseconds,
            view.answeredAt.milliseconds, view.origin.rawValue, view.stale, view.base?.quantity,
            view.base?.at.milliseconds, view.base?.leftAt.milliseconds,
        ])
    }

    /// Stores an item as it was seen; a SKU that has come to it or has left it is decided again.
    func save(_ item: CatalogueItem, shop: Int64, now: Date) throws {
        let known = try SKU.fetchOne(
            db.cachedStatement(sql: "SELECT sku FROM inventory_item WHERE shop_id = ? AND gid = ?"),
            arguments: [shop, item.id.gid]
        )
        let statement = try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO inventory_item VALUES (?, ?, ?, ?, ?)"
        )
        try statement.execute(arguments: [shop, item.id.gid, item.sku, item.tracked, now.milliseconds])
        guard let known, known != item.sku else { return }
        for sku in [known, item.sku] {
            try db.cachedStatement(
                sql: "UPDATE stock_item SET due_at_ms = 0, version = version + 1 WHERE sku = ?"
            )
            .execute(arguments: [sku])
        }
    }

    /// Gives back the SKUs that a job holds: due, and what Shopify offers of them no longer certain.
    ///
    /// - Parameter keeping: Rows that certainly were not sent, of whose items everything stays known.
    func release(job: Int64, of scope: StockScope, keeping: StockBatch? = nil) throws {
        let kept = Set((keeping?.rows ?? []).map(\.sku))
        let skus = try SKU.fetchAll(
            db,
            sql: "SELECT sku FROM stock_item WHERE job_id = ? AND channel = ?",
            arguments: [job, scope.channel]
        )
        for sku in skus where !kept.contains(sku) {
            try db.execute(
                sql: """
                    UPDATE stock_view SET origin = 'unknown', base_quantity = NULL, base_at_ms = NULL, base_left_at_ms = NULL
                    WHERE shop_id = ?1 AND location = ?2
                        AND item IN (SELECT gid FROM inventory_item WHERE shop_id = ?1 AND sku = ?3)
                    """,
                arguments: [scope.shop, scope.location.gid, sku]
            )
        }
        try db.execute(
            sql: """
                UPDATE stock_item SET job_id = NULL, due_at_ms = 0, version = version + 1, reason = ''
                WHERE job_id = ? AND channel = ?
                """,
            arguments: [job, scope.channel]
        )
    }
}
