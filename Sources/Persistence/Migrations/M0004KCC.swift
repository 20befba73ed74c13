internal import GRDB

/// What passes between us and Khaos Control Cloud.
enum M0004KCC {
    static let identifier = "0004 kcc"

    static func migrate(_ db: GRDB.Database) throws {
        try db.execute(sql: sql)
        // Chosen anew for each store, so that a position of another store is not taken for one of this.
        try db.execute(
            sql: "INSERT INTO counter VALUES ('generation', ?)",
            arguments: [Int64.random(in: 1...999_999_999)]
        )
    }

    // `known_at_ms` is since when KCC counts as knowing an order for the stock it takes: since it was acknowledged, or,
    // with `guard_until = "confirmed"`, since a status named it. The claims of stock follow it instead of the
    // acknowledgement.
    //
    // An order's place on a page ends when it becomes offered anew: a position of an earlier page must not
    // acknowledge what was not on it.
    private static let sql = """
        ALTER TABLE "order" ADD COLUMN known_at_ms INTEGER;
        UPDATE "order" SET known_at_ms = acknowledged_at_ms WHERE acknowledged_at_ms IS NOT NULL;
        CREATE INDEX order_waiting ON "order" (channel, offer_position) WHERE hand_off = 'waiting';

        DROP TRIGGER order_claims;
        CREATE TRIGGER order_claims
        AFTER UPDATE OF state, reason, channel, site, hand_off, acknowledged_at_ms, known_at_ms, cancelled_at_ms, gone
            ON "order"
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
                            WHEN NEW.known_at_ms IS NOT NULL THEN 'taken'
                            ELSE 'open' END
                    END,
                key_ms = CASE
                    WHEN NEW.cancelled_at_ms IS NOT NULL OR ended_at_ms IS NOT NULL
                        THEN max(coalesce(NEW.cancelled_at_ms, 0), coalesce(ended_at_ms, 0))
                    ELSE coalesce(NEW.known_at_ms, NEW.created_at_ms) END
            WHERE order_id = NEW.id;
            UPDATE stock_item SET due_at_ms = 0, version = version + 1
            WHERE sku IN (SELECT sku FROM stock_claim WHERE order_id = NEW.id);
        END;

        CREATE TABLE kcc_channel (
            channel TEXT PRIMARY KEY,
            page INTEGER NOT NULL DEFAULT 0,
            answers INTEGER,
            start_ms INTEGER,
            orders_at_ms INTEGER,
            reports_at_ms INTEGER,
            sites TEXT NOT NULL DEFAULT '',
            guard TEXT NOT NULL DEFAULT ''
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE kcc_order (
            order_id INTEGER PRIMARY KEY REFERENCES "order" (id) ON DELETE CASCADE,
            page INTEGER,
            served_at_ms INTEGER,
            requested_at_ms INTEGER,
            problem TEXT,
            remedy TEXT,
            problem_revision INTEGER,
            remarks TEXT NOT NULL DEFAULT '',
            kcc_id TEXT,
            kcc_code TEXT,
            status TEXT,
            status_at_ms INTEGER,
            confirmed_at_ms INTEGER
        ) STRICT;
        CREATE INDEX kcc_order_kcc_id ON kcc_order (kcc_id) WHERE kcc_id IS NOT NULL;
        CREATE INDEX kcc_order_problem ON kcc_order (order_id) WHERE problem IS NOT NULL;
        CREATE INDEX kcc_order_unconfirmed ON kcc_order (served_at_ms)
            WHERE served_at_ms IS NOT NULL AND confirmed_at_ms IS NULL;

        CREATE TRIGGER order_offered_anew
        AFTER UPDATE OF offer_position ON "order" WHEN NEW.offer_position IS NOT OLD.offer_position
        BEGIN
            UPDATE kcc_order SET page = NULL, requested_at_ms = NULL WHERE order_id = NEW.id;
        END;

        CREATE TABLE kcc_shipment (
            channel TEXT NOT NULL,
            id TEXT NOT NULL,
            order_id INTEGER NOT NULL REFERENCES "order" (id) ON DELETE CASCADE,
            code TEXT,
            status TEXT NOT NULL,
            status_at_ms INTEGER NOT NULL,
            despatched_at_ms INTEGER,
            parts INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (channel, id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX kcc_shipment_order ON kcc_shipment (order_id);

        CREATE TABLE kcc_shipment_item (
            channel TEXT NOT NULL,
            shipment_id TEXT NOT NULL,
            item TEXT NOT NULL,
            line_gid TEXT NOT NULL,
            units INTEGER NOT NULL CHECK (units > 0),
            PRIMARY KEY (channel, shipment_id, item, line_gid),
            FOREIGN KEY (channel, shipment_id) REFERENCES kcc_shipment (channel, id) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE kcc_shipment_report (
            channel TEXT NOT NULL,
            shipment_id TEXT NOT NULL,
            digest TEXT NOT NULL,
            PRIMARY KEY (channel, shipment_id, digest),
            FOREIGN KEY (channel, shipment_id) REFERENCES kcc_shipment (channel, id) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE kcc_order_item (
            order_id INTEGER NOT NULL REFERENCES "order" (id) ON DELETE CASCADE,
            item TEXT NOT NULL,
            line_gid TEXT NOT NULL,
            PRIMARY KEY (order_id, item, line_gid)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE kcc_orphan (
            channel TEXT NOT NULL,
            subject TEXT NOT NULL,
            custom_data TEXT,
            associated_ref TEXT,
            at_ms INTEGER NOT NULL,
            report TEXT NOT NULL,
            PRIMARY KEY (channel, subject)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE kcc_notice (
            id INTEGER PRIMARY KEY,
            channel TEXT NOT NULL,
            kind TEXT NOT NULL,
            subject TEXT NOT NULL,
            text TEXT NOT NULL,
            remedy TEXT NOT NULL,
            first_at_ms INTEGER NOT NULL,
            last_at_ms INTEGER NOT NULL,
            times INTEGER NOT NULL DEFAULT 1,
            open INTEGER NOT NULL DEFAULT 1 CHECK (open IN (0, 1)),
            UNIQUE (channel, kind, subject)
        ) STRICT;
        CREATE INDEX kcc_notice_open ON kcc_notice (id) WHERE open = 1;

        CREATE TABLE kcc_level (
            channel TEXT NOT NULL,
            stock_id TEXT NOT NULL,
            site_id TEXT NOT NULL,
            sku TEXT NOT NULL,
            level_micros INTEGER NOT NULL,
            told_at_ms INTEGER NOT NULL,
            PRIMARY KEY (channel, stock_id, site_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX kcc_level_sku ON kcc_level (channel, sku);

        CREATE TABLE kcc_stock_code (
            channel TEXT NOT NULL,
            kind TEXT NOT NULL,
            code TEXT NOT NULL,
            stock_id TEXT NOT NULL,
            PRIMARY KEY (channel, kind, code, stock_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX kcc_stock_code_id ON kcc_stock_code (channel, stock_id);

        CREATE TABLE kcc_body (
            channel TEXT NOT NULL,
            endpoint TEXT NOT NULL,
            digest TEXT NOT NULL,
            at_ms INTEGER NOT NULL,
            size INTEGER NOT NULL,
            body BLOB NOT NULL,
            PRIMARY KEY (channel, endpoint, digest)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE kcc_undelivered (
            channel TEXT NOT NULL,
            digest TEXT NOT NULL,
            at_ms INTEGER NOT NULL,
            PRIMARY KEY (channel, digest)
        ) STRICT, WITHOUT ROWID;
        """
}
