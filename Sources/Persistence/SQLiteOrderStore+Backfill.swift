package import Foundation
internal import GRDB
package import SyncEngine

extension SQLiteOrderStore {
    package func openBackfills(shop: Int64) async throws(StoreError) -> [Backfill] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT * FROM backfill WHERE shop_id = ? AND finished_at_ms IS NULL ORDER BY id",
                arguments: [shop]
            )
            .map(Backfill.init)
        }
    }

    package func saveBackfill(_ backfill: Backfill) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql: """
                    UPDATE backfill SET position_ms = ?, listed = ?, imported = ?, refused = ?, failed = ?,
                        finished_at_ms = ?
                    WHERE id = ?
                    """,
                arguments: [
                    backfill.position.milliseconds, backfill.listed, backfill.imported, backfill.refused,
                    backfill.failed, backfill.finishedAt?.milliseconds, backfill.id,
                ]
            )
        }
    }

    /// Asks for old orders to be looked at; the same unfinished span of a channel is taken up again.
    package func beginBackfill(
        channel: String,
        shop: Int64,
        from: Date,
        to: Date
    ) async throws(StoreError) -> Backfill {
        try await write { db in
            let open = try Row.fetchOne(
                db,
                sql: """
                    SELECT * FROM backfill
                    WHERE shop_id = ? AND channel = ? AND from_ms = ? AND to_ms = ? AND finished_at_ms IS NULL
                    """,
                arguments: [shop, channel, from.milliseconds, to.milliseconds]
            )
            if let open { return Backfill(open) }
            try db.execute(
                sql:
                    "INSERT INTO backfill (shop_id, channel, from_ms, to_ms, position_ms) VALUES (?, ?, ?, ?, ?)",
                arguments: [shop, channel, from.milliseconds, to.milliseconds, from.milliseconds]
            )
            return Backfill(id: db.lastInsertedRowID, shop: shop, channel: channel, from: from, to: to)
        }
    }

    /// How far a backfill has come; nil for an unknown number.
    package func backfill(id: Int64) async throws(StoreError) -> Backfill? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM backfill WHERE id = ?", arguments: [id])
                .map(Backfill.init)
        }
    }
}

extension Backfill {
    init(_ row: Row) {
        self.init(
            id: row["id"],
            shop: row["shop_id"],
            channel: row["channel"],
            from: Date(milliseconds: row["from_ms"]),
            to: Date(milliseconds: row["to_ms"])
        )
        position = Date(milliseconds: row["position_ms"])
        listed = row["listed"]
        imported = row["imported"]
        refused = row["refused"]
        failed = row["failed"]
        finishedAt = (row["finished_at_ms"] as Int64?).map { Date(milliseconds: $0) }
    }
}
