import Foundation
import SyncEngine
import TestSupport

/// One SKU, one location, seconds as ticks: customers, Shopify, KCC and chance around the real decisions.
///
/// Sales, unpaid orders, cancellations, refunds and KCC's receipts happen at random; the order search lags; KCC takes orders,
/// imports them a while later, acknowledges at its next call, and tells its figure after every change, late but in order.
struct StockSimulation {
    /// Ways of doing it wrong; a run with any of them must go wrong sooner or later.
    enum Weakening: CaseIterable {
        case noComparison
        case noWaitForIndex
        case unitsAsOfNow
        case knownWhenTaken
    }

    private struct Sale {
        var claim: StockClaim
        var placed: Int
        var known = false
        var cancelled: Int?
        var refund: (at: Int, units: Int)?
        var changeKnown = false
        var taken: Int?
        var acknowledged: Int?
        var units: Int
    }

    private var chance: SeededGenerator
    private let weakening: Weakening?
    private let lag: Int
    private let fetchEvery: Int
    private let delay: Int
    /// What KCC physically has, and what it says is available.
    private var stock: Int
    private var available: Int
    private var offered: Int
    private var inFlight: [(at: Int, figure: Int)] = []
    private var level: StockLevel
    private var view: StockView
    private var sales: [Sale] = []
    private var page: [Int] = []
    /// Places in `sales`: not paid, and with something that polls have not shown.
    private var unpaid: [Int] = []
    private var unseen: [Int] = []
    private var imports: [Int: [Int]] = [:]
    private var sold = 0
    private var polledAt = -1
    private var due = 0

    /// How many units too many were offered at the worst moment, and how far from right it came to rest.
    private(set) var worst = 0
    private(set) var atRest = 0
    private(set) var requests = 0

    init(seed: UInt64, _ weakening: Weakening? = nil) {
        chance = SeededGenerator(seed: seed)
        self.weakening = weakening
        lag = [0, 5, 20, 29].randomElement(using: &chance) ?? 0
        fetchEvery = [300, 600].randomElement(using: &chance) ?? 300
        delay = [0, 5, 30].randomElement(using: &chance) ?? 0
        stock = Int.random(in: 3...30, using: &chance)
        available = stock
        offered = stock
        level = StockLevel(
            channel: "web",
            sku: "TEA",
            site: "MAIN",
            level: Amount(micros: Int64(stock) * 1_000_000),
            toldAt: Self.at(0),
            source: .kcc
        )
        view = StockView(
            item: ShopifyID(kind: "InventoryItem", number: "1"),
            quantity: stock,
            askedAt: Self.at(-1),
            answeredAt: Self.at(0),
            origin: .set
        )
    }

    private static func at(_ tick: Int) -> Date { Instants.now.addingTimeInterval(Double(tick)) }

    mutating func run(busy: Int = 3000, total: Int = 6000) {
        for tick in 1...total {
            if tick < busy { customers(tick) }
            if !unpaid.isEmpty { unpaid.removeAll { _ in tick == busy + 600 || chance.one(in: 500) } }
            if tick < busy, chance.one(in: 700) {
                stock += 3
                available += 3
                tell(tick)
            }
            poll(tick)
            kcc(tick)
            if tick >= due, tick % 3 == 0 { decide(tick) }
            worst = max(worst, offered - right)
        }
        atRest = offered - right
    }

    /// What Shopify may offer: what is there, less what is sold.
    private var right: Int {
        stock - sold
    }

    private mutating func customers(_ tick: Int) {
        if offered > 0, chance.one(in: 100) {
            let units = Int.random(in: 1...min(2, offered), using: &chance)
            offered -= units
            let claim = StockClaim(
                order: Int64(sales.count),
                name: "#\(sales.count)",
                channel: "web",
                site: "MAIN",
                units: ClaimedUnits(sku: "TEA", location: .location(1), current: units),
                createdAt: Self.at(tick)
            )
            if chance.one(in: 5) { unpaid.append(sales.count) }
            sales.append(Sale(claim: claim, placed: tick, units: units))
            unseen.append(sales.count - 1)
            sold += units
        }
        guard chance.one(in: 800) else { return }
        let open = sales.indices.filter {
            sales[$0].cancelled == nil && sales[$0].taken == nil && sales[$0].refund == nil
        }
        guard let place = open.randomElement(using: &chance) else { return }
        unseen.append(place)
        if sales[place].units == 2, chance.one(in: 2) {
            sales[place].refund = (tick, 1)
            sales[place].units = 1
            offered += 1
            sold -= 1
        } else {
            sales[place].cancelled = tick
            offered += sales[place].units
            sold -= sales[place].units
        }
    }

