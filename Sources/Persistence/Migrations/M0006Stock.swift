import Foundation
internal import GRDB
import SyncEngine

/// The order of arrival, which orders commit stock, and stock codes without white space at their ends.
enum M0006Stock {
    static let identifier = "0006 stock"

    static func migrate(_ db: GRDB.Database) throws {
        try db.execute(sql: columns)
        try rank(db)
        try trimCodes(db)
        try fillCommitments(db)
        try db.execute(sql: trigger)
        // What KCC knows is in its books, whatever state it has here.
        try db.execute(
            sql: "UPDATE \"order\" SET gone = gone WHERE commitment = 'none' AND known_at_ms IS NOT NULL"
        )
    }

    // `arrival` of a level is its place in the order of arrival, which decides what is newer; `told_at_ms` serves display and
    // the comparison with Shopify's times. `file_as_of_ms` is the newest file's time that a level was taken from: files are
    // ordered by it among themselves, also where KCC has reported since. `known_arrival` of an order is the newest arrival
    // when KCC came to know the order. `commitment` is what StockCommitment makes of an order's state and reason.
    private static let columns = """
        INSERT INTO counter VALUES ('arrival', 0);
        ALTER TABLE stock_level ADD COLUMN arrival INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE stock_level ADD COLUMN file_as_of_ms INTEGER;
        UPDATE stock_level SET file_as_of_ms = told_at_ms WHERE source = 'file';
        ALTER TABLE kcc_level ADD COLUMN arrival INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE kcc_level ADD COLUMN named INTEGER NOT NULL DEFAULT 1 CHECK (named IN (0, 1));
        UPDATE kcc_channel SET sites = '';
        ALTER TABLE kcc_undelivered ADD COLUMN arrival INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE restoration ADD COLUMN arrival INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE stock_item ADD COLUMN sent_arrival INTEGER;
        ALTER TABLE stock_channel ADD COLUMN problem TEXT;
        ALTER TABLE stock_channel ADD COLUMN problem_since_ms INTEGER;
        ALTER TABLE "order" ADD COLUMN known_arrival INTEGER;
        ALTER TABLE "order" ADD COLUMN commitment TEXT NOT NULL DEFAULT 'none'
            CHECK (commitment IN ('committed', 'until_level', 'none'));
        DROP TRIGGER order_claims;
        """

