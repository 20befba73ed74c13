/// The rules that ask what an order's figures are.
extension ImportRule {
    func linesRule(_ inputs: RuleInputs) -> RuleOutcome {
        let (order, settings) = (inputs.order, inputs.channel.settings)
        let wanted = inputs.figures.lines
        let bare = wanted.filter { !order.lines[$0.place].hasSKU }
        func named(_ line: OrderFigures.Line) -> String {
            let title = order.lines[line.place].title
            return "line \(line.place + 1) \"\(title)\" \(line.isTip ? "is the tip and" : "") has no SKU"
                .replacing("  ", with: " ")
        }
        func code(_ line: OrderFigures.Line) -> SKU? {
            settings.code(of: order.lines[line.place], isTip: line.isTip)
        }
        if let line = bare.first(where: { code($0) == nil }) {
            let product =
                "set missing_sku for the channel, or give the product a SKU and run: kccsyncd orders refetch \(OrderName.plain(order.name))"
            return .refuse(
                self,
                .lineWithoutSKU,
                named(line),
                remedy: line.isTip ? "set tip_sku for the channel" : product,
                inputs: ["line": line.id.gid]
            )
        }
        guard let line = bare.first, let code = code(line) else {
            return .pass(self, Counted.text(wanted.count, "line", "lines"))
        }
        let key = line.isTip && settings.tipSKU != nil ? "tip_sku" : "missing_sku"
        return .pass(self, "\(named(line)); \(code.text) stands in", inputs: [key: code.text])
    }

    func totalsRule(_ inputs: RuleInputs) -> RuleOutcome {
        Self.totalsOutcome(of: inputs.order, inputs.entered, inputs.channel.settings, inputs.reference)
    }

    /// What the rule says of an order's totals.
    ///
    /// - Parameters:
    ///   - entered: What operators entered that it was paid with.
    ///   - settings: Its channel's; nil where that is not in the file, and may have had a link.
    ///   - reference: What a command has to be given to find it.
    package static func totalsOutcome(
        of order: Order,
        _ entered: [EnteredPayment],
        _ settings: ChannelSettings?,
        _ reference: String
    ) -> RuleOutcome {
        let figures = OrderFigures(of: order, settings?.money ?? .shop)
        var outcome = partsOutcome(figures, adjustmentSKU: settings?.adjustmentSKU, reference)
        guard settings == nil || settings?.kcc != nil,
            let found = figures.overpaid(by: order, entered: entered)
        else { return outcome }
        outcome.reason = .totalsDiffer
        outcome.text += "; \(figures.text(found))"
        outcome.inputs["payments"] = figures.money.number(found.paid)
        outcome.inputs["payments_entered"] = figures.money.number(found.entered)
        let refund = found.entered > .zero ? "" : " the difference is refunded in Shopify, or until"
        outcome.remedy = "held from KCC until\(refund): kccsyncd orders release \(reference)"
        return outcome
    }

    /// Whether the parts come to Shopify's total.
    private static func partsOutcome(
        _ figures: OrderFigures,
        adjustmentSKU: String?,
        _ name: String
    ) -> RuleOutcome {
        let money = figures.money
        let place = money.isConverted ? ", in \(money.name)" : ""
        if figures.isBalanced {
            let reading = figures.reading.isEmpty ? "" : "; \(figures.reading)"
            return .pass(.totals, "\(figures.equation)\(place)\(reading)")
        }
        let size = money.number(figures.difference.magnitude)
        let more = figures.difference > .zero ? "more" : "less"
        var outcome = RuleOutcome.pass(
            .totals,
            "Shopify's current total is \(size) \(money.currency) \(more) than the sum of its parts: \(figures.equation), Shopify says \(money.number(figures.total))\(place)",
            inputs: [
                "difference": money.number(figures.difference), "money": money.set.rawValue,
                "currency": money.currency, "parts": money.number(figures.sum),
                "total": money.number(figures.total), "tolerance": money.number(figures.tolerance.amount),
                "tolerance_reason": figures.tolerance.reason,
            ]
        )
        outcome.reason = .totalsDiffer
        if let code = adjustmentSKU {
            outcome.text +=
                figures.difference > .zero
                ? "; \(code) carries it as a line" : "; it goes to KCC as the order's discount"
            outcome.inputs["adjustment_sku"] = code
        } else if figures.isCurrent {
            outcome.remedy = "held from KCC until: kccsyncd orders release \(name)"
        } else {
            outcome.remedy =
                "stored by an older version without what was refunded; read it again: kccsyncd orders refetch \(name)"
        }
        return outcome
    }
}
