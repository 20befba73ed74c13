import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// A code's level at a site is that of the items that have it now: none stays behind of an item that left it.
@Suite(.timeLimit(.minutes(30)))
struct SharedCodeTests {
    typealias Fault = RepetitionFault

    enum Leaving: CaseIterable, Sendable, CustomTestStringConvertible {
        case byLevel
        case byLevelOfAnotherSite
        case byItem
        case byDeletion

        var testDescription: String {
            switch self {
            case .byLevel: "renamed by a level"
            case .byLevelOfAnotherSite: "renamed by a level of another site"
            case .byItem: "renamed by StockUpload"
            case .byDeletion: "deleted"
            }
        }

        /// How item 31 leaves the code OLD.
        var upload: Fault.Upload {
            switch self {
            case .byLevel: Fault.level("NEW", 30)
            case .byLevelOfAnotherSite: Fault.level("NEW", 2, site: 4)
            case .byItem: Fault.item("NEW")
            case .byDeletion: Fault.deletion()
            }
        }

        /// What item 31 has then.
        var levels: [String] {
            switch self {
            case .byLevel, .byItem: ["NEW MAIN 30"]
            case .byLevelOfAnotherSite: ["NEW MAIN 30", "NEW SHOP1 2"]
            case .byDeletion: []
            }
        }
    }

    @Test(arguments: Leaving.allCases)
    func `S6: a code that goes to a new item at another site keeps no level of the old one`(
        _ leaving: Leaving
    )
        async throws
    {
        try await Fault.run { (daemon, shop, kcc) async throws in
            try await kcc.send(
                Fault.level("OLD", 30),
                Fault.level("OLD", 3, id: "32", site: 4),
                leaving.upload
            )
            await daemon.pass(60)
            #expect(try await daemon.levels() == leaving.levels + ["OLD SHOP1 3"])
            #expect(shop.offered("OLD") == 3)
            // The code has levels all the same, so nothing needs to be done about it.
            #expect(try await daemon.rows("SELECT text FROM kcc_notice WHERE open").isEmpty)
        }
    }

    @Test(arguments: Leaving.allCases, [true, false])
    func `S6: of two items of one code and site, the one that stays gives the level`(
        _ leaving: Leaving,
        _ isOldNewer: Bool
    ) async throws {
        try await Fault.run { (daemon, shop, kcc) async throws in
            let both = [Fault.level("OLD", 5, id: "32"), Fault.level("OLD", 30)]
            for upload in isOldNewer ? both : both.reversed() { try await kcc.send(upload) }
            #expect(try await daemon.levels() == ["OLD MAIN \(isOldNewer ? 30 : 5)"])
            try await kcc.send(leaving.upload)
            await daemon.pass(60)
            #expect(try await daemon.levels() == leaving.levels + ["OLD MAIN 5"])
            #expect(shop.offered("OLD") == 5)
        }
    }

    @Test func `S6: a code that goes over to another item within one body keeps no level of the old one`()
        async throws
    {
        try await Fault.run { (daemon, shop, kcc) async throws in
            try await kcc.send(Fault.level("OLD", 30))
            let body =
                #"{"Statuses":[{"StockCode":"OLD","StockID":"32","SiteID":4,"Levels":{"Available":3}},{"StockCode":"NEW","StockID":"31","SiteID":1,"Levels":{"Available":30}}]}"#
            try await kcc.send(Fault.Upload(body: body, leaf: "stock"))
            await daemon.pass(60)
            #expect(try await daemon.levels() == ["NEW MAIN 30", "OLD SHOP1 3"])
            #expect(shop.offered("OLD") == 3)
        }
    }

    @Test func `S6: codes that are exchanged keep their levels apart, and no notice says that one is gone`()
        async throws
    {
        try await Fault.run { (daemon, _, kcc) async throws in
            try await kcc.send(Fault.level("A", 1), Fault.level("B", 2, id: "32", site: 4))
            let body =
                #"{"Items":[{"StockID":"31","StockCode":"B"},{"StockID":"32","StockCode":"A"}],"Deleted":[]}"#
            try await kcc.send(Fault.Upload(body: body, leaf: "items"))
            #expect(try await daemon.levels() == ["A SHOP1 2", "B MAIN 1"])
            #expect(try await daemon.rows("SELECT text FROM kcc_notice WHERE open").isEmpty)
        }
    }

    @Test func `S6: a code that an operator has given a level is not called unsent when KCC deletes it`()
        async throws
    {
        try await Fault.run { (daemon, _, kcc) async throws in
            try await kcc.send(Fault.level("OLD", 30))
            _ = await daemon.set("OLD", 4, site: "SHOP1")
            try await kcc.send(Fault.deletion())
            #expect(try await daemon.levels() == ["OLD SHOP1 4"])
            #expect(try await daemon.rows("SELECT text FROM kcc_notice WHERE open").isEmpty)
            await daemon.forget("OLD")
            try await kcc.send(Fault.level("OLD", 30), Fault.deletion())
            #expect(
                try await daemon.rows("SELECT text FROM kcc_notice WHERE open") == [
                    "KCC has deleted stock code OLD; its levels are not sent any more, and what Shopify offers of it stays as it is"
                ]
            )
        }
    }

    @Test func `S6: a change of [sites] derives the levels of the sites as they are named now`() async throws
    {
        try await Fault.run { (daemon, _, kcc) async throws in
            try await kcc.send(
                Fault.level("OLD", 30),
                Fault.level("OLD", 3, id: "32"),
                Fault.level("OLD", 7, site: 9)
            )
            #expect(try await daemon.levels() == ["OLD MAIN 3"])
            for (sites, levels) in [
                ("MAIN = 9", ["OLD MAIN 7"]), ("SHOP1 = 4", []),
                ("MAIN = 1\nX = 9", ["OLD MAIN 3", "OLD X 7"]),
            ] {
                let text = ConfigurationText.linked.replacing("MAIN = 1\nSHOP1 = 4", with: "\(sites)\nY = 77")
                    .replacing("site = \"MAIN\"", with: "site = \"Y\"")
                let loaded = try await daemon.reload(text)
                #expect(loaded.status == .done, "\(loaded.errors)")
                #expect(try await daemon.levels() == levels)
            }
        }
    }
}
