import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Without the oversell guard a level is sent once for each report and each decision, and counts as sent once Shopify said so.
@Suite(.timeLimit(.minutes(30)))
struct StockWithoutGuardTests {
    private static let text = ConfigurationText.text(more: "[channels.web.stock]\noversell_guard = false")

    enum Decision: CaseIterable, Sendable, CustomTestStringConvertible {
        case maximum
        case percent
        case item
        case sites
        case olderSiteForgotten
        case guardOnAndOff

        var testDescription: String {
            switch self {
            case .maximum: "maximum = 4"
            case .percent: "percent = 50"
            case .item: "an item's own maximum = 4"
            case .sites: "sites counts one of two"
            case .olderSiteForgotten: "the older of two sites is forgotten"
            case .guardOnAndOff: "the guard is on for a while"
            }
        }

        var text: String {
            switch self {
            case .maximum: "\(StockWithoutGuardTests.text)\nmaximum = 4\n"
            case .percent: "\(StockWithoutGuardTests.text)\npercent = 50\n"
            case .item:
                "\(StockWithoutGuardTests.text)\n[channels.web.stock.items.\"SKU-1\"]\nmaximum = 4\n"
            case .sites: "\(StockWithoutGuardTests.text)\nsites = [\"SHOP1\"]\n"
            case .olderSiteForgotten, .guardOnAndOff: StockWithoutGuardTests.text
            }
        }

        var target: Int {
            switch self {
            case .maximum, .item: 4
            case .percent: 7
            case .sites: 5
            case .olderSiteForgotten: 10
            case .guardOnAndOff: 15
            }
        }
    }

    @Test(arguments: Decision.allCases, [true, false])
    func `S11: without a guard a changed decision is sent, and only once`(
        _ decision: Decision,
        isSoldBefore: Bool
    ) async throws {
        try await StockFault.run(Self.text) { (daemon, shop) async throws in
            // The older site is SHOP1.
            _ = await daemon.set(StockFault.sku, 5, site: "SHOP1")
            _ = await daemon.set(StockFault.sku, 10, site: "MAIN")
            await daemon.pass(60)
            #expect(shop.offered(StockFault.sku) == 15)
            if isSoldBefore {
                shop.sell(.selling(3, at: daemon.now.current))
                await daemon.pass(60)
                #expect(shop.offered(StockFault.sku) == 12)
            }
            switch decision {
            case .olderSiteForgotten:
                let reply = await daemon.perform(
                    .forgetLevel(channel: "web", sku: SKU(StockFault.sku), site: "SHOP1")
                )
                #expect(reply.status == .done)
            case .guardOnAndOff:
                #expect(try await daemon.reload(ConfigurationText.linked).status == .done)
                await daemon.pass(120)
                #expect(shop.offered(StockFault.sku) == (isSoldBefore ? 12 : 15))
                fallthrough
            default: #expect(try await daemon.reload(decision.text).status == .done)
            }
            await daemon.pass(300)
            #expect(shop.offered(StockFault.sku) == decision.target)
            let list = try await daemon.stockList()
            #expect(list.allSatisfy { $0.contains("confirmed") }, "\(list)")
            // What is sold now is not pushed up again, whatever makes the SKU due.
            shop.sell(.selling(1, 1002, at: daemon.now.current))
            await daemon.pass(300)
            try await daemon.restart()
            _ = try await daemon.reload(decision.text.replacing("SHOP1 = 4", with: "SHOP1 = 4\nD = 9"))
            await daemon.pass(300)
            #expect(shop.offered(StockFault.sku) == decision.target - 1)
            // The same figure, reported again, is a new report.
            let isElsewhere = decision == .sites
            _ = await daemon.set(StockFault.sku, isElsewhere ? 5 : 10, site: isElsewhere ? "SHOP1" : "MAIN")
            await daemon.pass(60)
            #expect(shop.offered(StockFault.sku) == decision.target)
        }
    }

    enum Failure: CaseIterable, Sendable, CustomTestStringConvertible {
        case throttled
        case lostRequest
        case lostRequestAndRestarted
        case lostAnswer
        case refused
        case none

        var testDescription: String {
            switch self {
            case .throttled: "is throttled"
            case .lostRequest: "never arrives"
            case .lostRequestAndRestarted: "never arrives, and the daemon restarts"
            case .lostAnswer: "is executed, and its answer is lost"
            case .refused: "is rejected, and tried again by an operator"
            case .none: "succeeds"
            }
        }
    }

    @Test(arguments: Failure.allCases, [true, false])
    func `S11: without a guard a level whose set failed is not called sent`(
        _ failure: Failure,
        isFirst: Bool
    ) async throws {
        try await StockFault.run(Self.text) { (daemon, shop) async throws in
            if !isFirst {
                _ = await daemon.set(StockFault.sku, 15, site: "MAIN")
                await daemon.pass(60)
                #expect(shop.offered(StockFault.sku) == 15)
            }
            switch failure {
            case .throttled: shop.stock.trouble(.throttled)
            case .lostRequest, .lostRequestAndRestarted: shop.stock.trouble(.lostRequest)
            case .lostAnswer: shop.stock.trouble(.lostAnswer)
            case .refused: shop.stock.refuse([1])
            case .none: break
            }
            if isFirst {
                _ = await daemon.set(StockFault.sku, 4, site: "MAIN")
            } else {
                #expect(try await daemon.reload("\(Self.text)\nmaximum = 4\n").status == .done)
            }
            await daemon.round()
            if failure == .lostRequestAndRestarted { try await daemon.restart() }
            if failure == .refused {
                await daemon.pass(30)
                let trouble = try await daemon.stockList(trouble: true)
                #expect(trouble.count == 1, "\(trouble)")
                shop.stock.refuse([])
                _ = await daemon.perform(.retryStock(channel: nil))
            }
            await daemon.pass(900)
            #expect(shop.offered(StockFault.sku) == 4)
            shop.sell(.selling(1, 1002, at: daemon.now.current))
            await daemon.pass(300)
            #expect(shop.offered(StockFault.sku) == 3)
        }
    }

    @Test func `S11: stock explain says what is sent while a set has failed`() async throws {
        try await StockFault.run(Self.text) { (daemon, shop) async throws in
            _ = await daemon.set(StockFault.sku, 15, site: "MAIN")
            await daemon.pass(60)
            shop.stock.refuse([1])
            _ = try await daemon.reload("\(Self.text)\nmaximum = 4\n")
            await daemon.pass(60)
            let lines = try await daemon.answer(.stockExplanation(channel: "web", sku: "SKU-1"))
            #expect(!lines.contains { $0.contains("this level has been sent") }, "\(lines)")
            shop.stock.refuse([])
            _ = await daemon.perform(.retryStock(channel: nil))
            await daemon.pass(60)
            let after = try await daemon.answer(.stockExplanation(channel: "web", sku: "SKU-1"))
            #expect(after.contains("next          this level has been sent"), "\(after)")
        }
    }
}