    private mutating func tell(_ tick: Int) {
        let at = max(inFlight.last?.at ?? 0, tick + Int.random(in: 0...delay, using: &chance))
        inFlight.append((at, available))
    }

    private mutating func poll(_ tick: Int) {
        guard tick % 15 == 0 else { return }
        polledAt = tick
        unseen.removeAll { place in
            let change = sales[place].cancelled ?? sales[place].refund?.at
            guard (change ?? sales[place].placed) <= tick - lag else {
                // The order itself may show before its change does.
                if !sales[place].known, sales[place].placed <= tick - lag {
                    sales[place].known = true
                    due = 0
                }
                return false
            }
            sales[place].known = true
            sales[place].changeKnown = change != nil
            due = 0
            return true
        }
    }

    private mutating func kcc(_ tick: Int) {
        if tick % fetchEvery == 0 {
            for place in page { sales[place].acknowledged = tick }
            page = sales.indices.filter {
                let sale = sales[$0]
                // What is served is what we know: an order whose change we have not seen yet is not taken here, for what
                // KCC does about a change after the hand-off is a person's work.
                let settled = (sale.cancelled == nil && sale.refund == nil) || sale.changeKnown
                return sale.known && settled && !unpaid.contains($0) && sale.cancelled == nil
                    && sale.taken == nil
            }
            for place in page {
                sales[place].taken = tick
                imports[tick + Int.random(in: 0...120, using: &chance), default: []].append(place)
            }
            due = 0
        }
        for place in imports.removeValue(forKey: tick) ?? [] {
            available -= sales[place].units
            tell(tick)
        }
        while let first = inFlight.first, first.at <= tick {
            inFlight.removeFirst()
            level.level = Amount(micros: Int64(first.figure) * 1_000_000)
            level.toldAt = Self.at(tick)
            level.arrival += 1
            due = 0
        }
    }

    // MARK: Our side

    private mutating func decide(_ tick: Int) {
        var facts = StockInputs(
            sku: "TEA",
            context: StockContext(
                scope: StockScope(channel: "web", shop: 1, location: .location(1)),
                rules: StockRules(),
                locations: ["web": .location(1)],
                handingOff: ["web"]
            ),
            levels: [level],
            claims: sales.filter(\.known).map(claim),
            view: view,
            now: Self.at(tick)
        )
        facts.context.signals.polledAt = Self.at(polledAt)
        facts.context.signals.linkSteadySince = .distantPast
        if weakening == .noWaitForIndex { facts.context.signals.polledAt = .distantFuture }
        let verdict = StockDecision.evaluate(facts).verdict
        due = tick + 60
        switch verdict {
        case .nothing:
            view.stale = 0
            view.base = nil
        case .read(_, let moved):
            requests += 1
            view = view.read(offered, askedAt: Self.at(tick - 1), answeredAt: Self.at(tick + 1), moved: moved)
            due = tick + 3
        case .wait:
            due = tick + 3
        case .send(let target, let from):
            requests += 1
            if offered == from || weakening == .noComparison {
                offered = target
                view = StockView(
                    item: view.item,
                    quantity: target,
                    askedAt: Self.at(tick - 1),
                    answeredAt: Self.at(tick + 1),
                    origin: .set
                )
            } else {
                view = view.read(
                    offered,
                    askedAt: Self.at(tick - 1),
                    answeredAt: Self.at(tick + 1),
                    moved: true
                )
            }
        case .adjust(let delta, _):
            requests += 1
            offered += delta
            view.origin = .unknown
            view.stale = 0
            view.base = nil
        }
    }

    private func claim(of sale: Sale) -> StockClaim {
        var claim = sale.claim
        if sale.changeKnown {
            claim.cancelledAt = sale.cancelled.map(Self.at)
            if let refund = sale.refund {
                claim.units.current -= refund.units
                claim.units.reductions = [.init(units: refund.units, at: Self.at(refund.at))]
            }
        }
        claim.acknowledgedAt = sale.acknowledged.map(Self.at)
        switch weakening {
        case .unitsAsOfNow:
            claim.createdAt = .distantPast
            if claim.cancelledAt != nil { claim.cancelledAt = .distantPast }
            claim.units.reductions = []
        case .knownWhenTaken:
            if sale.taken != nil { claim.acknowledgedAt = .distantPast }
        case .noComparison, .noWaitForIndex, nil: break
        }
        return claim
    }
}
