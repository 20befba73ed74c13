package import Foundation

/// That the order store was put back from a copy, and nobody has confirmed yet that it is right.
///
/// What happened between the copy and its return is unknown: an order may have been handed over, a shipment told, a level
/// replaced. Until somebody confirms, orders placed before `at` are not handed over by themselves, shipments are compared
/// with Shopify first, and a SKU waits for a new level.
package struct Restoration: Sendable, Equatable {
    /// How it was recognised.
    package enum Sign: String, Sendable, CaseIterable {
        /// `kccsyncd db restore` put it there.
        case command
        /// It is a copy that `kccsyncd db backup` made.
        case copy
        /// The store is younger than what is known of it beside the file.
        case age
        /// KCC's position is of a page that this store never served.
        case position
    }

    /// When it was recognised, by our clock.
    package var at: Date
    package var sign: Sign
    /// The arrival of the newest level at that moment.
    package var arrival: Int64

    package init(at: Date, sign: Sign, arrival: Int64) {
        self.at = at
        self.sign = sign
        self.arrival = arrival
    }

    /// Whether KCC may have been given an order that is not known to have been handed over.
    package func covers(placedAt: Date) -> Bool { placedAt < at }

    /// How it was recognised, in words.
    package var recognition: String {
        switch sign {
        case .command: "db restore put it there"
        case .copy: "the file is a copy made by db backup"
        case .age: "the file is older than the one that was here before"
        case .position: "KCC has taken pages that this store never served"
        }
    }
}
