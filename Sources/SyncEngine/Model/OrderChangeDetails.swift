import Foundation

/// The parts of two versions of an order that differ, where the usual text of a field does not show it: a line's engraving, for
/// example.
struct OrderChangeDetails {
    let was: String
    let now: String
    /// Whether nothing differs that is handed off: an amount in the money that is not, for example.
    let isEmpty: Bool

    /// Parts that are named; more are only counted.
    private static let most = 6

    /// - Parameter keys: Properties of ``Order`` to look at, such as `totals.received`.
    init(_ earlier: HandedOffOrder, _ later: HandedOffOrder, keys: [String]) {
        let before = Self.leaves(of: earlier, keys)
        let after = Self.leaves(of: later, keys)
        let differing = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted()
        isEmpty = differing.isEmpty
        was = Self.text(differing, before)
        now = Self.text(differing, after)
    }

    private static func text(_ paths: [String], _ values: [String: String]) -> String {
        let named = paths.prefix(most).map { "\($0) \(values[$0] ?? "not set")" }
        return (named + (paths.count > most ? ["\(paths.count - most) more"] : [])).joined(separator: ", ")
    }

    /// Each value at the end of a path such as `line 1 attribute 1 value`.
    private static func leaves(of handed: HandedOffOrder, _ keys: [String]) -> [String: String] {
        // An order is stored as JSON all the time: what cannot be encoded is not there.
        guard let data = try? JSONEncoder().encode(handed.order),
            let whole = try? JSONSerialization.jsonObject(with: data)
        else { return [:] }
        var found: [String: String] = [:]
        for key in keys {
            let path = key.split(separator: ".").map(String.init)
            let value = path.reduce(whole as Any?) { ($0 as? [String: Any])?[$1] }
            if let value, let name = path.last { collect(value, words(name), name, handed.money, &found) }
        }
        return found
    }

    private static func collect(
        _ value: Any,
        _ path: String,
        _ name: String,
        _ money: OrderMoney,
        _ found: inout [String: String]
    ) {
        switch value {
        case let object as [String: Any]:
            // An amount in both currencies, of which one is handed off.
            if object.count == 2, let shop = object["shop"], let other = object["presentment"] {
                found[path] = text("\(money.set == .shop ? shop : other)", name, money)
                return
            }
            for (key, inner) in object { collect(inner, "\(path) \(words(key))", key, money, &found) }
        case let list as [Any]:
            // One of several `tax lines` is a `tax line`.
            let one = path.hasSuffix("s") ? String(path.dropLast()) : path
            for (place, inner) in list.enumerated() {
                collect(inner, "\(one) \(place + 1)", name, money, &found)
            }
        default: found[path] = text("\(value)", name, money)
        }
    }

    private static func text(_ value: String, _ name: String, _ money: OrderMoney) -> String {
        guard amounts.contains(name), let amount = Amount(value) else { return value }
        return "\(money.number(amount)) \(money.currency)"
    }

    /// Properties that hold an amount of money; one that both currencies share is stored as its figure alone.
    private static let amounts: Set<String> = [
        "amount", "total", "subtotal", "tax", "unitPrice", "price", "discountedPrice", "currentPrice",
        "received",
        "outstanding", "refunded",
    ]

    /// A property's name in words: `taxLines` is `tax lines`.
    private static func words(_ name: String) -> String {
        name.reduce(into: "") { text, letter in
            text += letter.isUppercase ? " \(letter.lowercased())" : String(letter)
        }
    }
}
