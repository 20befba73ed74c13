import Foundation
import SyncEngine
import TestSupport

/// Makes orders as Shopify would: every figure is rounded to a coin where Shopify rounds it, in both currencies.
struct OrderMill {
    /// An order, and what the mill knows of it.
    struct Product {
        var situation: Situation
        /// What KCC's invoice must come to.
        var total: Amount
        /// The tax on what is still wanted.
        var tax: Amount
    }

    /// Names and streets that people and programs have been known to type.
    static let nasty = [
        "Ann", "Łucja", "O'Hara \"Bob\"", "]]><!--", "&amp;", "\u{0}\u{1}x\u{1F}", "שרה כהן",
        "\u{202E}gnp.exe",
        "👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", String(repeating: "w", count: 200), String(repeating: "a, ", count: 60),
        "e" + String(repeating: "\u{301}", count: 90), " ", "", "\u{FFFF}\u{FFFE}", "\\u0000", "a\r\nb\tc",
        String(repeating: "𝒜", count: 40), "<script>", "\u{2028}line\u{2029}",
    ]

    private var chance: SeededGenerator
    private let coins: (shop: Int64, presentment: Int64)
    private let rate: Int64
    private let currencies: (shop: String, presentment: String)

    init(seed: UInt64) {
        chance = SeededGenerator(seed: seed)
        let all = ["GBP", "EUR", "JPY", "KWD"]
        let shop = all.randomElement(using: &chance) ?? "GBP"
        let other = chance.one(in: 2) ? shop : all.randomElement(using: &chance) ?? "GBP"
        currencies = (shop, other)
        func coin(_ currency: String) -> Int64 {
            switch Currency.digits(of: currency) {
            case 0: 1_000_000
            case 3: 1_000
            default: 10_000
            }
        }
        coins = (coin(shop), coin(other))
        rate = shop == other ? 1_000 : Int64.random(in: 300...190_000, using: &chance)
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &chance) }
    private mutating func text() -> String { Self.nasty.randomElement(using: &chance) ?? "" }

    private func rounded(_ micros: Int64, _ coin: Int64) -> Amount {
        Amount(micros: (micros + coin / 2) / coin * coin)
    }

    /// So many coins of the shop's, and what Shopify makes of them in the customer's currency.
    private func money(_ count: Int) -> MoneyBag { converted(Int64(count) * coins.shop) }

    private func converted(_ micros: Int64) -> MoneyBag {
        MoneyBag(shop: Amount(micros: micros), presentment: rounded(micros / 1_000 * rate, coins.presentment))
    }

    private func part(_ bag: MoneyBag, _ part: Int, of whole: Int) -> MoneyBag {
        MoneyBag(
            shop: rounded(bag.shop.micros * Int64(part) / Int64(whole), coins.shop),
            presentment: rounded(bag.presentment.micros * Int64(part) / Int64(whole), coins.presentment)
        )
    }

    mutating func make() -> Product {
        var order = Order.paid(number(1...99_999))
        (order.currency, order.presentmentCurrency) = currencies
        order.taxesIncluded = chance.one(in: 2)
        order.shippingAddress = address()
        order.billingAddress = chance.one(in: 3) ? nil : address()
        order.email = chance.one(in: 4) ? String(repeating: "long", count: 30) : "a@example.org"
        order.phone = text()
        order.note = text()
        order.poNumber = text()
        let rate = [0, 5, 20].randomElement(using: &chance) ?? 0
        let across = chance.one(in: 3) ? number(1...100) : 0
        order.lines = (1...number(1...6)).map { _ in MoneyBag.zero }.enumerated()
            .map { place, _ in line(place + 1, rate: rate, across: across) }
        order.shippingLines = (0..<number(0...2)).map { _ in shipping(rate: rate) }
        var (total, tax) = (MoneyBag.zero, MoneyBag.zero)
        for line in order.lines {
            total += line.allocations.reduce(line.total) { $0 - $1.amount }
            for line in line.taxLines { tax += line.amount }
        }
        for line in order.shippingLines {
            total += line.discountedPrice
            for line in line.taxLines { tax += line.amount }
        }
        if chance.one(in: 8) {
            order.totals.tip = money(number(1...999))
            total += order.totals.tip ?? .zero
        }
        if chance.one(in: 12) {
            order.totals.duties = money(number(1...999))
            total += order.totals.duties ?? .zero
        }
        order.taxLines = [TaxLine(title: "VAT", ratePercent: nil, amount: tax)]
        if !order.taxesIncluded { total += tax }
        order.totals.total = total
        return finish(order, tax: tax)
    }

    /// Takes goods back, gives money back, and pays.
    private mutating func finish(_ order: Order, tax: MoneyBag) -> Product {
        var (order, tax, current) = (order, tax, order.totals.total)
        for place in order.lines.indices.dropFirst() where chance.one(in: 4) {
            let line = order.lines[place]
            let back = number(1...line.quantity)
            let price = line.allocations.reduce(line.total) { $0 - $1.amount }
            var refund = Refund(id: ShopifyID("refund/\(place)"), total: .zero)
            var row = RefundLine(
                line: line.id,
                quantity: back,
                subtotal: part(price, back, of: line.quantity),
                tax: part(line.taxLines.reduce(.zero) { $0 + $1.amount }, back, of: line.quantity)
            )
            row.restocked = true
            refund.lines = [row]
            refund.total = order.taxesIncluded ? row.subtotal : row.subtotal + row.tax
            order.refunds.append(refund)
            order.lines[place].currentQuantity -= back
            tax = tax - row.tax
            current = current - refund.total
        }
        var invoice = current
        if chance.one(in: 10) {
            let goodwill = part(current, 1, of: number(2...9))
            order.refunds.append(Refund(id: ShopifyID("goodwill"), total: goodwill))
            invoice = current
            if chance.one(in: 2) { current = current - goodwill }
        }
        order.totals.current = current
        order.totals.currentTax = tax
        order.transactions = [.of("SALE", "0", 1) { [total = order.totals.total] in $0.amount = total }]
        order.transactions += order.refunds.enumerated()
            .map { place, refund in
                .of("REFUND", "0", 10 + place, parent: 1) { $0.amount = refund.total }
            }
        var situation = Situation()
        situation.channel.tipSKU = "TIP"
        situation.channel.dutySKU = "DUTY"
        situation.kcc.money = chance.one(in: 2) ? .shop : .presentment
        situation.order = order
        let shop = situation.kcc.money == .shop
        return Product(
            situation: situation,
            total: shop ? invoice.shop : invoice.presentment,
            tax: order.taxesIncluded ? .zero : shop ? tax.shop : tax.presentment
        )
    }

    private mutating func line(_ number: Int, rate: Int, across: Int) -> OrderLine {
        let quantity = self.number(1...5)
        let unit = money(self.number(0...20_000))
        let total = chance.one(in: 2) ? unit.times(quantity) : converted(unit.shop.micros * Int64(quantity))
        var line = OrderLine(
            id: ShopifyID(kind: "LineItem", number: String(number)),
            title: text(),
            sku: "SKU-\(number)",
            quantity: quantity,
            currentQuantity: quantity,
            unitPrice: unit,
            total: total
        )
        if chance.one(in: 3) {
            line.allocations.append(
                DiscountAllocation(discount: 0, amount: part(total, self.number(0...100), of: 100))
            )
        }
        let rest = line.allocations.reduce(total) { $0 - $1.amount }
        if across > 0 {
            line.allocations.append(DiscountAllocation(discount: 1, amount: part(rest, across, of: 100)))
        }
        let price = line.allocations.reduce(total) { $0 - $1.amount }
        line.taxLines = [TaxLine(title: "VAT", ratePercent: nil, amount: part(price, rate, of: 100))]
        return line
    }

    private mutating func shipping(rate: Int) -> ShippingLine {
        let price = money(number(0...1_500))
        let discounted = chance.one(in: 3) ? part(price, number(0...100), of: 100) : price
        var line = ShippingLine(id: nil, title: text(), price: price, discountedPrice: discounted)
        line.taxLines = [TaxLine(title: "VAT", ratePercent: nil, amount: part(discounted, rate, of: 100))]
        return line
    }

    private mutating func address() -> PostalAddress {
        var address = PostalAddress.of(text(), text(), "1 " + text(), text(), text())
        address.address2 = text()
        address.company = text()
        address.province = text()
        address.phone = text()
        address.countryCode = chance.one(in: 2) ? "GB" : "fr"
        return address
    }
}
