import Foundation
import SyncEngine

extension StatusPage {
    /// The orders of the last days, as bars and in figures.
    var chartSection: HTML {
        let total = days.reduce(0) { $0 + $1.counts.values.reduce(0, +) }
        let body = total > 0 ? chart : "<p class=\"card empty quiet\">\(emptyWords)</p>\n"
        return """
            <section aria-labelledby="orders">
            <h2 id="orders">Orders of the last \(days.count) days</h2>
            \(body)</section>

            """
    }

    private var emptyWords: String {
        let older = report.channels.flatMap(\.counts).reduce(0) { $0 + $1.count }
        return older > 0
            ? "No order was placed in these days. Older ones are counted above."
            : "No orders yet. They appear here seconds after they were placed in the shop."
    }

    private var chart: HTML {
        let states = OrderState.shown.filter { state in days.contains { $0.counts[state, default: 0] > 0 } }
        return """
            <div class="card chart">
            <div class="bars">
            <ul class="legend" aria-hidden="true">
            \(states.map { "<li><svg class=\"swatch\" viewBox=\"0 0 12 12\"><rect class=\"\($0.rawValue)\" width=\"12\" height=\"12\"/></svg>\($0.word)</li>\n" as HTML })</ul>
            \(BarChart(days: days, states: states, zone: report.zone).svg)</div>
            \(figures(states))</div>

            """
    }

    private func figures(_ states: [OrderState]) -> HTML {
        let head = states.map { "<th scope=\"col\">\($0.word)</th>" as HTML }
        let rows = days.reversed()
            .map { day -> HTML in
                let cells = states.map { state -> HTML in
                    let count = day.counts[state, default: 0]
                    return count == 0 ? "<td class=\"quiet\">0</td>" : "<td>\(Spoken.count(count))</td>"
                }
                let weekday = BarChart.label(day.day, "EEE", report.zone)
                let date = BarChart.label(day.day, "d MMM", report.zone)
                return "<tr><th scope=\"row\"><span>\(weekday) </span>\(date)</th>\(cells)</tr>\n"
            }
        return """
            <div class="scroll">
            <table class="figures days">
            <caption class="unseen">Orders by the day on which they were placed</caption>
            <thead><tr><th scope="col">Placed</th>\(head)</tr></thead>
            <tbody>
            \(rows)</tbody>
            </table>
            </div>

            """
    }
}

/// Bars of stacked counts, a day each, as SVG.
///
/// Places are in per cent across and in pixels down, so the chart fits any width and its letters keep their size.
struct BarChart {
    let days: [DailyOrders]
    /// What is stacked, from below.
    let states: [OrderState]
    /// Whose days they are.
    let zone: TimeZone

    /// Pixels from the top to the ground line.
    private static let height = 280.0
    private static let top = 12.0
    /// So that a single failed order among hundreds is seen.
    private static let least = 3.0

    var svg: HTML {
        let step = Self.step(for: days.map(total).max() ?? 0)
        let ceiling = max(step, Int((Double(days.map(total).max() ?? 0) / Double(step)).rounded(.up)) * step)
        let lines = stride(from: 0, through: ceiling, by: step)
            .map { value -> HTML in
                let y = Self.y(Double(value), ceiling)
                return """
                    <line class="grid" x1="0" x2="100%" y1="\(y)" y2="\(y)"/>\
                    <text class="scale" x="-10" y="\(y)" dy="0.35em">\(Spoken.count(value))</text>

                    """
            }
        return """
            <svg class="plot" height="\(Int(Self.height) + 46)" role="img" aria-labelledby="plot-title plot-text">
            <title id="plot-title">Orders by the day on which they were placed</title>
            <desc id="plot-text">\(summary)</desc>
            <defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">\
            <rect class="failed-ground" width="6" height="6"/><rect class="failed-stripe" width="2" height="6"/></pattern>\
            <pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse">\
            <rect class="pending-ground" width="6" height="6"/><circle class="pending-dot" cx="3" cy="3" r="1.4"/></pattern></defs>
            \(Array(lines))\(days.indices.map { column($0, ceiling) })\
            <line class="ground" x1="0" x2="100%" y1="\(Self.y(0, ceiling))" y2="\(Self.y(0, ceiling))"/></svg>

            """
    }

    private func column(_ index: Int, _ ceiling: Int) -> HTML {
        let day = days[index]
        let share = 100 / Double(days.count)
        let middle = Self.text((Double(index) + 0.5) * share) + "%"
        var floor = Self.height
        var bars: [HTML] = []
        for state in states {
            guard let count = day.counts[state], count > 0 else { continue }
            let height = max(Self.least, Self.height - Self.level(Double(count), ceiling))
            floor -= height
            bars.append(
                """
                <rect class="\(state.rawValue)" x="\(Self.text((Double(index) + 0.19) * share))%" \
                y="\(Self.text(floor))" width="\(Self.text(0.62 * share))%" height="\(Self.text(height))"/>
                """
            )
        }
        let isMonth = index == 0 || Calendar.current.component(.day, from: day.day) == 1
        let month: HTML =
            isMonth
            ? "<text class=\"month\" x=\"\(middle)\" y=\"\(Int(Self.height) + 38)\">\(Self.label(day.day, "MMM", zone))</text>"
            : ""
        return """
            <g><title>\(words(day))</title>\
            <rect class="reach" x="\(Self.text(Double(index) * share))%" y="0" width="\(Self.text(share))%" height="\(Int(Self.height))"/>\
            \(bars)\
            <text class="day\(index == days.count - 1 ? " today" : "")" x="\(middle)" y="\(Int(Self.height) + 20)">\
            \(Self.label(day.day, "d", zone))</text>\(month)</g>

            """
    }

    // MARK: Words

    private func total(_ day: DailyOrders) -> Int { day.counts.values.reduce(0, +) }

    /// `Tue 24 Nov: 12 imported, 1 failed`.
    private func words(_ day: DailyOrders) -> String {
        let parts = states.compactMap { state in
            day.counts[state].map { "\(Spoken.count($0)) \(state.rawValue)" }
        }
        return
            "\(Self.label(day.day, "EEE d MMM", zone)): \(parts.isEmpty ? "none" : parts.joined(separator: ", "))"
    }

    private var summary: String {
        let sums = states.map { state in
            "\(Spoken.count(days.reduce(0) { $0 + $1.counts[state, default: 0] })) \(state.rawValue)"
        }
        return "In all \(sums.joined(separator: ", ")). The table has the figures of each day."
    }

    static func label(_ day: Date, _ format: String, _ zone: TimeZone) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_GB")
        formatter.timeZone = zone
        formatter.dateFormat = format
        return formatter.string(from: day)
    }

    // MARK: Places

    /// The distance of the lines: 1, 2 or 5 times a power of ten, at most five of them.
    static func step(for most: Int) -> Int {
        var power = 1
        while true {
            for step in [power, 2 * power, 5 * power] where 4 * step >= most { return step }
            power *= 10
        }
    }

    private static func level(_ value: Double, _ ceiling: Int) -> Double {
        height - (height - top) * value / Double(ceiling)
    }

    /// On a whole pixel and a half, so that a line is as sharp as it can be.
    private static func y(_ value: Double, _ ceiling: Int) -> String {
        text(level(value, ceiling).rounded() + 0.5)
    }

    private static func text(_ number: Double) -> String {
        let hundredths = Int((number * 100).rounded())
        return hundredths % 100 == 0 ? String(hundredths / 100) : String(Double(hundredths) / 100)
    }
}
