package import Foundation

/// What a shop's polls have found out, for the pushes that go on beside them.
package struct PollNews: Sendable {
    package var shop: ShopRecord
    package var identity: ShopIdentity
    /// Channels at work, with their locations.
    package var channels: [ChannelContext]
    /// Channels of the shop that the configuration has and that are not at work.
    package var resting: Set<String>
    /// Shopify's clock when the last listing that was stored to its end began; nil before the first.
    package var polledAt: Date?
    /// The longest that an order took to show in Shopify's search during the last day.
    package var indexLag: Duration = .zero
    /// Shopify's clock less ours in seconds, as of the last answer that told its time; 0 where none does.
    package var skew: TimeInterval

    package init(
        shop: ShopRecord,
        identity: ShopIdentity,
        channels: [ChannelContext],
        configured: Set<String> = []
    ) {
        self.shop = shop
        self.identity = identity
        self.channels = channels
        resting = configured.subtracting(channels.map(\.settings.name))
        skew = identity.clockSkew?.seconds ?? 0
    }
}

/// Where a shop's polls leave their news and ring the pushes, and where these ask them to look at the shop again.
package final class PushBoard: Sendable {
    private let held = Locked<PollNews?>(nil)
    private let onNews = Locked<@Sendable () -> Void>({})
    private let onRenewal = Locked<@Sendable () -> Void>({})
    private let isRenewalDue = Locked(false)

    package init() {}

    /// Nil until the shop was reached for the first time.
    package var news: PollNews? { held.current }

    package func publish(_ news: PollNews) {
        held.withLock { old in
            let known = old
            old = news
            old?.polledAt = news.polledAt ?? known?.polledAt
            old?.indexLag = max(news.indexLag, known?.indexLag ?? .zero)
        }
        ring()
    }

    /// A listing that began at this time, by Shopify's clock, is stored to its end.
    ///
    /// - Parameter skew: Shopify's clock less ours then, in seconds; nil where the answer did not tell.
    package func polled(at time: Date, indexLag: Duration, skew: TimeInterval?) {
        held.withLock {
            $0?.polledAt = time
            $0?.indexLag = indexLag
            if let skew { $0?.skew = skew }
        }
        ring()
    }

    // MARK: To the polls

    /// Has the polls read the granted scopes again: Shopify rejected a push because one is missing.
    package func askRenewal() {
        isRenewalDue.set(true)
        onRenewal.current()
    }

    /// Whether that was asked since the last call.
    func takeRenewal() -> Bool {
        isRenewalDue.withLock { isDue in
            defer { isDue = false }
            return isDue
        }
    }

    /// Sets what is rung when it is asked.
    func onRenewal(_ action: @escaping @Sendable () -> Void) { onRenewal.set(action) }

    // MARK: To the pushes

    /// Sets what is rung.
    package func onNews(_ action: @escaping @Sendable () -> Void) { onNews.set(action) }

    /// Tells the pushes to look at their work.
    package func ring() { onNews.current() }
}

/// One kind of work of a shop's ``PushLoop``.
package protocol PushStep: Sendable {
    /// Does some of what is due, for seconds rather than minutes, so that more urgent steps get their turn.
    ///
    /// - Throws: `ShopError` or `StoreError` where the whole shop is concerned; what concerns one job is recorded
    ///   with the job.
    func work(_ news: PollNews) async throws -> PushProgress
}

/// What a step did, and when it is to be called next.
package enum PushProgress: Sendable, Equatable {
    /// Shopify answered; there may be more to do at once.
    case answered
    /// Shopify answered, and this push alone failed; there may be more to do at once.
    case failedAlone(ShopError)
    /// Something was done without asking Shopify; there may be more to do at once.
    case again
    /// Work waits for what only an operator can grant; steps that need none of it go on.
    case blocked(ShopError)
    /// Nothing is due before this time; nil = until something new is queued.
    case idle(until: Date?)
}
