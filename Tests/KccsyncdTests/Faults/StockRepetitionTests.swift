import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// A body that KCC repeats counts from its first arrival, whatever happened to its item in between.
@Suite(.timeLimit(.minutes(30)))
struct StockRepetitionTests {
    private static func body(_ code: String, _ level: Int, site: Int = 1) -> String {
        #"{"Statuses":[{"StockCode":"\#(code)","StockID":"31","SiteID":\#(site),"Levels":{"Available":\#(level)}}]}"#
    }

    private static func items(_ code: String) -> String {
        #"{"Items":[{"StockID":"31","StockCode":"\#(code)"}],"Deleted":[]}"#
    }

    private static let deletion = #"{"Items":[],"Deleted":[{"StockID":"31"}]}"#
    private static let levels =
        "SELECT sku || ' ' || site || ' ' || (level_micros / 1000000) FROM stock_level ORDER BY sku, site"

    /// An installation with the items OLD and NEW, at 30 and 7 in Shopify.
    private func run(_ body: (Installation, TestShop, KCC) async throws -> Void) async throws {
        let now = ManualNow()
        let shop = TestShop(now)
        shop.product("OLD", figure: 30)
        shop.product("NEW", figure: 7)
        try await Installation.run(
            ConfigurationText.linked,
            shops: [ConfigurationText.host: shop],
            now: now
        ) { (daemon) async throws in
            await daemon.round()
            try await KCC.calling(daemon) { try await body(daemon, shop, $0) }
        }
    }

    /// Posts a body that the store cannot take, as while its disk is full.
    private func fail(_ body: String, _ daemon: Installation, _ kcc: KCC) async throws {
        try await daemon.execute(
            "CREATE TRIGGER broken BEFORE INSERT ON kcc_level BEGIN SELECT RAISE(ABORT, 'broken'); END"
        )
        let status = try await kcc.post(body, to: "web/stock")
        try await daemon.execute("DROP TRIGGER broken")
        #expect(status == 503)
    }

    // MARK: Renamed in between

    enum Renaming: CaseIterable, Sendable, CustomTestStringConvertible {
        case byLevel
        case byItem
        case byItemThenLevel
        case byLevelOfAnotherSite
        case byLevelThenForgotten
        case byLevelAfterARestart

        var testDescription: String {
            switch self {
            case .byLevel: "by a level under the new code"
            case .byItem: "by StockUpload"
            case .byItemThenLevel: "by StockUpload, and a level comes under the new code"
            case .byLevelOfAnotherSite: "by a level of another site"
            case .byLevelThenForgotten: "by a level, and the new code is forgotten here"
            case .byLevelAfterARestart: "by a level, and the daemon restarts"
            }
        }

        /// What is stored after the repetition: the code is the newest, and so is each site's figure.
        var levels: [String] {
            switch self {
            case .byLevel, .byItemThenLevel, .byLevelAfterARestart: ["NEW MAIN 5"]
            case .byItem: ["NEW MAIN 1000"]
            case .byLevelOfAnotherSite: ["NEW MAIN 1000", "NEW SHOP1 5"]
            case .byLevelThenForgotten: []
            }
        }

        var offered: [Int] {
            switch self {
            case .byLevel, .byItemThenLevel, .byLevelThenForgotten, .byLevelAfterARestart: [30, 5]
            case .byItem: [30, 1000]
            case .byLevelOfAnotherSite: [30, 1005]
            }
        }
    }

    @Test(arguments: Renaming.allCases)
    func `S5: a body that comes again does not take back that its item was renamed`(_ renaming: Renaming)
        async throws
    {
        try await run { (daemon, shop, kcc) async throws in
            #expect(try await kcc.post(Self.body("OLD", 30), to: "web/stock") == 200)
            await daemon.pass(60)
            try await fail(Self.body("OLD", 1000), daemon, kcc)
            switch renaming {
            case .byLevel, .byLevelThenForgotten, .byLevelAfterARestart:
                #expect(try await kcc.post(Self.body("NEW", 5), to: "web/stock") == 200)
            case .byItem: #expect(try await kcc.post(Self.items("NEW"), to: "web/items") == 200)
            case .byItemThenLevel:
                #expect(try await kcc.post(Self.items("NEW"), to: "web/items") == 200)
                #expect(try await kcc.post(Self.body("NEW", 5), to: "web/stock") == 200)
            case .byLevelOfAnotherSite:
                #expect(try await kcc.post(Self.body("NEW", 5, site: 4), to: "web/stock") == 200)
            }
            await daemon.pass(60)
            if renaming == .byLevelThenForgotten {
                let reply = await daemon.perform(.forgetLevel(channel: "web", sku: "NEW", site: nil))
                #expect(reply.status == .done)
            }
            if renaming == .byLevelAfterARestart { try await daemon.restart() }
            try await KCC.calling(daemon) { (kcc) async throws in
                #expect(try await kcc.post(Self.body("OLD", 1000), to: "web/stock") == 200)
                await daemon.pass(120)
                let levels = try await daemon.rows(Self.levels)
                #expect(levels == renaming.levels)
                #expect(["OLD", "NEW"].map { shop.offered($0) } == renaming.offered)
                // What is reported for the first time counts, under whichever code.
                #expect(try await kcc.post(Self.body("OLD", 9), to: "web/stock") == 200)
                await daemon.pass(120)
                #expect(shop.offered("OLD") == (renaming == .byLevelOfAnotherSite ? 14 : 9))
            }
        }
    }

