import Foundation
import Persistence
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// When a channel starts, whatever an operator writes into its file, and who says so when a date is rejected.
@Suite(.timeLimit(.minutes(30)))
struct StartDateTests {
    /// What an operator does with `start_date`, and what comes of it.
    struct History: Sendable, CustomTestStringConvertible {
        struct Step: Sendable {
            /// Days that pass before the file is changed.
            var days: Double
            /// Nil leaves the key out.
            var startDate: String?
        }

        var testDescription: String
        var zone = "Europe/London"
        var first: String?
        var steps: [Step]
        /// The instant that is active in the end.
        var expected: String
        var isRejected = false

        static let all: [History] = [
            History(
                testDescription: "the day of the default is written down after 113 days",
                steps: [Step(days: 113, startDate: "2026-11-16")],
                expected: "2026-11-16T12:00:00Z"
            ),
            History(
                testDescription:
                    "the day of the default is written down at once, in a zone where it is another day",
                zone: "Pacific/Auckland",
                steps: [Step(days: 0.1, startDate: "2026-11-17")],
                expected: "2026-11-16T12:00:00Z"
            ),
            History(
                testDescription: "an accepted date is narrowed after 200 days",
                first: "2026-09-01",
                steps: [Step(days: 200, startDate: "2026-10-01")],
                expected: "2026-09-30T23:00:00Z"
            ),
            History(
                testDescription: "narrowed, and widened again to the first date",
                first: "2026-09-01",
                steps: [Step(days: 150, startDate: "2026-10-01"), Step(days: 1, startDate: "2026-09-01")],
                expected: "2026-08-31T23:00:00Z"
            ),
            History(
                testDescription: "the key is taken out again",
                first: "2026-09-01",
                steps: [Step(days: 300, startDate: nil)],
                expected: "2026-08-31T23:00:00Z"
            ),
            History(
                testDescription: "taken out, and written down again",
                first: "2026-09-01",
                steps: [Step(days: 100, startDate: nil), Step(days: 100, startDate: "2026-09-01")],
                expected: "2026-08-31T23:00:00Z"
            ),
            History(
                testDescription: "an earlier date within 90 days of the first sync, long after it",
                steps: [Step(days: 400, startDate: "2026-08-25")],
                expected: "2026-08-24T23:00:00Z"
            ),
            History(
                testDescription: "a day earlier than that is rejected, and the accepted date stays active",
                steps: [Step(days: 400, startDate: "2026-08-24")],
                expected: "2026-11-16T12:00:00Z",
                isRejected: true
            ),
            History(
                testDescription: "a rejected date is corrected",
                steps: [Step(days: 400, startDate: "2025-08-24"), Step(days: 1, startDate: "2026-11-01")],
                expected: "2026-11-01T00:00:00Z"
            ),
            History(
                testDescription: "the clock is a year behind when the active date is written down",
                first: "2026-09-01",
                steps: [Step(days: -365, startDate: "2026-09-01")],
                expected: "2026-08-31T23:00:00Z"
            ),
            History(
                testDescription: "a zone whose clocks changed in between",
                zone: "America/New_York",
                first: "2026-08-25",
                steps: [Step(days: 1, startDate: "2026-08-25")],
                expected: "2026-08-25T04:00:00Z"
            ),
        ]
    }

    private func text(_ day: String?) -> String {
        ConfigurationText.text(day.map { "start_date = \($0)" } ?? "", kcc: nil)
    }

    private func shop(_ now: ManualNow, zone: String = "Europe/London") -> TestShop {
        let shop = TestShop(now)
        var identity = ShopIdentity.plain()
        identity.timeZone = zone
        shop.orders.identify(as: identity)
        return shop
    }

