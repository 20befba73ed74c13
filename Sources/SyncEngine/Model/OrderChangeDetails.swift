import Foundation

/// The parts of two versions of an order that differ, where the usual text of a field does not show it: a line's tax or
/// engraving, for example.
struct OrderChangeDetails {
    let was: String
    let now: String

    /// Parts that are named; more are only counted.
    private static let most = 6

    /// - Parameter keys: Properties of ``Order`` to look at, such as `totals.received`.
    init(_ earlier: Order, _ later: Order, keys: [String]) {
        let before = Self.leaves(of: earlier, keys)
        let after = Self.leaves(of: later, keys)
        let differing = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted()
        was = Self.text(differing, before)
        now = Self.text(differing, after)
    }

    private static func text(_ paths: [String], _ values: [String: String]) -> String {
        let named = paths.prefix(most).map { "\($0) \(values[$0] ?? "not set")" }
        return (named + (paths.count > most ? ["\(paths.count - most) more"] : [])).joined(separator: ", ")
    }

    /// Each value at the end of a path such as `lines 1 attributes 1 value`.
    private static func leaves(of order: Order, _ keys: [String]) -> [String: String] {
        // An order is stored as JSON all the time: what cannot be encoded is not there.
        guard let data = try? JSONEncoder().encode(order),
            let whole = try? JSONSerialization.jsonObject(with: data)
        else { return [:] }
        var found: [String: String] = [:]
        for key in keys {
            let path = key.split(separator: ".").map(String.init)
            let value = path.reduce(whole as Any?) { ($0 as? [String: Any])?[$1] }
            if let value { collect(value, path.joined(separator: " "), &found) }
        }
        return found
    }

    private static func collect(_ value: Any, _ path: String, _ found: inout [String: String]) {
        switch value {
        case let object as [String: Any]:
            for (key, inner) in object { collect(inner, "\(path) \(key)", &found) }
        case let list as [Any]:
            for (place, inner) in list.enumerated() { collect(inner, "\(path) \(place + 1)", &found) }
        default: found[path] = "\(value)"
        }
    }
}
