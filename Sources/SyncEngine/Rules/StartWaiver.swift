/// Why a channel's start date does not count for an order.
package enum StartWaiver: Sendable, Equatable {
    /// `backfill` brought the order into this channel.
    case backfill
    /// A channel of the shop that is not in the configuration any more accepted the order's date.
    case earlierChannel

    /// What stands in ``OrderStanding/backfilledFor`` for an order whose date another channel accepted; no channel's name.
    package static let everyChannel = "*"

    /// Decides whether a channel's start date counts for an order; the one place that does.
    ///
    /// A channel that gets another name in the file has another start, and its orders are the same. An order that was imported
    /// stays past every start. One that is about to be goes by the start of the channel that it came from where the new one
    /// has no `start_date` of its own. What the old channel left out permanently, such as till sales, is not imported.
    ///
    /// - Parameters:
    ///   - channel: The channel that is asked.
    ///   - configured: Names of all channels that the file has for the shop.
    ///   - start: The start that was accepted for a channel of the shop, by its name.
    /// - Returns: Nil where the date counts.
    static func of(
        _ order: Order,
        _ standing: OrderStanding?,
        for channel: ChannelContext,
        configured: Set<String>,
        start: (String) throws -> StartDate?
    ) rethrows -> StartWaiver? {
        guard let standing else { return nil }
        let settings = channel.settings
        if standing.backfilledFor == settings.name, channel.startDate != nil { return .backfill }
        let isImported = standing.state == .imported
        guard isImported || settings.startDate == nil else { return nil }
        if standing.backfilledFor == everyChannel { return .earlierChannel }
        guard !configured.contains(standing.channel) else { return nil }
        if isImported { return .earlierChannel }
        guard standing.commitment == .committed else { return nil }
        if standing.backfilledFor == standing.channel { return .earlierChannel }
        // What the old channel skipped for its date it would skip today.
        let accepted = try start(standing.channel).map { order.processedAt >= $0.instant }
        return accepted == true ? .earlierChannel : nil
    }
}
