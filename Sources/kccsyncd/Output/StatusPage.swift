import Foundation
import SyncEngine

/// The status page: what `kccsyncd status` says, for a browser.
struct StatusPage {
    /// Days of the chart.
    static let days = 14

    let report: StatusReport
    let days: [DailyOrders]
    let now: Date

    var html: String { "" }

    static func trouble(_ text: String) -> String { text }
}
