/// What an order shows, for people.
extension FulfilmentView {
    /// A line for each thing that an operator should know of the order, in the words of Shopify's admin.
    ///
    /// No tracking numbers: they identify the recipient of the parcel.
    package func summary(for record: ShipmentRecord) -> [String] {
        var said: [String] = cancelled ? ["the order is cancelled"] : []
        for part in parts where part.units > 0 {
            let place = part.locationName.map { " at \($0)" } ?? ""
            let why = part.waitsFor.map { " (\($0))" } ?? ""
            let pickUp = part.isPickUp ? ", pick-up" : ""
            let marked = record.pickups.contains(part.id) ? ", marked as ready" : ""
            said.append(
                "\(part.stateText)\(place)\(why)\(pickUp)\(marked): \(Counted.text(part.units, "unit", "units"))"
            )
        }
        let own = sent.filter { sent in record.fulfilments.contains { $0.id == sent.id } }
        let others = sent.filter { record.others.contains($0.id) }
        let foreign = sent.filter { sent in
            !record.others.contains(sent.id) && !own.contains { $0.id == sent.id }
        }
        for (whose, sent) in [
            ("this shipment", own), ("other shipments", others), ("somebody else", foreign),
        ] {
            for status in Set(sent.map(\.status)).sorted() {
                let some = sent.filter { $0.status == status }
                let units = some.flatMap(\.lines).reduce(0) { $0 + $1.quantity }
                let state = status == "SUCCESS" ? "fulfilled" : "fulfilment \(status.lowercased())"
                said.append("\(state), by \(whose): \(Counted.text(units, "unit", "units"))")
            }
        }
        if let cut = cutText { said.append(cut) }
        return said
    }

    /// What was not read; nil where everything was.
    var cutText: String? {
        if cuts.contains(.sent) {
            let all = sentCount.map { " of its \($0)" } ?? ""
            return "Shopify shows only \(sent.count)\(all) fulfilments"
        }
        if cuts.contains(.parts) { return "it has more than \(parts.count) fulfilment orders" }
        if cuts.contains(.lines) { return "it has more than \(lines.count) lines" }
        return nil
    }
}

extension FulfilmentView.Part {
    /// Its state in words, such as `on hold`.
    var stateText: String { status.lowercased().replacing("_", with: " ") }
}
