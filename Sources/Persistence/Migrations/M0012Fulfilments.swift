internal import GRDB

/// How often a push failed, which ones may have been done already, pick-ups, and what was last seen of an order.
enum M0012Fulfilments {
    static let identifier = "0012 fulfilments"

    static func migrate(_ db: GRDB.Database) throws {
        try db.execute(sql: sql)
    }

    // `attempts` is JSON; NULL = nothing went wrong. `doubtful` = parked, and Shopify may have done it already. `seen` is JSON:
    // what the order showed when the shipment was last looked at.
    private static let sql = """
        ALTER TABLE push_job ADD COLUMN attempts TEXT;

        ALTER TABLE push_job ADD COLUMN doubtful INTEGER NOT NULL DEFAULT 0 CHECK (doubtful IN (0, 1));

        ALTER TABLE shipment ADD COLUMN seen TEXT;

        ALTER TABLE shipment ADD COLUMN seen_at_ms INTEGER;

        CREATE TABLE shipment_pickup (
            shipment_id INTEGER NOT NULL REFERENCES shipment (id) ON DELETE CASCADE,
            gid TEXT NOT NULL,
            at_ms INTEGER NOT NULL,
            PRIMARY KEY (shipment_id, gid)
        ) STRICT, WITHOUT ROWID;
        """
}
