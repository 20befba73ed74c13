internal import GRDB

/// What was removed and renamed, for reports that are repeated later; and what was last sent without the oversell guard.
enum M0013Repetitions {
    static let identifier = "0013 repetitions"

    static func migrate(_ db: GRDB.Database) throws {
        try db.execute(sql: sql)
    }

    // `kcc_item`: the code of an item as KCC last said it, and as of which arrival; NULL = deleted. `stock_removal`: levels that
    // were forgotten here, and as of which arrival; an empty site = all. Both are kept for as long as repetitions are recognised.
    //
    // `sent_target`: what Shopify last confirmed, of the decision that `sent_arrival` names. Where a lower figure was never
    // confirmed it is sent now; a higher one is not: what was sold since would be offered again.
    private static let sql = """
        CREATE TABLE kcc_item (
            channel TEXT NOT NULL,
            stock_id TEXT NOT NULL,
            sku TEXT,
            arrival INTEGER NOT NULL,
            at_ms INTEGER NOT NULL,
            PRIMARY KEY (channel, stock_id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE stock_removal (
            channel TEXT NOT NULL,
            sku TEXT NOT NULL,
            site TEXT NOT NULL,
            arrival INTEGER NOT NULL,
            at_ms INTEGER NOT NULL,
            PRIMARY KEY (channel, sku, site)
        ) STRICT, WITHOUT ROWID;

        ALTER TABLE stock_item ADD COLUMN sent_target INTEGER;
        UPDATE stock_item SET sent_target = target WHERE confirmed IS NULL OR confirmed <= target;
        """
}
