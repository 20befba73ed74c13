/// A number with its noun: `1 shipment`, `2 shipments`.
package enum Counted {
    /// The number, and the noun that goes with it.
    package static func text(_ number: Int, _ one: String, _ many: String) -> String {
        "\(number) \(number == 1 ? one : many)"
    }
}