    @Test(arguments: History.all)
    func `C1: a date once accepted stays active until another one is accepted`(_ history: History)
        async throws
    {
        let now = ManualNow()
        let shop = shop(now, zone: history.zone)
        try await Installation.run(
            text(history.first),
            shops: [ConfigurationText.host: shop],
            now: now
        ) { daemon in
            await daemon.round()
            for step in history.steps {
                now.advance(by: step.days * 86_400)
                let reply = try await daemon.reload(text(step.startDate))
                #expect(reply.status == .done)
                await daemon.round()
            }
            let start = try await daemon.rows("SELECT CAST(start_at_ms AS TEXT) FROM channel")
            let expected = try Date(history.expected, strategy: .iso8601)
            #expect(start == [String(Int(expected.timeIntervalSince1970) * 1000)])
            #expect(try await daemon.status().contains { $0.contains("is rejected") } == history.isRejected)
            // It is that instant which decides, and the channel never rests.
            for (number, seconds) in [(1, -1.0), (2, 1.0)] {
                shop.orders.put(
                    .paid(number)
                        .with {
                            $0.processedAt = expected.addingTimeInterval(seconds)
                            $0.updatedAt = Swift.max(now.current, Instants.now)
                        }
                )
            }
            await daemon.pass(15)
            #expect(
                try await daemon.rows("SELECT name || ' ' || state FROM \"order\" ORDER BY id")
                    == ["#1 skipped", "#2 imported"]
            )
        }
    }

    @Test(arguments: ["a", "b"])
    func `C1: channels of one shop each have their own first sync`(_ changed: String) async throws {
        let now = ManualNow()
        func text(_ days: [String: String], _ names: [String]) -> String {
            let channels = names.map { name in
                ConfigurationText.channel(
                    name,
                    "order_ref_format = \"\(name){0}\"\n" + (days[name].map { "start_date = \($0)" } ?? ""),
                    kcc: nil
                )
                .replacing("channel_location = \"Main Warehouse\"", with: "")
            }
            return "[daemon]\ndatabase = \"DATABASE\"\n" + channels.joined(separator: "\n")
        }
        try await Installation.run(text([:], ["a"]), shops: [ConfigurationText.host: shop(now)], now: now) {
            daemon in
            await daemon.round()
            now.advance(by: 200 * 86_400)
            _ = try await daemon.reload(text([:], ["a", "b"]))
            await daemon.round()
            now.advance(by: 86_400)
            // 80 days before the first sync of b, 280 days before that of a.
            let day = CalendarDay(of: now.current.addingTimeInterval(-81 * 86_400), in: .gmt).description
            let reply = try await daemon.reload(text([changed: day], ["a", "b"]))
            await daemon.round()
            #expect(!reply.lines.contains { $0.contains("rejected") })
            let rows = try await daemon.rows("SELECT name || ' ' || coalesce(start_date, '') FROM channel")
            #expect(rows.contains("\(changed) \(day)"))
        }
    }

    /// A rejected date, and what is left of the channel.
    enum Rejected: String, CaseIterable, CustomTestStringConvertible {
        case atTheFirstSync = "at the first sync: the channel rests"
        case afterIt = "after it: the date accepted before stays active"
        case ofTheSecondChannel = "of a shop's second channel: the first one goes on"
        case afterNarrowing = "after the accepted date was narrowed"

        var testDescription: String { rawValue }
        var rests: Bool { self == .atTheFirstSync || self == .ofTheSecondChannel }
        var channel: String { self == .ofTheSecondChannel ? "second" : "web" }
    }

    @Test(arguments: Rejected.allCases)
    func `C2: a rejected start date is named by check, check-config, reload, status and explain`(
        _ input: Rejected
    ) async throws {
        let now = ManualNow()
        let shop = shop(now)
        shop.orders.put(.paid(1001))
        let rejected = "start_date 2026-01-01 is rejected (more than 90 days before the channel's first sync)"
        let remedy =
            "set start_date to 2026-08-25 or later; for older orders run: kccsyncd backfill \(input.channel) --from 2026-01-01"
        let second =
            ConfigurationText.channel(
                "second",
                "order_ref_format = \"S{0}\"\nstart_date = 2026-01-01",
                kcc: nil
            )
            .replacing("channel_location = \"Main Warehouse\"", with: "")
        let texts: [String] =
            switch input {
            case .atTheFirstSync: [text("2026-01-01")]
            case .afterIt: [text(nil), text("2026-01-01")]
            case .ofTheSecondChannel: [ConfigurationText.text(kcc: nil, more: second)]
            case .afterNarrowing: [text("2026-11-01"), text("2026-11-10"), text("2026-01-01")]
            }
        try await Installation.run(texts[0], shops: [ConfigurationText.host: shop], now: now) { daemon in
            await daemon.round()
            for text in texts.dropFirst() {
                let reply = try await daemon.reload(text)
                if text == texts.last {
                    #expect(reply.lines.contains { $0.contains(rejected) && $0.contains(remedy) })
                }
                await daemon.round()
            }
            let session = await daemon.holder.session
            let status = try await daemon.status()
            #expect(status.contains { $0.contains(rejected) && $0.contains(remedy) })
            #expect(status.contains { $0.contains("PAUSED") } == input.rests)
            #expect(daemon.log.messages.contains { $0.contains(rejected) })
            let lines = try await CheckConfigCommand.contextLines(session.configuration, now: now.current)
            #expect(lines.contains { $0.contains("channel \(input.channel): \(rejected)") })
            let settings = try #require(
                session.configuration.channels.first { $0.name == input.channel }
            )
            let facts = try await session.queries.facts(of: [settings])
            let check = ChannelCheck(
                settings: settings,
                orderTypes: [],
                shop: shop,
                facts: facts[input.channel],
                now: { now.current }
            )
            let findings = await check.run()
            let finding = try #require(findings.all.first { $0.text.contains(rejected) })
            #expect(finding.grade == (input.rests ? .failed : .warning) && finding.remedy == remedy)
            #expect(findings.status == (input.rests ? .configuration : .done))
            guard input != .atTheFirstSync else {
                let polls = shop.orders.requests.compactMap(\.listing).filter { $0.importance == .polling }
                #expect(polls.isEmpty)
                return
            }
            let explanation = try await daemon.answer(.explanation(reference: "1001"))
            #expect(explanation.contains { $0.contains(rejected) })
            #expect(explanation.contains { $0.hasPrefix("imported") })
            let json = try await daemon.answer(.explanation(reference: "1001"), json: true).joined()
            #expect(json.contains(rejected))
        }
    }

    @Test(arguments: ["2026-11-20", "2026-08-25", nil] as [String?])
    func `C2: a channel that rests begins with the date that is corrected, and nobody complains any more`(
        _ day: String?
    ) async throws {
        let now = ManualNow()
        let shop = shop(now)
        shop.orders.put(.paid(1001))
        try await Installation.run(
            text("2026-01-01"),
            shops: [ConfigurationText.host: shop],
            now: now
        ) { daemon in
            await daemon.pass(3600, every: 900)
            #expect(try await daemon.rows("SELECT name FROM channel").isEmpty)
            let backfill = await daemon.perform(
                .backfill(
                    channel: "web",
                    from: .instant(Instants.placed.addingTimeInterval(-60)),
                    to: .instant(Instants.now)
                )
            )
            #expect(backfill.errors.contains { $0.contains("is rejected") })
            let reply = try await daemon.reload(text(day))
            await daemon.round()
            #expect(!reply.lines.contains { $0.contains("rejected") })
            #expect(try await !daemon.status().contains { $0.contains("rejected") })
            #expect(try await daemon.rows("SELECT state FROM \"order\"") == ["imported"])
        }
    }
}
