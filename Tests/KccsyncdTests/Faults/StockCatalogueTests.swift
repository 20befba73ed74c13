import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// A stock code finds its item: after staff gave items other codes, and however white space was typed.
@Suite(.timeLimit(.minutes(30)))
struct StockCatalogueTests {
    enum Renaming: CaseIterable, Sendable, CustomTestStringConvertible {
        case swapped
        case rotated
        case handedOn
        case unknownToKCC
        case onlyOneReported

        var testDescription: String {
            switch self {
            case .swapped: "two SKUs are swapped"
            case .rotated: "three SKUs are rotated"
            case .handedOn: "one gets a new SKU, and its old one goes to another item"
            case .unknownToKCC: "one gets a SKU that KCC does not have"
            case .onlyOneReported: "two SKUs are swapped, and only one is reported again"
            }
        }

        var names: [String: String] {
            switch self {
            case .swapped, .onlyOneReported: ["A1": "B1", "B1": "A1"]
            case .rotated: ["A1": "B1", "B1": "C1", "C1": "A1"]
            case .handedOn: ["A1": "NEW", "B1": "A1"]
            case .unknownToKCC: ["A1": "NEW"]
            }
        }

        /// What KCC reports next.
        var levels: [(sku: String, level: Int)] {
            switch self {
            case .swapped, .rotated: [("A1", 50), ("B1", 5), ("C1", 9)]
            case .handedOn: [("A1", 50)]
            case .unknownToKCC: [("A1", 50), ("B1", 5)]
            case .onlyOneReported: [("A1", 50)]
            }
        }

        /// What Shopify offers in the end; levels were 10, 20 and 30.
        var offered: [String: Int] {
            switch self {
            case .swapped, .rotated: ["A1": 50, "B1": 5, "C1": 9]
            case .handedOn: ["A1": 50, "NEW": 10, "C1": 30]
            // Nothing is known of it, so it keeps what it had.
            case .unknownToKCC: ["NEW": 10, "B1": 5, "C1": 30]
            case .onlyOneReported: ["A1": 50, "B1": 20, "C1": 30]
            }
        }
    }

