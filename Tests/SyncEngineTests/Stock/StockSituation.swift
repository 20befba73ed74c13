import Foundation
import SyncEngine
import TestSupport

/// One SKU at one location, described in seconds around noon, so that a table of situations stays readable.
struct StockSituation {
    var facts: StockInputs
    /// Levels that have arrived.
    private var arrivals: Int64 = 0

    static let noon = Instants.now

    static func at(_ seconds: Double) -> Date { noon.addingTimeInterval(seconds) }

    /// A level of 10 told over the KCC link an hour ago, Shopify seen to offer 10 half an hour ago, polled just now.
    init(_ change: (inout StockSituation) -> Void = { _ in }) {
        facts = StockInputs(
            sku: "TEA",
            context: StockContext(
                scope: StockScope(channel: "web", shop: 1, location: .location(1)),
                rules: StockRules(),
                locations: ["web": .location(1)],
                handingOff: ["web"]
            ),
            levels: [],
            claims: [],
            view: nil,
            now: Self.noon
        )
        facts.context.signals.polledAt = Self.noon
        level(10, told: -3600)
        view(10, asked: -1801, answered: -1800)
        facts.context.signals.linkSteadySince = .distantPast
        change(&self)
    }

    var explanation: StockExplanation { StockDecision.evaluate(facts) }
    var verdict: StockExplanation.Verdict { explanation.verdict }

    mutating func level(
        _ units: Int64,
        site: String = "MAIN",
        told: Double,
        by source: StockLevel.Source = .kcc
    ) {
        facts.levels.removeAll { $0.site == site }
        arrivals += 1
        facts.levels.append(
            StockLevel(
                channel: "web",
                sku: "TEA",
                site: site,
                level: Amount(micros: units * 1_000_000),
                arrival: arrivals,
                toldAt: Self.at(told),
                source: source
            )
        )
    }

    mutating func view(_ quantity: Int?, asked: Double, answered: Double, origin: StockView.Origin = .read) {
        facts.view = StockView(
            item: ShopifyID(kind: "InventoryItem", number: "1"),
            quantity: quantity,
            askedAt: Self.at(asked),
            answeredAt: Self.at(answered),
            origin: origin
        )
    }

    mutating func order(_ units: Int, placed: Double, _ change: (inout StockClaim) -> Void = { _ in }) {
        var claim = StockClaim(
            order: Int64(facts.claims.count + 1),
            name: "#\(facts.claims.count + 1)",
            channel: "web",
            site: "MAIN",
            units: ClaimedUnits(sku: "TEA", location: .location(1), current: units),
            createdAt: Self.at(placed)
        )
        change(&claim)
        facts.claims.append(claim)
    }
}
