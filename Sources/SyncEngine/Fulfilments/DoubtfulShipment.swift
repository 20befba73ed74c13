/// A shipment of a restored store: it may have been told to Shopify in the time that the store has lost.
///
/// Whatever the order's fulfilments say decides; where they leave a doubt nothing is sent, for a mail cannot be taken back.
struct DoubtfulShipment {
    let record: ShipmentRecord
    let view: FulfilmentView

    enum Finding: Equatable {
        /// Nothing in Shopify can be this shipment.
        case absent
        /// These are it.
        case there([RecordedFulfilment])
        /// Something might be it; in words.
        case unclear(String)
    }

    var finding: Finding {
        let candidates = view.standing.filter { sent in
            !record.others.contains(sent.id) && !record.fulfilments.contains { $0.id == sent.id }
        }
        guard !candidates.isEmpty else { return hiddenDoubt.map { .unclear($0) } ?? .absent }
        let numbers = Set(record.shipment.tracking.numbers)
        let same = candidates.filter { !numbers.isDisjoint(with: $0.tracking.numbers) }
        if !same.isEmpty { return .there(same.map(found)) }
        // Without a number in common only the units can tell, and they do if they are the very same.
        if let exact = candidates.first(where: {
            hasOurUnits($0) && ($0.tracking.numbers.isEmpty || numbers.isEmpty)
        }
        ) {
            return .there([found(exact)])
        }
        let touching = candidates.filter(touches)
        guard let first = touching.first else { return hiddenDoubt.map { .unclear($0) } ?? .absent }
        let shown =
            first.tracking.numbers.isEmpty
            ? "without a number" : "with \(first.tracking.numbers.joined(separator: ", "))"
        return .unclear("Shopify has a fulfilment of the same lines \(shown)")
    }

    /// Why the order's fulfilments leave a doubt although none of them can be it.
    private var hiddenDoubt: String? {
        if view.cuts.contains(.sent) { return view.cutText }
        let lines = Set(record.shipment.lines.map(key))
        let isPickUp = view.parts.contains { part in
            part.isPickUp && !part.isClosed
                && part.lines.contains { $0.remaining > 0 && (lines.isEmpty || lines.contains(key($0.line))) }
        }
        return isPickUp ? "Shopify does not say whether its pick-up was marked as ready" : nil
    }

    /// It counts as told with a mail: a second one is worse than none.
    private func found(_ sent: FulfilmentView.Sent) -> RecordedFulfilment {
        var found = RecordedFulfilment(id: sent.id, isOurs: true, notified: true, tracking: sent.tracking)
        // The carrier and links may have been corrected in the time that is lost.
        found.isWhole = false
        return found
    }

    private func hasOurUnits(_ sent: FulfilmentView.Sent) -> Bool {
        guard !record.shipment.lines.isEmpty else { return false }
        var units: [Key: Int] = [:]
        for line in record.shipment.lines { units[key(line), default: 0] += line.quantity }
        var theirs: [Key: Int] = [:]
        for line in sent.lines { theirs[key(line.line), default: 0] += line.quantity }
        return units == theirs
    }

    private func touches(_ sent: FulfilmentView.Sent) -> Bool {
        guard !record.shipment.lines.isEmpty else { return true }
        let ours = Set(record.shipment.lines.map(key))
        return sent.lines.contains { ours.contains(key($0.line)) }
    }

    /// Lines are compared by SKU where they have one: a shipment may name either.
    private enum Key: Hashable {
        case sku(SKU?)
        case line(ShopifyID)
    }

    private func key(_ line: Shipment.Line) -> Key { line.line.map(key) ?? .sku(line.sku) }

    private func key(_ id: ShopifyID) -> Key {
        view.lines.first { $0.id == id }?.sku.map { .sku($0) } ?? .line(id)
    }
}
