internal import GRDB

/// When each channel synced first, and whether a shop's orders show whom they are for.
enum M0008Channels {
    static let identifier = "0008 channels"

    static func migrate(_ db: GRDB.Database) throws {
        try db.execute(sql: sql)
    }

    // A channel without a configured date was given the one of seven days before its first sync. One with a date synced first
    // no later than its oldest history says, and no later than ninety days after that date; NULL = neither is known, and the
    // next sync records it.
    //
    // `personal_data_at_ms` is when an order was last read that shows a name, an address or a way to reach somebody.
    //
    // `upload_order_status` is the last active setting: removing a channel does not send what it withheld.
    //
    // An unfinished backfill was listed by the time of creation and is now listed by the time of placing, so it begins again.
    private static let sql = """
        ALTER TABLE channel ADD COLUMN first_sync_at_ms INTEGER;
        ALTER TABLE channel ADD COLUMN upload_order_status INTEGER NOT NULL DEFAULT 1 CHECK (upload_order_status IN (0, 1));
        UPDATE channel SET first_sync_at_ms = CASE
            WHEN start_date IS NULL THEN start_at_ms + 7 * 86400000
            ELSE min(start_at_ms + 90 * 86400000, (
                SELECT min(h.at_ms) FROM order_history h JOIN "order" o ON o.id = h.order_id
                WHERE o.channel = channel.name AND o.shop_id = channel.shop_id))
            END;

        ALTER TABLE shop ADD COLUMN personal_data_at_ms INTEGER;
        UPDATE shop SET personal_data_at_ms = (
            SELECT max(o.read_at_ms) FROM customer c JOIN "order" o ON o.customer_id = c.id
            WHERE o.shop_id = shop.id AND c.source = 'order' AND c.generic = 0
                AND (c.email IS NOT NULL OR c.surname IS NOT NULL OR c.address1 IS NOT NULL));

        UPDATE backfill SET position_ms = from_ms WHERE finished_at_ms IS NULL;
        """
}
