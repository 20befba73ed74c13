/// One way to read the figures that Shopify states for an order.
///
/// Its reference leaves open whether a tip is among the lines already, whether additional fees contain the duties, whether
/// cash rounding is part of the total, and whether money that was given back for nothing has lowered it. What adds up
/// settles that.
struct MoneyReading {
    var lines: [OrderFigures.Line]
    /// All tax.
    var tax: Amount
    var tip: Amount
    var duties: Amount
    var fees: Amount
    /// What the parts are to come to.
    var total: Amount
    var tolerance: MoneyTolerance
    /// ``total`` less the parts.
    var rest = Amount.zero

    /// The plainest reading that adds up; the plainest of all where none does.
    static func best(_ parts: CurrentParts, stated: Amount, rounding: Amount) -> MoneyReading {
        var best: MoneyReading?
        for total in totals(parts, stated, rounding) {
            for extras in Extras.readings(parts) {
                // What Shopify states is read otherwise only where it does not add up as it is.
                if best?.addsUp == true { break }
                for (lines, tax, tolerance) in amounts(parts) {
                    var reading = MoneyReading(
                        lines: lines,
                        tax: tax,
                        tip: extras.tip,
                        duties: extras.duties,
                        fees: extras.fees,
                        total: total,
                        tolerance: tolerance
                    )
                    if extras.tipIsLine { reading.mark(parts.tipLines) }
                    let added = parts.taxesIncluded ? .zero : tax
                    let beside = parts.delivery + added + extras.tip + extras.duties + extras.fees
                    reading.rest = total - lines.reduce(beside) { $0 + $1.value }
                    guard let found = best else {
                        best = reading
                        continue
                    }
                    let adds = reading.rest.magnitude <= reading.tolerance.amount
                    if adds, !found.addsUp || reading.rest.magnitude < found.rest.magnitude { best = reading }
                }
            }
        }
        // The loops run once at least.
        return best
            ?? MoneyReading(
                lines: parts.lines,
                tax: parts.derivedTax,
                tip: parts.tip,
                duties: parts.duties,
                fees: parts.fees,
                total: stated,
                tolerance: MoneyTolerance(parts.money)
            )
    }

    private var addsUp: Bool { rest.magnitude <= tolerance.amount }

    private mutating func mark(_ tip: TipLines?) {
        for place in lines.indices where tip?.places.contains(lines[place].place) == true {
            lines[place].isTip = true
        }
    }

    private static func totals(_ parts: CurrentParts, _ stated: Amount, _ rounding: Amount) -> [Amount] {
        var totals = [stated]
        // Without Shopify's current figures a refunded delivery charge cannot be told from goodwill.
        if parts.goodwill != .zero, parts.isCurrent { totals.append(stated + parts.goodwill) }
        if rounding != .zero { totals += totals.map { $0 - rounding } }
        return totals
    }

    private static func amounts(_ parts: CurrentParts) -> [([OrderFigures.Line], Amount, MoneyTolerance)] {
        var taxes = [(parts.statedTax ?? parts.derivedTax, parts.statedTax == nil ? parts.dividedTaxes : 0)]
        if !parts.taxesIncluded, let stated = parts.statedTax, parts.differs(stated, parts.derivedTax) {
            taxes.append((parts.derivedTax, parts.dividedTaxes))
        }
        let shared = parts.sharedLines.flatMap {
            parts.differs(Self.sum(parts.lines), Self.sum($0)) ? $0 : nil
        }
        return taxes.flatMap { tax, divided in
            ([parts.lines] + [shared].compactMap(\.self))
                .map { lines in
                    let tolerance = MoneyTolerance(
                        parts.money,
                        divided: lines.count(where: \.isDivided),
                        taxes: parts.taxesIncluded ? 0 : divided
                    )
                    return (lines, tax, tolerance)
                }
        }
    }

    private static func sum(_ lines: [OrderFigures.Line]) -> Amount {
        lines.reduce(.zero) { $0 + $1.value }
    }

    /// Which of the amounts besides lines, delivery and tax are in the total.
    private struct Extras {
        var tip: Amount
        var tipIsLine: Bool
        var duties: Amount
        var fees: Amount

        /// All readings, the plainest first.
        static func readings(_ parts: CurrentParts) -> [Extras] {
            var tips = [(parts.tip, false)]
            if let lines = parts.tipLines {
                // A line without a stock code is a tip rather than goods.
                tips = lines.hasCode ? tips + [(.zero, true)] : [(.zero, true)] + tips
            }
            var others = [(parts.duties, parts.fees)]
            // Fees may contain them, and what a carrier collects is in no total.
            if parts.duties != .zero { others.append((.zero, parts.fees)) }
            return others.flatMap { duties, fees in
                tips.map { Extras(tip: $0.0, tipIsLine: $0.1, duties: duties, fees: fees) }
            }
        }
    }
}
