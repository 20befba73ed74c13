import Foundation
import KCCWebServices
import SyncEngine
import TestSupport

/// Sends orders by chance to KCC, and checks each document against the shop's own books.
struct MoneyRun {
    struct Counts {
        var sent = 0
        var held = 0
    }

    private(set) var counts: [ShopifyBooks.Kind: Counts] = [:]
    private(set) var orders = 0
    private(set) var exact = 0
    private(set) var withinACoin = 0
    private(set) var heldForRounding = 0
    private(set) var heldPlanted = 0
    /// What should not have happened.
    private(set) var problems: [String] = []
    private(set) var currencies: Set<String> = []

    init(orders: Int, seed: UInt64) {
        for number in 1...orders { run(number, seed: seed &* 1_000_003 &+ UInt64(number)) }
    }

    private mutating func run(_ number: Int, seed: UInt64) {
        var chance = SeededGenerator(seed: seed)
        var books = ShopifyBooks(&chance)
        let set: KCCSettings.MoneySet = chance.one(in: 2) ? .shop : .presentment
        let wrong = chance.one(in: 10) ? Self.wrong(books, set, &chance) : .zero
        if wrong != .zero { books.kinds.insert(.wrong) }
        orders += 1
        currencies.formUnion([books.exchange.currencies.shop, books.exchange.currencies.customer])
        var situation = Situation()
        situation.order = books.order(number, wrong: wrong)
        situation.kcc.money = set
        situation.channel.tipSKU = "TIP"
        situation.channel.dutySKU = "DUTY"
        guard !books.lines.allSatisfy({ $0.left == 0 }) else { return }
        let truth = Truth(books, set, wrong: wrong)
        let before = heldPlanted + heldForRounding
        let problem = check(situation, truth)
        let isHeld = heldPlanted + heldForRounding > before
        for kind in books.kinds {
            counts[kind, default: Counts()].held += isHeld ? 1 : 0
            counts[kind, default: Counts()].sent += isHeld || problem != nil ? 0 : 1
        }
        if let problem {
            let kinds = books.kinds.map(\.rawValue).sorted().joined(separator: ", ")
            problems.append("order \(number), seed \(seed), \(set.rawValue), \(kinds): \(problem)")
        }
    }

    /// What the books say of one set, in coins.
    struct Truth {
        /// What the invoice is to come to.
        var total: Int
        /// Shopify's total less the amounts that it states.
        var rest: Int
        /// The same without supposing that goodwill was taken off the total.
        var rests: [Int]
        var tax: Int
        /// How far lines that had to be divided may be off.
        var slack: Int
        /// How far the total may be off: goodwill that Shopify took off it is known from converted refunds alone.
        var totalSlack: Int
        var cashRounding: Int
        var isPlanted: Bool
        var isConverted: Bool
        var coin: Int64

        init(_ books: ShopifyBooks, _ set: KCCSettings.MoneySet, wrong: Coins) {
            let exchange = books.exchange
            // Of goodwill that Shopify takes off, the total is without it; each amount may have been converted.
            let stated = exchange.stated(books.stated).of(set) + wrong.of(set)
            total = stated + (books.goodwillCounts ? exchange.stated(books.goodwill).of(set) : 0)
            isPlanted = wrong.of(set) != 0
            rest = total - books.statedSum(set)
            rests = isPlanted ? [stated - books.statedSum(set)] : [rest, stated - books.statedSum(set)]
            tax = books.taxesIncluded ? 0 : exchange.stated(books.taxNow).of(set)
            let divided = books.lines.count { $0.isDivided && $0.left > 0 }
            // A coin that was rounded in the shop's currency may be many of the customer's.
            slack =
                divided
                * (1 + (exchange.mode == .amounts && set == .presentment ? exchange.rate / 1_000_000 : 0))
            cashRounding = exchange.stated(books.cashRounding).of(set)
            let isKnown = set == .shop || exchange.mode != .amounts || !books.goodwillCounts
            totalSlack = isKnown ? 0 : books.givenBack.count + 1
            isConverted = exchange.mode == .amounts && set == .presentment
            coin = Exchange.coin(set == .shop ? exchange.currencies.shop : exchange.currencies.customer)
        }
    }

