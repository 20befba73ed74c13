import Foundation

/// Views of orders whose shipments wait, read together with the one whose turn it was.
///
/// A view is used once, and only for some seconds: what has changed since is rejected by Shopify, because lines are named with
/// their quantities, and is then planned again.
struct ViewsAhead {
    private struct Entry {
        var view: FulfilmentView
        var readAt: Date
    }

    private var entries: [String: Entry] = [:]
    /// When the view that is at work was read.
    private var taken: (order: String, readAt: Date)?
    /// Orders to read together.
    private(set) var batch = Self.most

    /// More cost no more points, but time: Shopify ends a request after ten seconds.
    static let most = 25
    static let life: TimeInterval = 20

    /// Whether an order was read a moment ago.
    func has(_ order: String, now: Date) -> Bool { entries[order].map { isFresh($0, now) } ?? false }

    /// Takes an order's view out; nil where it was not read a moment ago.
    ///
    /// - Parameter since: When the job became due: what was read before says nothing about why it did.
    mutating func take(_ order: String, since: Date, now: Date) -> FulfilmentView? {
        guard let entry = entries.removeValue(forKey: order), isFresh(entry, now), entry.readAt > since
        else { return nil }
        taken = (order, entry.readAt)
        return entry.view
    }

    /// Notes when the view was read that goes to work at once.
    mutating func mark(_ order: String, readAt: Date) { taken = (order, readAt) }

    mutating func add(_ view: FulfilmentView, of order: String, readAt: Date) {
        entries = entries.filter { isFresh($0.value, readAt) }
        entries[order] = Entry(view: view, readAt: readAt)
    }

    /// Puts a view back, with what was sent since, as old as it is.
    mutating func keep(_ view: FulfilmentView, of order: String) {
        guard let taken, taken.order == order else { return }
        entries[order] = Entry(view: view, readAt: taken.readAt)
    }

    mutating func forget(_ order: String) {
        entries[order] = nil
        taken = nil
    }

    /// A batch came.
    mutating func grow() { batch = min(Self.most, batch * 2) }

    /// A batch did not come, and one of its orders may be why.
    mutating func shrink() { batch = max(2, batch / 4) }

    private func isFresh(_ entry: Entry, _ now: Date) -> Bool {
        (0...Self.life).contains(now.timeIntervalSince(entry.readAt))
    }
}

extension ShopError {
    /// Whether a batch may have failed because of one of its orders, so that another one is worth a try by itself.
    var mayConcernOneOrder: Bool {
        switch code {
        case .queryRefused, .tooExpensive, .tooLarge, .timedOut, .serverError, .truncated, .unexpectedShape,
            .incomplete, .scopeMissing:
            true
        default: false
        }
    }
}
