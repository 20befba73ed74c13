import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Orders of a shop that has no channel at work any more: what is said of them, and what can be done.
@Suite(.timeLimit(.minutes(30)))
struct ShopWithoutChannelTests {
    private static let other = "other.myshopify.com"
    private static let second = ConfigurationText.channel("second", host: other)
        .replacing("username = \"khaos\"", with: "username = \"other\"")
    private static let both = ConfigurationText.text(more: second)

    /// How a shop loses its channel.
    enum Way: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case removed = "its table is taken out of the file"
        case restarted = "its table is taken out while the daemon is down"
        case moved = "its shop_url changes"
        case off = "its table is renamed, and the new one is off"

        var testDescription: String { rawValue }

        var text: String {
            switch self {
            case .removed, .restarted:
                "[daemon]\ndatabase = \"DATABASE\"\n\(ConfigurationText.link)\n\(second)"
            case .moved:
                ConfigurationText.linked.replacing(ConfigurationText.host, with: other)
            case .off:
                both.replacing("[channels.web]", with: "[channels.shop]\nenabled = false")
                    .replacing("[channels.web.kcc]", with: "[channels.shop.kcc]")
            }
        }
    }

    /// Two shops; of the first KCC has 1001, 1002 is on a page that has not come back, and 1003 was never served.
    private func losing(
        _ way: Way,
        _ body: (Installation, _ reply: [String], _ open: KCC.Page) async throws -> Void
    ) async throws {
        let now = ManualNow()
        let (here, there) = (TestShop(now), TestShop(now))
        there.identify(as: "2")
        try await Installation.run(
            Self.both,
            shops: [ConfigurationText.host: here, Self.other: there],
            now: now
        ) { (daemon) async throws in
            here.sell(.paid(1001))
            await daemon.round()
            var open: KCC.Page?
            try await KCC.calling(daemon) { (kcc) async throws in
                let first = try await kcc.orders()
                here.sell(.paid(1002))
                await daemon.pass(15)
                open = try await kcc.orders(from: first.position)
            }
            here.sell(.paid(1003))
            await daemon.pass(15)
            var reply: [String] = []
            if way == .restarted {
                daemon.write(way.text)
                try await daemon.restart()
            } else {
                reply = try await daemon.reload(way.text).lines
            }
            await daemon.pass(15)
            let page = try #require(open)
            #expect(page.refs == ["1002"])
            try await body(daemon, reply, page)
        }
    }

    @Test(arguments: Way.allCases)
    func `H4: orders of a shop without a channel at work are held where KCC may have them, and all say so`(
        _ way: Way
    ) async throws {
        try await losing(way) { (daemon, reply, _) async throws in
            #expect(
                try await daemon.orders() == [
                    "1001 imported acknowledged", "1002 imported held maybe_handed_off",
                    "1003 imported waiting",
                ]
            )
            let decide =
                "decide each order: kccsyncd orders list --channel web; acknowledge those that KCC has and ignore the others, or add a channel of test.myshopify.com to the file, or turn one on, and run: kccsyncd reload"
            let status = try await daemon.status()
            #expect(
                status.contains {
                    $0.hasPrefix("web: ")
                        && $0.contains("2 orders that are not handed off (1 of them KCC may have)")
                        && $0.hasSuffix(decide)
                },
                "\(status)"
            )
            if way == .removed { #expect(reply.contains { $0.hasSuffix(decide) }, "\(reply)") }
            let held = try await daemon.answer(
                .orders(channel: "web", state: nil, reason: .maybeHandedOff, since: nil)
            )
            #expect(held.count == 2 && held[1].hasPrefix("#1002"), "\(held)")
            let doubted = try await daemon.answer(.explanation(reference: "1002"))
            #expect(
                doubted.contains(
                    "look for it in KCC; if it is there run: kccsyncd orders ack 1002; else add a channel of test.myshopify.com to the file, or turn one on, and run: kccsyncd reload; then run: kccsyncd orders resend 1002; if it is not wanted: kccsyncd orders ignore 1002"
                ),
                "\(doubted)"
            )
            let waiting = try await daemon.answer(.explanation(reference: "1003"))
            #expect(
                waiting.contains(
                    "nobody offers it: its channel web is not in the configuration, and test.myshopify.com has no other at work; add a channel of that shop to the file, or turn one on, and run: kccsyncd reload; if KCC has it run: kccsyncd orders ack 1003; if it is not wanted: kccsyncd orders ignore 1003"
                ),
                "\(waiting)"
            )
        }
    }

    @Test(arguments: Way.allCases)
    func `H4: every remedy for orders of a shop without a channel at work works`(_ way: Way) async throws {
        try await losing(way) { (daemon, _, _) async throws in
            let resend = await daemon.perform(.orders(.resend, references: ["1003"]))
            #expect(
                resend.errors == [
                    "order #1003 cannot be offered: its channel web is not in the configuration, and test.myshopify.com has no other at work; add a channel of that shop to the file, or turn one on, and run: kccsyncd reload; if KCC has it run: kccsyncd orders ack 1003; if it is not wanted: kccsyncd orders ignore 1003"
                ]
            )
            let taken = await daemon.perform(.orders(.resend, references: ["1001"]))
            #expect(
                taken.errors == [
                    "order #1001 cannot be offered: its channel web is not in the configuration, and test.myshopify.com has no other at work; add a channel of that shop to the file, or turn one on, and run: kccsyncd reload"
                ]
            )
            if way != .moved {
                let early = await daemon.perform(.forgetChannel(name: "web"))
                #expect(
                    early.errors == [
                        "channel web: 2 orders of it are open; see: kccsyncd orders list --channel web; acknowledge each order that KCC has, and ignore the others"
                    ]
                )
            }
            let ack = await daemon.perform(.doubted(.ack, channel: nil))
            #expect(ack.lines == ["#1002: acknowledged"], "\(ack.errors)")
            let ignore = await daemon.perform(.orders(.ignore, references: ["1003"]))
            #expect(ignore.lines == ["#1003: ignored"], "\(ignore.errors)")
            if way != .moved {
                let late = await daemon.perform(.forgetChannel(name: "web"))
                #expect(late.status == .done, "\(late.errors)")
            }
            let status = try await daemon.status()
            #expect(!status.contains { $0.contains("not handed off") }, "\(status)")
        }
    }

    @Test(arguments: Way.allCases)
    func `H4: a channel that comes back goes on with its orders`(_ way: Way) async throws {
        try await losing(way) { (daemon, _, open) async throws in
            _ = try await daemon.reload(Self.both)
            await daemon.pass(30)
            #expect(
                try await daemon.orders() == [
                    "1001 imported acknowledged", "1002 imported waiting", "1003 imported waiting",
                ]
            )
            try await KCC.calling(daemon) { (kcc) async throws in
                let page = try await kcc.orders(from: open.position)
                #expect(page.refs == ["1003"])
            }
            #expect(
                try await daemon.orders() == [
                    "1001 imported acknowledged", "1002 imported acknowledged", "1003 imported waiting",
                ]
            )
        }
    }

    // MARK: Off

    @Test func `orders of a channel that is off are said to wait until it is on`() async throws {
        try await KCC.linked { (daemon, shop, kcc) async throws in
            shop.sell(.paid(1001))
            await daemon.round()
            let off = ConfigurationText.linked.replacing(
                "[channels.web]",
                with: "[channels.web]\nenabled = false"
            )
            _ = try await daemon.reload(off)
            let why =
                "channel web is off (enabled = false), so KCC gets no orders; to turn it on set enabled = true in [channels.web] and run: kccsyncd reload"
            let resend = await daemon.perform(.orders(.resend, references: ["1001"]))
            #expect(resend.status == .done)
            #expect(resend.lines == ["#1001: offered again when its channel is on: \(why)"])
            let explained = try await daemon.answer(.explanation(reference: "1001"))
            #expect(explained.contains("goes out when its channel is on: \(why)"), "\(explained)")
            let page = try await kcc.orders()
            #expect(page.refs.isEmpty)
            let answerer = await daemon.holder.session.answerer
            let export = Question.export(.kccJSON, unacknowledged: false, channel: nil)
            let none = try await answerer.answer(export, json: false)
            #expect(none.lines.isEmpty && none.status == .done)
            #expect(none.errors == ["1 order goes out when its channel is on: \(why)"])
            _ = try await daemon.reload(ConfigurationText.linked)
            let on = try await daemon.holder.session.answerer.answer(export, json: false)
            #expect(on.lines.count == 1 && on.errors.isEmpty)
            let again = await daemon.perform(.orders(.resend, references: ["1001"]))
            #expect(again.lines == ["#1001: offered again"])
        }
    }
}
