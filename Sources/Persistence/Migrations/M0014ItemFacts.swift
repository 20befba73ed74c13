internal import GRDB

/// Facts about KCC's items side by side, levels removed by KCC's ids, and bodies that may be repeated by count, not by age.
enum M0014ItemFacts {
    static let identifier = "0014 item facts"

    static func migrate(_ db: GRDB.Database) throws {
        try db.execute(sql: sql)
        try moveRemovals(db)
        // Levels that an item left behind go when the channel is opened.
        try db.execute(
            sql:
                "DROP TABLE kcc_item_before; DROP TABLE stock_removal_before; UPDATE kcc_channel SET sites = ''"
        )
    }

    // `kcc_item`: the newest code of an item, its newest deletion, and the newest report of the item itself, each with the
    // arrival that it is as of; 0 = never. `stock_removal`: levels that an operator removed, of an item (then without `sku`) or
    // of a code whose items were not known (then without `stock_id`); an empty site = all. `uploads`: how many uploads of the
    // channel were stored; in `kcc_undelivered`, when the body last came.
    private static let sql = """
        ALTER TABLE kcc_item RENAME TO kcc_item_before;
        CREATE TABLE kcc_item (
            channel TEXT NOT NULL,
            stock_id TEXT NOT NULL,
            sku TEXT,
            arrival INTEGER NOT NULL,
            deleted_arrival INTEGER NOT NULL,
            item_arrival INTEGER NOT NULL,
            PRIMARY KEY (channel, stock_id)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO kcc_item
        SELECT channel, stock_id, sku, iif(sku IS NULL, 0, arrival), iif(sku IS NULL, arrival, 0), 0 FROM kcc_item_before;
        INSERT INTO kcc_item
        SELECT channel, stock_id, sku, max(arrival), 0, 0 FROM kcc_level WHERE true GROUP BY channel, stock_id
        ON CONFLICT DO UPDATE SET sku = excluded.sku, arrival = excluded.arrival WHERE excluded.arrival >= kcc_item.arrival;
        CREATE INDEX kcc_item_sku ON kcc_item (channel, sku);

        ALTER TABLE stock_removal RENAME TO stock_removal_before;
        CREATE TABLE stock_removal (
            channel TEXT NOT NULL,
            stock_id TEXT NOT NULL,
            sku TEXT NOT NULL,
            site_id TEXT NOT NULL,
            arrival INTEGER NOT NULL,
            PRIMARY KEY (channel, stock_id, sku, site_id)
        ) STRICT, WITHOUT ROWID;

        ALTER TABLE kcc_channel ADD COLUMN uploads INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE kcc_undelivered ADD COLUMN uploads INTEGER NOT NULL DEFAULT 0;
        """

    /// Sites had the names that `[sites]` gave them; a site without a name had KCC's id already.
    private static func moveRemovals(_ db: GRDB.Database) throws {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT r.channel, r.sku, r.site, r.arrival, coalesce(c.sites, '')
                FROM stock_removal_before r LEFT JOIN kcc_channel c ON c.channel = r.channel
                """
        )
        for row in rows {
            let (channel, sku, site, arrival): (String, String, String, Int64) = (
                row[0], row[1], row[2], row[3]
            )
            let sites = (row[4] as String).split(separator: "\u{1F}")
            let id = sites.first { $0.hasPrefix(site + "=") }.map { String($0.dropFirst(site.count + 1)) }
            try db.execute(
                sql: "INSERT OR REPLACE INTO stock_removal VALUES (?, '', ?, ?, ?)",
                arguments: [channel, sku, id ?? site, arrival]
            )
            // The items that had the code then bore the same arrival.
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO stock_removal
                    SELECT channel, stock_id, '', ?3, arrival FROM kcc_item_before
                    WHERE channel = ?1 AND sku = ?2 AND arrival = ?4
                    """,
                arguments: [channel, sku, id ?? site, arrival]
            )
        }
    }
}
