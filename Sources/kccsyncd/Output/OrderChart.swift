import Foundation
import SyncEngine

/// Orders of the last days as stacked bars, drawn as SVG.
struct OrderChart {
    let days: [DailyOrders]

    private static let height = 120.0
    private static let width = 700.0
    /// From the ground up.
    private static let states: [OrderState] = [.imported, .pending, .skipped, .failed, .ignored]

    /// A figure with its key; words where there is nothing to draw.
    var html: String {
        let most = days.map { $0.counts.values.reduce(0, +) }.max() ?? 0
        guard most > 0 else { return "<p class=\"quiet\">No orders yet.</p>" }
        let bars = days.enumerated().map { bar($0.offset, $0.element, most) }.joined(separator: "\n")
        let key = Self.states.filter { state in days.contains { $0.counts[state, default: 0] > 0 } }
            .map {
                "<li><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect class=\"\($0.rawValue)\" width=\"10\" height=\"10\"/></svg> \($0.rawValue) \(Spoken.count(total($0)))</li>"
            }
            .joined(separator: "\n")
        return """
            <figure>
            <svg viewBox="0 0 \(Int(Self.width)) \(Int(Self.height) + 38)" role="img" aria-label="\(words)">
            \(bars)
            </svg>
            <ul class="key">
            \(key)
            </ul>
            </figure>
            """
    }

    private func total(_ state: OrderState) -> Int { days.reduce(0) { $0 + $1.counts[state, default: 0] } }

    /// The same for whoever cannot see it.
    private var words: String {
        let parts = Self.states.filter { total($0) > 0 }.map { "\(total($0)) \($0.rawValue)" }
        return "Orders of the last \(days.count) days: \(parts.joined(separator: ", "))"
    }

    private func bar(_ index: Int, _ day: DailyOrders, _ most: Int) -> String {
        let step = Self.width / Double(days.count)
        let left = step * Double(index) + step * 0.15
        var top = Self.height + 16
        var parts: [String] = []
        for state in Self.states {
            let count = day.counts[state, default: 0]
            guard count > 0 else { continue }
            let height = max(Self.height * Double(count) / Double(most), 1)
            top -= height
            parts.append(
                "<rect class=\"\(state.rawValue)\" x=\"\(Self.short(left))\" y=\"\(Self.short(top))\" width=\"\(Self.short(step * 0.7))\" height=\"\(Self.short(height))\"/>"
            )
        }
        let middle = Self.short(left + step * 0.35)
        let sum = day.counts.values.reduce(0, +)
        if sum > 0 {
            parts.append(
                "<text x=\"\(middle)\" y=\"\(Self.short(top - 4))\" text-anchor=\"middle\">\(sum)</text>"
            )
        }
        let number = Calendar.current.component(.day, from: day.day)
        parts.append(
            "<text x=\"\(middle)\" y=\"\(Int(Self.height) + 32)\" text-anchor=\"middle\">\(number)</text>"
        )
        return parts.joined()
    }

    private static func short(_ number: Double) -> String { String((number * 10).rounded() / 10) }
}
