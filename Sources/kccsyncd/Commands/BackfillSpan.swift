import Foundation
import SyncEngine

/// What is wrong with the time that a backfill is to cover.
enum BackfillSpan {
    static let order = "--to must be later than --from"

    /// Why a backfill of a span is rejected; nil where it is not.
    ///
    /// - Parameter zone: The shop's, in which a time is shown.
    static func problem(from: Date, to: Date, now: Date, _ zone: TimeZone) -> String? {
        problem(beginning: from, now: now, zone) ?? (from < to ? nil : order)
    }

    /// Why a backfill with this beginning is rejected, whatever its end.
    static func problem(beginning from: Date, now: Date, _ zone: TimeZone) -> String? {
        from <= now ? nil : "--from: expected a time that has passed, found \(from.shown(in: zone))"
    }
}
