import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// What is shown of a SKU: confirmed is what Shopify confirmed of the newest level, by the rules of now.
@Suite(.timeLimit(.minutes(30)))
struct StockShownTests {
    // MARK: Newer than the last decision

    enum Blocked: CaseIterable, Sendable, CustomTestStringConvertible {
        case locationRemoved
        case locationUnknown
        case off
        case offAndCapped
        case inactive
        case rival

        var testDescription: String {
            switch self {
            case .locationRemoved: "channel_location is taken out of the file"
            case .locationUnknown: "channel_location names none of the shop's locations"
            case .off: "the channel is turned off"
            case .offAndCapped: "the channel is turned off, and gets a maximum"
            case .inactive: "the location becomes inactive in Shopify"
            case .rival: "another channel sets the same stock"
            }
        }

        var text: String {
            let text = ConfigurationText.linked
            return switch self {
            case .locationRemoved: text.replacing("channel_location = \"Main Warehouse\"", with: "")
            case .locationUnknown: text.replacing("Main Warehouse", with: "Nowhere")
            case .off: ConfigurationText.text("enabled = false")
            case .offAndCapped:
                ConfigurationText.text("enabled = false", more: "[channels.web.stock]\nmaximum = 3")
            case .inactive: text
            case .rival:
                text.replacing(
                    "[channels.web]",
                    with:
                        ConfigurationText.channel("first", "order_ref_format = \"F{0}\"", kcc: nil)
                        .replacing("Main Warehouse", with: ShopLocation.warehouse.id.number)
                        + "\n[channels.web]"
                )
            }
        }

        /// Why nothing is sent.
        var reason: String {
            switch self {
            case .locationRemoved:
                "channel web sends no stock; it needs a channel_location in [channels.web]"
            case .locationUnknown:
                "channel_location \"Nowhere\" is none of the shop's locations; stock levels are held back until it can be used; set channel_location in [channels.web] to one of: Branch, Main Warehouse; then run: kccsyncd reload"
            case .off, .offAndCapped:
                "channel web is off (enabled = false), so nothing is sent to Shopify; to turn it on set enabled = true in [channels.web] and run: kccsyncd reload"
            case .inactive:
                "location Main Warehouse (\(ShopLocation.warehouse.id.number)) is inactive; stock levels are held back until it can be used; activate it in Shopify, then run: kccsyncd locations web --refresh; or choose another: Branch"
            case .rival:
                "channel web: channel_location Main Warehouse is that of channel first, and only one may set its stock; levels told for web are not sent until it names another location"
            }
        }

        /// Whether what was decided before does not hold any more.
        var isDecidedAnew: Bool { self == .offAndCapped || self == .rival }
    }

    @Test(arguments: Blocked.allCases)
    func `S10: a level that is newer than the last decision is not called confirmed`(_ blocked: Blocked)
        async throws
    {
        try await StockFault.run { (daemon, shop) async throws in
            shop.product("OTHER", figure: 5)
            try await KCC.calling(daemon) { (kcc) async throws in
                try await kcc.stock([(StockFault.sku, 15), ("OTHER", 2)])
                await daemon.pass(60)
                #expect(shop.offered(StockFault.sku) == 15)
                if blocked == .inactive {
                    var warehouse = ShopLocation.warehouse
                    warehouse.active = false
                    shop.place([warehouse, .branch])
                    _ = await daemon.perform(.refreshLocations(channel: "web"))
                } else {
                    let reply = try await daemon.reload(blocked.text)
                    #expect(reply.status == .done, "\(reply.errors)")
                }
                try await kcc.stock([(StockFault.sku, 9)])
            }
            await daemon.pass(60)
            #expect(shop.offered(StockFault.sku) == 15)
            let row = try #require(try await daemon.stockList().first { $0.contains("SKU-1") })
            #expect(row.contains("waiting") && row.contains(blocked.reason), "\(row)")
            let trouble = try await daemon.stockList(trouble: true)
            #expect(trouble.contains { $0.contains("SKU-1") && $0.contains(blocked.reason) }, "\(trouble)")
            let other = try await daemon.stockList()
                .contains {
                    $0.contains("OTHER") && $0.contains("confirmed")
                }
            #expect(other == !blocked.isDecidedAnew, "confirmed by the rules of now")
            let status = try await daemon.answer(.status, json: true).joined()
            #expect(status.contains("\"confirmed\" : \(other ? 1 : 0)"), "\(status)")
            let metrics = try await Metrics(daemon.holder.session.answerer, unit: "test").text
                .split(separator: "\n").filter { $0.hasPrefix("kccsyncd_stock_skus{") }
            let waiting = metrics.first { $0.contains("\"waiting\"") && $0.contains("\"web\"") }
            #expect(waiting?.hasSuffix(" \(other ? 1 : 2)") == true, "\(metrics)")
            let lines = try await daemon.answer(.stockExplanation(channel: "web", sku: "SKU-1"))
            #expect(lines.contains("next          nothing: \(blocked.reason)"), "\(lines)")
            #expect(!lines.contains { $0.contains("confirmed") }, "\(lines)")
            let json = try await daemon.answer(.stockExplanation(channel: "web", sku: "SKU-1"), json: true)
            let quoted = blocked.reason.replacing("\"", with: "\\\"")
            #expect(json.joined().contains("\"reason\" : \"\(quoted)\""), "\(json)")
            let retry = await daemon.perform(.retryStock(channel: "web"))
            let said = retry.errors + retry.warnings
            let isNamed = blocked.reason.hasPrefix("channel web")
            #expect(said == [isNamed ? blocked.reason : "channel web: \(blocked.reason)"], "\(said)")
        }
    }

