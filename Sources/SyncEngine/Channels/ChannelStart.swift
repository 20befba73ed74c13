package import Foundation

/// Where a channel's orders begin, and whether its `start_date` is accepted.
package enum ChannelStart: Sendable, Equatable {
    /// Orders placed from this instant on are imported.
    case at(Date)
    /// The configured day is rejected, and the date that was accepted before stays active.
    case unchanged(Date, rejected: CalendarDay, earliest: CalendarDay)
    /// The configured day is rejected and none was ever accepted: the channel imports nothing.
    case resting(rejected: CalendarDay, earliest: CalendarDay)

    /// How many days a start may lie before the first sync.
    static let mostDays = 90
    /// How many days before the first sync a channel starts that configures nothing.
    package static let defaultDays = 7

    package var instant: Date? {
        switch self {
        case .at(let instant), .unchanged(let instant, _, _): instant
        case .resting: nil
        }
    }

    /// Decides the start of a channel; the one place that does.
    ///
    /// A date once accepted stays until the file names another day that is accepted. How far back a day may lie is counted
    /// in days of the shop's calendar from the day of the first sync, so the hour and a change of the clocks do not matter.
    ///
    /// - Parameters:
    ///   - configured: `start_date`.
    ///   - stored: What was accepted; nil before the first sync.
    ///   - zone: The shop's.
    /// - Returns: The start, and what is to be stored of it; nil where nothing changes.
    package static func decide(
        _ configured: CalendarDay?,
        stored: StartDate?,
        zone: TimeZone,
        now: Date
    ) -> (start: ChannelStart, accepted: StartDate?) {
        let firstSync = stored.map { $0.firstSync ?? $0.latestFirstSync(by: now, in: zone) } ?? now
        func accepting(_ instant: Date) -> (start: ChannelStart, accepted: StartDate?) {
            let accepted = StartDate(
                configured: configured?.description ?? stored?.configured,
                instant: instant,
                firstSync: firstSync
            )
            return (.at(instant), accepted == stored ? nil : accepted)
        }
        guard let configured else {
            return accepting(stored?.instant ?? now.addingTimeInterval(Double(-defaultDays) * 86_400))
        }
        let day = configured.midnight(in: zone)
        if let stored {
            // Writing down the date that is active changes nothing, not even the hour.
            let isActive =
                stored.configured == configured.description
                || CalendarDay(of: stored.instant, in: zone) == configured
            if isActive || day >= stored.instant { return accepting(isActive ? stored.instant : day) }
        }
        let earliest = CalendarDay(of: firstSync, in: zone).before(days: mostDays)
        if configured >= earliest { return accepting(day) }
        guard let stored else { return (.resting(rejected: configured, earliest: earliest), nil) }
        return (.unchanged(stored.instant, rejected: configured, earliest: earliest), nil)
    }
}

extension StartDate {
    /// The latest time at which the channel can have synced first, where that was not recorded: a date that was accepted
    /// lay at most ``ChannelStart/mostDays`` before it.
    func latestFirstSync(by now: Date, in zone: TimeZone) -> Date {
        let days = configured == nil ? ChannelStart.defaultDays : ChannelStart.mostDays
        return min(now, instant.addingTimeInterval(Double(days) * 86_400))
    }
}

extension CalendarDay: Comparable {
    /// The day of an instant in a zone.
    package init(of instant: Date, in zone: TimeZone) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = calendar.dateComponents([.year, .month, .day], from: instant)
        self.init(year: parts.year ?? 1970, month: parts.month ?? 1, day: parts.day ?? 1)
    }

    /// The first instant of the day in a zone.
    package func midnight(in zone: TimeZone) -> Date {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let noon = calendar.date(from: DateComponents(year: year, month: month, day: day, hour: 12))
        // Some zones change their clocks at midnight, so that 00:00 does not exist there on that day.
        return noon.map { calendar.startOfDay(for: $0) } ?? .distantPast
    }

    /// The day that lies a number of days earlier.
    func before(days: Int) -> CalendarDay {
        CalendarDay(of: midnight(in: .gmt).addingTimeInterval(Double(-days) * 86_400), in: .gmt)
    }

    package static func < (left: CalendarDay, right: CalendarDay) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }
}
