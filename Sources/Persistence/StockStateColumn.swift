package import Foundation
internal import GRDB
import SyncEngine

/// Derives how a SKU stands from its row: the one place for `stock list`, `stock explain`, `status` and the metrics.
///
/// What Shopify confirmed is confirmed only while nothing has come up since that may change it.
package struct StockStateColumn: Sendable {
    /// Our clock.
    let now: Date
    /// Channels whose rules or location are not those of their last decisions.
    let outdated: Set<String>

    package init(now: Date, outdated: Set<String> = []) {
        self.now = now
        self.outdated = outdated
    }

    /// What is said of a SKU that was confirmed and is decided again.
    static let reason = "to be calculated again"

    /// Whether a row was confirmed and is to be decided again.
    private static let isUndecided = """
        (state = 'confirmed' AND job_id IS NULL
            AND (due_at_ms <= :now OR channel IN (SELECT value FROM json_each(:outdated))))
        """

    /// A row's state.
    static let state = "CASE WHEN \(isUndecided) THEN 'waiting' ELSE state END"
    /// Why a row is in its state.
    static let why = "CASE WHEN \(isUndecided) THEN '\(reason)' ELSE reason END"

    /// The arguments that the columns name.
    var arguments: StatementArguments {
        let names = outdated.sorted().map { "\"\($0)\"" }.joined(separator: ",")
        return ["now": now.milliseconds, "outdated": "[\(names)]"]
    }
}
