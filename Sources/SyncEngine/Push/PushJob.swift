package import Foundation

/// One thing to be told to Shopify, as a row of the queue.
///
/// `docs/queue.md` draws the states. The attempt is also the fence: whoever finishes, snoozes or parks a job names the
/// attempt that it claimed, and a job that was rescued or discarded since stays as it is.
package struct PushJob: Sendable, Equatable, Codable {
    /// What is told.
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case fulfilment
        /// One batch of levels, fixed with its key; there are none of what is not yet fixed.
        case stock
    }

    package enum State: String, Sendable, Codable, CaseIterable {
        case available
        case running
        /// Failed for now, or waits for something; again at `nextAt`.
        case retryable
        /// Refused: a person has to look.
        case parked
        case done
        /// An operator discarded it.
        case cancelled

        package var isFinal: Bool { self == .done || self == .cancelled }

        /// Whether it is worked when it is due.
        package var waits: Bool { self == .available || self == .retryable }
    }

    package var id: Int64
    package var shop: Int64
    package var channel: String
    package var kind: Kind
    /// Jobs of one lane go one after another, oldest first: the order's gid, or the channel for stock.
    package var lane: String
    /// For people: the order's name, or how many levels.
    package var subject: String
    package var state: State
    /// How often it was claimed; throttling and stops are not counted.
    package var attempt: Int
    package var nextAt: Date
    package var createdAt: Date
    package var claimedAt: Date?
    package var finishedAt: Date?
    /// Why it waits or is parked, in Shopify's words where it is Shopify's reason.
    package var lastError: String?
    /// What a person can do.
    package var remedy: String?
    /// What is about to be sent, or was when the outcome became unknown; JSON of the job's kind.
    package var intent: String?
    /// What went wrong so far, by kind.
    package var attempts = PushAttempts()
    /// Parked because it may have been done already.
    package var isDoubtful = false

    package init(
        id: Int64,
        shop: Int64,
        channel: String,
        kind: Kind,
        lane: String,
        subject: String,
        state: State = .available,
        attempt: Int = 0,
        nextAt: Date,
        createdAt: Date
    ) {
        self.id = id
        self.shop = shop
        self.channel = channel
        self.kind = kind
        self.lane = lane
        self.subject = subject
        self.state = state
        self.attempt = attempt
        self.nextAt = nextAt
        self.createdAt = createdAt
    }
}

/// How much of a channel's queue is left.
package struct QueueDepth: Sendable, Equatable, Codable {
    package var channel: String
    /// Available or retryable.
    package var waiting = 0
    package var running = 0
    package var parked = 0
    /// When the oldest job that is not final or parked was made.
    package var oldest: Date?

    package init(channel: String) {
        self.channel = channel
    }
}