    @Test(arguments: Renaming.allCases)
    func `S6: a level goes to the item that carries the SKU now`(_ renaming: Renaming) async throws {
        let now = ManualNow()
        let shop = TestShop(now)
        for sku in ["A1", "B1", "C1"] { shop.product(sku, figure: 0) }
        try await Installation.run(
            ConfigurationText.linked,
            shops: [ConfigurationText.host: shop],
            now: now
        ) { (daemon) async throws in
            await daemon.round()
            try await KCC.calling(daemon) { (kcc) async throws in
                try await kcc.stock([("A1", 10), ("B1", 20), ("C1", 30)])
                await daemon.pass(60)
                #expect(shop.offered("A1") == 10 && shop.offered("B1") == 20 && shop.offered("C1") == 30)
                shop.rename(renaming.names)
                now.advance(by: 120)
                try await kcc.stock(renaming.levels)
                await daemon.pass(120)
                for (sku, figure) in renaming.offered { #expect(shop.offered(sku) == figure, "\(sku)") }
            }
        }
    }

    @Test func `S6: a quiet level costs one request, as before`() async throws {
        try await StockFault.run { (daemon, shop) async throws in
            _ = await daemon.set(StockFault.sku, 10)
            await daemon.pass(60)
            _ = shop.stock.drain()
            _ = await daemon.set(StockFault.sku, 11)
            await daemon.pass(60)
            #expect(shop.stock.requests.count == 1)
        }
    }

    // MARK: White space

    enum Written: CaseIterable, Sendable, CustomTestStringConvertible {
        case blankInShopify
        case blankInKCC
        case noBreakSpace
        case tabAndNewline
        case byCommand
        case byFile
        case rule

        var testDescription: String {
            switch self {
            case .blankInShopify: "Shopify's has a blank at its end"
            case .blankInKCC: "KCC's has blanks round it"
            case .noBreakSpace: "Shopify's begins with a no-break space"
            case .tabAndNewline: "Shopify's ends with a tab and a line break"
            case .byCommand: "the command's has a blank, Shopify's has none"
            case .byFile: "the file's has an ideographic space"
            case .rule: "the item's own rule has a blank at its end"
            }
        }

        var shopify: String {
            switch self {
            case .blankInShopify: "TRIM-1 "
            case .noBreakSpace: "\u{A0}TRIM-1"
            case .tabAndNewline: "TRIM-1\t\n"
            case .blankInKCC, .byCommand, .byFile, .rule: "TRIM-1"
            }
        }
    }

    @Test(arguments: Written.allCases)
    func `S8: white space at the ends of a code matters to neither levels nor despatches`(_ written: Written)
        async throws
    {
        let now = ManualNow()
        let shop = TestShop(now)
        shop.product(written.shopify, figure: 1)
        let rule = "[channels.web.stock.items.\"TRIM-1 \"]\nmaximum = 12"
        let text = ConfigurationText.text(more: written == .rule ? rule : "")
        try await Installation.run(text, shops: [ConfigurationText.host: shop], now: now) {
            (daemon) async throws in
            await daemon.round()
            switch written {
            case .blankInShopify, .noBreakSpace, .tabAndNewline, .rule:
                try await KCC.calling(daemon) { try await $0.stock([("TRIM-1", 20)]) }
            case .blankInKCC: try await KCC.calling(daemon) { try await $0.stock([("  TRIM-1 ", 20)]) }
            case .byCommand: _ = await daemon.set("TRIM-1 ", 20)
            case .byFile: _ = try await daemon.file("STOCK_CODE,STOCK_LEVEL\n\u{3000}TRIM-1,20\n")
            }
            await daemon.pass(60)
            #expect(shop.offered(written.shopify) == (written == .rule ? 12 : 20))
            shop.sell(.selling(3, of: written.shopify, at: now.current))
            await daemon.pass(60)
            #expect(shop.offered(written.shopify) == (written == .rule ? 9 : 17), "its units are held back")
            var despatch = ToldShipment(order: "1001", reference: "S1")
            despatch.lines = [Shipment.Line(sku: " TRIM-1", quantity: 3)]
            let reply = await daemon.perform(.shipments([despatch]))
            #expect(reply.status == .done, "\(reply.errors)")
            await daemon.round()
            #expect(shop.sent(.order(1001)).map { $0.lines.map(\.quantity) } == [[3]])
        }
    }

    @Test(arguments: [
        ("caf\u{E9}", "cafe\u{301}"), ("cafe\u{301}", "caf\u{E9}"), ("\u{212B}-1", "\u{C5}-1"),
        ("\u{2126}", "\u{3A9}"),
    ])
    func `S8: codes that differ in their bytes alone are two, for shipments as well`(
        code: String,
        twin: String
    )
        async throws
    {
        let now = ManualNow()
        let shop = TestShop(now)
        shop.product(code, figure: 1)
        try await Installation.run(
            ConfigurationText.linked,
            shops: [ConfigurationText.host: shop],
            now: now
        ) { (daemon) async throws in
            shop.sell(
                Order.selling(2, of: code, ago: 60)
                    .with {
                        $0.lines.append(.units(1, of: twin, at: "10", line: 77))
                        let total = MoneyBag.both("40")
                        $0.totals = OrderTotals(total: total, current: total)
                    }
            )
            await daemon.round()
            var despatch = ToldShipment(order: "1001", reference: "S1")
            despatch.lines = [Shipment.Line(sku: SKU(twin), quantity: 1)]
            #expect(await daemon.perform(.shipments([despatch])).status == .done)
            await daemon.round()
            #expect(shop.sent(.order(1001)).flatMap(\.lines).map(\.line.number) == ["77"])
        }
    }
}
