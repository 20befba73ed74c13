import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Levels of a channel that is off, of one that is gone, and of SKUs that were forgotten.
@Suite(.timeLimit(.minutes(30)))
struct StockChannelTests {
    private static let off = ConfigurationText.text("enabled = false")
    private static let offWarning =
        "channel web is off (enabled = false): levels are stored, and sent to Shopify when it is on again; to turn it on set enabled = true in [channels.web] and run: kccsyncd reload"
    private static let offNote =
        "channel web is off (enabled = false), so nothing is sent to Shopify; to turn it on set enabled = true in [channels.web] and run: kccsyncd reload"
    private static let goneNote =
        "channel web is not in the configuration any more, so nothing is sent to Shopify; if it is shop now run: kccsyncd channels rename web shop; else forget it: kccsyncd channels forget web"

    enum Way: CaseIterable, Sendable {
        case command
        case file
        case fileThatNamesIt
    }

    // MARK: Off

    @Test(arguments: Way.allCases)
    func `a level for a channel that is off is stored with a warning, and sent when it is on again`(
        _ way: Way
    ) async throws {
        try await StockFault.run { (daemon, shop) async throws in
            _ = await daemon.set(StockFault.sku, 9, site: "MAIN")
            await daemon.pass(60)
            #expect(shop.offered(StockFault.sku) == 9)
            #expect(try await daemon.reload(Self.off).status == .done)
            switch way {
            case .command:
                let reply = await daemon.set(StockFault.sku, 20, site: "MAIN")
                #expect(reply.status == .done && reply.errors.isEmpty, "\(reply.errors)")
                #expect(reply.lines == ["web: SKU-1 is 20 at MAIN"])
                #expect(reply.warnings == [Self.offWarning])
            case .file, .fileThatNamesIt:
                let named = way == .fileThatNamesIt
                let text =
                    named
                    ? "STOCK_CODE,STOCK_LEVEL,SITE,CHANNEL\nSKU-1,20,MAIN,web\nOTHER,1,MAIN,web\n"
                    : "STOCK_CODE,STOCK_LEVEL,SITE\nSKU-1,20,MAIN\nOTHER,1,MAIN\n"
                let report = try await daemon.file(text)
                #expect(report.refused == 0, "\(report.problems)")
                #expect(report.warnings == [Self.offWarning])
                #expect(report.summary == "levels.csv: 2 levels changed, 0 as before, 0 lines not taken")
            }
            await daemon.pass(60)
            #expect(shop.offered(StockFault.sku) == 9)
            let row = try #require(try await daemon.stockList().last)
            #expect(row.contains("SKU-1") && row.contains(Self.offNote), "\(row)")
            let trouble = try await daemon.stockList(trouble: true)
            #expect(
                trouble.contains { $0.contains("SKU-1") && $0.contains(Self.offNote) },
                "it does not reach Shopify: \(trouble)"
            )
            let explanation = try await daemon.answer(.stockExplanation(channel: "web", sku: "SKU-1"))
            #expect(explanation.contains("next          nothing: \(Self.offNote)"), "\(explanation)")
            let json = try await daemon.answer(.stockExplanation(channel: "web", sku: "SKU-1"), json: true)
            #expect(json.joined().contains("\"next\" : \"nothing: \(Self.offNote)\""), "\(json)")
            #expect(try await daemon.reload(ConfigurationText.linked).status == .done)
            await daemon.pass(120)
            #expect(shop.offered(StockFault.sku) == 20)
            #expect(try await !daemon.stockList().contains { $0.contains("is off") })
        }
    }

    @Test func `a channel that was never on takes levels, and explains them`() async throws {
        try await StockFault.run(Self.off) { (daemon, _) async throws in
            let reply = await daemon.set(StockFault.sku, 20, site: "MAIN")
            #expect(reply.status == .done && reply.warnings == [Self.offWarning])
            let explanation = try await daemon.answer(.stockExplanation(channel: "web", sku: "SKU-1"))
            #expect(explanation.first == "web, SKU-1")
            #expect(explanation.contains { $0.hasPrefix("level         20 at MAIN, by command, as of ") })
            #expect(explanation.contains("next          nothing: \(Self.offNote)"), "\(explanation)")
            let row = try #require(try await daemon.stockList().first)
            #expect(row.contains("waiting") && row.contains(Self.offNote))
            let retry = await daemon.perform(.retryStock(channel: "web"))
            #expect(retry.status == .usage && retry.errors == [Self.offNote])
        }
    }

    enum Obstacle: CaseIterable, Sendable {
        case noLocation
        case nothingListed
        case both

        var text: String {
            let text =
                self == .noLocation
                ? ConfigurationText.text()
                : ConfigurationText.text(more: "[channels.web.stock]\nupload = \"listed\"")
            return self == .nothingListed
                ? text : text.replacing("channel_location = \"Main Warehouse\"", with: "")
        }

        var remedy: String {
            self == .nothingListed
                ? "upload in [channels.web.stock] is \"listed\" and no items are: list the SKUs, or set upload = \"all\""
                : "it needs a channel_location in [channels.web]"
        }
    }

    @Test(arguments: Obstacle.allCases, [true, false])
    func `a channel that takes no stock says why, on or off`(_ obstacle: Obstacle, isOn: Bool) async throws {
        let text =
            isOn
            ? obstacle.text
            : obstacle.text.replacing("[channels.web]", with: "[channels.web]\nenabled = false")
        try await StockFault.run(text) { (daemon, _) async throws in
            let reply = await daemon.set(StockFault.sku, 20, site: "MAIN")
            #expect(reply.status == .usage && reply.warnings.isEmpty)
            #expect(reply.errors == ["stock of SKU-1: channel web sends no stock; \(obstacle.remedy)"])
            #expect(try await daemon.rows("SELECT sku FROM stock_level").isEmpty)
        }
    }

    // MARK: Gone

    @Test(arguments: [20, 5])
    func `levels of a channel that is gone say so, with what to do`(_ level: Int) async throws {
        try await StockFault.run { (daemon, shop) async throws in
            _ = await daemon.set(StockFault.sku, level, site: "MAIN")
            _ = await daemon.set("OTHER", 1, site: "MAIN")
            await daemon.pass(60)
            #expect(shop.offered(StockFault.sku) == level)
            let moved = ConfigurationText.linked.replacing("channels.web", with: "channels.shop")
            #expect(try await daemon.reload(moved).status == .done)
            let rows = try await daemon.stockList()
            #expect(rows.count == 2 && rows.allSatisfy { $0.contains(Self.goneNote) }, "\(rows)")
            #expect(try await daemon.stockList(trouble: true).count == 2)
            let json = try await daemon.answer(.stock(channel: "web", trouble: false), json: true).joined()
            #expect(json.contains(Self.goneNote))
            let lines = try await daemon.answer(.stockExplanation(channel: "web", sku: "SKU-1"))
            #expect(lines.first == "web, SKU-1")
            #expect(lines.contains { $0.hasPrefix("level         \(level) at MAIN, by command, as of ") })
            #expect(lines.contains("next          nothing: \(Self.goneNote)"), "\(lines)")
            let object = try await daemon.answer(.stockExplanation(channel: "web", sku: "SKU-1"), json: true)
            #expect(object.joined().contains(Self.goneNote))
            let missing = try await daemon.refusal(of: .stockExplanation(channel: "web", sku: "NOPE"))
            #expect(
                missing
                    == "stock of NOPE: no level is stored for channel web; see: kccsyncd stock list --channel web"
            )
            let unknown = try await daemon.refusal(of: .stockExplanation(channel: "wbe", sku: "SKU-1"))
            #expect(
                unknown
                    == "channel wbe: neither in the configuration nor in the order store; see: kccsyncd channels list"
            )
            let forgotten = await daemon.perform(.forgetChannel(name: "web"))
            #expect(forgotten.status == .done, "\(forgotten.errors)")
            #expect(try await daemon.stockList().isEmpty)
            #expect(try await !daemon.answer(.channels).contains { $0.hasPrefix("web") })
        }
    }

    @Test
    func `levels that KCC reported for sites without a name do not keep a channel from being forgotten`()
        async throws
    {
        try await StockFault.run { (daemon, _) async throws in
            try await KCC.calling(daemon) { try await $0.stock([(StockFault.sku, 20)], site: 9) }
            let moved = ConfigurationText.linked.replacing("channels.web", with: "channels.shop")
            #expect(try await daemon.reload(moved).status == .done)
            let list = try await daemon.stockList()
            #expect(list.first?.contains(Self.goneNote) == true, "\(list)")
            let status = try await daemon.status()
            #expect(
                status.contains {
                    $0.contains(
                        "web: is not in the configuration any more, and the order store still has of it: "
                    )
                        && $0.contains("stock levels of sites that [sites] does not name")
                },
                "\(status)"
            )
            let lines = try await daemon.answer(.stockExplanation(channel: "web", sku: "SKU-1"))
            #expect(lines.contains("not counted   20 at KCC's site 9, which is not in [sites]"), "\(lines)")
            let forgotten = await daemon.perform(.forgetChannel(name: "web"))
            #expect(forgotten.status == .done, "\(forgotten.errors)")
            #expect(try await daemon.stockList().isEmpty)
            #expect(try await !daemon.answer(.channels).contains { $0.hasPrefix("web") })
        }
    }

    @Test func `a channel that was removed with nothing left of it is not listed`() async throws {
        try await StockFault.run { (daemon, _) async throws in
            #expect(try await daemon.answer(.channels).contains { $0.hasPrefix("web") })
            let moved = ConfigurationText.linked.replacing("channels.web", with: "channels.shop")
            #expect(try await daemon.reload(moved).status == .done)
            let list = try await daemon.answer(.channels)
            #expect(!list.contains { $0.hasPrefix("web") }, "\(list)")
            #expect(try await !daemon.answer(.channels, json: true).joined().contains("\"web\""))
        }
    }

    @Test func `a channel that was forgotten is listed while it has orders`() async throws {
        try await StockFault.run(selling: .selling(1, ago: 60)) { (daemon, _) async throws in
            _ = await daemon.set(StockFault.sku, 20, site: "MAIN")
            #expect(await daemon.perform(.orders(.ack, references: ["1001"])).status == .done)
            let moved = ConfigurationText.linked.replacing("channels.web", with: "channels.shop")
            #expect(try await daemon.reload(moved).status == .done)
            let forgotten = await daemon.perform(.forgetChannel(name: "web"))
            #expect(forgotten.status == .done, "\(forgotten.errors)")
            let row = try #require(try await daemon.answer(.channels).first { $0.hasPrefix("web") })
            #expect(row.contains(ConfigurationText.host), "its shop is still known: \(row)")
            let again = await daemon.perform(.forgetChannel(name: "web"))
            #expect(again.errors == ["channel web: nothing is left of it; see: kccsyncd channels list"])
        }
    }

    // MARK: Forgotten

    @Test(arguments: [true, false])
    func `a SKU that was forgotten is not said to have never been received`(_ wasSet: Bool) async throws {
        try await StockFault.run { (daemon, _) async throws in
            if wasSet {
                _ = await daemon.set(StockFault.sku, 20, site: "MAIN")
                await daemon.pass(60)
                let reply = await daemon.perform(.forgetLevel(channel: "web", sku: "SKU-1", site: nil))
                #expect(reply.status == .done)
            }
            let refusal = try await daemon.refusal(of: .stockExplanation(channel: "web", sku: "SKU-1"))
            #expect(
                refusal
                    == "stock of SKU-1: no level is stored for channel web; see: kccsyncd stock list --channel web"
            )
        }
    }

    @Test func `a SKU that has only a level that [sites] does not name says that none is stored for it`()
        async throws
    {
        try await StockFault.run { (daemon, _) async throws in
            _ = await daemon.set(StockFault.sku, 20, site: "MAIN")
            try await KCC.calling(daemon) { try await $0.stock([(StockFault.sku, 3)], site: 9) }
            _ = await daemon.perform(.forgetLevel(channel: "web", sku: "SKU-1", site: "MAIN"))
            await daemon.pass(60)
            let lines = try await daemon.answer(.stockExplanation(channel: "web", sku: "SKU-1"))
            #expect(
                lines.contains("next          no level is stored for a site that [sites] names"),
                "\(lines)"
            )
        }
    }

    // MARK: Warnings of what was not stored

    @Test func `a level that is rejected or left out is not said to be stored`() async throws {
        let text = ConfigurationText.text(more: "[channels.web.stock]\nsites = [\"MAIN\"]")
        try await StockFault.run(text) { (daemon, _) async throws in
            _ = await daemon.set(StockFault.sku, 20, site: "MAIN")
            let siteless = await daemon.set(StockFault.sku, 20)
            #expect(siteless.status == .usage && siteless.errors.count == 1)
            #expect(siteless.warnings.isEmpty)
            let file = try await daemon.file("STOCK_CODE,STOCK_LEVEL\nSKU-1,20\n")
            #expect(file.refused == 1 && file.warnings.isEmpty, "\(file.lines)")
            let lines = "STOCK_CODE,STOCK_LEVEL,SITE\nSKU-1,3,SHOP1\n"
            let newer = try await daemon.file(lines)
            #expect(newer.warnings.count == 1)
            let older = try await daemon.file(lines, asOf: daemon.now.current.addingTimeInterval(-3600))
            #expect(older.refused == 0 && older.warnings.isEmpty, "\(older.lines)")
            let files = FileImport(
                name: "levels.csv",
                channels: ["web"],
                perform: { await daemon.perform($0) }
            )
            let check = try await files.checkStock(ByteSource(Data(lines.utf8)), asOf: daemon.now.current)
            #expect(check.refused == 0 && check.warnings.isEmpty, "a check stores nothing")
        }
    }

    // MARK: Names of sites

    @Test(
        arguments: [
            ("WAREHOUSE", "WAREHOUSE"), ("2-nd_floor", "\"2-nd_floor\""), ("1.5", "\"1.5\""),
            ("15", "\"15\""),
            ("-7", "\"-7\""), ("1e3", "\"1e3\""), ("nan", "nan"), ("Lager Süd", "\"Lager Süd\""),
            ("Straße", "\"Straße\""), ("a \"b\"", #""a \"b\"""#), ("c\\d", #""c\\d""#), ("#1", "\"#1\""),
            ("x]", "\"x]\""), ("a=b", "\"a=b\""),
        ]
    )
    func `the remedy for an unknown site is TOML that works when it is copied`(_ site: String, _ key: String)
        async throws
    {
        try await StockFault.run { (daemon, _) async throws in
            let reply = await daemon.set(StockFault.sku, 20, site: site)
            let sentence =
                "site \"\(site)\" is not in [sites] (MAIN, SHOP1); name one of those, or add it to [sites] with KCC's SiteID: \(key) = SITEID"
            #expect(reply.errors == ["stock of SKU-1: \(sentence)"])
            let text = ConfigurationText.linked.replacing("SHOP1 = 4", with: "SHOP1 = 4\n\(key) = 77")
            let reload = try await daemon.reload(text)
            #expect(reload.status == .done, "\(reload.errors)")
            let again = await daemon.set(StockFault.sku, 20, site: site)
            #expect(again.status == .done, "\(again.errors)")
        }
    }
}

extension Installation {
    /// Why a question is not answered; nil where it is.
    func refusal(of question: Question) async throws -> String? {
        do {
            _ = try await answer(question)
            return nil
        } catch let error as StoreError {
            return error.description
        }
    }
}
