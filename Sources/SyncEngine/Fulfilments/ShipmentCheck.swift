/// Rejects units of a shipment that its order certainly does not have.
///
/// What was ordered counts, units that were refunded or removed since included: those are raised when the shipment is sent.
package struct ShipmentCheck: Sendable {
    /// A line of the order.
    package struct Line: Sendable, Equatable {
        package var id: ShopifyID
        package var sku: SKU?
        package var title: String
        /// Units ordered.
        package var quantity: Int

        package init(id: ShopifyID, sku: SKU?, title: String, quantity: Int) {
            self.id = id
            self.sku = sku
            self.title = title
            self.quantity = quantity
        }
    }

    private let order: String
    private let lines: [Line]
    /// Units of other shipments that are queued and have not been sent.
    private var queued: [SKU: Int]
    /// Units of this shipment so far.
    private var used: [SKU: Int] = [:]

    /// A check of one shipment.
    ///
    /// - Parameters:
    ///   - order: Its name.
    ///   - lines: All its lines; none where they could not be read, which rejects nothing.
    ///   - queued: Units in other shipments of the order that are yet to be sent.
    package init(order: String, lines: [Line], queued: [Shipment.Line]) {
        self.order = order
        self.lines = lines
        self.queued = [:]
        for line in queued {
            guard let sku = line.line.flatMap(sku) ?? line.sku else { continue }
            self.queued[sku, default: 0] += line.quantity
        }
    }

    /// Why some units cannot be the order's; nil counts them as part of the shipment.
    package mutating func problem(_ line: Shipment.Line) -> String? {
        guard !lines.isEmpty, let sku = line.sku else { return nil }
        let ordered = lines.filter { $0.sku == sku }.reduce(0) { $0.saturatingAdd($1.quantity) }
        guard ordered > 0 else {
            return "order \(order): has no line with SKU \(sku.text); its lines are \(list)"
        }
        let before = used[sku, default: 0]
        let others = queued[sku, default: 0]
        let sum = before.saturatingAdd(line.quantity)
        guard sum.saturatingAdd(others) <= ordered else {
            let more = before > 0 ? " in all" : ""
            let waiting = others > 0 ? ", and \(others) of them in shipments that are queued already" : ""
            return
                "order \(order): \(sum) of \(sku.text)\(more) cannot be despatched; \(ordered) ordered\(waiting)"
        }
        used[sku] = sum
        return nil
    }

    private func sku(_ id: ShopifyID) -> SKU? { lines.first { $0.id == id }?.sku }

    /// The lines as they are shown: `TEA-250 (2), POT (1)`.
    private var list: String {
        let shown = lines.prefix(Self.mostShown)
            .map { "\($0.sku?.text ?? "\"\($0.title)\" without a SKU") (\($0.quantity))" }
        let more = lines.count - shown.count
        return shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }

    private static let mostShown = 20
}
