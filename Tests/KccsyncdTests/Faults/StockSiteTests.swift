import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// A level is for a site that is known, and counts once.
@Suite(.timeLimit(.minutes(30)))
struct StockSiteTests {
    // MARK: Without a site

    enum Known: CaseIterable, Sendable, CustomTestStringConvertible {
        case oneSiteOfKCC
        case twoSitesOfKCC
        case siteByCommand
        case siteThatDoesNotCount

        var testDescription: String {
            switch self {
            case .oneSiteOfKCC: "KCC has reported one site"
            case .twoSitesOfKCC: "KCC has reported two sites"
            case .siteByCommand: "a command has set a site"
            case .siteThatDoesNotCount: "the SKU has a level at a site that the channel leaves out"
            }
        }

        /// The levels as messages name them.
        var named: String {
            switch self {
            case .oneSiteOfKCC, .siteByCommand: "MAIN 20"
            case .twoSitesOfKCC: "MAIN 20, SHOP1 3"
            case .siteThatDoesNotCount: "SHOP1 3"
            }
        }
    }

    private func arrange(_ known: Known, _ daemon: Installation) async throws {
        switch known {
        case .oneSiteOfKCC:
            try await KCC.calling(daemon) { try await $0.stock([(StockFault.sku, 20)]) }
        case .twoSitesOfKCC:
            try await KCC.calling(daemon) { (kcc) async throws in
                try await kcc.stock([(StockFault.sku, 20)])
                try await kcc.stock([(StockFault.sku, 3)], site: 4)
            }
        case .siteByCommand: _ = await daemon.set(StockFault.sku, 20, site: "MAIN")
        case .siteThatDoesNotCount: _ = await daemon.set(StockFault.sku, 3, site: "SHOP1")
        }
    }

    @Test(arguments: Known.allCases)
    func `S9: a level without a site is rejected where the SKU has levels with one`(_ known: Known)
        async throws
    {
        let rules = known == .siteThatDoesNotCount ? "[channels.web.stock]\nsites = [\"MAIN\"]" : ""
        try await StockFault.run(ConfigurationText.text(more: rules)) { (daemon, shop) async throws in
            try await arrange(known, daemon)
            await daemon.pass(60)
            let before = shop.offered(StockFault.sku)
            let levels = try await daemon.rows("SELECT site || level_micros FROM stock_level ORDER BY 1")
            let reply = await daemon.set(StockFault.sku, 20)
            #expect(reply.status == .usage)
            let sentence =
                "stock of SKU-1: a level without a site is rejected because the SKU has levels at sites (\(known.named)); name its site, or remove those with: kccsyncd stock forget web SKU-1"
            #expect(reply.errors == [sentence])
            #expect(reply.lines.isEmpty)
            let report = try await daemon.file("STOCK_CODE,STOCK_LEVEL\nOTHER,1\nSKU-1,20\n")
            #expect(report.problems == ["levels.csv: line 3: \(sentence)"])
            #expect(report.summary == "levels.csv: 1 level changed, 0 as before, 1 line not taken")
            await daemon.pass(60)
            #expect(shop.offered(StockFault.sku) == before)
            let after = try await daemon.rows(
                "SELECT site || level_micros FROM stock_level WHERE sku = 'SKU-1' ORDER BY 1"
            )
            #expect(after == levels)
        }
    }

    // MARK: Sites that are not named

    enum Misnamed: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case MIAN
        case main
        case Shop1
        case WAREHOUSE

        var testDescription: String { "site \(rawValue)" }

