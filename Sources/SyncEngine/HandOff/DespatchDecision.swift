package import Foundation

/// What a report about a shipment asks of us: a pure function of the report and of what is remembered.
package struct DespatchDecision {
    /// What is known of the order and its shipments.
    package struct Facts: Sendable {
        /// The order's lines, with the channel's stand-ins for missing SKUs.
        package var lines: [OrderLine]
        /// Lines of Shopify's that are a tip: nobody sends them.
        package var tips: Set<ShopifyID> = []
        /// Which lines KCC's order items turned out to be.
        package var links: [String: [ShopifyID]] = [:]
        /// Units that this shipment was sent with before, by item.
        package var sent: [String: [Match]] = [:]
        /// Units of each line that other shipments of KCC were sent with.
        package var sentByOthers: [ShopifyID: Int] = [:]
        /// Whether the shipment was despatched before.
        package var isDespatched = false
        /// When the order was placed; nil where that is not known.
        package var placedAt: Date?

        package init(lines: [OrderLine]) {
            self.lines = lines
        }
    }

    /// Units of a line that an item of a shipment stands for.
    package struct Match: Sendable, Equatable {
        package var item: String
        package var orderItem: String?
        package var line: ShopifyID
        package var units: Int

        package init(item: String, orderItem: String?, line: ShopifyID, units: Int) {
            self.item = item
            self.orderItem = orderItem
            self.line = line
            self.units = units
        }
    }

    /// What follows from a report.
    package enum Verdict: Sendable, Equatable {
        /// Nothing is despatched by it.
        case progress
        case despatched(Despatch)
        /// It cannot be told to Shopify as it is; the reason names the items.
        case unmatched(String)
    }

    /// A shipment that has left.
    package struct Despatch: Sendable, Equatable {
        /// Units that were not sent before; empty where only tracking may have changed.
        package var news: [Match]
        /// With KCC's courier as the company.
        package var tracking: Tracking
        package var at: Date
        /// Items of which KCC now reports fewer units than were sent.
        package var reduced: [String]
        /// Several couriers at once: KCC does not say which items travel with which.
        package var hasSeveralCouriers: Bool
    }

    private let report: ShipmentReport
    private let order: OrderReport
    private let channel: LinkedChannel
    private let facts: Facts

    /// Decides.
    ///
    /// - Parameters:
    ///   - report: One of the order's shipments.
    ///   - order: The report that it came with.
    ///   - now: Stands in for a date of despatch that KCC does not name.
    package static func decide(
        _ report: ShipmentReport,
        in order: OrderReport,
        of channel: LinkedChannel,
        facts: Facts,
        now: Date
    ) -> Verdict {
        DespatchDecision(report: report, order: order, channel: channel, facts: facts).verdict(now)
    }

    private func verdict(_ now: Date) -> Verdict {
        guard isDespatched else { return .progress }
        var wanted: [(item: ShipmentReport.Item, key: String, units: Int)] = []
        for item in report.items where !isOurs(item) {
            guard let key = item.key else { return .unmatched("an item has no id, no reference and no SKU") }
            guard let units = Self.whole(item.quantity) else {
                let found = item.quantity.map(\.description) ?? "none"
                return .unmatched("\(name(item)): expected a whole quantity, found \(found)")
            }
            if let place = wanted.firstIndex(where: { $0.key == key }) {
                wanted[place].units = wanted[place].units.saturatingAdd(units)
            } else {
                wanted.append((item, key, units))
            }
        }
        guard !wanted.isEmpty || facts.isDespatched else {
            return report.items.isEmpty ? .unmatched("it names no items") : .progress
        }
        var news: [Match] = []
        var reduced: [String] = []
        for (item, key, units) in wanted {
            let sent = (facts.sent[key] ?? []).reduce(0) { $0.saturatingAdd($1.units) }
            if units < sent { reduced.append(name(item)) }
            guard units > sent else { continue }
            guard let found = lines(for: item, key: key, units: units - sent, besides: news) else {
                return .unmatched("\(name(item)): is on no line of the order")
            }
            news += found
        }
        let couriers = report.packages.compactMap { $0.courier?.text(knownTo: channel.carriers) }
        return .despatched(
            Despatch(
                news: news,
                tracking: Tracking(numbers: report.numbers, company: couriers.first),
                at: DespatchTime.latest(
                    report.packages.compactMap(\.shippedAt),
                    placedAt: facts.placedAt,
                    now: now
                ) ?? now,
                reduced: reduced,
                hasSeveralCouriers: Set(couriers).count > 1
            )
        )
    }

    /// Whether the goods have left: the invoice is issued, `Issue`.
    ///
    /// `Archived` comes after it; where the issue was never seen, something else must say that they have left.
    private var isDespatched: Bool {
        switch report.status {
        case "Issue": true
        case "Archived":
            facts.isDespatched || order.saysDespatched || !report.numbers.isEmpty
                || report.packages.contains {
                    DespatchTime.real($0.shippedAt, placedAt: facts.placedAt) != nil
                }
        default: false
        }
    }

    // MARK: Items and lines

    /// Lines that stand for a tip, for duties or of a difference are nothing that Shopify could send.
    private func isOurs(_ item: ShipmentReport.Item) -> Bool {
        if let line = named(by: item), facts.tips.contains(line) { return true }
        if let reference = item.importRef, !reference.isEmpty {
            return reference.hasPrefix(Self.ownReference)
        }
        guard let code = item.sku, channel.ownCodes.contains(code) else { return false }
        return !facts.lines.contains { $0.stockCode == code && !facts.tips.contains($0.id) }
    }

    /// What the references of our own lines begin with.
    package static let ownReference = "kccsyncd:"

    private func name(_ item: ShipmentReport.Item) -> String {
        let parts = [
            item.sku.map { "SKU \($0)" }, item.importRef.map { "ImportRef \($0)" },
            item.orderItem.map { "OrderItemID \($0)" },
        ]
        let text = parts.compactMap(\.self).joined(separator: ", ")
        return text.isEmpty ? "an item" : text
    }

    private static func whole(_ quantity: Amount?) -> Int? {
        guard let micros = quantity?.micros, micros >= 0, micros % 1_000_000 == 0 else { return nil }
        return Int(micros / 1_000_000)
    }

    private func lines(for item: ShipmentReport.Item, key: String, units: Int, besides news: [Match])
        -> [Match]?
    {
        func match(_ line: ShopifyID, _ units: Int) -> Match {
            Match(item: key, orderItem: item.orderItem, line: line, units: units)
        }
        if let line = named(by: item) { return [match(line, units)] }
        guard let sku = item.sku else { return nil }
        let candidates = facts.lines.filter { $0.stockCode == sku }
        guard let last = candidates.last else { return nil }
        var rest = units
        var found: [Match] = []
        for line in candidates where rest > 0 {
            let ours = (facts.sent.values.joined().lazy + news).filter { $0.line == line.id }
                .reduce(0) { $0 + $1.units }
            let left = line.currentQuantity - ours - facts.sentByOthers[line.id, default: 0]
            guard left > 0 else { continue }
            found.append(match(line.id, min(left, rest)))
            rest -= min(left, rest)
        }
        // More than the order has of it is raised by the fulfilment, which knows what Shopify still wants.
        if rest > 0 { found.append(match(last.id, rest)) }
        return found
    }

    /// The line that one of the item's references names; nil where none does.
    private func named(by item: ShipmentReport.Item) -> ShopifyID? {
        let ids = facts.lines.map(\.id)
        let reference = item.importRef ?? ""
        if let line = ids.first(where: { $0.gid == reference }) { return line }
        let numbers = [item.itemRef ?? "", String(ShopifyID(reference).number)].filter { !$0.isEmpty }
        if let line = ids.first(where: { numbers.contains(String($0.number)) }) { return line }
        let linked = item.orderItem.flatMap { facts.links[$0] } ?? []
        if linked.count == 1, let line = linked.first, ids.contains(line) { return line }
        let beginning = reference.isEmpty ? [] : ids.filter { $0.gid.hasPrefix(reference) }
        return beginning.count == 1 ? beginning[0] : nil
    }
}
