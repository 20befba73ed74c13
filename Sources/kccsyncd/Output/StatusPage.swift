import Foundation
import SyncEngine

/// The status page: what `kccsyncd status` says, for a browser.
///
/// One document without script or anything else to fetch; it holds figures, names of orders and channels, and what to do,
/// and never a person's data.
struct StatusPage {
    /// Days of the chart.
    static let days = 14

    let report: StatusReport
    let days: [DailyOrders]
    let now: Date

    /// The whole document.
    var html: String {
        let troubles = report.troubles
        let failing = report.channels.filter { $0.settings.enabled && $0.health.error != nil }
        let count = troubles.count + failing.count
        let verdict =
            count == 0
            ? "All is well" : count == 1 ? "1 thing needs you" : "\(Spoken.count(count)) things need you"
        let body = """
            <h1 class="\(count == 0 ? "well" : "ill")">\(verdict)</h1>
            <p class="quiet">kccsyncd \(HTMLText.escaped(Version.number)), \(HTMLText.escaped(Spoken.time(now))); looks again every half minute</p>
            \(needs(troubles, failing))
            <h2>Channels</h2>
            \(report.channels.map(channel).joined(separator: "\n"))
            <h2>Orders of the last \(Self.days) days</h2>
            \(OrderChart(days: days).html)
            """
        return Self.document(title: "\(verdict): kccsyncd", body: body)
    }

    /// What is shown where the store cannot be read.
    static func trouble(_ text: String) -> String {
        document(
            title: "kccsyncd cannot read its store",
            body: """
                <h1 class="ill">The order store cannot be read</h1>
                <p>\(HTMLText.escaped(text))</p>
                <p>The journal has more: <code>journalctl -u kccsyncd</code></p>
                """
        )
    }

    private func needs(_ troubles: [String], _ failing: [StatusReport.Channel]) -> String {
        let lines = failing.map { "\($0.settings.name): \(report.state($0))" } + troubles
        guard !lines.isEmpty else { return "" }
        let items = lines.map { "<li>\(HTMLText.withCommands($0))</li>" }.joined(separator: "\n")
        return "<h2>What needs you</h2>\n<ul class=\"needs\">\n\(items)\n</ul>"
    }

    // MARK: A channel

    private func channel(_ channel: StatusReport.Channel) -> String {
        let state =
            !channel.settings.enabled
            ? "off" : channel.health.error == nil ? "ok" : channel.health.paused ? "paused" : "in trouble"
        let isIll = channel.settings.enabled && channel.health.error != nil
        var facts: [(String, String)] = [
            ("Shop", channel.settings.shop.domain),
            ("Last poll", channel.health.lastPollAt.map { Spoken.ago($0, now: now) } ?? "not yet"),
        ]
        if let link = channel.link {
            facts.append(("KCC asked for orders", link.ordersAt.map { Spoken.ago($0, now: now) } ?? "never"))
            facts.append(("KCC told something", link.reportsAt.map { Spoken.ago($0, now: now) } ?? "never"))
        } else {
            facts.append(("KCC", "no link"))
        }
        facts += [
            ("Imported", Spoken.count(channel.count(.imported))),
            ("Waiting for KCC", Spoken.count(channel.waiting)),
            ("Skipped", Spoken.count(channel.count(.skipped))),
            ("Failed", Spoken.count(channel.count(.failed))),
            ("To be told to Shopify", StatusReport.queue(channel.queue)),
        ]
        if let stock = channel.stock {
            facts.append(("Stock levels right", Spoken.count(stock.counts[.confirmed, default: 0])))
        }
        let rows = facts.map { "<div><dt>\($0.0)</dt><dd>\(HTMLText.escaped($0.1))</dd></div>" }
            .joined(separator: "\n")
        return """
            <section aria-label="channel \(HTMLText.escaped(channel.settings.name))">
            <h3>\(HTMLText.escaped(channel.settings.name)) <span class="\(isIll ? "ill" : "well")">\(state)</span></h3>
            <dl>
            \(rows)
            </dl>
            </section>
            """
    }

    // MARK: The frame

    private static func document(title: String, body: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="refresh" content="30">
        <title>\(HTMLText.escaped(title))</title>
        <style>\(style)</style>
        </head>
        <body>
        <main>
        \(body)
        </main>
        </body>
        </html>

        """
    }

    private static let style = """
        :root { color-scheme: light dark; --paper: #fbfaf8; --ink: #1f2328; --quiet: #5c6470; --line: #dcd8d0; --card: #fff;
          --well: #1a6b3c; --ill: #a5321f; --imported: #2f6f9f; --skipped: #9aa3ad; --failed: #b8432f; --pending: #b58a1f;
          --ignored: #6e5a8a }
        @media (prefers-color-scheme: dark) { :root { --paper: #15181c; --ink: #e6e3dd; --quiet: #a0a8b2; --line: #343a42;
          --card: #1d2126; --well: #6fcf97; --ill: #ff9b85; --imported: #6fb1e0; --skipped: #7d8691; --failed: #f08a75;
          --pending: #d9b558; --ignored: #b39ddb } }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
        main { max-width: 64rem; margin: 0 auto; padding: 1.5rem 1rem 3rem }
        h1 { font-size: 1.9rem; line-height: 1.2; margin: .5rem 0 .25rem }
        h2 { font-size: 1.15rem; margin: 2.25rem 0 .75rem }
        h3 { font-size: 1.1rem; margin: 0 0 .5rem; display: flex; justify-content: space-between; gap: 1rem }
        .quiet { color: var(--quiet); margin: 0 } .well { color: var(--well) } .ill { color: var(--ill) }
        section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.1rem; margin: 0 0 1rem }
        dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .7rem 1.5rem; margin: 0 }
        dt { color: var(--quiet); font-size: .85rem } dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums }
        ul.needs { margin: 0; padding: 0; list-style: none }
        ul.needs li { border-left: .25rem solid var(--ill); background: var(--card); padding: .6rem .9rem; margin: 0 0 .6rem; overflow-wrap: anywhere }
        code { font: .9em ui-monospace, monospace; background: var(--line); padding: .05em .3em; border-radius: .25em }
        figure { margin: 0 } svg { width: 100%; height: auto; display: block }
        .key { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; padding: 0; margin: .6rem 0 0; list-style: none; color: var(--quiet); font-size: .9rem }
        .key svg { display: inline; width: .8em; height: .8em } text { fill: var(--quiet); font-size: 11px }
        .imported { fill: var(--imported) } .skipped { fill: var(--skipped) } .failed { fill: var(--failed) }
        .pending { fill: var(--pending) } .ignored { fill: var(--ignored) }
        """
}
