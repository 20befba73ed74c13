import Foundation
import GRDB
import SyncEngine
import TestSupport
import Testing

@testable import Persistence

/// A store of the version before goes on: what was known of repeated reports is known after the upgrade.
@Suite(.timeLimit(.minutes(30)))
struct ItemFactMigrationTests {
    /// A store of the version before whose channel `web` has been open, as this version opens it.
    private func migrated(_ sql: String) async throws -> LinkBench {
        let folder = try TemporaryFolder()
        let queue = try DatabaseQueue(path: folder.database)
        try OrderDatabase.migrator.migrate(queue, upTo: M0013Repetitions.identifier)
        try await queue.write { db in
            try db.execute(
                sql: """
                    INSERT INTO kcc_channel (channel, sites) VALUES ('web', 'MAIN=1\u{1F}SHOP1=4');
                    UPDATE counter SET value = 100 WHERE name = 'arrival';
                    \(sql)
                    """
            )
        }
        try queue.close()
        return try LinkBench(Bench(folder: folder))
    }

    private func levels(_ link: LinkBench) async throws -> [String] {
        try await link.rows("SELECT sku, site, level_micros / 1000000 FROM stock_level ORDER BY sku, site")
    }

    private func row(_ code: SKU, _ figure: Int, site: String = "1") -> LevelReportRow {
        LevelReportRow(
            stockCode: code,
            stockID: "31",
            siteID: site,
            level: Amount(micros: Int64(figure) * 1_000_000)
        )
    }

    /// What the store held, and what it holds after an old body came again and a new one.
    struct Example: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var rows: String
        var site = "1"
        var repeated: [String]
    }

    private static let level =
        "INSERT INTO kcc_level VALUES ('web', '31', '1', 'OLD', 5000000, 1, 20, 1); INSERT INTO stock_level VALUES ('web', 'OLD', 'MAIN', 5000000, 1, 1, 1, 'kcc', 20, NULL); INSERT INTO stock_item (channel, sku, since_ms) VALUES ('web', 'OLD', 1);"

    private static let examples = [
        Example(testDescription: "a newer level", rows: level, repeated: ["OLD MAIN 5"]),
        Example(
            testDescription: "a newer level of another site",
            rows: level,
            site: "4",
            repeated: ["OLD MAIN 5", "OLD SHOP1 1000"]
        ),
        Example(
            testDescription: "a newer code",
            rows: "INSERT INTO kcc_item VALUES ('web', '31', 'NEW', 30, 1);",
            repeated: ["NEW MAIN 1000"]
        ),
        Example(
            testDescription: "a code that is newer than the level's",
            rows: level.replacing("'OLD'", with: "'NEW'")
                + "INSERT INTO kcc_item VALUES ('web', '31', 'NEW', 30, 1);",
            site: "4",
            repeated: ["NEW MAIN 5", "NEW SHOP1 1000"]
        ),
        Example(
            testDescription: "a deletion",
            rows: "INSERT INTO kcc_item VALUES ('web', '31', NULL, 30, 1);",
            repeated: []
        ),
        Example(
            testDescription: "a deletion, and a newer level",
            rows: level + "INSERT INTO kcc_item VALUES ('web', '31', NULL, 15, 1);",
            site: "4",
            repeated: ["OLD MAIN 5"]
        ),
        Example(
            testDescription: "a level forgotten at a site with a name",
            rows: "INSERT INTO stock_removal VALUES ('web', 'OLD', 'SHOP1', 30, 1);",
            site: "4",
            repeated: []
        ),
        Example(
            testDescription: "a level forgotten at a site that had no name",
            rows: "INSERT INTO stock_removal VALUES ('web', 'OLD', '9', 30, 1);",
            site: "9",
            repeated: []
        ),
        Example(
            testDescription: "a level forgotten at another site",
            rows: "INSERT INTO stock_removal VALUES ('web', 'OLD', 'SHOP1', 30, 1);",
            repeated: ["OLD MAIN 1000"]
        ),
        Example(
            testDescription: "a level forgotten at all sites, of an item that was known",
            rows:
                "INSERT INTO stock_removal VALUES ('web', 'NEW', '', 30, 1); INSERT INTO kcc_item VALUES ('web', '31', 'NEW', 30, 1);",
            repeated: []
        ),
    ]

    @Test func `levels that an item left behind under its old code go when the channel is opened`()
        async throws
    {
        let link = try await migrated(
            Self.level + """
                INSERT INTO kcc_level VALUES ('web', '32', '4', 'OLD', 3000000, 1, 21, 1);
                INSERT INTO stock_level VALUES ('web', 'OLD', 'SHOP1', 3000000, 1, 1, 1, 'kcc', 21, NULL);
                UPDATE kcc_level SET sku = 'NEW' WHERE stock_id = '31';
                INSERT INTO stock_level VALUES ('web', 'NEW', 'MAIN', 5000000, 1, 1, 1, 'kcc', 20, NULL);
                INSERT INTO stock_level VALUES ('web', 'TEA', 'MAIN', 8000000, 1, 1, 1, 'command', 22, NULL);
                """
        )
        try await link.handOff.open(link.channel, now: link.now)
        #expect(try await levels(link) == ["NEW MAIN 5", "OLD SHOP1 3", "TEA MAIN 8"])
    }

    @Test(arguments: examples)
    func `a body that the version before could not answer counts from its first arrival`(_ example: Example)
        async throws
    {
        var link = try await migrated(
            "INSERT INTO kcc_undelivered VALUES ('web', 'old', 1, 10); " + example.rows
        )
        link.channel = LinkedChannel.plain(sites: ["MAIN": 1, "SHOP1": 4, "DEPOT": 9])
        try await link.handOff.open(link.channel, now: link.now)
        try await take(row("OLD", 1000, site: example.site), "old", link)
        #expect(try await levels(link) == example.repeated)
        // What is new counts, under whichever code.
        try await take(row("TEA", 7), "new", link)
        let levels = try await levels(link)
        #expect(levels.contains("TEA MAIN 7"))
        #expect(levels.allSatisfy { $0.hasPrefix("TEA") })
    }

    private func take(_ level: LevelReportRow, _ body: String, _ link: LinkBench) async throws {
        _ = try await link.handOff.take([level], of: link.channel, body: body, arrival: link.arrival)
        link.handOff.delivered(body, channel: link.channel.name)
    }
}
