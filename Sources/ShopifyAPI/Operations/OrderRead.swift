import Foundation
package import SyncEngine

extension ShopifyShop {
    package func read(_ ids: [ShopifyID], importance: Importance) async throws(ShopError) -> OrderReading {
        precondition(ids.count <= 250, "Shopify takes 250 ids at most")
        var reading = OrderReading(entries: [], readAt: now())
        // An id of another kind would fail the whole request or bring an object of no use.
        let orders = ids.filter(\.isOrder)
        var found: [OrderReading.Entry] = []
        if !orders.isEmpty {
            var (batch, readAt) = try await readBatch(orders, importance, both: sellsAbroad.current, &reading)
            if let readAt { reading.readAt = readAt }
            try await readForeign(&batch, importance, &reading)
            for entry in batch { found.append(try await completed(entry, importance, &reading)) }
        }
        var rest = found[...]
        reading.entries = ids.map { id in
            if id.isOrder, let entry = rest.popFirst() { return entry }
            return .unreadable(id, "id: expected an order's, found one of another kind")
        }
        return reading
    }

    /// Reads orders again whose customer paid in another currency and of which only the shop's side came.
    ///
    /// From the first of them on both sides are asked of all.
    private func readForeign(
        _ entries: inout [CutEntry],
        _ importance: Importance,
        _ reading: inout OrderReading
    ) async throws(ShopError) {
        let places = entries.indices.filter { entries[$0].isHalf }
        guard !places.isEmpty else { return }
        sellsAbroad.set(true)
        var ids: [ShopifyID] = []
        for case .half(let id) in entries { ids.append(id) }
        let (whole, _) = try await readBatch(ids, importance, both: true, &reading)
        for (place, entry) in zip(places, whole) { entries[place] = entry }
    }

    /// One request, without the completion of what it cut off.
    ///
    /// - Parameter both: Whether amounts are wanted in the customer's currency, too.
    private func readBatch(
        _ ids: [ShopifyID],
        _ importance: Importance,
        both: Bool,
        _ reading: inout OrderReading
    ) async throws(ShopError) -> ([CutEntry], Date?) {
        let what = ids.count == 1 ? "reading an order" : "reading \(ids.count) orders"
        let reply = try await ask(
            .orderRead,
            OrderReadVariables(ids: ids, both: both),
            as: OrderReadAnswer.self,
            importance: importance,
            what: what
        )
        reading.add(reply)
        guard reply.data.nodes.count == ids.count else {
            throw ShopError(
                .unexpectedShape,
                .retry(after: nil),
                "\(what): expected as many entries in nodes, found \(reply.data.nodes.count)"
            )
        }
        var withheld = [[String]](repeating: [], count: ids.count)
        for field in reply.withheld where withheld.indices.contains(field.index) {
            withheld[field.index].append(field.path)
        }
        let entries = zip(zip(ids, reply.data.nodes), withheld)
            .map { pair, withheld in
                CutEntry(pair.0, pair.1, both: both, withheld: withheld)
            }
        return (entries, reply.date)
    }

    /// The entry with everything that the first request cut off.
    ///
    /// An order that changes while its rest is fetched is read again, once.
    private func completed(
        _ entry: CutEntry,
        _ importance: Importance,
        _ reading: inout OrderReading
    ) async throws(ShopError) -> OrderReading.Entry {
        var entry = entry
        for _ in 1...2 {
            guard case .order(var order, let cuts) = entry else { return entry.withoutCuts }
            var completion = OrderCompletion(shop: self, importance: importance)
            let end = try await completion.complete(&order, cuts)
            reading.points += completion.points
            reading.bytes += completion.bytes
            reading.elapsed += completion.elapsed
            switch end {
            case .whole: return .order(order)
            case .gone: return .missing(order.id)
            case .unreadable(let problem): return .unreadable(order.id, problem)
            case .changed:
                let (again, _) = try await readBatch([order.id], importance, both: true, &reading)
                guard let first = again.first else { return .missing(order.id) }
                entry = first
            }
        }
        throw ShopError(
            .incomplete,
            .retry(after: nil),
            "reading a large order: it changes faster than its parts can be read"
        )
    }
}

extension OrderReading {
    fileprivate mutating func add<Answer>(_ reply: Reply<Answer>) {
        points += reply.points
        bytes += reply.bytes
        elapsed += reply.elapsed
    }
}

extension ShopifyID {
    /// Whether the id names an order.
    var isOrder: Bool { gid.hasPrefix("gid://shopify/Order/") }
}

/// What the operation OrderRead returns: an entry for each id, null where there is no such object.
struct OrderReadAnswer: GraphQLAnswer {
    var nodes: [OrderNode?]

    func object(above path: [PathStep]) -> (index: Int, depth: Int)? {
        guard path.count > 2, path[0] == .field("nodes"), case .index(let index) = path[1],
            nodes.indices.contains(index), nodes[index] != nil
        else { return nil }
        return (index, 2)
    }
}

/// An order in a batch, or what is wrong with it.
///
/// A shape that we cannot take does not spoil its neighbours.
enum OrderNode: Decodable, Sendable {
    case order(WireOrder)
    case unreadable(String)

    init(from decoder: any Decoder) throws {
        do {
            self = .order(try WireOrder(from: decoder))
        } catch {
            self = .unreadable(DecodingProblem.text(of: error, below: ["data", "nodes", "*"]))
        }
    }
}

/// An entry of a batch before its completion.
enum CutEntry {
    case order(Order, OrderCuts)
    case missing(ShopifyID)
    case unreadable(ShopifyID, String)
    /// Paid in another currency, and only the shop's side was asked for.
    case half(ShopifyID)

    var isHalf: Bool { if case .half = self { true } else { false } }

    /// Longest lists that Shopify gives of these, without a way to the rest.
    private static let longestList = 250

    init(_ id: ShopifyID, _ node: OrderNode?, both: Bool, withheld: [String]) {
        switch node {
        case nil: self = .missing(id)
        case .unreadable(let problem): self = .unreadable(id, problem)
        case .order(let wire):
            guard wire.id == id else {
                self = .unreadable(id, "id: expected the one asked for, found another")
                return
            }
            if let name = wire.fullList(Self.longestList) {
                self = .unreadable(
                    id,
                    "\(name): Shopify lists \(Self.longestList) at most, and this order has as many or more"
                )
                return
            }
            if wire.currencyCode != wire.presentmentCurrencyCode, !wire.totalPriceSet.isWhole {
                self =
                    both
                    ? .unreadable(id, "totalPriceSet.presentmentMoney: expected an amount, found none")
                    : .half(id)
                return
            }
            var (order, cuts) = wire.order()
            order.withheld = withheld
            self = .order(order, cuts)
        }
    }

    /// For entries that hold no order.
    var withoutCuts: OrderReading.Entry {
        switch self {
        case .order(let order, _): .order(order)
        case .missing(let id): .missing(id)
        case .unreadable(let id, let problem): .unreadable(id, problem)
        case .half(let id): .unreadable(id, "its amounts came in one currency only")
        }
    }
}

/// Variables of the operation OrderRead.
private struct OrderReadVariables: Encodable, Sendable {
    var ids: [ShopifyID]
    var both: Bool
}
