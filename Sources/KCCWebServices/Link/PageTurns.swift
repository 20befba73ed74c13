import SyncEngine

/// Keeps pages of orders from filling the memory: of each channel as many at once are made, or wait to be read, as KCC can use.
///
/// A page has megabytes. KCC asks for one after another; what asks for many at once, or never reads, has a fault or is none of KCC's.
final class PageTurns: Sendable {
    private let open = Locked<[String: Int]>([:])

    /// Pages of a channel at once.
    static let most = 4

    static let refusal = LinkAnswer.later(
        "\(most) pages of this channel's orders are being read; please ask again"
    )

    /// Whether a page may be made now; then ``end(_:)`` has to follow.
    func begin(_ channel: String) -> Bool {
        open.withLock { open in
            guard open[channel, default: 0] < Self.most else { return false }
            open[channel, default: 0] += 1
            return true
        }
    }

    func end(_ channel: String) {
        open.withLock { $0[channel, default: 1] -= 1 }
    }
}
