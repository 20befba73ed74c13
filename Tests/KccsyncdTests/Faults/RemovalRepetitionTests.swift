import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// A level that `stock forget` removed stays removed, whatever its item and its site are called when it is repeated.
@Suite(.timeLimit(.minutes(30)))
struct RemovalRepetitionTests {
    typealias Fault = RepetitionFault

    enum Renaming: CaseIterable, Sendable, CustomTestStringConvertible {
        case byItem
        case byItemTwice
        case byLevelOfAnotherSite
        case byNone

        var testDescription: String {
            switch self {
            case .byItem: "by StockUpload"
            case .byItemTwice: "by StockUpload, there and back"
            case .byLevelOfAnotherSite: "by a level of another site"
            case .byNone: "not renamed"
            }
        }

        var uploads: [Fault.Upload] {
            switch self {
            case .byItem: [Fault.item("NEW")]
            case .byItemTwice: [Fault.item("NEW"), Fault.item("OLD")]
            case .byLevelOfAnotherSite: [Fault.level("NEW", 4, site: 4)]
            case .byNone: []
            }
        }
    }

    @Test(arguments: Renaming.allCases, Fault.Loss.allCases)
    func `S5: a forgotten level does not come back under the code that its item got since`(
        _ renaming: Renaming,
        _ loss: Fault.Loss
    ) async throws {
        try await Fault.run { (daemon, shop, kcc) async throws in
            try await kcc.lose(Fault.level("OLD", 1000), loss, daemon)
            try await kcc.send(Fault.level("OLD", 5))
            await daemon.forget("OLD")
            for upload in renaming.uploads { try await kcc.send(upload) }
            try await kcc.send(Fault.level("OLD", 1000))
            await daemon.pass(60)
            let left = renaming == .byLevelOfAnotherSite ? ["NEW SHOP1 4"] : []
            #expect(try await daemon.levels() == left)
            #expect(shop.offered("NEW") == (left.isEmpty ? 30 : 4))
            // What KCC reports from now on counts.
            try await kcc.send(Fault.level("NEW", 8))
            #expect(try await daemon.levels() == ["NEW MAIN 8"] + left)
        }
    }

    @Test func `S5: a level of an item that had another code when the code was forgotten is not removed`()
        async throws
    {
        try await Fault.run { (daemon, _, kcc) async throws in
            _ = await daemon.set("OLD", 5, site: "MAIN")
            try await kcc.lose(Fault.level("OLD", 9), .refused, daemon)
            try await kcc.send(Fault.item("NEW"))
            await daemon.forget("OLD")
            try await kcc.send(Fault.level("OLD", 9))
            #expect(try await daemon.levels() == ["NEW MAIN 9"])
        }
    }

    enum Sites: CaseIterable, Sendable, CustomTestStringConvertible {
        case renamed
        case named
        case unnamed
        case exchanged

        var testDescription: String {
            switch self {
            case .renamed: "the site gets another name"
            case .named: "a site without a name gets one"
            case .unnamed: "the site loses its name"
            case .exchanged: "another site gets its name"
            }
        }

        /// KCC's SiteID of the level.
        var id: Int { self == .named ? 9 : 4 }
        /// What it is called when it is forgotten.
        var name: String { self == .named ? "9" : "SHOP1" }

        var text: String {
            let lines =
                switch self {
                case .renamed: "STORE = 4"
                case .named: "SHOP1 = 4\nSTORE = 9"
                case .unnamed: ""
                case .exchanged: "SHOP1 = 7\nSTORE = 4"
                }
            return ConfigurationText.linked.replacing("SHOP1 = 4", with: lines)
        }
    }

    @Test(arguments: Sites.allCases, Fault.Loss.allCases)
    func `S6: a level that was forgotten at a site stays forgotten when [sites] changes`(
        _ sites: Sites,
        _ loss: Fault.Loss
    ) async throws {
        try await Fault.run { (daemon, shop, kcc) async throws in
            try await kcc.lose(Fault.level("OLD", 1000, site: sites.id), loss, daemon)
            try await kcc.send(Fault.level("OLD", 20), Fault.level("OLD", 5, site: sites.id))
            await daemon.forget("OLD", site: sites.name)
            let loaded = try await daemon.reload(sites.text)
            #expect(loaded.status == .done, "\(loaded.errors)")
            try await KCC.calling(daemon) { (kcc) async throws in
                try await kcc.send(Fault.level("OLD", 1000, site: sites.id))
            }
            await daemon.pass(60)
            #expect(try await daemon.levels() == ["OLD MAIN 20"])
            #expect(shop.offered("OLD") == 20)
            #expect(try await daemon.rows("SELECT site_id FROM kcc_level") == ["1"])
        }
    }

    @Test func `S5: an operator's own level is not overwritten by a repetition, nor by a change of [sites]`()
        async throws
    {
        try await Fault.run { (daemon, _, kcc) async throws in
            try await kcc.lose(Fault.level("OLD", 1000), .refused, daemon)
            _ = await daemon.set("OLD", 4, site: "MAIN")
            try await kcc.send(Fault.level("OLD", 1000))
            #expect(try await daemon.levels() == ["OLD MAIN 4"])
            let text = ConfigurationText.linked.replacing("SHOP1 = 4", with: "SHOP1 = 4\nX = 7")
            #expect(try await daemon.reload(text).status == .done)
            #expect(try await daemon.levels() == ["OLD MAIN 4"])
        }
    }
}
