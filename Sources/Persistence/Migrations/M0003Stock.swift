import Foundation
internal import GRDB
import SyncEngine

/// Levels, what Shopify offers, and the units that levels may not know of.
enum M0003Stock {
    static let identifier = "0003 stock"

    static func migrate(_ db: GRDB.Database) throws {
        try db.execute(sql: sql)
        try claimOldOrders(db)
    }

    /// Takes up the units of orders that were stored before this table was.
    ///
    /// No level has been told yet, and those to come know what was acknowledged long ago.
    private static func claimOldOrders(_ db: GRDB.Database) throws {
        let recently = Date().addingTimeInterval(-30 * 86_400).milliseconds
        let orders = try Row.fetchCursor(
            db,
            sql: """
                SELECT id, snapshot FROM "order"
                WHERE gone = 0 AND coalesce(reason, '') <> 'unreadable'
                    AND (acknowledged_at_ms IS NULL OR acknowledged_at_ms > ?)
                """,
            arguments: [recently]
        )
        while let row = try orders.next() {
            guard let order = try? Snapshot.order(row[1]) else { continue }
            try ClaimRows(db: db).write(StockClaim.units(of: order), of: row[0], replacing: false)
        }
    }

    // The units of a live order that some level may not know are found without walking years of lines: `kind` puts each
    // claim into one of four ranges, and `key_ms` is what a decision compares in that range.
    //
    //   open   nobody has taken the order   key = placed         all of them, or those after the level
    //   taken  KCC acknowledged it          key = acknowledged   those after the oldest level, less the margin
    //   till   sold at a till, never taken  key = placed         those after the oldest level
    //   ended  nothing of it is wanted now  key = last change    those after the view of Shopify's figure began
    //   NULL   none of KCC's business       not in the index
    //
    // So of a best-seller's 100,000 lines those are touched that came after the last level, not those before. The trigger
    // keeps the range right whoever changes an order, and makes the SKU due in the same transaction.
    private static let sql = """
        CREATE TABLE stock_level (
            channel TEXT NOT NULL,
            sku TEXT NOT NULL,
            site TEXT NOT NULL,
            level_micros INTEGER NOT NULL,
            told_at_ms INTEGER NOT NULL,
            figure_since_ms INTEGER NOT NULL,
            received_at_ms INTEGER NOT NULL,
            source TEXT NOT NULL CHECK (source IN ('file', 'command', 'kcc')),
            PRIMARY KEY (channel, sku, site)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE stock_item (
            channel TEXT NOT NULL,
            sku TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'waiting',
            reason TEXT NOT NULL DEFAULT '',
            since_ms INTEGER NOT NULL,
            target INTEGER,
            confirmed INTEGER,
            confirmed_at_ms INTEGER,
            sent_for_ms INTEGER,
            due_at_ms INTEGER,
            version INTEGER NOT NULL DEFAULT 0,
            job_id INTEGER,
            PRIMARY KEY (channel, sku)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX stock_item_due ON stock_item (channel, due_at_ms)
            WHERE due_at_ms IS NOT NULL AND job_id IS NULL;
        CREATE INDEX stock_item_sku ON stock_item (sku);
        CREATE INDEX stock_item_job ON stock_item (job_id) WHERE job_id IS NOT NULL;

        CREATE TABLE stock_channel (
            channel TEXT PRIMARY KEY,
            digest TEXT NOT NULL,
            verified_at_ms INTEGER,
            verify_after TEXT
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE inventory_item (
            shop_id INTEGER NOT NULL REFERENCES shop (id),
            gid TEXT NOT NULL,
            sku TEXT NOT NULL,
            tracked INTEGER NOT NULL CHECK (tracked IN (0, 1)),
            seen_at_ms INTEGER NOT NULL,
            PRIMARY KEY (shop_id, gid)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX inventory_item_sku ON inventory_item (shop_id, sku);

        CREATE TABLE catalogue (
            shop_id INTEGER PRIMARY KEY REFERENCES shop (id),
            begun_at_ms INTEGER NOT NULL,
            cursor TEXT,
            read_at_ms INTEGER
        ) STRICT;

        CREATE TABLE stock_view (
            shop_id INTEGER NOT NULL REFERENCES shop (id),
            location TEXT NOT NULL,
            item TEXT NOT NULL,
            quantity INTEGER,
            asked_at_ms INTEGER NOT NULL,
            answered_at_ms INTEGER NOT NULL,
            origin TEXT NOT NULL CHECK (origin IN ('read', 'set', 'unknown')),
            stale INTEGER NOT NULL DEFAULT 0,
            base_quantity INTEGER,
            base_at_ms INTEGER,
            base_left_at_ms INTEGER,
            PRIMARY KEY (shop_id, location, item)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE stock_claim (
            order_id INTEGER NOT NULL REFERENCES "order" (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            sku TEXT NOT NULL,
            location TEXT,
            units INTEGER NOT NULL,
            reductions TEXT NOT NULL,
            ended_at_ms INTEGER,
            edited_at_ms INTEGER,
            channel TEXT NOT NULL DEFAULT '',
            kind TEXT CHECK (kind IN ('open', 'taken', 'till', 'ended')),
            key_ms INTEGER,
            PRIMARY KEY (order_id, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX stock_claim_range ON stock_claim (sku, channel, kind, key_ms) WHERE kind IS NOT NULL;
        CREATE INDEX order_taken ON "order" (channel) WHERE acknowledged_at_ms IS NOT NULL;

        CREATE TRIGGER order_claims
        AFTER UPDATE OF state, reason, channel, site, hand_off, acknowledged_at_ms, cancelled_at_ms, gone ON "order"
        BEGIN
            UPDATE stock_claim SET
                channel = NEW.channel,
                kind = CASE
                    WHEN NEW.gone THEN NULL
                    WHEN NEW.reason = 'pos_not_downloaded' AND NEW.cancelled_at_ms IS NULL AND ended_at_ms IS NULL
                        THEN 'till'
                    WHEN NEW.state IN ('imported', 'failed')
                        OR NEW.reason IN ('unpaid', 'location_unknown', 'cancelled', 'pos_not_downloaded', 'out_of_reach')
                        OR (NEW.state = 'pending'
                            AND NEW.reason NOT IN ('before_start_date', 'test_order', 'other_location'))
                        THEN CASE
                            WHEN NEW.cancelled_at_ms IS NOT NULL OR ended_at_ms IS NOT NULL THEN 'ended'
                            WHEN NEW.acknowledged_at_ms IS NOT NULL THEN 'taken'
                            ELSE 'open' END
                    END,
                key_ms = CASE
                    WHEN NEW.cancelled_at_ms IS NOT NULL OR ended_at_ms IS NOT NULL
                        THEN max(coalesce(NEW.cancelled_at_ms, 0), coalesce(ended_at_ms, 0))
                    ELSE coalesce(NEW.acknowledged_at_ms, NEW.created_at_ms) END
            WHERE order_id = NEW.id;
            UPDATE stock_item SET due_at_ms = 0, version = version + 1
            WHERE sku IN (SELECT sku FROM stock_claim WHERE order_id = NEW.id);
        END;
        """
}
