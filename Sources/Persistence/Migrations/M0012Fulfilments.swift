internal import GRDB

/// How often a push failed, which ones may have been done already, pick-ups, what was last seen of an order, and what went without a mail.
enum M0012Fulfilments {
    static let identifier = "0012 fulfilments"

    static func migrate(_ db: GRDB.Database) throws {
        try db.execute(sql: sql)
    }

    // `attempts` is JSON; NULL = nothing went wrong. `doubtful` = parked, and Shopify may have done it already. `seen` is JSON:
    // what the order showed when the shipment was last looked at. `late` = it went without a mail, which would have come too late.
    private static let sql = """
        ALTER TABLE push_job ADD COLUMN attempts TEXT;

        ALTER TABLE push_job ADD COLUMN doubtful INTEGER NOT NULL DEFAULT 0 CHECK (doubtful IN (0, 1));

        ALTER TABLE shipment ADD COLUMN seen TEXT;

        ALTER TABLE shipment ADD COLUMN seen_at_ms INTEGER;

        ALTER TABLE shipment_fulfilment ADD COLUMN late INTEGER NOT NULL DEFAULT 0 CHECK (late IN (0, 1));

        CREATE INDEX shipment_fulfilment_late ON shipment_fulfilment (at_ms) WHERE late;

        CREATE TABLE shipment_pickup (
            shipment_id INTEGER NOT NULL REFERENCES shipment (id) ON DELETE CASCADE,
            gid TEXT NOT NULL,
            at_ms INTEGER NOT NULL,
            PRIMARY KEY (shipment_id, gid)
        ) STRICT, WITHOUT ROWID;
        """
}
