package import Foundation

/// When something that KCC or an operator sent was received: its place in the order of arrival.
///
/// Of two levels the one that arrived later is the newer one, whatever the clock was set to in between. The time serves
/// display and the comparison with Shopify's times.
package struct Arrival: Sendable, Hashable {
    /// Grows with each arrival in the life of a store.
    package var number: Int64
    /// By our clock.
    package var at: Date

    package init(number: Int64, at: Date) {
        self.number = number
        self.at = at
    }
}