    /// Numbers what has arrived by the times that were stored with it: they decided so far.
    private static func rank(_ db: GRDB.Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE arrival_rank (at_ms INTEGER PRIMARY KEY, number INTEGER NOT NULL);
                INSERT INTO arrival_rank
                SELECT at_ms, row_number() OVER (ORDER BY at_ms) FROM (
                    SELECT told_at_ms AS at_ms FROM stock_level UNION SELECT told_at_ms FROM kcc_level
                    UNION SELECT at_ms FROM kcc_undelivered);
                UPDATE stock_level SET arrival = (SELECT number FROM arrival_rank WHERE at_ms = told_at_ms);
                UPDATE kcc_level SET arrival = (SELECT number FROM arrival_rank WHERE at_ms = told_at_ms);
                UPDATE kcc_undelivered SET arrival = (SELECT number FROM arrival_rank r WHERE r.at_ms = kcc_undelivered.at_ms);
                UPDATE stock_item SET sent_arrival = (SELECT number FROM arrival_rank WHERE at_ms = sent_for_ms)
                WHERE sent_for_ms IS NOT NULL;
                UPDATE restoration SET arrival = coalesce(
                    (SELECT number FROM arrival_rank r WHERE r.at_ms < restoration.at_ms ORDER BY r.at_ms DESC LIMIT 1), 0);
                UPDATE "order" SET known_arrival = coalesce(
                    (SELECT number FROM arrival_rank WHERE at_ms <= known_at_ms ORDER BY at_ms DESC LIMIT 1), 0)
                WHERE known_at_ms IS NOT NULL;
                UPDATE counter SET value = (SELECT coalesce(max(number), 0) FROM arrival_rank) WHERE name = 'arrival';
                DROP TABLE arrival_rank;
                ALTER TABLE stock_item DROP COLUMN sent_for_ms;
                """
        )
    }

    // MARK: Codes

    /// Takes white space off the ends of stored codes; of rows that become one the newest arrival stands.
    private static func trimCodes(_ db: GRDB.Database) throws {
        for code in try untrimmed("stock_level", "sku", db) {
            try db.execute(
                sql: """
                    INSERT INTO stock_level SELECT channel, ?2, site, level_micros, told_at_ms, figure_since_ms, received_at_ms,
                        source, arrival, file_as_of_ms FROM stock_level WHERE sku = ?1
                    ON CONFLICT DO UPDATE SET level_micros = excluded.level_micros, told_at_ms = excluded.told_at_ms,
                        figure_since_ms = excluded.figure_since_ms, received_at_ms = excluded.received_at_ms,
                        source = excluded.source, arrival = excluded.arrival, file_as_of_ms = excluded.file_as_of_ms
                    WHERE excluded.arrival > stock_level.arrival
                    """,
                arguments: [code.text, code.trimmed]
            )
            try db.execute(sql: "DELETE FROM stock_level WHERE sku = ?", arguments: [code.text])
        }
        for code in try untrimmed("stock_item", "sku", db) {
            try db.execute(
                sql: "UPDATE OR IGNORE stock_item SET sku = ? WHERE sku = ?",
                arguments: [code.trimmed, code.text]
            )
            try db.execute(sql: "DELETE FROM stock_item WHERE sku = ?", arguments: [code.text])
            try db.execute(
                sql: "UPDATE stock_item SET due_at_ms = 0, version = version + 1 WHERE sku = ?",
                arguments: [code.trimmed]
            )
        }
        for (table, column) in [
            ("stock_claim", "sku"), ("inventory_item", "sku"), ("kcc_level", "sku"),
            ("kcc_stock_code", "code"),
        ] {
            for code in try untrimmed(table, column, db) {
                try db.execute(
                    sql: "UPDATE OR REPLACE \(table) SET \(column) = ? WHERE \(column) = ?",
                    arguments: [code.trimmed, code.text]
                )
            }
        }
    }

    private static func untrimmed(_ table: String, _ column: String, _ db: GRDB.Database) throws
        -> [(text: String, trimmed: String)]
    {
        var found: [(text: String, trimmed: String)] = []
        let codes = try String.fetchCursor(db, sql: "SELECT DISTINCT \(column) FROM \(table)")
        while let text = try codes.next() {
            let trimmed = SKU(text).text
            if trimmed.utf8.count != text.utf8.count { found.append((text, trimmed)) }
        }
        return found
    }

    // MARK: Commitments

    private static func fillCommitments(_ db: GRDB.Database) throws {
        let pairs = try Row.fetchAll(db, sql: "SELECT DISTINCT state, reason FROM \"order\"")
        for row in pairs {
            let commitment = StockCommitment(stored: row[0], row[1])
            guard commitment != .none else { continue }
            try db.execute(
                sql: "UPDATE \"order\" SET commitment = ? WHERE state = ? AND reason IS ?",
                arguments: [commitment.rawValue, row[0] as String, row[1] as String?]
            )
        }
    }

    // Bookkeeping alone: it puts a claim into its range, and makes the SKUs due in the same transaction. What decides is in
    // `commitment`. An order that KCC knows is in its books whatever state it has here.
    private static let trigger = """
        CREATE TRIGGER order_claims
        AFTER UPDATE OF commitment, channel, site, hand_off, acknowledged_at_ms, known_at_ms, cancelled_at_ms, gone
            ON "order"
        BEGIN
            UPDATE stock_claim SET
                channel = NEW.channel,
                kind = CASE
                    WHEN NEW.gone OR (NEW.commitment = 'none' AND NEW.known_at_ms IS NULL) THEN NULL
                    WHEN NEW.cancelled_at_ms IS NOT NULL OR ended_at_ms IS NOT NULL THEN 'ended'
                    WHEN NEW.known_at_ms IS NOT NULL THEN 'taken'
                    WHEN NEW.commitment = 'until_level' THEN 'till'
                    ELSE 'open' END,
                key_ms = CASE
                    WHEN NEW.cancelled_at_ms IS NOT NULL OR ended_at_ms IS NOT NULL
                        THEN max(coalesce(NEW.cancelled_at_ms, 0), coalesce(ended_at_ms, 0))
                    ELSE coalesce(NEW.known_at_ms, NEW.created_at_ms) END
            WHERE order_id = NEW.id;
            UPDATE stock_item SET due_at_ms = 0, version = version + 1
            WHERE sku IN (SELECT sku FROM stock_claim WHERE order_id = NEW.id);
        END;

        CREATE TRIGGER order_known
        AFTER UPDATE OF known_at_ms ON "order" WHEN (NEW.known_at_ms IS NULL) <> (OLD.known_at_ms IS NULL)
        BEGIN
            UPDATE "order" SET known_arrival = CASE
                WHEN NEW.known_at_ms IS NOT NULL THEN (SELECT value FROM counter WHERE name = 'arrival') END
            WHERE id = NEW.id;
        END;
        """
}

extension StockCommitment {
    /// Decides by an order's columns; a value that a newer version wrote is treated as one that commits.
    init(stored state: String, _ reason: String?) {
        guard let known = OrderState(rawValue: state),
            reason == nil || ReasonCode(rawValue: reason ?? "") != nil
        else {
            self = .committed
            return
        }
        self.init(known, reason.flatMap(ReasonCode.init))
    }
}
