internal import GRDB

/// How shops are doing that never said who they are, and which orders KCC has that are not imported.
enum M0010Unreached {
    static let identifier = "0010 unreached"

    static func migrate(_ db: GRDB.Database) throws {
        try db.execute(sql: sql)
    }

    // A shop's row is made when it first answers; what keeps it from that has to be kept, too. The index counts for `status`.
    private static let sql = """
        CREATE TABLE unreached_shop (
            domain TEXT PRIMARY KEY,
            health TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX order_acknowledged_unimported ON "order" (channel)
            WHERE hand_off = 'acknowledged' AND state <> 'imported';
        """
}
