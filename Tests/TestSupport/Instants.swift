package import Foundation

/// Fixed instants that tests place their orders and clocks at.
package enum Instants {
    /// 2026-11-23T12:00:00Z, a Monday: "now" unless a test says otherwise.
    package static let now = Date(timeIntervalSince1970: 1_795_435_200)
    /// 2026-11-23T11:00:00Z: when the plain order was placed and last changed.
    package static let placed = now.addingTimeInterval(-3600)
    /// 2026-11-16T00:00:00Z: where the plain channel starts.
    package static let start = Date(timeIntervalSince1970: 1_794_787_200)
    package static let minute: TimeInterval = 60
    package static let hour: TimeInterval = 3600
    package static let day: TimeInterval = 86_400
}
