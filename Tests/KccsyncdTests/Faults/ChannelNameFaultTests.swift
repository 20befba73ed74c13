import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Channels that are renamed in the file or taken out of it, with orders, levels and shipments on their way.
@Suite(.timeLimit(.minutes(30)))
struct ChannelNameFaultTests {
    private static let renamed = ConfigurationText.linked.replacing("[channels.web", with: "[channels.shop")

    /// A channel `web` with one order that KCC has (1001), one on a page whose answer is open (1002), one that nobody was
    /// served (1003), and a level of 50.
    private func underway(
        _ body: (Installation, TestShop, KCC, _ open: KCC.Page) async throws -> Void
    ) async throws {
        let now = ManualNow()
        let shop = TestShop(now)
        shop.product("SKU-1", figure: 20)
        try await Installation.run(ConfigurationText.linked, shops: [ConfigurationText.host: shop], now: now)
        { daemon in
            shop.sell(.paid(1001))
            await daemon.round()
            try await KCC.calling(daemon) { kcc in
                let first = try await kcc.orders()
                _ = try await kcc.orders(from: first.position)
                try await kcc.status(of: "1001")
                now.advance(by: 120)
                try await kcc.stock([("SKU-1", 50)])
                await daemon.pass(60)
                shop.sell(.paid(1002))
                await daemon.pass(15)
                let open = try await kcc.orders(from: first.position)
                #expect(open.refs == ["1002"])
                shop.sell(.paid(1003))
                await daemon.pass(15)
                try await body(daemon, shop, kcc, open)
            }
        }
    }

    private static func channels(_ daemon: Installation) async throws -> [String] {
        try await daemon.rows(
            """
            SELECT ltrim(name, '#') || ' ' || channel || ' ' || hand_off || coalesce(' ' || reason, '')
            FROM "order" ORDER BY name
            """
        )
    }

    private static func shipments(_ number: Int) -> String {
        #"[{"ID":"S\#(number)","Code":"INV\#(number)","Status":"Issue","Items":[{"OrderItemID":"1","ShipmentItemID":"1","SKU":"SKU-1","Quantity":2}],"Packages":[{"ConsignmentRef":"JD\#(number)"}]}]"#
    }

    // MARK: Without a rename

    enum Decision: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case position = "KCC returns the page's position to the new name"
        case status = "a status of KCC's names it"
        case ack = "an operator acknowledges it"
        case resend = "an operator has it sent again"
        case back = "the old name comes back"

