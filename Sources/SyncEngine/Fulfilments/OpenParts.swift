/// The units that can be taken out of an order's fulfilment orders, grouped by the request that can take them.
///
/// One request is for one location and one way in which the customer gets the goods.
struct OpenParts {
    /// Units that one request takes.
    struct Group: Equatable {
        var location: ShopifyID?
        /// How the customer gets them, such as `SHIPPING`; nil where Shopify does not say.
        var method: String?
        var isPickUp: Bool
        var parts: [FulfilmentRequest.Part]
    }

    private var parts: [FulfilmentView.Part]
    /// Fulfilment orders that this shipment marked as ready for pick-up.
    private let ready: Set<ShopifyID>
    private var groups: [Group] = []

    /// - Parameters:
    ///   - ready: Fulfilment orders that the shipment marked as ready for pick-up: their units are dealt with.
    ///   - taken: Those that other shipments marked: their units are not to be had.
    init(_ parts: [FulfilmentView.Part], ready: Set<ShopifyID>, taken: Set<ShopifyID>) {
        self.parts = parts.filter { !taken.contains($0.id) || ready.contains($0.id) }
        self.ready = ready
    }

    /// What the next request is for: parcels before pick-ups, which may have to wait for an operator.
    var chosen: Group? { groups.first { !$0.isPickUp } ?? groups.first }

    /// Takes units of a line that were marked as ready for pick-up.
    ///
    /// - Returns: How many there were.
    mutating func takeReady(_ line: ShopifyID, upTo most: Int) -> Int {
        var taken = 0
        for place in parts.indices where ready.contains(parts[place].id) {
            taken += take(line, upTo: most - taken, outOf: place).reduce(0) { $0 + $1.units }
        }
        return taken
    }

    /// Takes units of a line, from the fulfilment order that has exactly as many first.
    ///
    /// - Returns: Units that the chosen request or a later one sends.
    mutating func take(_ line: ShopifyID, upTo most: Int) -> Int {
        var taken = 0
        let places = parts.indices.filter {
            parts[$0].canFulfil && !parts[$0].isClosed && !ready.contains(parts[$0].id)
        }
        let exact = places.filter { units(of: line, in: parts[$0]) == most }
        for place in exact + places.filter({ !exact.contains($0) }) {
            for entry in take(line, upTo: most - taken, outOf: place) {
                taken += entry.units
                choose(entry.units, of: entry.line, in: parts[place])
            }
        }
        return taken
    }

    /// Units of a line that cannot be sent now, and why.
    func waiting(_ line: ShopifyID) -> (units: Int, why: String) {
        let waiting = parts.filter {
            !$0.canFulfil && !$0.isClosed && !ready.contains($0.id) && units(of: line, in: $0) > 0
        }
        let why = waiting.first.map { part in
            let place = part.locationName.map { " at \($0)" } ?? ""
            return
                "its fulfilment order\(place) is \(part.stateText)\(part.waitsFor.map { " (\($0))" } ?? "")"
        }
        return (waiting.reduce(0) { $0 + units(of: line, in: $1) }, why ?? "")
    }

    private func units(of line: ShopifyID, in part: FulfilmentView.Part) -> Int {
        part.lines.filter { $0.line == line }.reduce(0) { $0 + $1.remaining }
    }

    private mutating func take(_ line: ShopifyID, upTo most: Int, outOf place: Int)
        -> [(line: FulfilmentView.PartLine, units: Int)]
    {
        var entries: [(line: FulfilmentView.PartLine, units: Int)] = []
        var left = most
        for index in parts[place].lines.indices where parts[place].lines[index].line == line {
            let units = min(parts[place].lines[index].remaining, left)
            guard units > 0 else { continue }
            parts[place].lines[index].remaining -= units
            left -= units
            entries.append((parts[place].lines[index], units))
        }
        return entries
    }

    private mutating func choose(
        _ units: Int,
        of line: FulfilmentView.PartLine,
        in part: FulfilmentView.Part
    ) {
        let place = groups.firstIndex { $0.location == part.location && $0.method == part.method }
        let group = place ?? groups.endIndex
        if place == nil {
            groups.append(
                Group(location: part.location, method: part.method, isPickUp: part.isPickUp, parts: [])
            )
        }
        let entry = FulfilmentRequest.PartLine(id: line.id, line: line.line, quantity: units)
        guard let known = groups[group].parts.firstIndex(where: { $0.id == part.id }) else {
            groups[group].parts.append(FulfilmentRequest.Part(id: part.id, lines: [entry]))
            return
        }
        if let index = groups[group].parts[known].lines.firstIndex(where: { $0.id == line.id }) {
            groups[group].parts[known].lines[index].quantity += units
        } else {
            groups[group].parts[known].lines.append(entry)
        }
    }
}
