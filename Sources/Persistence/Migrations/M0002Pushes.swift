internal import GRDB

/// The queue of what is told to Shopify, and the shipments that it tells.
enum M0002Pushes {
    static let identifier = "0002 pushes"

    static func migrate(_ db: GRDB.Database) throws {
        try db.execute(sql: sql)
    }

    private static let sql = """
        CREATE TABLE shipment (
            id INTEGER PRIMARY KEY,
            reference TEXT NOT NULL UNIQUE,
            order_id INTEGER NOT NULL REFERENCES "order" (id) ON DELETE CASCADE,
            carrier TEXT,
            url TEXT,
            despatched_at_ms INTEGER NOT NULL,
            told_at_ms INTEGER NOT NULL,
            raised TEXT
        ) STRICT;
        CREATE INDEX shipment_order ON shipment (order_id);

        CREATE TABLE shipment_line (
            shipment_id INTEGER NOT NULL REFERENCES shipment (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            line_gid TEXT,
            sku TEXT,
            quantity INTEGER NOT NULL CHECK (quantity > 0),
            PRIMARY KEY (shipment_id, position),
            CHECK (line_gid IS NOT NULL OR sku IS NOT NULL)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE shipment_tracking (
            shipment_id INTEGER NOT NULL REFERENCES shipment (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            number TEXT NOT NULL,
            PRIMARY KEY (shipment_id, position)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE shipment_fulfilment (
            shipment_id INTEGER NOT NULL REFERENCES shipment (id) ON DELETE CASCADE,
            gid TEXT NOT NULL,
            at_ms INTEGER NOT NULL,
            created INTEGER NOT NULL CHECK (created IN (0, 1)),
            notified INTEGER NOT NULL CHECK (notified IN (0, 1)),
            tracking TEXT NOT NULL,
            PRIMARY KEY (shipment_id, gid)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE push_job (
            id INTEGER PRIMARY KEY,
            shop_id INTEGER NOT NULL REFERENCES shop (id),
            channel TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('fulfilment', 'stock')),
            lane TEXT NOT NULL,
            subject TEXT NOT NULL,
            shipment_id INTEGER UNIQUE REFERENCES shipment (id) ON DELETE CASCADE,
            state TEXT NOT NULL DEFAULT 'available'
                CHECK (state IN ('available', 'running', 'retryable', 'parked', 'done', 'cancelled')),
            attempt INTEGER NOT NULL DEFAULT 0,
            next_at_ms INTEGER NOT NULL,
            created_at_ms INTEGER NOT NULL,
            claimed_at_ms INTEGER,
            finished_at_ms INTEGER,
            last_error TEXT,
            remedy TEXT,
            intent TEXT,
            CHECK ((state = 'running') = (claimed_at_ms IS NOT NULL)),
            CHECK ((state IN ('done', 'cancelled')) = (finished_at_ms IS NOT NULL)),
            CHECK ((kind = 'fulfilment') = (shipment_id IS NOT NULL))
        ) STRICT;
        CREATE INDEX push_job_due ON push_job (shop_id, kind, next_at_ms) WHERE state IN ('available', 'retryable');
        CREATE INDEX push_job_open ON push_job (shop_id, lane, id) WHERE state IN ('available', 'running', 'retryable');
        CREATE INDEX push_job_finished ON push_job (finished_at_ms) WHERE finished_at_ms IS NOT NULL;
        """
}
