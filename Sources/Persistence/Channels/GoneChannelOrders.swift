package import Foundation
internal import GRDB
package import SyncEngine

/// Orders of channels that their shop does not have any more, held where KCC may have them, inside a transaction.
///
/// The loop of a shop evaluates its orders; a shop without a channel at work has none.
struct GoneChannelOrders {
    let db: GRDB.Database
    let now: Date

    /// - Parameter isGone: Whether a shop, by our number and its address, has no channel of the name.
    func hold(where isGone: (_ channel: String, _ shop: Int64, _ domain: String) -> Bool) throws {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT o.id, o.channel, o.shop_id, s.domain
                FROM "order" o INDEXED BY order_to_hand_off JOIN shop s ON s.id = o.shop_id
                WHERE o.hand_off IN ('waiting', 'held') AND (\(ChannelRows.mayBeServed))
                    AND o.reason IS NOT '\(ReasonCode.maybeHandedOff.rawValue)'
                """
        )
        var shops: Set<Int64> = []
        for row in rows where isGone(row[1], row[2], row[3]) {
            let order: Int64 = row[0]
            let handOffs = HandOffRows(db: db, now: now)
            var circumstances = try handOffs.circumstances(of: order, nil)
            circumstances.isChannelGone = true
            let change = try handOffs.change(order) { state, _ in state.evaluate(circumstances) }
            guard let change, change.before != change.after else { continue }
            try OrderOperations.note(
                db,
                order,
                now: now,
                what: "held (\(ReasonCode.maybeHandedOff.rawValue)): its channel is not in the configuration"
            )
            shops.insert(row[2])
        }
        // A channel that comes back evaluates them again, even where it is what it was.
        for shop in shops {
            try db.execute(
                sql: "UPDATE shop SET judged_digest = 'held' WHERE id = ? AND judged_digest IS NOT NULL",
                arguments: [shop]
            )
        }
    }
}

extension ChannelNames {
    /// Holds orders that KCC may have of channels that the configuration does not have.
    package func holdOrders(besides configured: [Configured], now: Date) async throws(StoreError) {
        try await store.write { db in
            let known = Set(try String.fetchAll(db, sql: "SELECT domain FROM shop"))
            try GoneChannelOrders(db: db, now: now)
                .hold { channel, _, domain in
                    // A shop that was not reached so far may be an old one with a new address.
                    !configured.contains {
                        $0.name == channel && ($0.domain == domain || !known.contains($0.domain))
                    }
                }
        }
    }
}

extension SQLiteOrderStore {
    package func holdOrders(under names: Set<String>, besides shop: Int64, now: Date) async throws(StoreError)
    {
        try await write { db in
            try GoneChannelOrders(db: db, now: now)
                .hold { channel, owner, _ in owner != shop && names.contains(channel) }
        }
    }
}
