import SyncEngine
import TestSupport

/// A shop's own books: makes an order and works out what it costs now, in whole coins, without the code under test.
struct ShopifyBooks {
    /// What an order has in it, for the counts.
    enum Kind: String, CaseIterable {
        case plain = "nothing special"
        case foreign = "customer's currency, prices converted"
        case converted = "customer's currency, each amount converted"
        case taxIn = "taxes in the prices"
        case taxOut = "taxes on top"
        case lineDiscount = "discount on a line"
        case percentAcross = "percentage across the order"
        case amountAcross = "amount across the order"
        case deliveryDiscount = "delivery discounted"
        case freeDelivery = "delivery free"
        case noDelivery = "no delivery"
        case tip = "tip beside the lines"
        case tipLine = "tip as a line"
        case duties = "duties"
        case returned = "units returned"
        case deliveryBack = "delivery refunded"
        case deliveryPart = "part of delivery refunded"
        case dutiesBack = "duties refunded"
        case dutiesPart = "part of duties refunded"
        case goodwill = "goodwill"
        case added = "line added by an edit"
        case removed = "units removed by an edit"
        case cash = "cash rounding"
        case giftCard = "gift card sold"
        case wrong = "wrong total planted"
    }

    /// A line with what became of it.
    struct Line {
        var quantity: Int
        var left: Int
        var unit: Coins
        var allocations: [(discount: Int, amount: Coins)] = []
        var rate: Int
        var tax = Coins.zero
        /// What refunds took off.
        var back = Coins.zero
        var taxBack = Coins.zero
        var isTip = false
        var isGiftCard = false
        /// Units went without a refund that says what they were worth.
        var isDivided = false

        var before: Coins { unit.times(quantity) }
        var net: Coins { allocations.reduce(before) { $0 - $1.amount } }
        var now: Coins { isDivided ? net.share(left, of: quantity) : net - back }
        var taxNow: Coins { isDivided ? tax.share(left, of: quantity) : tax - taxBack }
    }

    struct Delivery {
        var price: Coins
        var discount = Coins.zero
        var back = Coins.zero
        var rate: Int
        var tax = Coins.zero

        var net: Coins { price - discount }
        var now: Coins { net - back }
        var taxNow: Coins { back == .zero ? tax : tax.share(now, of: net) }
    }

    /// Money and units given back at one time.
    struct GivenBack {
        var money: Coins
        var lines: [(line: Int, units: Int, value: Coins, tax: Coins)] = []
    }

    var exchange: Exchange
    var taxesIncluded: Bool
    var kinds: Set<Kind> = []
    var lines: [Line] = []
    var deliveries: [Delivery] = []
    var tip = Coins.zero
    /// Whether the tip is one of the lines.
    var tipIsLine = false
    var duties = Coins.zero
    var dutiesBack = Coins.zero
    var givenBack: [GivenBack] = []
    var goodwill = Coins.zero
    /// Whether Shopify takes goodwill off its current total.
    var goodwillCounts = false
    var cashRounding = Coins.zero
    var isEdited = false

    // MARK: What it costs

    private var tipBeside: Coins { tipIsLine ? .zero : tip }

    /// When it was placed, or edited last.
    var original: Coins {
        var sum = lines.reduce(tipBeside + duties) { $0 + $1.net + added($1.tax) }
        for one in deliveries { sum += one.net + added(one.tax) }
        return sum
    }

    /// Without what was taken back.
    var current: Coins {
        var sum = lines.reduce(tipBeside + duties - dutiesBack) { $0 + $1.now + added($1.taxNow) }
        for one in deliveries { sum += one.now + added(one.taxNow) }
        return sum
    }

    var tax: Coins { deliveries.reduce(lines.reduce(.zero) { $0 + $1.tax }) { $0 + $1.tax } }
    var taxNow: Coins { deliveries.reduce(lines.reduce(.zero) { $0 + $1.taxNow }) { $0 + $1.taxNow } }

    private func added(_ tax: Coins) -> Coins { taxesIncluded ? .zero : tax }

    /// What the stated amounts come to, each as it is stated, in one set.
    func statedSum(_ set: KCCSettings.MoneySet) -> Int {
        func stated(_ coins: Coins) -> Int { exchange.stated(coins).of(set) }
        var sum = stated(tipBeside) + stated(duties - dutiesBack) + (taxesIncluded ? 0 : stated(taxNow))
        for (place, line) in lines.enumerated() where line.left > 0 {
            let net = line.allocations.reduce(stated(line.before)) { $0 - stated($1.amount) }
            let back = givenBack.flatMap(\.lines).filter { $0.line == place }
            sum += line.isDivided ? stated(line.now) : back.reduce(net) { $0 - stated($1.value) }
        }
        return deliveries.reduce(sum) { $0 + stated($1.now) }
    }
}
