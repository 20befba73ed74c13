package import Foundation

/// When KCC called, by channel: whether its silence about a SKU means that nothing changed.
///
/// Kept in memory: after a start KCC has to call steadily for a while again before its silence counts.
package final class LinkPulse: Sendable {
    private struct Beat {
        var last: Date
        var since: Date
    }

    private let beats = Locked<[String: Beat]>([:])

    package init() {}

    /// KCC asked for a channel's orders.
    ///
    /// - Parameter frequency: How often it was told to ask.
    package func called(_ channel: String, at now: Date, frequency: Duration) {
        beats.withLock { beats in
            guard let beat = beats[channel], now >= beat.last,
                now.timeIntervalSince(beat.last) <= Self.longestGap(frequency)
            else {
                beats[channel] = Beat(last: now, since: now)
                return
            }
            beats[channel]?.last = now
        }
    }

    /// Since when it has been calling without a gap of more than two intervals; nil where it does not now.
    package func steadySince(_ channel: String, at now: Date, frequency: Duration) -> Date? {
        guard let beat = beats.withLock({ $0[channel] }),
            abs(now.timeIntervalSince(beat.last)) <= Self.longestGap(frequency)
        else { return nil }
        return beat.since
    }

    private static func longestGap(_ frequency: Duration) -> TimeInterval { 2 * frequency.seconds }
}
