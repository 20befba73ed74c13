import Foundation
import KCCWebServices
import SyncEngine
import TestSupport
import Testing

struct LineTests {
    private func lines(_ change: (inout Situation) -> Void) throws -> [JSONNode] {
        try #require(try Situation.gross(change).sent()["Items"]).items
    }

    private func line(_ change: (inout Situation) -> Void) throws -> JSONNode {
        try #require(try lines(change).first)
    }

    @Test func `a code travels without the space around it, in its own case`() throws {
        #expect(try line { $0.order.lines[0].sku = " Tea  250\n" }["SKU"]?.string == "Tea  250")
    }

    @Test func `codes are looked for in one list after another`() throws {
        let line = try line {
            $0.kcc.stockCodes = [
                .init(mapping: "Barcode", item: "3"), .init(mapping: "StockCode", item: nil),
                .init(mapping: "Barcode", item: "4"),
            ]
        }
        #expect(line["Mapping"]?.string == "Barcode")
        #expect(line["MappingItem"]?.string == "3")
        #expect(line["AlternateMapping"]?.items.map(\.names) == [["Mapping"], ["Mapping", "MappingItem"]])
        #expect(line["AlternateMapping"]?.items.last?["MappingItem"]?.string == "4")
        #expect(try self.line { _ in }["AlternateMapping"] == nil)
    }

    @Test func `prices are before discounts, in the order's basis`() throws {
        let change: (inout Situation) -> Void = {
            $0.order.lines[0].allocations = [
                DiscountAllocation(discount: 0, amount: .both("1.5")),
                DiscountAllocation(discount: 1, amount: .both("0.49")),
            ]
            $0.order.comes(to: "23.01", paid: true)
        }
        let line = try line(change)
        #expect(line["UnitPrice"] == .object([.init(name: "Gross", value: .number("10.00"))]))
        #expect(line["ValueDiscount"]?.number == "1.99")
        #expect(line["PercentDiscount"] == nil)
        let net = try Situation().sent()["Items"]?.items.first
        #expect(net?["UnitPrice"] == .object([.init(name: "Net", value: .number("10.00"))]))
        #expect(net?["ValueDiscount"] == nil)
    }

    @Test func `only units still wanted are sent`() throws {
        let lines = try lines {
            $0.order.lines.append(.units(3, of: "GONE", at: "4", line: 2))
            $0.order.lines[1].currentQuantity = 0
            $0.order.lines.append(.units(3, of: "SOME", at: "4", line: 3))
            $0.order.lines[2].currentQuantity = 1
            $0.order.comes(to: "49", current: "29", paid: true)
        }
        #expect(lines.map { $0["SKU"]?.string } == ["SKU-1", "SOME"])
        #expect(lines.map { $0["Quantity"]?.number } == ["2", "1"])
    }

    @Test func `a discount is divided among units, and the last discounted line takes what is over`() throws {
        let lines = try lines {
            $0.order.lines = (1...2)
                .map { number in
                    var line = OrderLine.units(3, of: "S\(number)", at: "10", line: number)
                    line.allocations = [DiscountAllocation(discount: 0, amount: .both("1"))]
                    line.currentQuantity = 1
                    return line
                }
            // Shopify keeps 0.33 of the one discount and 0.34 of the other.
            $0.order.comes(to: "63", current: "24.33", paid: true)
        }
        #expect(lines.map { $0["ValueDiscount"]?.number } == ["0.33", "0.34"])
    }

    @Test func `prices that conversion has rounded still come to the line's total`() throws {
        let lines = try lines {
            $0.order.presentmentCurrency = "EUR"
            $0.order.lines[0].quantity = 3
            $0.order.lines[0].currentQuantity = 3
            $0.order.lines[0].unitPrice.shop = Amount(micros: 3_330_000)
            $0.order.lines[0].total.shop = Amount(micros: 10_000_000)
            $0.order.comes(to: "15", paid: true)
        }
        #expect(lines[0]["UnitPrice"]?["Gross"]?.number == "3.34")
        #expect(lines[0]["ValueDiscount"]?.number == "0.02")
    }

    @Test func `a price has four digits at most`() throws {
        func price(_ micros: Int64) throws -> [String?] {
            let line = try line {
                $0.order.lines[0].unitPrice = MoneyBag(shop: .init(micros: micros), presentment: .zero)
                $0.order.lines[0].total = $0.order.lines[0].unitPrice.times(2)
                $0.order.comes(to: "5.02", paid: true)
            }
            return [line["UnitPrice"]?["Gross"]?.number, line["ValueDiscount"]?.number]
        }
        #expect(try price(12_300) == ["0.0123", nil])
        #expect(try price(12_345) == ["0.02", "0.01531"])
    }

    @Test func `a line without code is stood in for, under Shopify's name`() throws {
        let line = try line {
            $0.channel.missingSKU = "MISC"
            $0.order.lines[0].sku = " "
            $0.order.lines[0].name = "Gift wrap,\nred"
        }
        #expect(line["SKU"]?.string == "MISC")
        #expect(line["StockDescription"]?["Source"]?.string == "Explicit")
        #expect(line["StockDescription"]?["Parameter"]?.string == "Gift wrap, red")
        #expect(try self.line { _ in }["StockDescription"] == nil)
        let problem = Situation { $0.order.lines[0].sku = nil }.problem()
        #expect(problem?.code == "line_without_sku")
        #expect(problem?.message == "order 1001: no SKU on line 10010")
    }

    @Test func `a gift card is a line like any other`() throws {
        #expect(try line { $0.order.lines[0].isGiftCard = true }["SKU"]?.string == "SKU-1")
    }

    @Test func `lines carry two references and no extra text`() throws {
        let line = try line { _ in }
        #expect(line["ImportRef"]?.string == "gid://shopify/LineItem/10010")
        #expect(line["WebItemRef"]?.string == "10010")
        #expect(line["ExtendedDescription"]?.items == [])
        #expect(line["Site"] == nil && line["PackLink"] == nil)
    }

    @Test func `codes that no stock code can be are sent and remarked on`() throws {
        let long = String(repeating: "x", count: 51)
        for code in ["A#1", long] {
            let mapped = try Situation { $0.order.lines[0].sku = code }.map()
            #expect(mapped.lineCodes == [code])
            #expect(mapped.remarks.map(\.code) == ["sku_unusual"])
            let barcode = Situation {
                $0.order.lines[0].sku = code
                $0.kcc.stockCodes = [.init(mapping: "Barcode", item: nil)]
            }
            #expect(try barcode.map().remarks == [])
        }
    }

    @Test func `an order of which nothing is left is not sent`() {
        #expect(Situation { $0.order = $0.order.emptied() }.problem()?.code == "nothing_left")
    }
}
