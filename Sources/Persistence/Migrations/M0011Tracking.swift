internal import GRDB

/// Each number of a shipment has a link of its own, and it is known when numbers arrived.
enum M0011Tracking {
    static let identifier = "0011 tracking"

    static func migrate(_ db: GRDB.Database) throws {
        try db.execute(sql: sql)
    }

    // `numbers_at_ms` is when the newest number of a shipment arrived, `tracking_at_ms` when its numbers, carrier or links were
    // reported otherwise than before; NULL = earlier than this was recorded, or never. `shipment_fulfilment.tracking` holds a list of
    // numbers where an earlier version wrote it, and numbers, links and carrier (`Tracking`) otherwise.
    private static let sql = """
        ALTER TABLE shipment_tracking ADD COLUMN url TEXT;
        UPDATE shipment_tracking SET url = (SELECT url FROM shipment s WHERE s.id = shipment_id);
        ALTER TABLE shipment DROP COLUMN url;
        ALTER TABLE shipment ADD COLUMN numbers_at_ms INTEGER;
        ALTER TABLE shipment ADD COLUMN tracking_at_ms INTEGER;
        """
}
