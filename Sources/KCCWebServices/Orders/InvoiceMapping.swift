import SyncEngine

/// Writes an order's figures as KCC's lines, and proves that they are what Shopify says before anything is sent.
struct InvoiceMapping {
    let order: Order
    let channel: ChannelSettings
    let figures: OrderFigures
    /// Whether an operator released the order in spite of its totals.
    let released: Bool

    /// A line as KCC gets it.
    struct Line {
        var invoice: InvoiceLine
        var code: String
        /// Replaces KCC's own text.
        var text: String?
        /// "ImportRef" and "WebItemRef".
        var refs: (long: String, short: String)
    }

    /// The lines, and what is taken off the whole order.
    func map(_ findings: MappingFindings) throws(MappingProblem) -> (lines: [Line], discount: Amount) {
        if figures.isEmpty {
            throw findings.problem(
                "nothing_left",
                order.lines.isEmpty ? "it has no lines and no tip" : "every unit was refunded or removed",
                remedy: "nothing needs to be sent"
            )
        }
        if !figures.isBalanced, channel.adjustmentSKU?.asCode == nil, !released {
            throw findings.problem("totals_differ", difference, remedy: remedy)
        }
        let invoice = figures.invoice(of: order, channel)
        let bare = invoice.lines.filter { $0.code?.text.asCode == nil }
        if let problem = problem(bare, findings) { throw problem }
        return (invoice.lines.compactMap(line), invoice.discount)
    }

    private var difference: String {
        let money = figures.money
        let place = money.isConverted ? " in \(money.name)" : ""
        return
            "the parts come to \(money.text(figures.sum))\(place), Shopify's total is \(money.text(figures.total))"
    }

    private var remedy: String {
        let name = OrderName.argument(order.name)
        return figures.isCurrent
            ? "look at the order in Shopify; it is sent as it is by: kccsyncd orders release \(name)"
            : "an older version stored it without what was refunded; read it again: kccsyncd orders refetch \(name)"
    }

    /// What is wrong with lines that no stock code carries.
    private func problem(_ bare: [InvoiceLine], _ findings: MappingFindings) -> MappingProblem? {
        let tips = Set(figures.lines.filter(\.isTip).map(\.place))
        var nameless: [String] = []
        for line in bare {
            switch line.kind {
            case .ordered(let place) where tips.contains(place):
                return missing("tip", line, "tip_sku", findings)
            case .ordered(let place): nameless.append(String(order.lines[place].id.number))
            case .tip: return missing("tip", line, "tip_sku", findings)
            case .duties: return missing("duty", line, "duty_sku", findings)
            case .fees: return missing("fee", line, "adjustment_sku", findings)
            case .adjustment: break
            }
        }
        guard !nameless.isEmpty else { return nil }
        return findings.problem(
            "line_without_sku",
            "no SKU on line \(nameless.joined(separator: ", "))",
            remedy: "give the product a SKU and refetch the order, or set missing_sku of the channel"
        )
    }

    private func missing(
        _ name: String,
        _ line: InvoiceLine,
        _ key: String,
        _ findings: MappingFindings
    ) -> MappingProblem {
        findings.problem(
            "no_\(name)_sku",
            "the order has a \(name) of \(figures.money.text(line.value)), and no code carries it",
            remedy: "set \(key) of the channel"
        )
    }

    private func line(_ invoice: InvoiceLine) -> Line? {
        guard let code = invoice.code?.text.asCode else { return nil }
        let own: String
        switch invoice.kind {
        case .ordered(let place):
            let line = order.lines[place]
            let text =
                invoice.isStandIn ? line.name.oneLine ?? line.title.oneLine ?? "Item without code" : nil
            return Line(invoice: invoice, code: code, text: text, refs: (line.id.gid, String(line.id.number)))
        case .tip: own = "tip"
        case .duties: own = "duty"
        case .fees: own = "fees"
        case .adjustment: own = "adjustment"
        }
        let ref = DespatchDecision.ownReference + own
        return Line(invoice: invoice, code: code, text: nil, refs: (ref, ref))
    }
}
