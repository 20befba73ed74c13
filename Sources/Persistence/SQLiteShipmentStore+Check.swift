internal import GRDB
package import SyncEngine

extension SQLiteShipmentStore {
    /// The check of a shipment against its order, as it is stored.
    ///
    /// - Parameters:
    ///   - settings: Its channel's, whose stock codes name lines without one; nil where that is not in the file.
    ///   - reference: The shipment's own; an earlier report under it is of the same shipment.
    ///   - earlier: Shipments of the order, by reference, that are about to be stored.
    package func check(
        of order: StoredOrder,
        settings: ChannelSettings?,
        reference: String,
        after earlier: [String: [Shipment.Line]] = [:]
    ) async throws(StoreError) -> ShipmentCheck {
        try await store.read { db in
            let lines = try Row.fetchAll(
                db,
                sql: "SELECT gid, sku, title, quantity FROM order_line WHERE order_id = ? ORDER BY position",
                arguments: [order.row]
            )
            // A shipment that is done proves nothing: its fulfilment may have been cancelled in Shopify.
            let queued = try Row.fetchAll(
                db,
                sql: """
                    SELECT l.line_gid, l.sku, l.quantity FROM shipment s
                    JOIN push_job j ON j.shipment_id = s.id JOIN shipment_line l ON l.shipment_id = s.id
                    WHERE s.order_id = ? AND s.reference <> ? AND s.completed_at_ms IS NULL
                        AND j.state IN ('available', 'running', 'retryable')
                    """,
                arguments: [order.row, reference]
            )
            let known = try String.fetchSet(
                db,
                sql: "SELECT reference FROM shipment WHERE order_id = ?",
                arguments: [order.row]
            )
            var codes: [ShopifyID: SKU] = [:]
            if settings?.missingSKU != nil, lines.contains(where: { SKU(given: $0[1]) == nil }) {
                codes = try Self.codes(of: order, settings, db)
            }
            let coming = earlier.filter { $0.key != reference && !known.contains($0.key) }.flatMap(\.value)
            return ShipmentCheck(
                order: order.name,
                lines: lines.map {
                    ShipmentCheck.Line(
                        id: ShopifyID($0[0]),
                        sku: SKU(given: $0[1]) ?? codes[ShopifyID($0[0])],
                        title: $0[2],
                        quantity: $0[3]
                    )
                },
                queued: queued.map { row in
                    Shipment.Line(
                        line: (row[0] as String?).map { ShopifyID($0) },
                        sku: row[1],
                        quantity: row[2]
                    )
                } + coming
            )
        }
    }

    /// The channel's stock codes of lines that are sent, by line.
    private static func codes(of order: StoredOrder, _ settings: ChannelSettings?, _ db: GRDB.Database) throws
        -> [ShopifyID: SKU]
    {
        let text = try String.fetchOne(
            db,
            sql: "SELECT snapshot FROM \"order\" WHERE id = ?",
            arguments: [order.row]
        )
        guard let text else { return [:] }
        let found = try Snapshot.order(text).despatchable(settings)
        let named = found.lines.filter { !found.tips.contains($0.id) }
            .compactMap { line in line.stockCode.map { (line.id, $0) } }
        return Dictionary(named) { first, _ in first }
    }
}
