internal import GRDB

/// What looking after a store for years needs: restored backups, personal data that is taken out, examinations.
enum M0005Care {
    static let identifier = "0005 care"

    static func migrate(_ db: GRDB.Database) throws {
        try db.execute(sql: sql)
    }

    // `maybe_handed_off` marks orders that KCC may have been served before the store was restored: a hand-off of 'waiting'
    // becomes 'held' for as long as it is set. The rules of a restored store hold while `restoration` has a row that nobody
    // has confirmed.
    //
    // `order_personal` has the orders that personal data is still to be taken out of, so that a day's look at a store of years
    // touches those alone; the other two indexes tell whether a customer is used by any. `erasing` is 1 while what was taken
    // out may still lie in the file's unused bytes.
    //
    // `age` grows at each start and stop and is kept beside the file as well: a file that is younger than what is known of
    // it was put there from a copy. A copy made by `db backup` says so itself, in `copied_at_ms`.
    private static let sql = """
        ALTER TABLE "order" ADD COLUMN maybe_handed_off INTEGER NOT NULL DEFAULT 0 CHECK (maybe_handed_off IN (0, 1));
        CREATE INDEX order_maybe_handed_off ON "order" (channel) WHERE maybe_handed_off = 1;
        ALTER TABLE "order" ADD COLUMN redacted_at_ms INTEGER;
        CREATE INDEX order_personal ON "order" (placed_at_ms) WHERE redacted_at_ms IS NULL;
        CREATE INDEX order_customer ON "order" (customer_id) WHERE customer_id IS NOT NULL;
        CREATE INDEX customer_link_customer ON customer_link (customer_id);
        ALTER TABLE shipment ADD COLUMN compared INTEGER NOT NULL DEFAULT 0 CHECK (compared IN (0, 1));

        CREATE TABLE restoration (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            at_ms INTEGER NOT NULL,
            why TEXT NOT NULL CHECK (why IN ('command', 'copy', 'age', 'position')),
            confirmed_at_ms INTEGER
        ) STRICT;

        INSERT INTO counter VALUES ('age', 0), ('running', 0), ('examined_at_ms', 0), ('damage', 0), ('erasing', 0);
        """
}
