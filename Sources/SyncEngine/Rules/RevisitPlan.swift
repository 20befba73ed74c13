package import Foundation

/// An order that is to be read again although nothing may tell us that it changed.
package struct Revisit: Sendable, Equatable {
    package enum Why: String, Sendable, Codable {
        /// Read within the second of its own `updatedAt`, which may not have been over.
        case secondRead = "second_read"
        /// Shopify had not assigned it to a location.
        case location
        /// Shopify did not return it.
        case missing
    }

    package var why: Why
    package var dueAt: Date
    /// Times it has been looked at for this reason.
    package var attempt: Int
    /// When the reason first came up.
    package var since: Date

    package init(why: Why, dueAt: Date, attempt: Int, since: Date) {
        self.why = why
        self.dueAt = dueAt
        self.attempt = attempt
        self.since = since
    }
}

/// When an order is looked at again.
package enum RevisitPlan {
    /// `updatedAt` is told to the second, so two changes in one second look the same.
    static let settled: TimeInterval = 2

    /// Plans from an order that was read.
    ///
    /// - Parameters:
    ///   - readAt: Shopify's clock when it answered.
    ///   - current: What was planned before.
    package static func after(
        _ order: Order,
        _ judgement: Judgement,
        readAt: Date,
        now: Date,
        current: Revisit?
    ) -> Revisit? {
        let waitsForLocation =
            judgement.state != .imported && judgement.state != .ignored && !order.isPOS
            && order.assignedFulfilmentOrders.isEmpty
            && judgement.evaluations.contains { $0[.location]?.reason == .locationUnknown }
        if waitsForLocation {
            let since = current?.why == .location ? current?.since ?? now : now
            let attempt = current?.why == .location ? (current?.attempt ?? 0) : 0
            guard now.timeIntervalSince(since) < 86_400 else { return nil }
            // An attempt that is not due yet (the order was listed meanwhile) keeps its time.
            if let current, current.why == .location, current.dueAt > now { return current }
            let wait = locationWait(attempt: attempt)
            return Revisit(
                why: .location,
                dueAt: now.addingTimeInterval(wait),
                attempt: attempt + 1,
                since: since
            )
        }
        if readAt.timeIntervalSince(order.updatedAt) < settled {
            return Revisit(why: .secondRead, dueAt: now.addingTimeInterval(settled), attempt: 1, since: now)
        }
        return nil
    }

    /// Plans from a stored order that is evaluated again without being read.
    ///
    /// One that an older version stored lacks Shopify's figures after refunds and edits: it is read before it is handed off.
    package static func outdated(_ order: Order, _ judgement: Judgement, now: Date) -> Revisit? {
        let isToHandOff = judgement.handOff == .waiting || judgement.handOff == .held
        guard isToHandOff, !order.statesCurrentFigures, order.edited || !order.refunds.isEmpty else {
            return nil
        }
        return Revisit(why: .secondRead, dueAt: now, attempt: 1, since: now)
    }

    /// After 5 s, 30 s and 2 min, then every 10 min.
    static func locationWait(attempt: Int) -> TimeInterval {
        switch attempt {
        case 0: 5
        case 1: 30
        case 2: 120
        default: 600
        }
    }

    /// What a missing order means.
    package enum Absence: Sendable, Equatable {
        /// It may have been a moment's inconsistency: look again then.
        case askAgain(Revisit)
        /// Deleted in Shopify.
        case gone
        /// Older than we may read.
        case outOfReach
    }

    /// Judges an order that Shopify returned nothing for.
    ///
    /// - Parameter createdAt: When the stored order was made; nil for one never stored.
    package static func missing(
        createdAt: Date?,
        readsAllOrders: Bool,
        now: Date,
        current: Revisit?
    ) -> Absence {
        guard let current, current.why == .missing else {
            return .askAgain(
                Revisit(why: .missing, dueAt: now.addingTimeInterval(60), attempt: 1, since: now)
            )
        }
        guard current.dueAt <= now else { return .askAgain(current) }
        // Shopify hides orders older than sixty days from apps without read_all_orders.
        let old = createdAt.map { now.timeIntervalSince($0) > 60 * 86_400 } ?? false
        return old && !readsAllOrders ? .outOfReach : .gone
    }
}
