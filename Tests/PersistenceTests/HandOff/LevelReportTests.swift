import Foundation
import GRDB
import TestSupport
import Testing

@testable import Persistence
@testable import SyncEngine

@Suite(.timeLimit(.minutes(30)))
struct LevelReportTests {
    private let link: LinkBench

    init() throws { link = try LinkBench() }

    private func take(_ rows: LevelReportRow..., body: String = "body") async throws -> ReportOutcome {
        let outcome = try await link.handOff.take(rows, of: link.channel, body: body, arrival: link.arrival)
        link.handOff.delivered(body, channel: link.channel.name)
        return outcome
    }

    private func take(_ items: [StockItemReport], deleted: [String] = []) async throws -> ReportOutcome {
        let outcome = try await link.handOff.take(
            items,
            deleted: deleted,
            of: link.channel,
            body: "items",
            arrival: link.arrival
        )
        link.handOff.delivered("items", channel: link.channel.name)
        return outcome
    }

    private func levels() async throws -> [String] {
        try await link.rows(
            "SELECT sku, site, level_micros / 1000000, source FROM stock_level ORDER BY sku, site"
        )
    }

    @Test func `a level is the channel's at the mapped site, and the newest stands`() async throws {
        let outcome = try await take(
            link.level("TEA", "41"),
            link.level("TEA", "3", site: "4"),
            link.level("TEA", "40")
        )
        #expect(outcome.levels.changed == 2)
        #expect(try await levels() == ["TEA MAIN 40 kcc", "TEA SHOP1 3 kcc"])
        link.bench.now.advance(by: 1)
        _ = try await take(link.level("TEA", "39"), body: "next")
        #expect(try await levels() == ["TEA MAIN 39 kcc", "TEA SHOP1 3 kcc"])
    }

    @Test func `no figure changes nothing, and a negative one is kept as it is`() async throws {
        _ = try await take(link.level("TEA", "41"), link.level("OWED", "-3", id: "32"))
        link.bench.now.advance(by: 1)
        let outcome = try await take(link.level("TEA", nil), body: "next")
        #expect(outcome.notices.map(\.kind) == [.levelMissing])
        #expect(try await levels() == ["OWED MAIN -3 kcc", "TEA MAIN 41 kcc"])
    }

    @Test func `a site that is not mapped is kept and counts once it is`() async throws {
        let outcome = try await take(link.level("TEA", "41", site: "9"))
        #expect(outcome.notices.map(\.kind) == [.siteUnmapped])
        #expect(try await levels().isEmpty)
        var mapped = link
        mapped.channel = .plain(sites: ["MAIN": 1, "DEPOT": 9])
        try await mapped.handOff.open(mapped.channel, now: mapped.now)
        #expect(try await levels() == ["TEA DEPOT 41 kcc"])
        #expect(try await link.notices().isEmpty)
    }

    @Test func `a renamed code takes its levels along, and the old one is let go`() async throws {
        _ = try await take(link.level("TEA", "41"), link.level("TEA", "3", site: "4"))
        link.bench.now.advance(by: 1)
        let outcome = try await take(link.level("TEA-250", "40"), body: "next")
        #expect(outcome.notices.map(\.kind) == [.codeRenamed])
        #expect(try await levels() == ["TEA-250 MAIN 40 kcc", "TEA-250 SHOP1 3 kcc"])
    }

    @Test func `codes that are exchanged end up with each other's levels`() async throws {
        _ = try await take(link.level("A", "1", id: "1"), link.level("B", "2", id: "2"))
        link.bench.now.advance(by: 1)
        _ = try await take(link.level("B", "1", id: "1"), link.level("A", "2", id: "2"), body: "next")
        #expect(try await levels() == ["A MAIN 2 kcc", "B MAIN 1 kcc"])
    }

    @Test func `a body whose answer may be lost counts from when it came first`() async throws {
        let body = [link.level("TEA", "41")]
        _ = try await link.handOff.take(body, of: link.channel, body: "lost", arrival: link.arrival)
        link.bench.now.advance(by: 60)
        _ = try await take(link.level("TEA", "39"), body: "newer")
        link.bench.now.advance(by: 60)
        // The process ends: what is remembered is in the file.
        let after = SQLiteHandOffStore(link.bench.store)
        let outcome = try await after.take(body, of: link.channel, body: "lost", arrival: link.arrival)
        #expect(outcome.levels.older == 1)
        #expect(try await levels() == ["TEA MAIN 39 kcc"])
    }

