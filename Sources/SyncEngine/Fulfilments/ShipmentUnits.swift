/// Where the units of a shipment are that Shopify does not yet show as sent by it.
struct ShipmentUnits {
    let record: ShipmentRecord
    let view: FulfilmentView

    /// Units that are still to be dealt with, and what can be done about them.
    struct Remainder {
        /// To be dealt with now, in one request.
        var next: OpenParts.Group?
        /// Why units wait in fulfilment orders that cannot be fulfilled now.
        var waiting: String?
        /// Fulfilments made by others that have units of ours.
        var byHand: [FulfilmentView.Sent] = []
        /// Units in fulfilment orders that are closed without a successor, and where those are.
        var closed: (units: Int, place: String)?
        /// Units in no fulfilment order that we may see.
        var hidden = 0
        /// Units beyond what the order still has, in words.
        var surplus: [String] = []
    }

    /// Fulfilments of the shipment that Shopify has cancelled or failed since: what they covered is open again.
    var lapsed: [RecordedFulfilment] {
        record.fulfilments.filter { recorded in
            view.sent.contains { $0.id == recorded.id && $0.status != "SUCCESS" }
        }
    }

    /// Fulfilments of the shipment that Shopify does not show: nothing can be said of what they cover.
    var unseen: [RecordedFulfilment] {
        record.fulfilments.filter { recorded in !view.sent.contains { $0.id == recorded.id } }
    }

    /// How other shipments of the order were sent, in words; nil where none was.
    var othersText: String? {
        let sent = view.standing.filter { record.others.contains($0.id) }
        guard !sent.isEmpty else { return nil }
        let numbers = sent.flatMap(\.tracking.numbers)
        let how = numbers.isEmpty ? "without a number" : "with \(numbers.joined(separator: ", "))"
        return
            "\(sent.count == 1 ? "another shipment of the order was" : "other shipments of the order were") sent \(how)"
    }

    /// Whether anything of it is in Shopify now.
    var hasArrived: Bool {
        !record.pickups.isEmpty
            || record.fulfilments.contains { recorded in
                view.standing.contains { $0.id == recorded.id }
            }
    }

    func remainder() -> Remainder {
        var rest = Remainder()
        var parts = OpenParts(view.parts, ready: Set(record.pickups), taken: Set(record.otherPickups))
        for want in wanted() {
            var open = want.quantity
            for line in want.lines where open > 0 { open -= parts.takeReady(line, upTo: open) }
            for line in want.lines where open > 0 { open -= parts.take(line, upTo: open) }
            for line in want.lines where open > 0 { open -= byHand(line, upTo: open, &rest) }
            for line in want.lines where open > 0 {
                let (units, why) = parts.waiting(line)
                guard units > 0 else { continue }
                rest.waiting = rest.waiting ?? why
                open -= min(units, open)
            }
            for line in want.lines where open > 0 {
                let units = min(closed(line), open)
                guard units > 0 else { continue }
                rest.closed = ((rest.closed?.units ?? 0) + units, rest.closed?.place ?? closedPlace(line))
                open -= units
            }
            for line in want.lines where open > 0 {
                let units = min(hidden(line), open)
                rest.hidden += units
                open -= units
            }
            if open > 0 { rest.surplus.append("\(open) of \(want.name) more than the order still has") }
        }
        rest.next = parts.chosen
        return rest
    }

    /// Units that are wanted of some lines of the order, together.
    private struct Want {
        var name: String
        var lines: [ShopifyID]
        var quantity: Int
    }

    /// The shipment's units less those that its own fulfilments have.
    private func wanted() -> [Want] {
        guard !record.shipment.lines.isEmpty else { return allThatRemains() }
        let ours = view.standing.filter { sent in record.fulfilments.contains { $0.id == sent.id } }
        var sent: [ShopifyID: Int] = [:]
        for line in ours.flatMap(\.lines) { sent[line.line, default: 0] += line.quantity }
        return record.shipment.lines.compactMap { line in
            let lines = line.line.map { [$0] } ?? self.lines(of: line.sku)
            var quantity = line.quantity
            for id in lines {
                let used = min(quantity, sent[id] ?? 0)
                sent[id]? -= used
                quantity -= used
            }
            let name = line.sku?.text ?? line.line.map(name) ?? "?"
            return quantity > 0 ? Want(name: name, lines: lines, quantity: quantity) : nil
        }
    }

