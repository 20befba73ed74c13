import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Of two levels the one that arrived later is the newer one, whatever the clock was set to in between.
@Suite(.timeLimit(.minutes(30)))
struct StockArrivalTests {
    /// An installation whose clock is wrong by some seconds while Shopify's is right.
    private func run(
        wrongBy seconds: TimeInterval,
        _ text: String = ConfigurationText.linked,
        _ body: (Installation, TestShop, _ pass: (TimeInterval) async -> Void, _ correct: () -> Void)
            async throws -> Void
    ) async throws {
        let right = ManualNow()
        let ours = ManualNow(right.current.addingTimeInterval(seconds))
        let shop = TestShop(right, ours: ours)
        shop.product(StockFault.sku, figure: 5)
        try await Installation.run(
            text,
            shops: [ConfigurationText.host: shop],
            now: ours
        ) { (daemon) async throws in
            await daemon.round()
            let pass = { (seconds: TimeInterval) in
                for _ in stride(from: 0, to: seconds, by: 15) {
                    right.advance(by: 15)
                    await daemon.pass(15)
                }
            }
            try await body(daemon, shop, pass) { ours.set(right.current) }
        }
    }

    enum Clock: CaseIterable, Sendable, CustomTestStringConvertible {
        case aMinuteAhead
        case anHourAhead
        case aDayAhead
        case anHourBehind

        var seconds: TimeInterval {
            switch self {
            case .aMinuteAhead: 60
            case .anHourAhead: 3600
            case .aDayAhead: 86_400
            case .anHourBehind: -3600
            }
        }

        var testDescription: String {
            switch self {
            case .aMinuteAhead: "a minute ahead"
            case .anHourAhead: "an hour ahead"
            case .aDayAhead: "a day ahead"
            case .anHourBehind: "an hour behind"
            }
        }
    }

    @Test(arguments: Clock.allCases)
    func `S4: a level that KCC reports after the clock was put right is the newer one`(_ clock: Clock)
        async throws
    {
        try await run(wrongBy: clock.seconds) { (daemon, shop, pass, correct) async throws in
            try await KCC.calling(daemon) { (kcc) async throws in
                #expect(try await kcc.stock([(StockFault.sku, 60)]) == 200)
                await pass(60)
                #expect(shop.offered(StockFault.sku) == 60)
                correct()
                #expect(try await kcc.stock([(StockFault.sku, 0)]) == 200)
                await pass(60)
                #expect(shop.offered(StockFault.sku) == 0)
                #expect(try await kcc.stock([(StockFault.sku, 70)]) == 200)
                await pass(60)
                #expect(shop.offered(StockFault.sku) == 70)
            }
        }
    }

    @Test(arguments: Clock.allCases)
    func `S4: a level that was not sent yet when the clock was put right waits no longer than others`(
        _ clock: Clock
    ) async throws {
        try await run(wrongBy: clock.seconds) { (daemon, shop, pass, correct) async throws in
            try await KCC.calling(daemon) { (kcc) async throws in
                #expect(try await kcc.stock([(StockFault.sku, 60)]) == 200)
                correct()
                await pass(120)
                #expect(shop.offered(StockFault.sku) == 60)
            }
        }
    }

    @Test(arguments: Clock.allCases)
    func `S4: a command and a file that come after the clock was put right are newer, too`(_ clock: Clock)
        async throws
    {
        try await run(wrongBy: clock.seconds) { (daemon, shop, pass, correct) async throws in
            _ = try await daemon.file("STOCK_CODE,STOCK_LEVEL,SITE\nSKU-1,60,MAIN\n")
            await pass(60)
            #expect(shop.offered(StockFault.sku) == 60)
            correct()
            let reply = await daemon.set(StockFault.sku, 7, site: "MAIN")
            #expect(reply.lines == ["web: SKU-1 is 7 at MAIN"])
            await pass(60)
            #expect(shop.offered(StockFault.sku) == 7)
            _ = try await daemon.file("STOCK_CODE,STOCK_LEVEL,SITE\nSKU-1,9,MAIN\n")
            await pass(60)
            #expect(shop.offered(StockFault.sku) == 9)
        }
    }

    @Test(arguments: Clock.allCases)
    func
        `S4: an order taken before a level of a clock that was wrong is included no sooner than by the arrival`(
            _ clock: Clock
        ) async throws
    {
        try await run(wrongBy: clock.seconds) { (daemon, shop, pass, correct) async throws in
            try await KCC.calling(daemon) { (kcc) async throws in
                shop.sell(.selling(3, at: shop.time))
                await pass(15)
                #expect(try await kcc.stock([(StockFault.sku, 20)]) == 200)
                await pass(60)
                #expect(shop.offered(StockFault.sku) == 17)
                correct()
                let page = try await kcc.orders()
                _ = try await kcc.orders(from: page.position)
                // The level arrived before the order was taken, whatever its time says.
                await pass(90)
                #expect(shop.offered(StockFault.sku) == 17)
                #expect(try await kcc.stock([(StockFault.sku, 17)]) == 200)
                await pass(60)
                #expect(shop.offered(StockFault.sku) == 17)
            }
        }
    }

