/// A decision that was sent: of which level, and what the rules made of it.
package struct StockSent: Sendable, Equatable, Codable {
    /// The arrival of the newest level that counts.
    package var arrival: Int64
    /// Nil where it is not known, in stores of older versions.
    package var target: Int?

    package init(arrival: Int64, target: Int?) {
        self.arrival = arrival
        self.target = target
    }
}
