internal import GRDB
import SyncEngine

/// Pages of KCC's as rows of their own, and who was handed which revision of an order.
enum M0007HandOff {
    static let identifier = "0007 hand-off"

    static func migrate(_ db: GRDB.Database) throws {
        try db.execute(sql: sql)
        try admitAcknowledgements(db)
        try trimReferences(db)
    }

    /// A status of KCC's acknowledges an order in whatever state it is.
    ///
    /// Editing a CHECK in the schema's text needs no copy of the table
    /// (<https://www.sqlite.org/lang_altertable.html>, "Making Other Kinds Of Table Schema Changes").
    private static func admitAcknowledgements(_ db: GRDB.Database) throws {
        let version = try Int.fetchOne(db, sql: "PRAGMA schema_version") ?? 0
        try db.execute(
            sql: """
                PRAGMA writable_schema = ON;
                UPDATE sqlite_schema SET sql = replace(
                    sql,
                    'CHECK ((state = ''imported'') = (hand_off <> ''none''))',
                    'CHECK (hand_off = ''acknowledged'' OR (state = ''imported'') = (hand_off <> ''none''))')
                WHERE type = 'table' AND name = 'order';
                PRAGMA schema_version = \(version + 1);
                PRAGMA writable_schema = OFF;
                """
        )
    }

    /// References are compared without white space at their ends.
    private static func trimReferences(_ db: GRDB.Database) throws {
        let rows = try Row.fetchCursor(db, sql: "SELECT id, ref FROM \"order\" WHERE ref IS NOT NULL")
        while let row = try rows.next() {
            let ref: String = row[1]
            let trimmed = AssociatedRef(ref).text
            guard trimmed != ref else { continue }
            // Two that become the same were the same to KCC before; the later one keeps its form and is seen there.
            try db.execute(
                sql: "UPDATE OR IGNORE \"order\" SET ref = ? WHERE id = ?",
                arguments: [trimmed, row[0] as Int64]
            )
        }
    }

    // `served_by` and `served_revision` say who may have the order, and `compared_revision` what later revisions are
    // compared with. A page says exactly what KCC holds: its members with their revisions; `void` = the membership proves
    // nothing any more.
    //
    // `channel_rename`: what `channels rename` was asked for; one that is `done` keeps the old name's addresses.
    //
    // Numbers of pages are the store's from now on. Up to `kcc_page_base` each channel counted for itself.
    private static let sql = """
        ALTER TABLE "order" ADD COLUMN served_by TEXT
            CHECK (served_by IN ('page', 'name', 'export', 'status', 'ack'));
        ALTER TABLE "order" ADD COLUMN compared_revision INTEGER;
        ALTER TABLE "order" ADD COLUMN requested_at_ms INTEGER;

        DROP TRIGGER order_offered_anew;

        UPDATE "order" SET requested_at_ms = (SELECT requested_at_ms FROM kcc_order WHERE order_id = "order".id)
        WHERE hand_off = 'waiting' AND id IN (SELECT order_id FROM kcc_order WHERE requested_at_ms IS NOT NULL);
        UPDATE "order" SET
            served_by = CASE
                WHEN requested_at_ms IS NOT NULL THEN 'name'
                WHEN id IN (SELECT order_id FROM kcc_order WHERE served_at_ms IS NOT NULL) THEN 'page'
                ELSE 'export' END,
            compared_revision = (
                SELECT revision FROM order_revision r WHERE r.order_id = "order".id
                ORDER BY at_ms DESC, revision DESC LIMIT 1)
        WHERE served_revision IS NOT NULL;

        CREATE TABLE kcc_page (
            channel TEXT NOT NULL,
            page INTEGER NOT NULL,
            shop_id INTEGER REFERENCES shop (id),
            start_ms INTEGER,
            served_at_ms INTEGER NOT NULL,
            returned_at_ms INTEGER,
            PRIMARY KEY (channel, page)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX kcc_page_number ON kcc_page (page);

        CREATE TABLE kcc_page_member (
            channel TEXT NOT NULL,
            page INTEGER NOT NULL,
            order_id INTEGER NOT NULL REFERENCES "order" (id) ON DELETE CASCADE,
            revision INTEGER NOT NULL,
            void INTEGER NOT NULL DEFAULT 0 CHECK (void IN (0, 1)),
            PRIMARY KEY (channel, page, order_id),
            FOREIGN KEY (channel, page) REFERENCES kcc_page (channel, page) ON DELETE CASCADE ON UPDATE CASCADE
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX kcc_page_member_order ON kcc_page_member (order_id);

        INSERT INTO kcc_page (channel, page, shop_id, start_ms, served_at_ms)
        SELECT o.channel, k.page, min(o.shop_id), max(c.start_ms), coalesce(max(k.served_at_ms), 0)
        FROM kcc_order k JOIN "order" o ON o.id = k.order_id LEFT JOIN kcc_channel c ON c.channel = o.channel
        WHERE k.page IS NOT NULL GROUP BY o.channel, k.page;
        INSERT INTO kcc_page_member (channel, page, order_id, revision)
        SELECT o.channel, k.page, o.id, coalesce(o.served_revision, o.revision)
        FROM kcc_order k JOIN "order" o ON o.id = k.order_id WHERE k.page IS NOT NULL;

        INSERT INTO counter VALUES ('kcc_page', (SELECT coalesce(max(page), 0) FROM kcc_channel));
        INSERT INTO counter SELECT 'kcc_page_base', value FROM counter WHERE name = 'kcc_page';
        CREATE TABLE kcc_generation (
            generation INTEGER PRIMARY KEY,
            last_page INTEGER NOT NULL
        ) STRICT;

        ALTER TABLE kcc_order DROP COLUMN page;
        ALTER TABLE kcc_order DROP COLUMN requested_at_ms;
        ALTER TABLE kcc_channel DROP COLUMN page;
        ALTER TABLE kcc_channel DROP COLUMN answers;
        ALTER TABLE kcc_channel ADD COLUMN foreign_position TEXT;

        CREATE TABLE channel_rename (
            old TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1))
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX order_on_page ON "order" (channel)
            WHERE served_by = 'page' AND hand_off <> 'acknowledged' AND (changed_fields <> '[]' OR gone = 1);
        CREATE INDEX order_to_hand_off ON "order" (shop_id, id) WHERE hand_off IN ('waiting', 'held');
        """
}
