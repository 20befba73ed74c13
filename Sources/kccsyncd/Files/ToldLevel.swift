import Foundation
import SyncEngine

/// One level as somebody told it.
struct ToldLevel: Codable, Sendable, Equatable {
    var channel: String
    var sku: SKU
    /// Empty where none is named.
    var site: String
    var level: Amount
    /// When it was right: t_L of the stock protocol.
    var asOf: Date
    /// Of the file that it is from.
    var line: Int?
}

/// What became of told levels.
struct LevelCounts: Codable, Sendable, Equatable {
    var changed = 0
    var same = 0
    /// Older than what is known already.
    var older = 0

    static func += (left: inout LevelCounts, right: LevelCounts) {
        left.changed += right.changed
        left.same += right.same
        left.older += right.older
    }

    var text: String {
        "\(Counted.text(changed, "level", "levels")) changed, \(same) as before"
            + (older > 0 ? ", \(older) older than what is known" : "")
    }
}
