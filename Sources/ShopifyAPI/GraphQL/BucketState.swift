import SyncEngine

/// The arithmetic of a shop's cost bucket: points that leak back in, are reserved, and are settled.
///
/// Shopify wants the whole requested cost to be in the bucket before a request runs and gives the
/// difference to the actual cost back afterwards
/// (<https://shopify.dev/docs/api/usage/limits>). This mirror of it errs on the empty side: points of
/// requests under way count as gone even where Shopify's figure may already have them taken off.
///
/// A pure value: times are handed in, what is to be done comes back.
struct BucketState: Sendable {
    /// Nil until an answer has told.
    private(set) var capacity: Double?
    private(set) var restoreRate = 0.0
    private(set) var spent = 0
    private(set) var requests = 0
    /// Requested points by document, as answers have told them.
    private(set) var learnt: [String: Int] = [:]

    private var level = 0.0
    private var levelTime = Duration.zero
    private var outstanding: [UInt64: Reservation] = [:]
    /// Points of all requests ended so far, for the difference between two moments.
    private var settled = 0.0
    private var waiting: [Waiter] = []
    private var lastTicket: UInt64 = 0

    /// A request under way.
    private struct Reservation {
        var points: Double
        /// ``settled`` when it was granted.
        var settledBefore: Double
    }

    private struct Waiter {
        var ticket: UInt64
        var points: Double
        var importance: Importance
    }

    /// What the owner does after a change.
    struct Action: Equatable {
        /// These may be sent now.
        var granted: [UInt64] = []
        /// When to look again; nil where only an answer or a newcomer changes anything.
        var lookAgainAfter: Duration?
    }

    /// Queues a request and returns its ticket; ``advance(to:)`` grants it.
    mutating func enqueue(points: Int, importance: Importance) -> UInt64 {
        lastTicket += 1
        let waiter = Waiter(ticket: lastTicket, points: Double(max(points, 1)), importance: importance)
        // Behind everything as important, before everything less so.
        let place = waiting.firstIndex { $0.importance < importance } ?? waiting.endIndex
        waiting.insert(waiter, at: place)
        return lastTicket
    }

    /// Takes a request that still waits out of the queue; false where it was granted or unknown.
    mutating func withdraw(_ ticket: UInt64) -> Bool {
        guard let place = waiting.firstIndex(where: { $0.ticket == ticket }) else { return false }
        waiting.remove(at: place)
        return true
    }

    /// Grants what the points allow at this time.
    mutating func advance(to now: Duration) -> Action {
        refill(now)
        var action = Action()
        while let first = waiting.first {
            guard let capacity else {
                // The first request finds out how large the bucket is; the others wait for its answer.
                guard outstanding.isEmpty else { break }
                grant(first, &action)
                continue
            }
            // A request larger than the bucket is sent when that is full: Shopify then says so itself.
            let needed = min(first.points, capacity)
            // Restored points come in binary fractions; a millionth must not cost another wait.
            if level + 0.000_001 < needed {
                // Whoever is first holds back the rest: else small requests would starve large ones.
                if restoreRate > 0 {
                    let seconds = (needed - level) / restoreRate
                    action.lookAgainAfter = .milliseconds(Int((seconds * 1000).rounded(.up)))
                }
                break
            }
            grant(first, &action)
        }
        return action
    }

    /// Ends a granted request.
    ///
    /// - Parameters:
    ///   - cost: What the answer told; nil where none came or it told nothing. The points then count
    ///     as spent, and come back with time.
    ///   - document: The name under which the requested cost is remembered.
    mutating func settle(_ ticket: UInt64, _ cost: QueryCost?, document: String, at now: Duration) {
        guard let reservation = outstanding.removeValue(forKey: ticket) else { return }
        refill(now)
        requests += 1
        spent += cost?.actualQueryCost ?? 0
        if let requested = cost?.requestedQueryCost, requested > 0 { learnt[document] = requested }
        let charged = cost?.actualQueryCost.map(Double.init) ?? reservation.points
        let meanwhile = settled - reservation.settledBefore
        settled += charged
        if capacity != nil { level += reservation.points - charged }
        guard let status = cost?.throttleStatus, status.maximumAvailable >= 1, status.restoreRate > 0 else {
            return
        }
        // What is there at least: Shopify's figure may be older than the answers that overtook this one,
        // and may or may not have the requests under way taken off.
        let least = status.currentlyAvailable - reserved - meanwhile
        // Our own count stands as long as that explains it; otherwise someone else uses the bucket.
        if capacity == nil || level < least || level > status.currentlyAvailable { level = least }
        capacity = status.maximumAvailable
        restoreRate = status.restoreRate
        levelTime = now
    }

    private var reserved: Double {
        outstanding.values.reduce(0) { $0 + $1.points }
    }

    /// A snapshot for people; zero where nothing is known yet.
    func budget(at now: Duration) -> ShopBudget {
        var copy = self
        copy.refill(now)
        return ShopBudget(
            available: Int(max(0, copy.level).rounded(.down)),
            capacity: Int(capacity ?? 0),
            restoreRate: Int(restoreRate),
            spent: spent,
            requests: requests
        )
    }

    private mutating func grant(_ waiter: Waiter, _ action: inout Action) {
        waiting.removeFirst()
        outstanding[waiter.ticket] = Reservation(points: waiter.points, settledBefore: settled)
        if capacity != nil { level -= waiter.points }
        action.granted.append(waiter.ticket)
    }

    private mutating func refill(_ now: Duration) {
        guard let capacity, now > levelTime else { return }
        let elapsed = (now - levelTime) / .seconds(1)
        // Reserved points are off the level already, so the bucket is full that much earlier.
        level = min(capacity - reserved, level + elapsed * restoreRate)
        levelTime = now
    }
}