    @Test func `the same figure told anew after an answer that arrived is news`() async throws {
        _ = try await take(link.level("TEA", "41"), body: "same")
        link.bench.now.advance(by: 60)
        _ = try await take(link.level("TEA", "39"), body: "other")
        link.bench.now.advance(by: 60)
        _ = try await take(link.level("TEA", "41"), body: "same")
        #expect(try await levels() == ["TEA MAIN 41 kcc"])
        try await link.handOff.settleDeliveries()
        #expect(try await link.rows("SELECT count(*) FROM kcc_undelivered") == ["0"])
    }

    @Test func `what an item was told under is found without a walk over all items`() async throws {
        let plan = try await link.bench.database.writer.read { db in
            try Row.fetchAll(
                db,
                sql: "EXPLAIN QUERY PLAN " + KCCLevelRows.codesSQL,
                arguments: ["web", "31"]
            )
            .map { $0["detail"] as String }
        }
        #expect(plan == ["SEARCH kcc_level USING PRIMARY KEY (channel=? AND stock_id=?)"])
    }

    @Test func `KCC's codes are remembered, and one that it lacks is named`() async throws {
        let queries = HandOffQueries(link.bench.database)
        #expect(try await queries.unknownCodes(["TEA"], kinds: ["StockCode"], channel: "web") == nil)
        let item = StockItemReport(stockID: "31", stockCode: "TEA", otherRef: "OLD-TEA", barcodes: ["501"])
        _ = try await take([item])
        let all = ["StockCode", "OtherRef", "Barcode"]
        let codes: [SKU] = ["TEA", "OLD-TEA", "501", "NONE"]
        #expect(try await queries.unknownCodes(codes, kinds: all, channel: "web") == ["NONE"])
        #expect(
            try await queries.unknownCodes(codes, kinds: ["StockCode"], channel: "web") == [
                "OLD-TEA", "501", "NONE",
            ]
        )
        #expect(try await queries.unknownCodes(codes, kinds: ["Automatic"], channel: "web") == nil)
        #expect(try await queries.unknownCodes(codes, kinds: all, channel: "outlet") == nil)
    }

    @Test func `a deleted item is sent no more, and said`() async throws {
        let item = StockItemReport(stockID: "31", stockCode: "TEA", otherRef: nil, barcodes: [])
        _ = try await take([item])
        _ = try await take(link.level("TEA", "41"))
        let outcome = try await take([], deleted: ["31", "99"])
        #expect(outcome.notices.map(\.text).count == 1)
        #expect(outcome.notices.map(\.kind) == [.itemDeleted])
        #expect(try await levels().isEmpty)
    }

    @Test func `an item that is told under a new code renames it before any level does`() async throws {
        _ = try await take(link.level("TEA", "41"))
        let item = StockItemReport(stockID: "31", stockCode: "TEA-250", otherRef: nil, barcodes: [])
        let outcome = try await take([item])
        #expect(outcome.notices.map(\.kind) == [.codeRenamed])
        #expect(try await levels() == ["TEA-250 MAIN 41 kcc"])
    }

    @Test func `all of a request or nothing: a full disk leaves the levels as they were`() async throws {
        _ = try await take(link.level("TEA", "41"))
        link.bench.now.advance(by: 1)
        let pages: Int = try #require(try await link.bench.value("PRAGMA page_count"))
        try await link.bench.limitPages(to: pages)
        let rows = (0..<5000).map { link.level("SKU-\($0)", "1", id: "N\($0)") } + [link.level("TEA", "1")]
        let error = await #expect(throws: StoreError.self) {
            _ = try await link.handOff.take(rows, of: link.channel, body: "big", arrival: link.arrival)
        }
        #expect(error?.code == .full)
        #expect(try await levels() == ["TEA MAIN 41 kcc"])
    }
}