    /// A wrong total that nothing else in the order could explain.
    private static func wrong(
        _ books: ShopifyBooks,
        _ set: KCCSettings.MoneySet,
        _ chance: inout SeededGenerator
    ) -> Coins {
        let parts = [
            books.goodwill, books.cashRounding, books.duties - books.dutiesBack,
            books.tipIsLine ? books.tip : .zero,
        ]
        .map { books.exchange.stated($0).of(set) }
        var sums: Set = [0]
        for part in parts { sums = sums.union(sums.map { $0 + part }).union(sums.map { $0 - part }) }
        let least = books.exchange.mode == .amounts ? 30 : 2 + books.lines.count(where: \.isDivided)
        for _ in 0..<20 {
            let size = Int.random(in: least...900, using: &chance) * (chance.one(in: 2) ? 1 : -1)
            let room = books.exchange.mode == .amounts ? 30 : 3
            if sums.subtracting([0]).allSatisfy({ abs($0 - size) > room }) {
                return Coins(shop: size, customer: size)
            }
        }
        return .zero
    }

    // MARK: Checks

    private mutating func check(_ situation: Situation, _ truth: Truth) -> String? {
        let figures = OrderFigures(of: situation.order, situation.kcc.money)
        let slack = truth.slack
        let found = Int(figures.difference.micros / truth.coin)
        do {
            let sent = try situation.sent()
            if truth.isPlanted { return "a wrong total of \(truth.rest) coins was sent" }
            guard abs(truth.rest) <= 1 + slack else { return "sent although \(truth.rest) coins are missing" }
            guard figures.isBalanced else { return "sent, and the rule finds \(found) coins missing" }
            return compare(sent, situation, truth)
        } catch {
            guard let problem = error as? MappingProblem, problem.code == "totals_differ" else {
                return "\(error)"
            }
            guard !figures.isBalanced else { return "held although the rule passes: \(problem.message)" }
            // A divided line's own rounding is part of what is found.
            guard truth.rests.contains(where: { abs(found - $0) <= slack }) else {
                return "held for \(found) coins, and \(truth.rest) are missing: \(problem.message)"
            }
            let order = situation.order
            let named = situation.kcc.money == .shop ? "in the shop's currency" : "in the customer's currency"
            if order.currency != order.presentmentCurrency, !problem.message.contains(named) {
                return "the set is not named: \(problem.message)"
            }
            if truth.isPlanted { heldPlanted += 1 } else { heldForRounding += 1 }
            if !truth.isPlanted, !truth.isConverted { return "held although it adds up: \(problem.message)" }
            return nil
        }
    }

    private mutating func compare(_ sent: JSONNode, _ situation: Situation, _ truth: Truth) -> String? {
        let basis = situation.order.taxesIncluded ? "Gross" : "Net"
        let coin = Decimal(truth.coin) / 1_000_000
        guard let header = sent["Header"], let total = header["GrossTotal"]?.decimal else {
            return "no total"
        }
        let off = total - Decimal(truth.total) * coin
        guard abs(off) <= Decimal(truth.totalSlack) * coin else {
            return "GrossTotal \(total) is off by \(off)"
        }
        var sum = (header["DeliveryCharge"]?[basis]?.decimal ?? 0) + Decimal(truth.tax) * coin
        for line in sent["Items"]?.items ?? [] {
            guard let price = line["UnitPrice"]?[basis]?.decimal, let quantity = line["Quantity"]?.decimal
            else {
                return "a line without a price"
            }
            let discount = line["ValueDiscount"]?.decimal ?? 0
            guard price >= 0, discount >= 0, discount <= price * quantity else {
                return "a line of \(price) less \(discount)"
            }
            sum += price * quantity - discount
        }
        let rest = total - sum + (header["ValueDiscount"]?.decimal ?? 0)
        if rest == 0 { exact += 1 } else { withinACoin += 1 }
        guard abs(rest) <= coin else { return "lines and delivery come to \(sum), GrossTotal is \(total)" }
        let paid = (sent["Payments"]?.items ?? []).reduce(Decimal.zero) { $0 + ($1["Amount"]?.decimal ?? 0) }
        let room = Decimal(situation.order.transactions.count + max(0, truth.cashRounding)) * coin
        return paid <= total + room ? nil : "paid \(paid) of \(total)"
    }
}
