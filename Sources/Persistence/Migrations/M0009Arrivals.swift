internal import GRDB

/// After which level an order came and was acknowledged, and which levels' times lie ahead of the clock.
enum M0009Arrivals {
    static let identifier = "0009 arrivals"

    static func migrate(_ db: GRDB.Database) throws {
        try db.execute(sql: sql)
    }

    // `came_after` is the newest arrival when the order was stored first: an order came after every level with that arrival or
    // an earlier one. `acknowledged_after` is the newest arrival when KCC acknowledged it, which is when it is known if the
    // operator decides so only later. NULL = earlier than this was recorded. The index finds the levels whose time a wrong clock gave.
    private static let sql = """
        ALTER TABLE "order" ADD COLUMN came_after INTEGER;

        CREATE TRIGGER order_came AFTER INSERT ON "order"
        BEGIN
            UPDATE "order" SET came_after = (SELECT value FROM counter WHERE name = 'arrival') WHERE id = NEW.id;
        END;

        ALTER TABLE "order" ADD COLUMN acknowledged_after INTEGER;

        CREATE TRIGGER order_acknowledged AFTER UPDATE OF acknowledged_at_ms ON "order"
        WHEN NEW.acknowledged_at_ms IS NOT OLD.acknowledged_at_ms
        BEGIN
            UPDATE "order" SET acknowledged_after = CASE
                WHEN NEW.acknowledged_at_ms IS NOT NULL THEN (SELECT value FROM counter WHERE name = 'arrival') END
            WHERE id = NEW.id;
        END;

        DROP TRIGGER order_known;
        CREATE TRIGGER order_known
        AFTER UPDATE OF known_at_ms ON "order" WHEN (NEW.known_at_ms IS NULL) <> (OLD.known_at_ms IS NULL)
        BEGIN
            UPDATE "order" SET known_arrival = CASE
                WHEN NEW.known_at_ms IS NULL THEN NULL
                WHEN NEW.known_at_ms = OLD.acknowledged_at_ms AND OLD.acknowledged_after IS NOT NULL
                    THEN OLD.acknowledged_after
                ELSE (SELECT value FROM counter WHERE name = 'arrival') END
            WHERE id = NEW.id;
        END;

        CREATE INDEX stock_level_told ON stock_level (channel, told_at_ms);
        """
}
