/// Where the units of a shipment are that Shopify does not yet show as sent by it.
struct ShipmentUnits {
    let record: ShipmentRecord
    let view: FulfilmentView

    /// Units that are still to be dealt with, and what can be done about them.
    struct Remainder {
        /// To be fulfilled now, all at one location.
        var parts: [FulfilmentRequest.Part] = []
        /// Why units wait in fulfilment orders that cannot be fulfilled now.
        var waiting: String?
        /// Fulfilments made by others that have units of ours.
        var byHand: [FulfilmentView.Sent] = []
        /// Units in no fulfilment order that we may see.
        var hidden = 0
        /// Units beyond what the order still has, in words.
        var surplus: [String] = []
    }

    func remainder() -> Remainder {
        var rest = Remainder()
        var parts = OpenParts(view.parts)
        for want in wanted() {
            var open = want.quantity
            for line in want.lines where open > 0 { open -= parts.take(line, upTo: open) }
            for line in want.lines where open > 0 { open -= byHand(line, upTo: open, &rest) }
            for line in want.lines where open > 0 {
                let (units, why) = parts.waiting(line)
                guard units > 0 else { continue }
                rest.waiting = rest.waiting ?? why
                open -= min(units, open)
            }
            for line in want.lines where open > 0 {
                let units = min(hidden(line), open)
                rest.hidden += units
                open -= units
            }
            if open > 0 { rest.surplus.append("\(open) of \(want.name) more than the order still has") }
        }
        rest.parts = parts.chosen
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
        for line in view.parts.flatMap(\.lines) where line.remaining > 0 {
            open[line.line, default: 0] += line.remaining
        }
        for line in view.lines where hidden(line.id) > 0 { open[line.id, default: 0] += hidden(line.id) }
        if open.isEmpty, record.fulfilments.isEmpty {
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

    /// Units of a line that are to be sent and are in no fulfilment order that we see.
    private func hidden(_ id: ShopifyID) -> Int {
        guard let line = view.lines.first(where: { $0.id == id }), !view.cancelled else { return 0 }
        let seen = view.parts.flatMap(\.lines).filter { $0.line == id }.reduce(0) { $0 + $1.remaining }
        return max(0, line.unfulfilled - seen)
    }
}

/// The units that can be taken out of an order's fulfilment orders, in one call and so from one location.
private struct OpenParts {
    private var parts: [FulfilmentView.Part]
    /// The location of the first unit taken; the others' turn comes with the next call.
    private var location: ShopifyID??
    private(set) var chosen: [FulfilmentRequest.Part] = []

    init(_ parts: [FulfilmentView.Part]) {
        self.parts = parts
    }

    /// Takes units of a line, from the fulfilment order that has exactly as many first.
    ///
    /// - Returns: Units that this call or a later one sends.
    mutating func take(_ line: ShopifyID, upTo most: Int) -> Int {
        var taken = 0
        let places = parts.indices.filter { parts[$0].canFulfil }
        let exact = places.filter { units(of: line, in: parts[$0]) == most }
        for place in exact + places.filter({ !exact.contains($0) }) {
            for index in parts[place].lines.indices where parts[place].lines[index].line == line {
                let units = min(parts[place].lines[index].remaining, most - taken)
                guard units > 0 else { continue }
                parts[place].lines[index].remaining -= units
                taken += units
                guard location == nil || location == .some(parts[place].location) else { continue }
                location = .some(parts[place].location)
                choose(units, of: parts[place].lines[index], in: parts[place].id)
            }
        }
        return taken
    }

    /// Units of a line that cannot be sent now, and why.
    func waiting(_ line: ShopifyID) -> (units: Int, why: String) {
        let waiting = parts.filter { !$0.canFulfil && units(of: line, in: $0) > 0 }
        let why = waiting.first.map { part in
            let place = part.locationName.map { " at \($0)" } ?? ""
            let state = part.status.lowercased().replacing("_", with: " ")
            return "its fulfilment order\(place) is \(state)\(part.waitsFor.map { " (\($0))" } ?? "")"
        }
        return (waiting.reduce(0) { $0 + units(of: line, in: $1) }, why ?? "")
    }

    private func units(of line: ShopifyID, in part: FulfilmentView.Part) -> Int {
        part.lines.filter { $0.line == line }.reduce(0) { $0 + $1.remaining }
    }

    private mutating func choose(_ units: Int, of line: FulfilmentView.PartLine, in part: ShopifyID) {
        let entry = FulfilmentRequest.PartLine(id: line.id, line: line.line, quantity: units)
        guard let place = chosen.firstIndex(where: { $0.id == part }) else {
            chosen.append(FulfilmentRequest.Part(id: part, lines: [entry]))
            return
        }
        if let index = chosen[place].lines.firstIndex(where: { $0.id == line.id }) {
            chosen[place].lines[index].quantity += units
        } else {
            chosen[place].lines.append(entry)
        }
    }
}
