import Foundation
internal import GRDB
import SyncEngine

/// Reads what decisions about a channel's SKUs depend on.
struct StockFactRows {
    let db: GRDB.Database
    let context: StockContext
    let now: Date

    private var scope: StockScope { context.scope }

    /// Nil where no level is stored.
    func entry(_ sku: SKU) throws -> StockCase? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT version, state, reason, since_ms, target, sent_arrival, sent_target FROM stock_item
                WHERE channel = ? AND sku = ?
                """
        )
        guard let row = try Row.fetchOne(statement, arguments: [scope.channel, sku]) else { return nil }
        let levels = try Self.levels(of: sku, channel: scope.channel, db)
        let items = try items(of: sku)
        return StockCase(
            sku: sku,
            version: row[0],
            state: StockState(rawValue: row[1]) ?? .waiting,
            reason: row[2],
            since: Date(milliseconds: row[3]),
            target: row[4],
            sent: (row[5] as Int64?).map { StockSent(arrival: $0, target: row[6]) },
            levels: levels,
            claims: try claims(on: sku, levels: levels, views: items.compactMap(\.view)),
            items: items
        )
    }

    /// The levels of a SKU at all sites that have a name.
    static func levels(of sku: SKU, channel: String, _ db: GRDB.Database) throws -> [StockLevel] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT site, level_micros, told_at_ms, source, figure_since_ms, arrival FROM stock_level
                WHERE channel = ? AND sku = ? ORDER BY site
                """
        )
        return try Row.fetchAll(statement, arguments: [channel, sku])
            .map { row in
                var level = StockLevel(
                    channel: channel,
                    sku: sku,
                    site: row[0],
                    level: Amount(micros: row[1]),
                    arrival: row[5],
                    toldAt: Date(milliseconds: row[2]),
                    // The schema's CHECK admits no other; a file is believed least.
                    source: StockLevel.Source(rawValue: row[3]) ?? .file
                )
                level.figureSince = Date(milliseconds: row[4])
                return level
            }
    }

    /// KCC's levels of a SKU that are none of the channel's: of sites that `[sites]` does not name, by SiteID.
    static func unnamed(_ sku: SKU, channel: String, _ db: GRDB.Database) throws -> [StockLevel] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT site_id, level_micros, told_at_ms, arrival FROM kcc_level
                WHERE channel = ? AND sku = ? AND named = 0 ORDER BY site_id
                """
        )
        return try Row.fetchAll(statement, arguments: [channel, sku])
            .map { row in
                StockLevel(
                    channel: channel,
                    sku: sku,
                    site: row[0],
                    level: Amount(micros: row[1]),
                    arrival: row[3],
                    toldAt: Date(milliseconds: row[2]),
                    source: .kcc
                )
            }
    }

    private func items(of sku: SKU) throws -> [StockCase.Item] {
        let statement = try db.cachedStatement(
            // Left to itself SQLite walks the whole shop, which is sorted by gid already.
            sql: """
                SELECT gid, tracked, seen_at_ms FROM inventory_item INDEXED BY inventory_item_sku
                WHERE shop_id = ? AND sku = ? ORDER BY gid
                """
        )
        return try Row.fetchAll(statement, arguments: [scope.shop, sku])
            .map { row in
                let id = ShopifyID(row[0])
                return StockCase.Item(
                    id: id,
                    tracked: row[1],
                    seenAt: Date(milliseconds: row[2]),
                    view: try Self.view(of: id, scope, db)
                )
            }
    }

    static func view(of item: ShopifyID, _ scope: StockScope, _ db: GRDB.Database) throws -> StockView? {
        let statement = try db.cachedStatement(
            sql: "SELECT * FROM stock_view WHERE shop_id = ? AND location = ? AND item = ?"
        )
        let found = try Row.fetchOne(statement, arguments: [scope.shop, scope.location.gid, item.gid])
        return found.map { row in
            var view = StockView(
                item: item,
                quantity: row["quantity"],
                askedAt: Date(milliseconds: row["asked_at_ms"]),
                answeredAt: Date(milliseconds: row["answered_at_ms"]),
                origin: StockView.Origin(rawValue: row["origin"]) ?? .unknown
            )
            view.stale = row["stale"]
            if let quantity = row["base_quantity"] as Int?, let at = row["base_at_ms"] as Int64?,
                let leftAt = row["base_left_at_ms"] as Int64?
            {
                view.base = StockView.Base(
                    quantity: quantity,
                    at: Date(milliseconds: at),
                    leftAt: Date(milliseconds: leftAt)
                )
            }
            return view
        }
    }

    // MARK: Claims

    /// One range of one channel's claims; `key_ms` means another time in each.
    static let rangeSQL = """
        SELECT o.id, o.name, o.shop_id, o.channel, o.site, o.created_at_ms, o.cancelled_at_ms, o.known_at_ms,
            c.location, c.units, c.reductions, c.edited_at_ms, c.kind, o.known_arrival
        FROM stock_claim c CROSS JOIN "order" o
        WHERE c.sku = ? AND c.channel = ? AND c.kind = ? AND c.key_ms > ? AND o.id = c.order_id
        """

    private static let nextChannelSQL = """
        SELECT channel FROM stock_claim WHERE sku = ? AND kind IS NOT NULL AND channel > ? ORDER BY channel LIMIT 1
        """

    /// The units that the levels may not know, and some that they know: what a decision needs, and few rows more.
    ///
    /// Clocks may differ by minutes, so every range begins earlier than it would have to.
    private func claims(on sku: SKU, levels: [StockLevel], views: [StockView]) throws -> [StockClaim] {
        let told = min(levels.map(\.toldAt).min() ?? .distantPast, now)
        // A fall is explained by orders since the figure that it is measured from, known to KCC or not.
        let base = views.compactMap { $0.base?.at }.min() ?? .distantFuture
        let since = min(told.addingTimeInterval(-3600), base)
        let seen = (views.map(\.askedAt).min() ?? now).addingTimeInterval(-3600)
        var found: [StockClaim] = []
        var channel = ""
        // SQLite compares the texts' bytes, as the index does.
        while let next = try String.fetchOne(
            db.cachedStatement(sql: Self.nextChannelSQL),
            arguments: [sku, channel]
        ) {
            channel = next
            // Where somebody takes the orders, all that are not taken are held back, however old they are.
            let open = context.handingOff.contains(channel) ? Date.distantPast : since
            found += try range("open", after: open, sku, channel)
            found += try range("taken", after: since, sku, channel)
            found += try range("till", after: since, sku, channel)
            found += try range("ended", after: seen, sku, channel)
        }
        return found
    }

    private func range(_ kind: String, after: Date, _ sku: SKU, _ channel: String) throws -> [StockClaim] {
        let statement = try db.cachedStatement(sql: Self.rangeSQL)
        return try Row.fetchAll(statement, arguments: [sku, channel, kind, after.milliseconds])
            .map { row in
                var units = ClaimedUnits(
                    sku: sku,
                    location: (row[8] as String?).map { ShopifyID($0) },
                    current: row[9]
                )
                units.reductions = ClaimRows.reductions(row[10])
                units.editedAt = (row[11] as Int64?).map { Date(milliseconds: $0) }
                return StockClaim(
                    order: row[0],
                    name: row[1],
                    shop: row[2],
                    channel: row[3],
                    site: row[4],
                    units: units,
                    createdAt: Date(milliseconds: row[5]),
                    cancelledAt: (row[6] as Int64?).map { Date(milliseconds: $0) },
                    acknowledgedAt: (row[7] as Int64?).map { Date(milliseconds: $0) },
                    acknowledgedAfter: row[13] ?? 0,
                    isUntilLevel: row[12] == "till"
                )
            }
    }
}
