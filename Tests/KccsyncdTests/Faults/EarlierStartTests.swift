import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// A `start_date` that is set to an earlier day, and who says what that does not do.
@Suite(.timeLimit(.minutes(30)))
struct EarlierStartTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// The day that is active first; nil = the default, 16 November.
        var first: String?
        var then: String?
        /// What is said; nil = nothing.
        var active: String?

        static let all = [
            Case(
                testDescription: "earlier than the default",
                then: "2026-11-01",
                active: "16 Nov 2026 12:00 GMT"
            ),
            Case(
                testDescription: "earlier than a day in the file",
                first: "2026-11-10",
                then: "2026-10-01",
                active: "10 Nov 2026 00:00 GMT"
            ),
            Case(testDescription: "later", first: "2026-11-10", then: "2026-11-12"),
            Case(testDescription: "the same", first: "2026-11-10", then: "2026-11-10"),
            Case(testDescription: "the default's day", then: "2026-11-16"),
            Case(testDescription: "taken out", first: "2026-11-10", then: nil),
        ]
    }

    @Test(arguments: Case.all)
    func `an earlier start date is said to fetch no older orders, with the command that does`(_ given: Case)
        async throws
    {
        func text(_ day: String?) -> String {
            ConfigurationText.text(day.map { "start_date = \($0)" } ?? "", kcc: nil)
        }
        let now = ManualNow()
        let shop = TestShop(now)
        try await Installation.run(text(given.first), shops: [ConfigurationText.host: shop], now: now) {
            (daemon) async throws in
            shop.orders.put(.paid(1001, at: Instants.now.addingTimeInterval(-20 * 86_400)))
            shop.orders.put(.paid(1002))
            await daemon.round()
            let quiet = try await daemon.status()
            #expect(!quiet.contains { $0.contains("is earlier than") })
            let reply = try await daemon.reload(text(given.then))
            let expected = given.active.map { active in
                "start_date \(given.then ?? "") is earlier than the date accepted before (\(active)): orders placed between the two are not fetched by themselves; to fetch them run: kccsyncd backfill web --from \(given.then ?? "")"
            }
            let configuration = await daemon.holder.session.configuration
            let checked = try await CheckConfigCommand.contextLines(configuration, now: now.current)
            #expect(
                reply.lines.filter { $0.contains("is earlier than") }
                    == (expected.map { ["warning: channel web: \($0)"] } ?? [])
            )
            #expect(checked == (expected.map { ["warning: channel web: \($0)"] } ?? []))
            await daemon.pass(30)
            let status = try await daemon.status()
            #expect(
                status.filter { $0.contains("is earlier than") } == (expected.map { ["web: \($0)"] } ?? []),
                "\(status)"
            )
            guard expected != nil, let day = CalendarDay(of: given.then) else { return }
            #expect(try await daemon.orders() == ["1002 imported waiting"])
            let backfill = await daemon.perform(
                .backfill(channel: "web", from: .day(day), to: .instant(now.current))
            )
            #expect(backfill.status == .done, "\(backfill.errors)")
            await daemon.pass(1800)
            #expect(try await daemon.orders() == ["1001 imported waiting", "1002 imported waiting"])
        }
    }
}

extension CalendarDay {
    fileprivate init?(of text: String?) {
        guard let text, case .day(let day) = DayOrInstant(text) else { return nil }
        self = day
    }
}
