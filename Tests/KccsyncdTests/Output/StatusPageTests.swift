import Foundation
import SyncEngine
import Testing

@testable import kccsyncd

@Suite struct StatusPageTests {
    @Test func whatIsPutIntoMarkupIsEscapedAndMarkupIsNot() {
        let name = #"<b>"Tom" & 'Jo'</b>"#
        let cell: HTML = "<td title=\"\(name)\">\(7)</td>"
        #expect(cell.text == "<td title=\"&lt;b&gt;&quot;Tom&quot; &amp; &#39;Jo&#39;&lt;/b&gt;\">7</td>")
        let row: HTML = "<tr>\(cell)\([cell, cell])</tr>"
        #expect(row.text == "<tr>\(cell.text)\(cell.text)\(cell.text)</tr>")
    }

    @Test func controlsDoNotReachABrowser() {
        #expect(
            HTML.escaped("a\u{0}b\u{1B}c\u{202E}d\u{85}\ne\tf é")
                == "a\u{FFFD}b\u{FFFD}c\u{FFFD}d\u{FFFD}\ne\tf é"
        )
    }

    @Test(arguments: [
        ("see: kccsyncd queue list", ["see: ", "[kccsyncd queue list]"]),
        ("kccsyncd orders explain 1042", ["[kccsyncd orders explain 1042]"]),
        (
            "if it is older run kccsyncd backfill; if not, dismiss this (kccsyncd kcc dismiss 3)",
            [
                "if it is older run ", "[kccsyncd backfill]", "; if not, dismiss this ",
                "([kccsyncd kcc dismiss 3])",
            ]
        ),
        (
            "fulfil it with kccsyncd shipments add, then dismiss this",
            ["fulfil it with ", "[kccsyncd shipments add]", ", then dismiss this"]
        ),
        (
            "set a later date and use kccsyncd backfill for older orders",
            ["set a later date and use ", "[kccsyncd backfill]", " for older orders"]
        ),
        ("the user that kccsyncd runs as", ["the user that kccsyncd runs as"]),
        ("`orders release` sends it as it is", ["[orders release]", " sends it as it is"]),
        (
            "enter https://sync.example.com/kcc/web/config.xml in its channel screen",
            ["enter ", "[https://sync.example.com/kcc/web/config.xml]", " in its channel screen"]
        ),
        ("it runs as root (see kccsyncd check).", ["it runs as root (see ", "[kccsyncd check]", ")."]),
        ("a ` alone", ["a ` alone"]),
        ("", []),
    ])
    func commandsAndAddressesAreFound(_ text: String, _ expected: [String]) {
        let found = RemedyText(text).pieces
            .map { piece in
                switch piece {
                case .words(let words): words
                case .code(let code): "[\(code)]"
                case .aside(let code): "([\(code)])"
                }
            }
        #expect(found == expected)
    }

    @Test(arguments: [
        (0, 1), (1, 1), (4, 1), (5, 2), (8, 2), (9, 5), (21, 10), (86, 50), (400, 100), (401, 200),
    ])
    func theLinesOfTheChartAreAtRoundFigures(_ most: Int, _ step: Int) {
        #expect(BarChart.step(for: most) == step)
    }

    @Test func aSingleFailureAmongHundredsIsSeenAndADayWithoutOrdersIsNamed() {
        let day = Date(timeIntervalSince1970: 1_795_000_000)
        let chart = BarChart(
            days: [
                DailyOrders(day: day, counts: [.imported: 4000, .failed: 1]),
                DailyOrders(day: day.addingTimeInterval(86_400), counts: [:]),
            ],
            states: [.imported, .failed],
            zone: .gmt
        )
        #expect(chart.svg.text.contains(#"<rect class="failed" x="9.5%" y="#))
        #expect(chart.svg.text.contains(#"height="3"/>"#))
        #expect(chart.svg.text.contains(": 4 000 imported, 1 failed</title>"))
        #expect(chart.svg.text.contains(": none</title>"))
    }

    @Test func aStoreThatCannotBeReadIsSaidSafely() {
        let page = StatusPage.trouble("database <disk> is \"full\"")
        #expect(page.contains("<p>database &lt;disk&gt; is &quot;full&quot;</p>"))
        #expect(page.contains("<title>The order store cannot be read · kccsyncd</title>"))
    }

    @Test func aTroubleReadsAsALine() {
        var trouble = Trouble("web", "token refused (401)", remedy: "run kccsyncd check web")
        #expect(trouble.line == "web: token refused (401); run kccsyncd check web")
        trouble.since = Date(timeIntervalSince1970: 1_795_000_000)
        trouble.zone = TimeZone(identifier: "Europe/Berlin") ?? .gmt
        #expect(
            trouble.line
                == "web: token refused (401) since 18 Nov 2026 12:06 CET; run kccsyncd check web"
        )
        #expect(Trouble(nil, "1 order failed").line == "1 order failed")
    }
}
