internal import GRDB

/// After which level an order came, and which levels' times lie ahead of the clock.
enum M0009Arrivals {
    static let identifier = "0009 arrivals"

    static func migrate(_ db: GRDB.Database) throws {
        try db.execute(sql: sql)
    }

    // `came_after` is the newest arrival when the order was stored first: an order came after every level with that arrival or
    // an earlier one. NULL = stored before this was recorded. The index finds the levels whose time a wrong clock gave.
    private static let sql = """
        ALTER TABLE "order" ADD COLUMN came_after INTEGER;

        CREATE TRIGGER order_came AFTER INSERT ON "order"
        BEGIN
            UPDATE "order" SET came_after = (SELECT value FROM counter WHERE name = 'arrival') WHERE id = NEW.id;
        END;

        CREATE INDEX stock_level_told ON stock_level (channel, told_at_ms);
        """
}