    // MARK: Removed in between

    enum Removal: CaseIterable, Sendable, CustomTestStringConvertible {
        case forgotten
        case siteForgotten
        case deleted
        case deletedAndNeverStored
        case forgottenAfterACommand
        case forgottenAndRestarted

        var testDescription: String {
            switch self {
            case .forgotten: "forgotten here"
            case .siteForgotten: "the level at its site is forgotten here"
            case .deleted: "deleted by KCC"
            case .deletedAndNeverStored: "deleted by KCC, with no level of it in between"
            case .forgottenAfterACommand: "set by a command and forgotten"
            case .forgottenAndRestarted: "forgotten here, and the daemon restarts"
            }
        }
    }

    @Test(arguments: Removal.allCases)
    func `S5: a body that comes again does not bring back what was removed since`(_ removal: Removal)
        async throws
    {
        try await run { (daemon, shop, kcc) async throws in
            try await fail(Self.body("OLD", 1000), daemon, kcc)
            switch removal {
            case .deletedAndNeverStored: break
            case .forgottenAfterACommand: _ = await daemon.set("OLD", 5, site: "MAIN")
            default: #expect(try await kcc.post(Self.body("OLD", 5), to: "web/stock") == 200)
            }
            await daemon.pass(60)
            let shown = removal == .deletedAndNeverStored ? 30 : 5
            #expect(shop.offered("OLD") == shown)
            switch removal {
            case .deleted, .deletedAndNeverStored:
                #expect(try await kcc.post(Self.deletion, to: "web/items") == 200)
            default:
                let site = removal == .siteForgotten ? "MAIN" : nil
                let reply = await daemon.perform(.forgetLevel(channel: "web", sku: "OLD", site: site))
                #expect(reply.status == .done, "\(reply.errors)")
            }
            if removal == .forgottenAndRestarted { try await daemon.restart() }
            try await KCC.calling(daemon) { (kcc) async throws in
                #expect(try await kcc.post(Self.body("OLD", 1000), to: "web/stock") == 200)
                await daemon.pass(60)
                #expect(shop.offered("OLD") == shown)
                #expect(try await daemon.rows(Self.levels).isEmpty)
                // A new report brings it back, as `stock forget --help` says.
                #expect(try await kcc.post(Self.body("OLD", 9), to: "web/stock") == 200)
                await daemon.pass(60)
                #expect(shop.offered("OLD") == 9)
            }
        }
    }

    @Test(arguments: [true, false])
    func `S5: only the site that was forgotten stays forgotten`(_ isNamed: Bool) async throws {
        try await run { (daemon, shop, kcc) async throws in
            let site = isNamed ? 4 : 9
            try await fail(Self.body("OLD", 1000, site: site), daemon, kcc)
            try await fail(Self.body("OLD", 20), daemon, kcc)
            #expect(try await kcc.post(Self.body("OLD", 5, site: site), to: "web/stock") == 200)
            let name = isNamed ? "SHOP1" : "9"
            let reply = await daemon.perform(.forgetLevel(channel: "web", sku: "OLD", site: name))
            #expect(reply.status == .done, "\(reply.errors)")
            #expect(try await kcc.post(Self.body("OLD", 1000, site: site), to: "web/stock") == 200)
            #expect(try await kcc.post(Self.body("OLD", 20), to: "web/stock") == 200)
            await daemon.pass(60)
            #expect(shop.offered("OLD") == 20)
            let list = try await daemon.rows("SELECT site_id FROM kcc_level")
            #expect(list == ["1"])
        }
    }
}