        var sentence: String {
            let remedy =
                switch self {
                case .MIAN, .main: "did you mean MAIN?"
                case .Shop1: "did you mean SHOP1?"
                case .WAREHOUSE:
                    "name one of those, or add it to [sites] with KCC's SiteID: WAREHOUSE = SITEID"
                }
            return "stock of SKU-1: site \"\(rawValue)\" is not in [sites] (MAIN, SHOP1); \(remedy)"
        }
    }

    @Test(arguments: Misnamed.allCases)
    func `S9: a site that is not in the configuration is rejected with the nearest name`(_ site: Misnamed)
        async throws
    {
        try await StockFault.run { (daemon, _) async throws in
            let reply = await daemon.set(StockFault.sku, 20, site: site.rawValue)
            #expect(reply.status == .usage)
            #expect(reply.errors == [site.sentence])
            #expect(try await daemon.rows("SELECT sku FROM stock_level").isEmpty)
        }
    }

    @Test(arguments: Misnamed.allCases)
    func `S10: in a file the line with such a site is rejected, and the others are taken`(_ site: Misnamed)
        async throws
    {
        try await StockFault.run { (daemon, shop) async throws in
            let text = "STOCK_CODE,STOCK_LEVEL,SITE\nSKU-1,20,\(site.rawValue)\nOTHER,4,MAIN\nSKU-1,7,SHOP1\n"
            let report = try await daemon.file(text)
            #expect(report.problems == ["levels.csv: line 2: \(site.sentence)"])
            #expect(report.refused == 1 && report.status == .done)
            await daemon.pass(60)
            #expect(shop.offered(StockFault.sku) == 7)
            #expect(
                try await daemon.rows("SELECT sku || site FROM stock_level ORDER BY 1") == [
                    "OTHERMAIN", "SKU-1SHOP1",
                ]
            )
            let check = try await FileImport(
                name: "levels.csv",
                channels: ["web"],
                perform: { await daemon.perform($0) }
            )
            .checkStock(ByteSource(Data(text.utf8)), asOf: daemon.now.current)
            #expect(check.problems == ["levels.csv: line 2: \(site.sentence)"], "--strict takes nothing")
        }
    }

    @Test(
        arguments: [
            "SKU-1,20,\nOTHER,1,MAIN\n", "OTHER,1,MAIN\nSKU-1,20,\n", "OTHER,1,MAIN\nOTHER,2,\n",
            "SKU-1,20,MIAN\nOTHER,1,MAIN\n",
        ]
    )
    func `S9: a strict file with a line that would be rejected changes nothing`(_ lines: String) async throws
    {
        try await StockFault.run { (daemon, _) async throws in
            _ = await daemon.set(StockFault.sku, 20, site: "MAIN")
            let source = ByteSource(Data("STOCK_CODE,STOCK_LEVEL,SITE\n\(lines)".utf8))
            let files = FileImport(
                name: "levels.csv",
                channels: ["web"],
                perform: { await daemon.perform($0) }
            )
            let check = try await files.checkStock(source, asOf: daemon.now.current)
            #expect(check.refused == 1, "\(check.lines)")
            #expect(check.summary == "levels.csv: 2 levels read, 1 line that cannot be taken")
            let rows = try await daemon.rows("SELECT sku || site FROM stock_level")
            #expect(rows == ["SKU-1MAIN"])
        }
    }

    @Test func `S10: without [sites] any site is accepted`() async throws {
        try await StockFault.run(ConfigurationText.text(kcc: nil)) { (daemon, shop) async throws in
            let reply = await daemon.set(StockFault.sku, 20, site: "anything")
            #expect(reply.status == .done && reply.warnings.isEmpty)
            await daemon.pass(60)
            #expect(shop.offered(StockFault.sku) == 20)
        }
    }

    // MARK: Sites that do not count

    enum LeftOut: CaseIterable, Sendable, CustomTestStringConvertible {
        case byCommand
        case byFile
        case besideOneThatCounts
        case withoutSite

        var testDescription: String {
            switch self {
            case .byCommand: "a command for a site that the channel leaves out"
            case .byFile: "a file with one"
            case .besideOneThatCounts: "a command for one, where another site's level counts"
            case .withoutSite: "a command without a site, where the channel names its sites"
            }
        }

        var place: String { self == .withoutSite ? "levels without a site" : "levels at SHOP1" }
    }

    @Test(arguments: LeftOut.allCases)
    func `S10: a level that does not count is stored with a warning, and listed`(_ leftOut: LeftOut)
        async throws
    {
        let text = ConfigurationText.text(more: "[channels.web.stock]\nsites = [\"MAIN\"]")
        try await StockFault.run(text) { (daemon, shop) async throws in
            if leftOut == .besideOneThatCounts { _ = await daemon.set(StockFault.sku, 8, site: "MAIN") }
            let warning =
                "channel web: \(leftOut.place) are stored but not counted, because sites in [channels.web.stock] is MAIN; add the site there if it is to count"
            switch leftOut {
            case .byCommand, .besideOneThatCounts:
                let reply = await daemon.set(StockFault.sku, 3, site: "SHOP1")
                #expect(reply.status == .done && reply.warnings == [warning])
            case .withoutSite:
                let reply = await daemon.set(StockFault.sku, 3)
                #expect(reply.status == .done && reply.warnings == [warning])
            case .byFile:
                let report = try await daemon.file("STOCK_CODE,STOCK_LEVEL,SITE\nSKU-1,3,SHOP1\n")
                #expect(report.refused == 0 && report.lines.first == "warning: \(warning)")
            }
            await daemon.pass(60)
            let counts = leftOut == .besideOneThatCounts
            #expect(shop.offered(StockFault.sku) == (counts ? 8 : 5))
            let place = leftOut == .withoutSite ? "without a site" : "at SHOP1"
            let row = try #require(try await daemon.stockList(trouble: true).first)
            #expect(
                row.contains(
                    counts
                        ? "not counted for the channel: 3 at SHOP1"
                        : "the channel counts levels at MAIN only, and the SKU has 3 \(place)"
                )
            )
            #expect(row.contains(counts ? "confirmed" : "not_counted"))
            let all = try await daemon.answer(.stock(channel: "web", trouble: false), json: true).joined()
            #expect(all.contains("\"level\" : \"\(counts ? 8 : 0)\""), "the sum of the sites that count")
            let explanation = try await daemon.answer(.stockExplanation(channel: "web", sku: "SKU-1"))
            #expect(
                explanation.contains { $0.hasPrefix("not counted") && $0.contains("3 \(place)") } || !counts
            )
        }
    }

    @Test(arguments: [2, 9, 77, 1_000_000])
    func `S10: a level for a site of KCC's that is not in the configuration is stored and shown`(site: Int)
        async throws
    {
        try await StockFault.run { (daemon, shop) async throws in
            try await KCC.calling(daemon) { (kcc) async throws in
                #expect(try await kcc.stock([(StockFault.sku, 20)], site: site) == 200)
                await daemon.pass(60)
                #expect(shop.offered(StockFault.sku) == 5)
                let sentence =
                    "KCC reports stock for site \(site), which is not in [sites]; it is stored but not used"
                #expect(try await daemon.status().contains { $0.contains(sentence) })
                let row = try #require(try await daemon.stockList(trouble: true).first)
                #expect(row.contains("not_counted"))
                #expect(row.contains("no level is stored for a site that [sites] names"))
                let explanation = try await daemon.answer(.stockExplanation(channel: "web", sku: "SKU-1"))
                let line = "not counted   20 at KCC's site \(site), which is not in [sites]"
                #expect(explanation.contains(line), "\(explanation)")
                let text = ConfigurationText.linked.replacing("SHOP1 = 4", with: "SHOP1 = 4\nDEPOT = \(site)")
                let reply = try await daemon.reload(text)
                #expect(reply.status == .done, "\(reply.errors)")
                await daemon.pass(60)
                #expect(shop.offered(StockFault.sku) == 20, "it counts once the site has a name")
            }
        }
    }

    // MARK: Forgetting

    enum Forgetting: CaseIterable, Sendable, CustomTestStringConvertible {
        case oneSite
        case allSites
        case withoutSite
        case siteOfKCCs

        var testDescription: String {
            switch self {
            case .oneSite: "the level at one of two sites"
            case .allSites: "all levels of the SKU"
            case .withoutSite: "a level without a site"
            case .siteOfKCCs: "a level of a site of KCC's without a name"
            }
        }
    }

    @Test(arguments: Forgetting.allCases)
    func `S9: stock forget removes a level, and it does not come back`(_ input: Forgetting) async throws {
        try await StockFault.run { (daemon, shop) async throws in
            switch input {
            case .oneSite, .allSites:
                try await KCC.calling(daemon) { (kcc) async throws in
                    try await kcc.stock([(StockFault.sku, 20)])
                    try await kcc.stock([(StockFault.sku, 3)], site: 4)
                }
            case .withoutSite: _ = await daemon.set(StockFault.sku, 20)
            case .siteOfKCCs:
                try await KCC.calling(daemon) { try await $0.stock([(StockFault.sku, 20)], site: 9) }
            }
            await daemon.pass(60)
            let site: String? =
                switch input {
                case .oneSite: "SHOP1"
                case .siteOfKCCs: "9"
                case .allSites, .withoutSite: nil
                }
            let reply = await daemon.perform(
                .forgetLevel(channel: "web", sku: "SKU-1", site: site)
            )
            #expect(reply.status == .done, "\(reply.errors)")
            await daemon.pass(60)
            #expect(
                shop.offered(StockFault.sku)
                    == (input == .oneSite || input == .withoutSite ? 20 : input == .allSites ? 23 : 5)
            )
            let moved = ConfigurationText.linked.replacing("SHOP1 = 4", with: "SHOP2 = 4\nDEPOT = 9")
            _ = try await daemon.reload(moved)
            await daemon.pass(60)
            let left = try await daemon.rows("SELECT site FROM stock_level")
            #expect(left == (input == .oneSite ? ["MAIN"] : []))
            let list = try await daemon.stockList()
            #expect(list.count == (input == .oneSite ? 1 : 0))
        }
    }

    @Test func `S9: stock forget names what there is where it finds nothing`() async throws {
        try await StockFault.run { (daemon, _) async throws in
            _ = await daemon.set(StockFault.sku, 20, site: "MAIN")
            let misnamed = await daemon.perform(.forgetLevel(channel: "web", sku: "SKU-1", site: "MIAN"))
            #expect(misnamed.status == .usage)
            #expect(
                misnamed.errors == [
                    "stock of SKU-1: channel web has no level of it at MIAN (it has 20 at MAIN); did you mean MAIN?"
                ]
            )
            let unknown = await daemon.perform(.forgetLevel(channel: "web", sku: "NOPE", site: nil))
            #expect(
                unknown.errors == [
                    "stock of NOPE: channel web has no level of it; see: kccsyncd stock list --channel web"
                ]
            )
            let channel = await daemon.perform(.forgetLevel(channel: "wbe", sku: "NOPE", site: nil))
            #expect(channel.errors == ["channel wbe: not configured"])
        }
    }
}
