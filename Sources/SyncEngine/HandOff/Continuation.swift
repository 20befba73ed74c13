package import Foundation

/// What KCC sends with its request for orders, to say how far it has come (`Sirion-Continuation`).
///
/// KCC keeps the value of the last answer it took and sends it with the next request; at first it sends a date, and an
/// operator may make it send one again at any time.
package enum Continuation: Sendable, Equatable {
    /// A page of ours that KCC took.
    case page(PagePosition)
    /// Orders placed from then on are wanted.
    case date(Date)
    /// Nothing, or nothing that we or KCC ever wrote.
    case firstContact

    /// Reads a header's value; nothing is refused, since an error would leave KCC stuck for ever.
    package init(_ header: String?) {
        let text = (header ?? "").trimmingCharacters(in: .whitespaces)
        if let position = PagePosition(text) {
            self = .page(position)
        } else if let date = ReportedTime.parse(text, in: .gmt) {
            self = .date(date)
        } else {
            self = .firstContact
        }
    }
}

/// A page of orders that was served: opaque to KCC, and no secret.
package struct PagePosition: Sendable, Equatable, CustomStringConvertible {
    /// The store that served it: one restored from a backup gets another number, and an old page proves nothing there.
    package var generation: Int64
    /// Grows with each page of the channel; 0 is before the first.
    package var page: Int64

    package init(generation: Int64, page: Int64) {
        self.generation = generation
        self.page = page
    }

    /// Such as `k1.48213.7`.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == Self.form, let generation = Self.number(parts[1]),
            let page = Self.number(parts[2])
        else { return nil }
        self.init(generation: generation, page: page)
    }

    private static let form = "k1"

    private static func number(_ text: Substring) -> Int64? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int64(text) : nil
    }

    package var description: String { "\(Self.form).\(generation).\(page)" }
}
