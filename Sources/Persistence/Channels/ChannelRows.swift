import Foundation
internal import GRDB
import SyncEngine

/// What is stored under a channel's name, inside a transaction.
struct ChannelRows {
    let db: GRDB.Database

    /// That somebody may have the order: ``SyncEngine/HandOffState/isUnserved`` of one that is not acknowledged, reversed.
    static let mayBeServed = "served_by IS NOT NULL OR maybe_handed_off = 1"

    /// Names that the store knows, in order.
    func names() throws -> [String] {
        try String.fetchAll(
            db,
            sql: """
                SELECT name FROM channel UNION SELECT DISTINCT channel FROM "order" UNION SELECT DISTINCT channel FROM stock_level
                UNION SELECT DISTINCT channel FROM stock_item
                UNION SELECT channel FROM kcc_channel UNION SELECT old FROM channel_rename WHERE done = 0
                ORDER BY 1
                """
        )
    }

    func record(_ name: String) throws -> ChannelRecord {
        func count(_ sql: String) throws -> Int {
            try Int.fetchOne(db.cachedStatement(sql: sql), arguments: [name]) ?? 0
        }
        var record = ChannelRecord(name: name)
        record.shops = try String.fetchAll(
            db,
            sql: """
                SELECT domain FROM shop WHERE id IN (SELECT shop_id FROM "order" WHERE channel = ?1
                    UNION SELECT shop_id FROM channel WHERE name = ?1) ORDER BY domain
                """,
            arguments: [name]
        )
        record.orders = try count("SELECT count(*) FROM \"order\" WHERE channel = ?")
        record.open = try count(
            """
            SELECT count(*) FROM "order" INDEXED BY order_to_hand_off
            WHERE channel = ? AND hand_off IN ('waiting', 'held')
            """
        )
        record.doubtful = try count(
            """
            SELECT count(*) FROM "order" INDEXED BY order_to_hand_off
            WHERE channel = ? AND hand_off IN ('waiting', 'held') AND (\(Self.mayBeServed))
            """
        )
        record.levels = try count("SELECT count(*) FROM stock_level WHERE channel = ?")
        record.shipments = try count(
            "SELECT count(*) FROM push_job WHERE channel = ? AND kind = 'fulfilment' AND finished_at_ms IS NULL"
        )
        record.hasPosition = try hasPosition(name)
        record.hasItems =
            try Bool.fetchOne(
                db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM stock_item WHERE channel = ?)"),
                arguments: [name]
            ) ?? false
        record.rename = try String.fetchOne(
            db,
            sql: "SELECT name FROM channel_rename WHERE old = ? AND done = 0",
            arguments: [name]
        )
        record.formerNames = try String.fetchAll(
            db,
            sql: "SELECT old FROM channel_rename WHERE name = ? AND done = 1 ORDER BY old",
            arguments: [name]
        )
        return record
    }

    /// What is open under a channel's name and is of other shops than the channel now; nil where there is nothing.
    ///
    /// - Parameter domain: The channel's shop; one that was not reached so far may be an old one with a new address.
    func ofOtherShops(_ name: String, domain: String) throws -> ChannelRecord? {
        let known = try Int64.fetchOne(db, sql: "SELECT id FROM shop WHERE domain = ?", arguments: [domain])
        guard let shop = known else { return nil }
        var record = ChannelRecord(name: name)
        record.takenBy = domain
        record.shops = try String.fetchAll(
            db,
            sql: """
                SELECT domain FROM shop WHERE id <> ?2
                    AND id IN (SELECT shop_id FROM "order" WHERE channel = ?1 AND hand_off IN ('waiting', 'held')
                        UNION SELECT shop_id FROM push_job
                        WHERE channel = ?1 AND kind = 'fulfilment' AND finished_at_ms IS NULL)
                ORDER BY domain
                """,
            arguments: [name, shop]
        )
        let counts = try Row.fetchOne(
            db,
            sql: """
                SELECT count(*), coalesce(sum(\(Self.mayBeServed)), 0)
                FROM "order" INDEXED BY order_to_hand_off
                WHERE channel = ?1 AND shop_id <> ?2 AND hand_off IN ('waiting', 'held')
                """,
            arguments: [name, shop]
        )
        record.open = counts?[0] ?? 0
        record.doubtful = counts?[1] ?? 0
        record.shipments =
            try Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM push_job
                    WHERE channel = ? AND shop_id <> ? AND kind = 'fulfilment' AND finished_at_ms IS NULL
                    """,
                arguments: [name, shop]
            ) ?? 0
        return record.isLeftOver ? record : nil
    }

    private func hasPosition(_ name: String) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM kcc_page_member WHERE channel = ?1)
                    OR EXISTS (SELECT 1 FROM kcc_channel WHERE channel = ?1 AND foreign_position IS NOT NULL)
                """,
            arguments: [name]
        ) ?? false
    }

    // MARK: Renaming

    /// Why a channel cannot have another's name; nil where it can.
    func obstacle(_ old: String, _ new: String, _ configured: [ChannelNames.Configured]) throws -> StoreError?
    {
        if let wanted = try recorded().first(where: { $0.old == old })?.new, wanted != new {
            return StoreError(
                .refused,
                "channel \(old) cannot be renamed to \(new): it is to become \(wanted)",
                remedy: "to withdraw that run: kccsyncd channels rename \(old) \(old)"
            )
        }
        let rival = try String.fetchOne(
            db,
            sql: "SELECT old FROM channel_rename WHERE name = ? AND old <> ? AND done = 0",
            arguments: [new, old]
        )
        if let rival {
            return StoreError(
                .refused,
                "channel \(old) cannot be renamed: channel \(rival) is to become \(new)",
                remedy: "to withdraw that run: kccsyncd channels rename \(rival) \(rival)"
            )
        }
        if let owner = try successor(of: new), owner != old {
            return StoreError(
                .refused,
                "channel \(old) cannot be renamed to \(new): that is the former name of channel \(owner), whose KCC may still call it",
                remedy: "when KCC has the addresses of \(owner) run: kccsyncd channels forget \(new)"
            )
        }
        let record = try record(new)
        if record.levels > 0 || record.hasPosition {
            let own = [
                record.levels > 0 ? Counted.text(record.levels, "level", "levels") : nil,
                record.hasPosition ? "a position of KCC's" : nil,
            ]
            return StoreError(
                .refused,
                "channel \(old) cannot be renamed: channel \(new) has \(own.compactMap(\.self).joined(separator: " and ")) of its own",
                remedy:
                    "orders of \(old) that nobody was served go to the shop's channels by themselves; for what is left see: kccsyncd channels list"
            )
        }
        guard let domain = configured.first(where: { $0.name == new || $0.name == old })?.domain else {
            return nil
        }
        let known = try Int64.fetchOne(db, sql: "SELECT id FROM shop WHERE domain = ?", arguments: [domain])
        guard let shop = known else {
            guard try !self.record(old).shops.isEmpty else { return nil }
            return StoreError(
                .refused,
                "channel \(old) cannot be renamed yet: the shop \(domain) of channel \(new) was not reached so far",
                remedy: "when kccsyncd status shows it polled run: kccsyncd channels rename \(old) \(new)"
            )
        }
        let another = try String.fetchOne(
            db,
            sql: """
                SELECT domain FROM shop WHERE id <> ?2 AND id IN (SELECT shop_id FROM "order" WHERE channel = ?1) LIMIT 1
                """,
            arguments: [old, shop]
        )
        return another.map {
            StoreError(
                .refused,
                "channel \(old) cannot be renamed: it has orders of the shop \($0), and channel \(new) is of \(domain)",
                remedy: "see: kccsyncd channels list"
            )
        }
    }

    /// The name that the channel has now that had another before; nil where none had.
    func successor(of old: String) throws -> String? {
        try String.fetchOne(
            db.cachedStatement(sql: "SELECT name FROM channel_rename WHERE old = ? AND done = 1"),
            arguments: [old]
        )
    }

    /// Ends that the addresses of a former name are those of the channel that had it.
    func giveUp(_ old: String) throws {
        try db.execute(sql: "DELETE FROM channel_rename WHERE old = ? AND done = 1", arguments: [old])
    }

    /// Withdraws a rename that was not carried out.
    ///
    /// - Returns: Whether there was one.
    func withdraw(_ old: String) throws -> Bool {
        try db.execute(sql: "DELETE FROM channel_rename WHERE old = ? AND done = 0", arguments: [old])
        return db.changesCount > 0
    }

    /// Renames that were asked for and not carried out.
    func recorded() throws -> [(old: String, new: String)] {
        try Row.fetchAll(db, sql: "SELECT old, name FROM channel_rename WHERE done = 0 ORDER BY old")
            .map { ($0[0], $0[1]) }
    }

    func remember(_ old: String, _ new: String, isDone: Bool) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO channel_rename VALUES (?, ?, ?)",
            arguments: [old, new, isDone]
        )
    }

    /// Tables whose rows belong to a channel and move with it; a page's members follow it by themselves.
    private static let moving = [
        "backfill", "kcc_body", "kcc_channel", "kcc_item", "kcc_level", "kcc_notice", "kcc_orphan",
        "kcc_page",
        "kcc_shipment", "kcc_shipment_item", "kcc_shipment_report", "kcc_stock_code", "kcc_undelivered",
        "push_job",
        "stock_channel", "stock_item", "stock_level", "stock_removal",
    ]

    /// Gives all rows of one name to another.
    func move(_ old: String, to new: String) throws {
        try db.execute(sql: "PRAGMA defer_foreign_keys = ON")
        for table in Self.moving {
            try db.execute(
                sql: "UPDATE OR REPLACE \(table) SET channel = ?2 WHERE channel = ?1",
                arguments: [old, new]
            )
        }
        for statement in [
            // Of two names of one channel the earlier start stands, whichever had it.
            """
            UPDATE channel SET start_date = known.start_date, start_at_ms = known.start_at_ms,
                first_sync_at_ms = known.first_sync_at_ms
            FROM channel AS known
            WHERE channel.name = ?1 AND known.name = ?2 AND known.shop_id = channel.shop_id
                AND known.start_at_ms < channel.start_at_ms
            """,
            "UPDATE OR REPLACE channel SET name = ?2 WHERE name = ?1",
            "UPDATE push_job SET lane = ?2 WHERE lane = ?1 AND kind = 'stock'",
            """
            UPDATE shipment SET reference = 'kcc ' || ?2 || substr(reference, length('kcc ' || ?1) + 1)
            WHERE substr(reference, 1, length('kcc ' || ?1 || ' ')) = 'kcc ' || ?1 || ' '
            """,
            "UPDATE \"order\" SET backfilled_for = ?2 WHERE backfilled_for = ?1",
            "UPDATE \"order\" SET channel = ?2 WHERE channel = ?1",
            "UPDATE channel_rename SET name = ?2 WHERE name = ?1",
        ] {
            try db.execute(sql: statement, arguments: [old, new])
        }
        try db.execute(sql: "DELETE FROM channel_rename WHERE old = ?", arguments: [new])
        try remember(old, new, isDone: true)
    }

    /// Tables that only a channel that is at work has use for.
    private static let forgettable = [
        "kcc_body", "kcc_channel", "kcc_item", "kcc_level", "kcc_notice", "kcc_orphan", "kcc_page",
        "kcc_stock_code",
        "kcc_undelivered", "stock_channel", "stock_item", "stock_level", "stock_removal",
    ]

    /// Removes what only a channel that is at work has use for, and its name where no order has it.
    func forget(_ name: String) throws {
        for table in Self.forgettable {
            try db.execute(sql: "DELETE FROM \(table) WHERE channel = ?", arguments: [name])
        }
        // Orders are shown in the zone of their channel's shop, and a name that comes back goes on with its start.
        try db.execute(
            sql: """
                DELETE FROM channel WHERE name = ?1 AND NOT EXISTS (SELECT 1 FROM "order" WHERE channel = ?1)
                """,
            arguments: [name]
        )
        try db.execute(sql: "DELETE FROM channel_rename WHERE old = ? AND done = 0", arguments: [name])
        try db.execute(
            sql: """
                UPDATE push_job SET state = 'cancelled', claimed_at_ms = NULL, finished_at_ms = created_at_ms, intent = NULL,
                    last_error = 'its channel was forgotten'
                WHERE channel = ? AND kind = 'stock' AND finished_at_ms IS NULL
                """,
            arguments: [name]
        )
    }
}