        var testDescription: String { rawValue }
    }

    @Test(arguments: Decision.allCases)
    func `H4: what is under way when a channel gets another name is carried over or named`(
        _ decision: Decision
    ) async throws {
        try await underway { daemon, shop, kcc, open in
            let reply = try await daemon.reload(Self.renamed)
            #expect(
                reply.lines.contains(
                    "warning: web: is not in the configuration any more, and the order store still has of it: 1 order that is not handed off (1 of them KCC may have), 1 stock level, KCC's position; if it is shop now run: kccsyncd channels rename web shop; else decide each order: kccsyncd orders list --channel web"
                ),
                "\(reply.lines)"
            )
            #expect(
                daemon.log.messages.contains { $0.hasPrefix("web: is not in the configuration any more") }
            )
            await daemon.pass(15)
            #expect(
                try await Self.channels(daemon) == [
                    "1001 web acknowledged", "1002 web held maybe_handed_off", "1003 shop waiting",
                ]
            )
            let status = try await daemon.status()
            #expect(
                status.contains { $0.hasPrefix("web: is not in the configuration any more") },
                "\(status)"
            )
            // The first order's despatch goes to Shopify although its channel is gone.
            #expect(
                try await kcc.status(of: "1001", "Complete", shipments: Self.shipments(1), to: "shop") == 200
            )
            await daemon.round()
            #expect(shop.sent(.order(1001)).map(\.tracking) == [["JD1"]])
            let after: String
            switch decision {
            case .position:
                let page = try await kcc.orders("shop", from: open.position)
                #expect(page.refs == ["1003"])
                after = "1002 web acknowledged"
            case .status:
                #expect(try await kcc.status(of: "1002", to: "shop") == 200)
                after = "1002 web acknowledged"
            case .ack:
                let reply = await daemon.perform(.orders(.ack, references: ["1002"]))
                #expect(reply.status == .done, "\(reply.errors)")
                after = "1002 web acknowledged"
            case .resend:
                let reply = await daemon.perform(.orders(.resend, references: ["1002"]))
                #expect(reply.status == .done, "\(reply.errors)")
                let page = try await kcc.orders("shop")
                #expect(page.refs.sorted() == ["1002", "1003"])
                after = "1002 shop waiting"
            case .back:
                _ = try await daemon.reload(ConfigurationText.linked)
                await daemon.pass(15)
                let page = try await kcc.orders(from: open.position)
                #expect(page.refs == ["1003"])
                after = "1002 web acknowledged"
            }
            #expect(try await Self.channels(daemon)[1] == after)
        }
    }

    // MARK: With a rename

    enum When: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case before = "before the reload"
        case after = "after the reload"
        case polled = "after the reload and a poll"
        case restart = "before a restart"

        var testDescription: String { rawValue }
    }

    @Test(arguments: When.allCases)
    func `H4: a rename takes all that the store has of the channel along`(_ when: When) async throws {
        try await underway { daemon, shop, kcc, open in
            let rename = ControlCommand.renameChannel(old: "web", new: "shop")
            if when == .before || when == .restart {
                let reply = await daemon.perform(rename)
                #expect(
                    reply.lines == [
                        "recorded: web becomes shop when the file has [channels.shop] instead of [channels.web] and is reloaded"
                    ],
                    "\(reply.errors)"
                )
                #expect(try await Self.channels(daemon).allSatisfy { $0.contains(" web ") })
            }
            let reload = try await daemon.reload(Self.renamed)
            if when == .restart { try await daemon.restart() }
            if when == .polled { await daemon.pass(15) }
            if when == .after || when == .polled {
                let reply = await daemon.perform(rename)
                #expect(
                    reply.lines == [
                        "channel web is shop now: \(when == .after ? 3 : 2) orders, 1 stock level, 0 open shipments, KCC's position; KCC's calls to the addresses of web are answered as before"
                    ],
                    "\(reply.errors)"
                )
            } else {
                #expect(!reload.lines.contains { $0.contains("not in the configuration any more") })
            }
            await daemon.pass(15)
            #expect(
                try await Self.channels(daemon) == [
                    "1001 shop acknowledged", "1002 shop waiting", "1003 shop waiting",
                ]
            )
            let status = try await daemon.status()
            #expect(!status.contains { $0.contains("not in the configuration") }, "\(status)")
            if when != .restart {
                // KCC still calls the old address for a day.
                let page = try await kcc.orders("web", from: open.position)
                #expect(page.refs == ["1003"])
                try await kcc.status(of: "1001", "Complete", shipments: Self.shipments(1), to: "web")
                try await kcc.status(of: "1001", "Complete", shipments: Self.shipments(1), to: "shop")
                await daemon.round()
                #expect(shop.sent(.order(1001)).map(\.tracking) == [["JD1"]])
                #expect(try await Self.channels(daemon)[1] == "1002 shop acknowledged")
            }
            let levels = try await daemon.rows(
                "SELECT channel || ' ' || (level_micros / 1000000) FROM stock_level"
            )
            #expect(levels == ["shop 50"])
        }
    }

    enum Refused: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case levels = "the new name has a level of its own"
        case position = "the new name has a position of its own"
        case both = "both names are in the file"
        case unknown = "nobody knows the old name"
        case same = "both names are the same"
        case invalid = "the new name cannot be one"

        var testDescription: String { rawValue }
    }

    @Test(arguments: Refused.allCases)
    func `H4: a rename that would mix two channels is rejected and changes nothing`(_ refused: Refused)
        async throws
    {
        try await underway { daemon, _, kcc, _ in
            let names: (old: String, new: String)
            let expected: String
            switch refused {
            case .levels:
                _ = try await daemon.reload(Self.renamed)
                await daemon.pass(15)
                try await kcc.stock([("SKU-1", 40)], to: "shop")
                names = ("web", "shop")
                expected =
                    "channel web cannot be renamed: channel shop has 1 level of its own; orders of web that nobody was served go to the shop's channels by themselves; for what is left see: kccsyncd channels list"
            case .position:
                _ = try await daemon.reload(Self.renamed)
                await daemon.pass(15)
                _ = try await kcc.orders("shop")
                names = ("web", "shop")
                expected =
                    "channel web cannot be renamed: channel shop has a position of KCC's of its own; orders of web that nobody was served go to the shop's channels by themselves; for what is left see: kccsyncd channels list"
            case .both:
                let second =
                    ConfigurationText.channel("shop", kcc: nil)
                    + "\n[channels.shop.stock]\nupload = \"listed\""
                let reply = try await daemon.reload(ConfigurationText.text(more: second))
                #expect(reply.status == .done, "\(reply.errors)")
                names = ("web", "shop")
                expected =
                    "channels web and shop are both in the configuration; take [channels.web] out of the file, run kccsyncd reload, then run this again"
            case .unknown:
                names = ("wbe", "shop")
                expected =
                    "channel wbe: neither in the configuration nor in the order store; see: kccsyncd channels list"
            case .same:
                names = ("web", "web")
                expected = "channel web: has that name already"
            case .invalid:
                names = ("web", "Shop 1")
                expected =
                    "channel Shop 1: not a channel's name; expected a channel's name of 1 to 32 lower-case letters, digits, \"_\" and \"-\", beginning with a letter or digit"
            }
            let before = try await Self.channels(daemon)
            let reply = await daemon.perform(.renameChannel(old: names.old, new: names.new))
            #expect(reply.status != .done)
            #expect(reply.errors == [expected])
            #expect(try await Self.channels(daemon) == before)
        }
    }

    @Test func `H4: a channel that is gone can be listed and forgotten`() async throws {
        try await underway { daemon, _, kcc, open in
            _ = try await daemon.reload(Self.renamed)
            await daemon.pass(15)
            let list = try await daemon.answer(.channels)
            #expect(
                list.contains { $0.contains("web") && $0.contains("not there") && $0.contains("yes") },
                "\(list)"
            )
            let early = await daemon.perform(.forgetChannel(name: "web"))
            #expect(
                early.errors == [
                    "channel web: 1 order of it is open; see: kccsyncd orders list --channel web; acknowledge each order that KCC has, and resend the others"
                ]
            )
            _ = try await kcc.orders("shop", from: open.position)
            let late = await daemon.perform(.forgetChannel(name: "web"))
            #expect(late.lines == ["web: forgotten, with 1 stock level and KCC's position"], "\(late.errors)")
            let status = try await daemon.status()
            #expect(!status.contains { $0.contains("not in the configuration") }, "\(status)")
            let again = await daemon.perform(.forgetChannel(name: "web"))
            #expect(
                again.errors == ["channel web: nothing is left of it; see: kccsyncd channels list"]
            )
            let configured = await daemon.perform(.forgetChannel(name: "shop"))
            #expect(
                configured.errors == [
                    "channel shop: is in the configuration; take [channels.shop] out of the file and run: kccsyncd reload"
                ]
            )
        }
    }
}