    /// Everything open; and where nothing is, what others fulfilled is what the shipment means.
    private func allThatRemains() -> [Want] {
        var open: [ShopifyID: Int] = [:]
        for line in Set(view.parts.flatMap(\.lines).map(\.line) + view.lines.map(\.id)) {
            let units = self.open(line) + closed(line) + hidden(line)
            if units > 0 { open[line] = units }
        }
        if record.isComplete {
            // All of it was dealt with once: only what its cancelled fulfilments covered is its again.
            var again: [ShopifyID: Int] = [:]
            let gone = Set(lapsed.map(\.id))
            for line in view.sent.filter({ gone.contains($0.id) }).flatMap(\.lines) {
                again[line.line, default: 0] += line.quantity
            }
            open = open.reduce(into: [:]) { least, entry in
                if let units = again[entry.key] { least[entry.key] = min(entry.value, units) }
            }
        }
        if open.isEmpty, !hasArrived {
            for line in foreign.flatMap(\.lines) { open[line.line, default: 0] += line.quantity }
        }
        let known = view.lines.map(\.id)
        let order = known + open.keys.filter { !known.contains($0) }.sorted()
        return order.compactMap { id in open[id].map { Want(name: name(id), lines: [id], quantity: $0) } }
    }

    private func lines(of sku: SKU?) -> [ShopifyID] {
        guard let sku else { return [] }
        return view.lines.filter { $0.sku == sku }.map(\.id)
    }

    private func name(_ line: ShopifyID) -> String {
        view.lines.first { $0.id == line }?.sku?.text ?? "line \(line.number)"
    }

    /// What others fulfilled: neither this shipment nor another one that we were told of.
    private var foreign: [FulfilmentView.Sent] {
        view.standing.filter { sent in
            !record.others.contains(sent.id) && !record.fulfilments.contains { $0.id == sent.id }
        }
    }

    /// Units of a line that somebody fulfilled by hand, at most so many.
    private func byHand(_ line: ShopifyID, upTo most: Int, _ rest: inout Remainder) -> Int {
        var found = 0
        for sent in foreign where found < most {
            let units = sent.lines.filter { $0.line == line }.reduce(0) { $0 + $1.quantity }
            guard units > 0 else { continue }
            found += min(units, most - found)
            if !rest.byHand.contains(sent) { rest.byHand.append(sent) }
        }
        return found
    }

    // MARK: Units of a line by where they are

    /// Units in fulfilment orders from which something can still be sent, now or later.
    private func open(_ line: ShopifyID) -> Int { units(line) { !$0.isClosed } }

    /// Units in closed fulfilment orders that no other one has taken over.
    ///
    /// A fulfilment order that was moved or split is closed as well: its units are in its successor.
    private func closed(_ line: ShopifyID) -> Int {
        let units = units(line) { $0.isClosed }
        guard !view.cancelled, let known = view.lines.first(where: { $0.id == line }) else { return units }
        return min(units, max(0, known.unfulfilled - open(line)))
    }

    /// Units of a line that are to be sent and are in no fulfilment order that we see.
    private func hidden(_ line: ShopifyID) -> Int {
        guard let known = view.lines.first(where: { $0.id == line }), !view.cancelled else { return 0 }
        return max(0, known.unfulfilled - open(line) - closed(line))
    }

    private func units(_ line: ShopifyID, where isMeant: (FulfilmentView.Part) -> Bool) -> Int {
        view.parts.filter(isMeant).flatMap(\.lines).filter { $0.line == line }.reduce(0) { $0 + $1.remaining }
    }

    private func closedPlace(_ line: ShopifyID) -> String {
        let part = view.parts.first { part in
            part.isClosed && part.lines.contains { $0.line == line && $0.remaining > 0 }
        }
        return part?.locationName.map { " at \($0)" } ?? ""
    }
}
