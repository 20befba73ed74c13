import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Orders in each state, of a shop that has no channel at work any more: no remedy is rejected when it is followed.
@Suite(.timeLimit(.minutes(30)))
struct ShopWithoutChannelRemedyTests {
    private static let other = "other.myshopify.com"
    private static let second = ConfigurationText.channel("second", host: other)
        .replacing("username = \"khaos\"", with: "username = \"other\"")
    private static let both = ConfigurationText.text(more: second)
    private static let off = both.replacing("[channels.web]", with: "[channels.web]\nenabled = false")
    private static let add =
        "add a channel of that shop to the file, or turn one on, and run: kccsyncd reload"

    /// How a shop loses its channel.
    enum Way: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case removed = "its table is taken out of the file"
        case renamedAndOff = "its table is renamed, and the new one is off"

        var testDescription: String { rawValue }

        var text: String {
            switch self {
            case .removed: "[daemon]\ndatabase = \"DATABASE\"\n\(ConfigurationText.link)\n\(second)"
            case .renamedAndOff:
                ShopWithoutChannelRemedyTests.off.replacing("[channels.web", with: "[channels.shop")
            }
        }

        private var second: String { ShopWithoutChannelRemedyTests.second }
    }

    /// 1001 is held because its parts do not add up, and 1002 because it is overpaid; 1003 is unpaid, 1004 lacks a SKU, 1005 is
    /// on a page that has not come back, and 1006 is ignored.
    private func losing(_ text: String, _ body: (Installation, TestShop) async throws -> Void) async throws {
        let now = ManualNow()
        let (here, there) = (TestShop(now), TestShop(now))
        there.identify(as: "2")
        try await Installation.run(
            Self.both,
            shops: [ConfigurationText.host: here, Self.other: there],
            now: now
        ) { (daemon) async throws in
            here.sell(Order.paid(1001).total("31"))
            let paid = Order.paid(1002)
            here.sell(
                paid.with {
                    $0.transactions.append(
                        Transaction(
                            id: ShopifyID(kind: "OrderTransaction", number: "99"),
                            kind: "SALE",
                            status: "SUCCESS",
                            amount: .both("100")
                        )
                    )
                }
            )
            here.sell(Order.paid(1003).status("PENDING"))
            here.sell(Order.paid(1004).with { $0.lines[0].sku = nil })
            here.sell(.paid(1005))
            here.sell(.paid(1006))
            await daemon.round()
            _ = await daemon.perform(.orders(.ignore, references: ["1006"]))
            try await KCC.calling(daemon) { (kcc) async throws in
                #expect(try await kcc.orders().refs == ["1005"])
            }
            _ = try await daemon.reload(text)
            await daemon.pass(30)
            try await body(daemon, here)
        }
    }

    private static func said(_ reply: ControlReply) -> String {
        (reply.lines + reply.errors).joined(separator: "\n")
    }

    @Test(arguments: Way.allCases)
    func `H4: release of an order that KCC may have names no command that is rejected`(_ way: Way)
        async throws
    {
        try await losing(way.text) { (daemon, _) async throws in
            let reply = await daemon.perform(.orders(.release, references: ["1005"]))
            #expect(
                reply.errors == [
                    "order #1005 may have been handed over already; look for it in KCC; if it is there run: kccsyncd orders ack 1005; else add a channel of test.myshopify.com to the file, or turn one on, and run: kccsyncd reload; then run: kccsyncd orders resend 1005; if it is not wanted: kccsyncd orders ignore 1005"
                ]
            )
            _ = try await daemon.reload(Self.both)
            await daemon.pass(30)
            let resend = await daemon.perform(.orders(.resend, references: ["1005"]))
            #expect(resend.lines == ["#1005: offered again"], "\(resend.errors)")
        }
    }

    @Test(arguments: Way.allCases)
    func `H4: resend of an order without a channel names only what its state allows`(_ way: Way) async throws
    {
        try await losing(way.text) { (daemon, _) async throws in
            func resend(_ name: String) async -> String {
                Self.said(await daemon.perform(.orders(.resend, references: [name])))
            }
            func refusal(_ name: String, _ remedy: String) -> String {
                "order #\(name) cannot be offered: its channel web is not in the configuration, and test.myshopify.com has no other at work; \(Self.add)\(remedy)"
            }
            for name in ["1003", "1004"] {
                #expect(
                    await resend(name)
                        == refusal(
                            name,
                            ", and the rules decide about it again; if it is not wanted: kccsyncd orders ignore \(name)"
                        )
                )
            }
            for name in ["1001", "1002"] {
                #expect(
                    await resend(name)
                        == refusal(
                            name,
                            "; if KCC has it run: kccsyncd orders release \(name); then run: kccsyncd orders ack \(name); if it is not wanted: kccsyncd orders ignore \(name)"
                        )
                )
            }
            #expect(
                await resend("1006") == refusal("1006", "; then run: kccsyncd orders reimport 1006")
            )
            let reimport = await daemon.perform(.orders(.reimport, references: ["1003"]))
            #expect(
                reimport.errors == [
                    "order #1003: its shop test.myshopify.com has no enabled channel; \(Self.add)"
                ]
            )
            for (verb, name) in [
                (OrderVerb.ignore, "1003"), (.ignore, "1004"), (.release, "1001"), (.ack, "1001"),
                (.ignore, "1002"),
            ] {
                let reply = await daemon.perform(.orders(verb, references: [name]))
                #expect(reply.errors.isEmpty, "\(verb) \(name): \(reply.errors)")
            }
            _ = try await daemon.reload(Self.both)
            let reply = await daemon.perform(.orders(.reimport, references: ["1006"]))
            #expect(reply.lines == ["#1006: imported"], "\(reply.errors)")
        }
    }

    @Test(arguments: Way.allCases)
    func `H4: explain and status of an order held for its totals say by how much, and what helps`(
        _ way: Way
    ) async throws {
        try await losing(way.text) { (daemon, _) async throws in
            for (name, text) in [
                ("1001", "Shopify's current total is"), ("1002", "are more than its total of"),
            ] {
                let said = try await daemon.answer(.explanation(reference: name))
                #expect(said.contains { $0.contains("HELD") && $0.contains(text) }, "\(said)")
                #expect(
                    said.contains {
                        $0.contains("held from KCC until") && $0.hasSuffix("kccsyncd orders release \(name)")
                    },
                    "\(said)"
                )
                #expect(
                    said.contains {
                        $0.hasPrefix("nobody offers it: ") && $0.contains("kccsyncd orders release \(name)")
                    },
                    "\(said)"
                )
                for line in said { try await RemedyCommandTests.check(line, daemon) }
            }
            let unpaid = try await daemon.answer(.explanation(reference: "1003"))
            #expect(
                unpaid.contains(
                    "no enabled channel of test.myshopify.com is configured, so no rule can be asked; \(Self.add)"
                ),
                "\(unpaid)"
            )
            let status = try await daemon.status()
            #expect(
                status.contains(
                    "2 orders are held: totals_differ (#1002, #1001). kccsyncd orders explain 1002"
                ),
                "\(status)"
            )
            for line in status { try await RemedyCommandTests.check(line, daemon) }
        }
    }

    @Test func `H4: an order held for its totals is named by status while its channel is off, and on`()
        async throws
    {
        try await losing(Self.off) { (daemon, _) async throws in
            let line = "2 orders are held: totals_differ (#1002, #1001). kccsyncd orders explain 1002"
            #expect(try await daemon.status().contains(line))
            let why =
                "channel web is off (enabled = false), so KCC gets no orders; to turn it on set enabled = true in [channels.web] and run: kccsyncd reload"
            let held = try await daemon.answer(.explanation(reference: "1001"))
            #expect(
                held.contains { $0.contains("HELD") && $0.contains("Shopify's current total is") },
                "\(held)"
            )
            #expect(
                held.contains("once it is released it goes out when its channel is on: \(why)"),
                "\(held)"
            )
            let released = await daemon.perform(.orders(.release, references: ["1001"]))
            #expect(released.lines == ["#1001: released"])
            let waiting = try await daemon.answer(.explanation(reference: "1001"))
            #expect(waiting.contains("goes out when its channel is on: \(why)"), "\(waiting)")
            _ = try await daemon.reload(Self.both)
            await daemon.pass(30)
            let after = try await daemon.status()
            #expect(after.contains("1 order is held: totals_differ (#1002). kccsyncd orders explain 1002"))
        }
    }
}
