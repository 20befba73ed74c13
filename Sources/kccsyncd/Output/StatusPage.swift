import Foundation
import SyncEngine

/// The status page: what `kccsyncd status` says, for a browser.
///
/// One document without a script or anything to be fetched, which a browser fetches anew every half minute. It names orders and
/// SKUs, never a person.
struct StatusPage {
    /// Days of the chart.
    static let days = 14
    /// Seconds between two looks.
    static let interval = 30

    let report: StatusReport
    let days: [DailyOrders]
    let now: Date

    var html: String {
        let verdict = verdict
        return
            Self.document(
                title: verdict.words,
                """
                <header>
                <p class="product">kccsyncd <span class="quiet">\(Version.number)</span></p>
                <h1 class="\(verdict.tone.rawValue)">\(Glyph.of(verdict.tone)) \(verdict.words)</h1>
                <p class="quiet">As of \(moment(now))</p>
                </header>
                <main>
                \(list("needs", "What needs you", needs))\
                \(channelSection)\
                \(chartSection)\
                \(list("news", "Good to know", news))\
                </main>
                <footer>
                <p>Looked at again every \(Self.interval) seconds. In a terminal: <code>kccsyncd status</code></p>
                </footer>
                """
            )
            .text
    }

    /// A page that says why there is nothing to show.
    static func trouble(_ text: String) -> String {
        document(
            title: "The order store cannot be read",
            """
            <header>
            <p class="product">kccsyncd <span class="quiet">\(Version.number)</span></p>
            <h1 class="bad">\(Glyph.of(.bad)) The order store cannot be read</h1>
            </header>
            <main>
            <section class="card notice">
            <p>\(text)</p>
            <p class="quiet">Until it can be read again, orders stay in Shopify and levels in KCC. \
            Look at the journal: <code>journalctl -u kccsyncd</code></p>
            </section>
            </main>
            """
        )
        .text
    }

    private static func document(title: String, _ body: HTML) -> HTML {
        """
        <!DOCTYPE html>
        <html lang="en-GB">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex">
        <meta http-equiv="refresh" content="\(interval)">
        <title>\(title) · kccsyncd</title>
        <style>\(StatusStyle.sheet)</style>
        </head>
        <body>
        \(body)
        </body>
        </html>

        """
    }

    // MARK: The verdict

    /// How good or bad something is; always said in words as well.
    enum Tone: String {
        case good
        /// Neither, such as a channel that is switched off.
        case calm
        case bad
    }

    private var verdict: (words: String, tone: Tone) {
        let count = needs.count
        guard count == 0 else { return (count == 1 ? "1 thing needs you" : "\(count) things need you", .bad) }
        let enabled = report.channels.filter(\.settings.enabled)
        if enabled.isEmpty { return ("Every channel is off", .calm) }
        return enabled.contains { $0.state == .notPolled } ? ("Starting", .calm) : ("All is well", .good)
    }

    /// What a person has to do, what stops a channel first.
    private var needs: [Trouble] {
        report.channels.compactMap(report.halt) + report.troubles.filter { !$0.isNews }
    }

    private var news: [Trouble] { report.troubles.filter(\.isNews) }

    private func list(_ id: HTML, _ heading: String, _ troubles: [Trouble]) -> HTML {
        guard !troubles.isEmpty else { return "" }
        let rows = troubles.map { trouble -> HTML in
            let remedy = trouble.remedy.map { "<p class=\"remedy\">\(Self.sentence($0))</p>\n" as HTML } ?? ""
            return """
                <li>
                <p class="subject">\(trouble.channel ?? "orders")</p>
                <div>
                <p>\(Self.sentence(trouble.fact))\(since(trouble))</p>
                \(remedy)</div>
                </li>

                """
        }
        return """
            <section aria-labelledby="\(id)">
            <h2 id="\(id)">\(heading)</h2>
            <ul class="list \(id)">
            \(rows)</ul>
            </section>

            """
    }

    /// With a capital letter, unless it begins with a command.
    static func sentence(_ text: String) -> HTML {
        let text = RemedyText(text).addressed(to: .ofProcess)
        guard !text.hasPrefix("kccsyncd ") else { return RemedyText(text).html }
        return RemedyText(text.prefix(1).uppercased() + text.dropFirst()).html
    }

    // MARK: Times

    func since(_ trouble: Trouble) -> HTML {
        guard let since = trouble.since else { return "" }
        return
            "<br><span class=\"quiet\">since <time datetime=\"\(Self.stamp(since))\">\(since.shown(in: trouble.zone))</time></span>"
    }

    /// `25 Nov 2026 14:03:10 GMT`.
    private func moment(_ date: Date) -> HTML {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_GB")
        formatter.timeZone = report.zone
        formatter.dateFormat = "d MMM yyyy HH:mm:ss zzz"
        return "<time datetime=\"\(Self.stamp(date))\">\(formatter.string(from: date))</time>"
    }

    /// `9 s ago`, the time itself at hand.
    func ago(_ date: Date?, in zone: TimeZone) -> HTML {
        guard let date else { return "<span class=\"quiet\">never</span>" }
        return """
            <time datetime="\(Self.stamp(date))" title="\(date.shown(in: zone))">\(Spoken.ago(date, now: now))</time>
            """
    }

    private static func stamp(_ date: Date) -> String { date.formatted(.iso8601) }
}