    @Test func `S10: a level is confirmed again as soon as it is decided`() async throws {
        try await StockFault.run { (daemon, shop) async throws in
            _ = await daemon.set(StockFault.sku, 15, site: "MAIN")
            await daemon.pass(60)
            _ = await daemon.set(StockFault.sku, 15, site: "MAIN")
            let before = try await daemon.stockList()
            #expect(before.allSatisfy { $0.contains("waiting") && $0.contains("to be calculated again") })
            #expect(try await daemon.stockList(trouble: true).isEmpty, "nothing keeps it")
            await daemon.pass(60)
            #expect(try await daemon.stockList().allSatisfy { $0.contains("confirmed") })
            #expect(shop.offered(StockFault.sku) == 15)
        }
    }

    // MARK: No level counts

    enum Uncounted: CaseIterable, Sendable, CustomTestStringConvertible {
        case sitesChanged
        case fromTheStart
        case byCommand
        case siteRenamed

        var testDescription: String {
            switch self {
            case .sitesChanged: "sites is changed to another one, and KCC goes on"
            case .fromTheStart: "KCC reports a site that was never counted"
            case .byCommand: "sites is changed, and the level is of a command"
            case .siteRenamed: "sites is changed, and the daemon restarts"
            }
        }
    }

    @Test(arguments: Uncounted.allCases)
    func `S10: SKUs of which no level counts are named everywhere`(_ uncounted: Uncounted) async throws {
        let text = ConfigurationText.text(more: "[channels.web.stock]\nsites = [\"SHOP1\"]")
        let start = uncounted == .fromTheStart ? text : ConfigurationText.linked
        try await StockFault.run(start) { (daemon, shop) async throws in
            try await KCC.calling(daemon) { (kcc) async throws in
                if uncounted == .byCommand {
                    _ = await daemon.set(StockFault.sku, 9, site: "MAIN")
                } else {
                    try await kcc.stock([(StockFault.sku, 9)])
                }
                await daemon.pass(60)
                let changed = uncounted == .fromTheStart ? text + "\npercent = 90\n" : text
                let reply = try await daemon.reload(changed)
                let line =
                    "warning: channel web: no level counts of 1 SKU (SKU-1), because the channel counts levels at SHOP1 only; what Shopify offers of them stays as it is; see: kccsyncd stock list --channel web --trouble"
                #expect(reply.lines.contains(line), "\(reply.lines)")
                if uncounted != .byCommand { try await kcc.stock([(StockFault.sku, 4)]) }
            }
            if uncounted == .siteRenamed { try await daemon.restart() }
            await daemon.pass(60)
            #expect(shop.offered(StockFault.sku) == (uncounted == .fromTheStart ? 5 : 9))
            let row = try #require(try await daemon.stockList(trouble: true).first)
            let level = uncounted == .byCommand ? 9 : 4
            #expect(row.contains("not_counted"), "\(row)")
            #expect(
                row.contains("the channel counts levels at SHOP1 only, and the SKU has \(level) at MAIN")
            )
            let status = try await daemon.status()
            #expect(
                status.contains { $0.contains("1 SKU has a problem (1 not_counted)") },
                "\(status)"
            )
            let lines = try await daemon.answer(.stockExplanation(channel: "web", sku: "SKU-1"))
            #expect(!lines.contains { $0.hasPrefix("target") || $0.hasPrefix("by the rules") }, "\(lines)")
            let json = try await daemon.answer(.stockExplanation(channel: "web", sku: "SKU-1"), json: true)
            #expect(json.joined().contains("\"target\" : null"), "\(json)")
            #expect(try await daemon.reload(ConfigurationText.linked).status == .done)
            await daemon.pass(60)
            #expect(shop.offered(StockFault.sku) == level)
        }
    }

    @Test(arguments: [true, false])
    func `S10: stock explain announces nothing for a SKU that upload leaves out`(_ isNew: Bool) async throws {
        let listed = ConfigurationText.text(
            more:
                "[channels.web.stock]\nupload = \"listed\"\n[channels.web.stock.items.OTHER]\nmaximum = 1"
        )
        try await StockFault.run(isNew ? listed : ConfigurationText.linked) { (daemon, shop) async throws in
            if !isNew {
                _ = await daemon.set(StockFault.sku, 9, site: "MAIN")
                await daemon.pass(60)
                #expect(try await daemon.reload(listed).status == .done)
            }
            _ = await daemon.set(StockFault.sku, 4, site: "MAIN")
            await daemon.pass(60)
            #expect(shop.offered(StockFault.sku) == (isNew ? 5 : 9))
            let lines = try await daemon.answer(.stockExplanation(channel: "web", sku: "SKU-1"))
            #expect(lines.contains("next          upload is \"listed\", and the SKU is not"), "\(lines)")
            #expect(lines.contains { $0.hasPrefix("level         4 at MAIN") })
            #expect(!lines.contains { $0.hasPrefix("target") }, "\(lines)")
            #expect(try await daemon.stockList().allSatisfy { $0.contains("not_listed") })
        }
    }

    // MARK: Jobs

    enum Job: CaseIterable, Sendable, CustomTestStringConvertible {
        case forgotten
        case forgottenAndDiscarded
        case discarded
        case discardedAndForgotten

        var testDescription: String {
            switch self {
            case .forgotten: "its SKU is forgotten"
            case .forgottenAndDiscarded: "its SKU is forgotten, and the job is discarded as advised"
            case .discarded: "it is discarded"
            case .discardedAndForgotten: "it is discarded, and its SKU is forgotten as advised"
            }
        }
    }

    @Test(arguments: Job.allCases)
    func `S9: what is said of a stock job that waits is what happens`(_ job: Job) async throws {
        try await StockFault.run { (daemon, shop) async throws in
            _ = await daemon.set(StockFault.sku, 9, site: "MAIN")
            await daemon.pass(60)
            let refusal = StockRefusal(.unavailable, row: nil, message: "try again")
            // More than are used up until then.
            shop.stock.trouble(
                .refusal(refusal),
                .refusal(refusal),
                .refusal(refusal),
                .refusal(refusal),
                .refusal(refusal),
                .refusal(refusal)
            )
            _ = await daemon.set(StockFault.sku, 5, site: "MAIN")
            await daemon.pass(60)
            let ids = try await daemon.rows("SELECT id FROM push_job WHERE state = 'retryable'")
            let queue = try await daemon.answer(.queue(finished: true))
            let id = try #require(ids.first.flatMap { Int64($0) }, "\(queue)")
            if job == .forgotten || job == .forgottenAndDiscarded {
                let reply = await daemon.perform(.forgetLevel(channel: "web", sku: "SKU-1", site: nil))
                #expect(reply.lines == ["web: removed the level of SKU-1: 5 at MAIN"])
                #expect(
                    reply.warnings == [
                        "job \(id) was sending a level of SKU-1, and its outcome is not known: it is sent again; to stop it run: kccsyncd queue discard \(id)"
                    ]
                )
            }
            if job != .forgotten {
                let reply = await daemon.perform(.queue(.discard, ids: [id]))
                #expect(
                    reply.lines == [
                        "1 stock job discarded; the levels are calculated again and sent by another job; to keep a level from being sent run: kccsyncd stock forget web SKU-1"
                    ]
                )
            }
            if job == .discardedAndForgotten {
                let reply = await daemon.perform(.forgetLevel(channel: "web", sku: "SKU-1", site: nil))
                #expect(reply.warnings.isEmpty)
                #expect(
                    reply.lines == [
                        "web: removed the level of SKU-1: 5 at MAIN; what Shopify offers stays as it is until another level counts"
                    ]
                )
            }
            await daemon.pass(600)
            #expect(shop.offered(StockFault.sku) == (job == .forgotten || job == .discarded ? 5 : 9))
        }
    }
}