    enum Later: CaseIterable, Sendable, CustomTestStringConvertible {
        case withoutLink
        case withoutLinkAtOnce
        case withoutLinkAfterARestart
        case withoutLinkByFile
        case tillSale
        case tillSaleAtOnce

        var testDescription: String {
            switch self {
            case .withoutLink: "a channel without a link, two minutes later"
            case .withoutLinkAtOnce: "a channel without a link, two seconds later"
            case .withoutLinkAfterARestart: "a channel without a link, and the daemon restarts"
            case .withoutLinkByFile: "a channel without a link, and the level is of a file"
            case .tillSale: "a till sale that is not downloaded, two minutes later"
            case .tillSaleAtOnce: "a till sale that is not downloaded, two seconds later"
            }
        }

        var isTillSale: Bool { self == .tillSale || self == .tillSaleAtOnce }
    }

    @Test(arguments: Later.allCases, [Clock.aMinuteAhead, .anHourAhead, .aDayAhead])
    func `S4: a level of a clock that was ahead does not include an order that came after it`(
        _ later: Later,
        _ clock: Clock
    ) async throws {
        let text = later.isTillSale ? ConfigurationText.linked : ConfigurationText.text(kcc: nil)
        try await run(wrongBy: clock.seconds, text) { (daemon, shop, pass, correct) async throws in
            // One that the level includes.
            shop.sell(.selling(2, 1000, at: shop.time).at(till: later.isTillSale))
            await pass(30)
            if later == .withoutLinkByFile {
                _ = try await daemon.file("STOCK_CODE,STOCK_LEVEL\nSKU-1,20\n")
            } else {
                _ = await daemon.set(StockFault.sku, 20, site: later.isTillSale ? "MAIN" : "")
            }
            await pass(60)
            #expect(shop.offered(StockFault.sku) == 20)
            correct()
            switch later {
            case .withoutLinkAtOnce, .tillSaleAtOnce: break
            case .withoutLinkAfterARestart: try await daemon.restart()
            default: await pass(120)
            }
            shop.sell(.selling(3, at: shop.time).at(till: later.isTillSale))
            await pass(180)
            #expect(shop.offered(StockFault.sku) == 17)
            await pass(60)
            #expect(
                shop.offered(StockFault.sku) == 17,
                "and not when the level's first time, a minute ahead, has come"
            )
        }
    }

    enum Written: CaseIterable, Sendable, CustomTestStringConvertible {
        case halfAMinuteBefore
        case atOnce
        case twoMinutesBefore
        case afterARestart

        var testDescription: String {
            switch self {
            case .halfAMinuteBefore: "written half a minute before it is taken, five minutes later"
            case .atOnce: "taken as soon as the clock is right"
            case .twoMinutesBefore: "written before the clock was put right"
            case .afterARestart: "taken after a restart"
            }
        }
    }

    @Test(arguments: Written.allCases)
    func `S4: a file's time that a clock ahead gave does not make a later file an older one`(
        _ written: Written
    ) async throws {
        try await run(wrongBy: 3600) { (daemon, shop, pass, correct) async throws in
            let text = { (level: Int) in "STOCK_CODE,STOCK_LEVEL,SITE\nSKU-1,\(level),MAIN\n" }
            _ = try await daemon.file(text(60))
            await pass(60)
            correct()
            switch written {
            case .halfAMinuteBefore: await pass(300)
            case .atOnce: break
            case .twoMinutesBefore: await pass(60)
            case .afterARestart: try await daemon.restart()
            }
            let age: TimeInterval = written == .twoMinutesBefore ? -120 : -30
            let report = try await daemon.file(text(0), asOf: daemon.now.current.addingTimeInterval(age))
            #expect(
                report.summary
                    == "levels.csv: 1 level changed, 0 as before, 0 lines not taken"
            )
            await pass(120)
            #expect(shop.offered(StockFault.sku) == 0)
        }
    }

    // MARK: Files among files

    @Test func `files are ordered by their own time, and by arrival against everything else`() async throws {
        try await StockFault.run { (daemon, shop) async throws in
            let text = { (level: Int) in "STOCK_CODE,STOCK_LEVEL,SITE\nSKU-1,\(level),MAIN\n" }
            let noon = daemon.now.current
            _ = try await daemon.file(text(10), asOf: noon)
            let older = try await daemon.file(text(9), asOf: noon.addingTimeInterval(-60))
            #expect(
                older.summary
                    == "levels.csv: 0 levels changed, 0 as before, 1 older than what is known, 0 lines not taken"
            )
            try await KCC.calling(daemon) { (kcc) async throws in
                #expect(try await kcc.stock([(StockFault.sku, 30)]) == 200)
                _ = try await daemon.file(text(8), asOf: noon.addingTimeInterval(-30))
                await daemon.pass(60)
                #expect(shop.offered(StockFault.sku) == 30, "an older file than one that was superseded")
                _ = try await daemon.file(text(12), asOf: noon.addingTimeInterval(1))
                await daemon.pass(60)
                #expect(shop.offered(StockFault.sku) == 12)
            }
        }
    }

    // MARK: Sites

    enum Siteless: CaseIterable, Sendable, CustomTestStringConvertible {
        case fileThenKCC
        case commandThenKCC
        case fileThenCommand
        case commandThenFile

        var testDescription: String {
            switch self {
            case .fileThenKCC: "a file without SITE, then KCC"
            case .commandThenKCC: "a command without a site, then KCC"
            case .fileThenCommand: "a file without SITE, then a command with one"
            case .commandThenFile: "a command without a site, then a file with one"
            }
        }
    }

    @Test(arguments: Siteless.allCases)
    func `S10a: a level with a site replaces the SKU's level without one`(_ input: Siteless) async throws {
        try await StockFault.run { (daemon, shop) async throws in
            switch input {
            case .fileThenKCC, .fileThenCommand:
                _ = try await daemon.file("STOCK_CODE,STOCK_LEVEL\nSKU-1,20\n")
            case .commandThenKCC, .commandThenFile: _ = await daemon.set(StockFault.sku, 20)
            }
            await daemon.pass(60)
            #expect(shop.offered(StockFault.sku) == 20)
            switch input {
            case .fileThenKCC, .commandThenKCC:
                try await KCC.calling(daemon) { try await $0.stock([(StockFault.sku, 20)]) }
            case .fileThenCommand: _ = await daemon.set(StockFault.sku, 20, site: "MAIN")
            case .commandThenFile:
                _ = try await daemon.file("STOCK_CODE,STOCK_LEVEL,SITE\nSKU-1,20,MAIN\n")
            }
            await daemon.pass(60)
            #expect(shop.offered(StockFault.sku) == 20)
            #expect(try await daemon.rows("SELECT site FROM stock_level") == ["MAIN"])
        }
    }

    // MARK: Without a guard

    enum Again: CaseIterable, Sendable, CustomTestStringConvertible {
        case soon
        case atOnce
        case anHourLater
        case byFile

        var testDescription: String {
            switch self {
            case .soon: "25 seconds later"
            case .atOnce: "two seconds later"
            case .anHourLater: "an hour later"
            case .byFile: "25 seconds later, by a file"
            }
        }

        var wait: TimeInterval {
            switch self {
            case .soon, .byFile: 25
            case .atOnce: 2
            case .anHourLater: 3600
            }
        }
    }

    @Test(arguments: Again.allCases)
    func `S11: without a guard a level is sent once for each report, with the same figure, too`(
        _ again: Again
    )
        async throws
    {
        let text = ConfigurationText.text(more: "[channels.web.stock]\noversell_guard = false")
        try await StockFault.run(text) { (daemon, shop) async throws in
            try await KCC.calling(daemon) { (kcc) async throws in
                #expect(try await kcc.stock([(StockFault.sku, 15)]) == 200)
                await daemon.pass(30)
                #expect(shop.offered(StockFault.sku) == 15)
                shop.sell(.selling(3, at: daemon.now.current))
                await daemon.pass(again.wait, every: again.wait)
                #expect(shop.offered(StockFault.sku) == 12, "a sale alone sends nothing")
                if again == .byFile {
                    _ = try await daemon.file("STOCK_CODE,STOCK_LEVEL,SITE\nSKU-1,15,MAIN\n")
                } else {
                    #expect(try await kcc.stock([(StockFault.sku, 15)]) == 200)
                }
                await daemon.pass(30)
                #expect(shop.offered(StockFault.sku) == 15)
                shop.sell(.selling(2, 1002, at: daemon.now.current))
                await daemon.pass(600, every: 60)
                #expect(shop.offered(StockFault.sku) == 13, "and is not sent again for one report")
            }
        }
    }
}

extension Order {
    /// Sold at the channel's till, where it is not downloaded.
    fileprivate func at(till isTill: Bool) -> Order {
        guard isTill else { return self }
        return with {
            $0.sourceName = "pos"
            $0.retailLocation = ShopLocation.warehouse.id
        }
    }
}
