import SyncEngine

/// Keeps trouble that goes on from filling the journal: repeats are said at the 1st, 10th, 100th… time, and
/// after an hour of silence, with their count.
///
/// A repeat is a warning or error of the same kind, shop and reason. Events without a kind, and everything
/// less severe, pass as they are. A recovery forgets the troubles that it ends, so the next one is said at
/// once.
struct RateLimitedLog<Time: Clock<Duration>>: EventLog {
    /// What makes two events the same trouble.
    private struct Key: Hashable {
        let kind: EventKind
        let shop: String?
        let reason: String?
    }

    private struct Tally {
        var count: Int
        var saidAt: Time.Instant
    }

    private let log: any EventLog
    private let clock: Time
    private let freely: [EventKind: Int]
    private let tallies = Locked<[Key: Tally]>([:])

    /// More different troubles than this at once are not told apart any longer, lest the table grow for ever.
    private static var limit: Int { 1000 }

    /// A log that passes on to `log` what is worth saying.
    ///
    /// - Parameters:
    ///   - log: Where events go.
    ///   - clock: Measures the hour.
    ///   - freely: How many events of a kind are said before the counting begins: each failed order is news
    ///     of its own, until there are too many.
    init(
        _ log: any EventLog,
        clock: Time,
        freely: [EventKind: Int] = [
            .orderFailed: 50, .totalsDiffer: 50, .orderChangedAfterHandOff: 50, .orderGone: 50,
        ]
    ) {
        self.log = log
        self.clock = clock
        self.freely = freely
    }

    /// Passes the event on, unless it has been said often enough.
    func record(_ event: Event) {
        guard let kind = event.kind else { return log.record(event) }
        guard event.level <= .warning else {
            forget(after: kind, shop: event.fields[.shop])
            return log.record(event)
        }
        let key = Key(kind: kind, shop: event.fields[.shop], reason: event.fields[.reason])
        guard let count = countToSay(key) else { return }
        var event = event
        if count > max(1, freely[kind] ?? 1) {
            event.message += " (time \(count))"
            event.fields[.count] = event.fields[.count] ?? String(count)
        }
        log.record(event)
    }

    /// Counts the event; nil if it is better left unsaid.
    private func countToSay(_ key: Key) -> Int? {
        let now = clock.now
        let free = freely[key.kind] ?? 1
        return tallies.withLock { tallies in
            if tallies.count >= Self.limit, tallies[key] == nil { tallies.removeAll() }
            var tally = tallies[key] ?? Tally(count: 0, saidAt: now)
            tally.count += 1
            let isDue = tally.saidAt.duration(to: now) >= .seconds(3600)
            let isSaid = tally.count <= free || isDue || Self.isPowerOfTen(tally.count)
            if isSaid { tally.saidAt = now }
            tallies[key] = tally
            return isSaid ? tally.count : nil
        }
    }

    private func forget(after kind: EventKind, shop: String?) {
        let ended: Set<EventKind>
        switch kind {
        case .shopRecovered: ended = [.shopPaused, .shopFailing]
        case .databaseRecovered: ended = [.databaseTrouble]
        case .configurationApplied: ended = [.configurationRefused]
        default: return
        }
        tallies.withLock { tallies in
            tallies = tallies.filter { !ended.contains($0.key.kind) || $0.key.shop != shop }
        }
    }

    private static func isPowerOfTen(_ count: Int) -> Bool {
        var rest = count
        while rest >= 10, rest.isMultiple(of: 10) { rest /= 10 }
        return rest == 1
    }
}
