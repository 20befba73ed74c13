import Foundation
import SyncEngine

/// What a command wants to know of the order store.
enum Question: Codable, Sendable {
    case status
    case channels
    case locations(channel: String)
    case orders(channel: String?, state: OrderState?, reason: ReasonCode?, since: DayOrInstant?)
    case order(reference: String)
    case explanation(reference: String)
    case export(ExportFormat, unacknowledged: Bool, channel: String?)
    case customers
    case shipments
    case queue(finished: Bool)
    case stock(channel: String?, trouble: Bool)
    case stockExplanation(channel: String, sku: SKU)
    case notices
    case unreadableBody(channel: String, endpoint: String)
    /// On whose clocks the shops are.
    case zones
    /// What the store knows of the channels.
    case facts
}

/// How orders are printed for other programs.
enum ExportFormat: String, Codable, Sendable, CaseIterable {
    case json
    case csv
    /// What KCC gets, a page a line.
    case kccJSON = "kcc-json"
}

/// What is printed.
struct Answer: Codable, Sendable {
    var lines: [String]
    /// The exported orders' revisions, by the store's numbers.
    var exported: [Int64: Int] = [:]
    /// For standard error, a line each: what is missing from the lines.
    var errors: [String] = []
    /// What the command ends with once the lines are printed.
    var status = ExitStatus.done
    var zones: ShopZones?
    var facts: [String: ChannelFacts]?

    init(lines: [String]) {
        self.lines = lines
    }

    /// The same as one that hands orders over.
    func recording(_ orders: [StoredOrder]) -> Answer {
        var answer = self
        answer.exported = Dictionary(uniqueKeysWithValues: orders.map { ($0.row, $0.standing.revision) })
        return answer
    }

    /// A value as JSON with sorted keys, its remedies for this instance.
    init(json value: JSONValue, for instance: Instance = .ofProcess) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        lines = [String(decoding: try encoder.encode(value.addressed(to: instance)), as: UTF8.self)]
    }
}
