import ArgumentParser
import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Dates that have not come yet.
@Suite(.timeLimit(.minutes(30)))
struct FutureDateTests {
    private static func text(_ day: String?) -> String {
        ConfigurationText.text(day.map { "start_date = \($0)" } ?? "", kcc: nil)
    }

    private static let ahead =
        "start_date 2027-02-01 has not come yet: orders placed before it are not imported, so nothing is imported until then"
    private static let remedy =
        "if that is not intended set an earlier start_date in [channels.web] and run: kccsyncd reload"

    @Test(arguments: [true, false])
    func `a start date that has not come is named by check-config, check, reload, status and the journal`(
        _ isFirst: Bool
    ) async throws {
        let now = ManualNow()
        let shop = TestShop(now)
        shop.orders.put(.paid(1001))
        try await Installation.run(
            Self.text(isFirst ? "2027-02-01" : nil),
            shops: [ConfigurationText.host: shop],
            now: now
        ) { (daemon) async throws in
            await daemon.round()
            if !isFirst {
                let reply = try await daemon.reload(Self.text("2027-02-01"))
                #expect(
                    reply.lines.contains("warning: channel web: \(Self.ahead); \(Self.remedy)"),
                    "\(reply.lines)"
                )
                await daemon.round()
            }
            #expect(
                try await daemon.status().contains { $0.contains(Self.ahead) && $0.contains(Self.remedy) }
            )
            #expect(daemon.log.messages.contains { $0.contains(Self.ahead) }, "\(daemon.log.messages)")
            let session = await daemon.holder.session
            let lines = try await CheckConfigCommand.contextLines(session.configuration, now: now.current)
            #expect(lines == ["warning: channel web: \(Self.ahead); \(Self.remedy)"])
            for facts in [nil, ChannelFacts()] {
                let check = ChannelCheck(
                    settings: session.configuration.channels[0],
                    orderTypes: [],
                    shop: shop,
                    facts: facts,
                    now: { now.current }
                )
                let findings = await check.run()
                let finding = try #require(findings.all.first { $0.text == Self.ahead })
                #expect(finding.grade == .warning && finding.remedy == Self.remedy)
                #expect(findings.status == .done)
            }
            // The day comes, and nobody complains any more.
            now.advance(by: 80 * 86_400)
            await daemon.round()
            #expect(try await !daemon.status().contains { $0.contains("has not come yet") })
        }
    }

    @Test func `a start date of today is no mistake, and one that was accepted is named without the key`()
        async throws
    {
        let now = ManualNow()
        try await Installation.run(
            Self.text(CalendarDay(of: now.current, in: .gmt).description),
            shops: [ConfigurationText.host: TestShop(now)],
            now: now
        ) { (daemon) async throws in
            await daemon.round()
            #expect(try await !daemon.status().contains { $0.contains("has not come yet") })
            _ = try await daemon.reload(Self.text("2027-02-01"))
            await daemon.round()
            _ = try await daemon.reload(Self.text(nil))
            await daemon.round()
            let status = try await daemon.status()
            #expect(
                status.contains {
                    $0.contains("the start date accepted before, 1 Feb 2027 00:00 GMT, has not come yet")
                },
                "\(status)"
            )
        }
    }

    // MARK: Backfills

    @Test(
        arguments: [
            ("2027-01-01", nil, "1 Jan 2027"), ("2027-01-01", "2027-02-01", "1 Jan 2027"),
            ("2027-02-01", "2027-01-01", "1 Feb 2027"), ("2026-12-01T00:00:00Z", nil, "1 Dec 2026"),
            ("2027-01-01", "2026-01-01", "1 Jan 2027"),
        ] as [(String, String?, String)]
    )
    func `a backfill that begins in the future blames --from`(_ from: String, _ to: String?, _ shown: String)
        async throws
    {
        let now = ManualNow()
        try await Installation.run(
            Self.text(nil),
            shops: [ConfigurationText.host: TestShop(now)],
            now: now
        ) { (daemon) async throws in
            await daemon.round()
            let reply = await daemon.perform(
                .backfill(
                    channel: "web",
                    from: try #require(DayOrInstant(from)),
                    to: try to.map { try #require(DayOrInstant($0)) } ?? .instant(now.current)
                )
            )
            #expect(reply.status == .usage)
            #expect(reply.errors == ["--from: expected a time that has passed, found \(shown) 00:00 GMT"])
        }
    }

    @Test func `a backfill whose end is not after its beginning blames --to`() async throws {
        let now = ManualNow()
        try await Installation.run(
            Self.text(nil),
            shops: [ConfigurationText.host: TestShop(now)],
            now: now
        ) { (daemon) async throws in
            await daemon.round()
            for to in ["2026-10-01", "2026-09-01"] {
                let reply = await daemon.perform(
                    .backfill(
                        channel: "web",
                        from: try #require(DayOrInstant("2026-10-01")),
                        to: try #require(DayOrInstant(to))
                    )
                )
                #expect(reply.errors == ["--to must be later than --from"])
            }
        }
    }

    @Test(arguments: [["--from", "2999-01-01"], ["--from", "2999-01-01", "--to", "2998-01-01"]])
    func `the command line rejects such a backfill before it asks anybody`(_ options: [String]) {
        let error = #expect(throws: (any Error).self) {
            _ = try Kccsyncd.parseAsRoot(["backfill", "web"] + options)
        }
        let message = error.map { Kccsyncd.message(for: $0) }
        #expect(
            message?.hasPrefix("--from: expected a time that has passed, found 1 Jan 2999 00:00 ") == true,
            "\(message ?? "")"
        )
    }
}
