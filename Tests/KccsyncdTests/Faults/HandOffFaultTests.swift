import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// What KCC, operators and settings do to orders on their way to KCC.
@Suite(.timeLimit(.minutes(30)))
struct HandOffFaultTests {
    // MARK: Positions

    enum Foreign: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case store = "of another store"
        case store0 = "of another store's beginning"
        case shop = "of the other shop, from this store"
        case huge = "of another store, with the greatest number there is"
        case restarted = "of another store, and the daemon restarts"

        var testDescription: String { rawValue }
    }

    @Test(arguments: Foreign.allCases)
    func `H2: a position of another store stops the channel that it came to, and no other`(
        _ foreign: Foreign
    ) async throws {
        let now = ManualNow()
        let (here, there) = (TestShop(now), TestShop(now))
        let other = "other.myshopify.com"
        there.orders.identify(as: .plain(number: 2))
        let text = ConfigurationText.text(
            more: ConfigurationText.channel("second", host: other)
                .replacing("username = \"khaos\"", with: "username = \"other\"")
        )
        try await Installation.run(text, shops: [ConfigurationText.host: here, other: there], now: now) {
            daemon in
            here.sell(.paid(1001))
            there.sell(.paid(2001))
            await daemon.round()
            try await KCC.calling(daemon, user: "other") { second in
                let page = try await second.orders("second")
                #expect(page.refs == ["2001"])
                let position =
                    switch foreign {
                    case .store, .restarted: "k1.123.7"
                    case .store0: "k1.123.0"
                    case .shop: page.position ?? ""
                    case .huge: "k1.123.9223372036854775807"
                    }
                try await KCC.calling(daemon) { kcc in
                    let page = try await kcc.orders(from: position)
                    #expect(page.refs.isEmpty)
                }
                // The other shop's orders go on, and nothing of this store is in doubt.
                #expect(try await second.orders("second", from: page.position).refs.isEmpty)
            }
            if foreign == .restarted { try await daemon.restart() }
            let status = try await daemon.status()
            #expect(
                status.contains {
                    $0.hasPrefix("web ")
                        && $0.contains("TROUBLE: KCC's position \(foreign == .shop ? "" : "k1.123.")")
                        && $0.contains("another store or to another shop; no order of this channel is served")
                        && $0.contains("check the Configuration URL in KCC's channel screen")
                },
                "\(status)"
            )
            #expect(
                !status.contains { $0.hasPrefix("second ") && !$0.hasSuffix("ok") || $0.contains("restored") }
            )
            #expect(
                try await daemon.orders() == ["1001 imported waiting", "2001 imported acknowledged"]
            )
            try await KCC.calling(daemon) { kcc in
                let page = try await kcc.orders(from: "2020-01-01")
                #expect(page.refs == ["1001"])
            }
            let after = try await daemon.status()
            #expect(!after.contains { $0.contains("KCC's position") }, "\(after)")
        }
    }

    // MARK: Statuses

    enum NotOffered: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case unpaid = "it is not paid"
        case ignored = "an operator ignored it"
        case old = "it was placed before the start date"
        case unserved = "it waits and was never served"
        case withdrawn = "it was cancelled before the hand-off"

        var testDescription: String { rawValue }
    }

    @Test(arguments: NotOffered.allCases)
    func `H5: an order that a status of KCC's names is there, whatever it is here`(_ why: NotOffered)
        async throws
    {
        try await KCC.linked { daemon, shop, kcc in
            switch why {
            case .unpaid: shop.sell(.paid(1001).status("PENDING"))
            case .old: shop.sell(.paid(1001, at: Instants.placed.addingTimeInterval(-400 * 86_400)).later())
            case .withdrawn: shop.sell(.paid(1001).cancelled())
            case .ignored, .unserved: shop.sell(.paid(1001))
            }
            if why == .old { shop.edit(.order(1001)) { $0.note = "seen" } }
            await daemon.round()
            if why == .ignored { _ = await daemon.perform(.orders(.ignore, references: ["1001"])) }
            let before = try await daemon.orders()
            #expect(before.count == 1 && !before[0].contains("acknowledged"), "\(before)")
            #expect(try await kcc.status(of: "1001") == 200)
            #expect(try await daemon.orders()[0].contains(" acknowledged"))
            shop.edit(.order(1001)) {
                $0.financialStatus = "PAID"
                $0.tags = ["paid"]
            }
            await daemon.pass(30)
            #expect(try await daemon.orders()[0].contains(" acknowledged"))
            #expect(try await kcc.orders().refs.isEmpty)
        }
    }

    // MARK: What the journal says

    enum Held: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case redacted = "its personal data was removed"
        case differs = "its totals differ"
        case cancelled = "it was cancelled"
        case emptied = "all of it was removed"

        var testDescription: String { rawValue }

        func happen(_ daemon: Installation, _ shop: TestShop) async {
            switch self {
            case .redacted:
                let command = ControlCommand.redact(
                    customer: "ann1001@example.com",
                    isRehearsal: false,
                    user: 0
                )
                let reply = await daemon.perform(command)
                #expect(reply.status == .done, "\(reply.errors)")
                shop.edit(.order(1001)) { $0 = .paid(1001) }
            case .differs: shop.edit(.order(1001)) { $0 = $0.total("31") }
            case .cancelled: shop.edit(.order(1001)) { $0.cancelledAt = $0.createdAt }
            case .emptied: shop.edit(.order(1001)) { $0.lines[0].currentQuantity = 0 }
            }
        }

        var said: String {
            switch self {
            case .redacted: "held (personal_data_removed)"
            case .differs: "held (totals_differ)"
            case .cancelled: "withdrawn (cancelled_before_handoff)"
            case .emptied: "withdrawn (nothing_left)"
            }
        }
    }

    @Test(arguments: Held.allCases)
    func `H6: the journal says held of what is held, and withdrawn of what is withdrawn`(_ held: Held)
        async throws
    {
        try await KCC.linked { daemon, shop, _ in
            // What waits keeps its personal data until KCC has it; what is withdrawn does not.
            let order = Order.paid(1001)
            shop.sell(held == .redacted ? order.emptied() : order)
            await daemon.round()
            _ = daemon.log.drain()
            await held.happen(daemon, shop)
            await daemon.pass(15)
            let reason = held.said
            let said = daemon.log.messages.filter { $0.contains(" held") || $0.contains("withdrawn") }
            #expect(said.contains { $0.contains("1 order \(reason)") }, "\(daemon.log.messages)")
            #expect(!said.contains { $0.contains(reason.hasPrefix("held") ? "withdrawn" : " held") })
        }
    }

    // MARK: References

    enum Reference: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case blankBehind = "1001 "
        case blankBefore = "  1001"
        case tab = "\\t1001\\t"
        case lineEnd = "1001\\r\\n"
        case noBreak = "1001\u{00A0}"

        var testDescription: String { debugDescription }
        var debugDescription: String { "\"\(rawValue)\"" }
    }

    @Test(arguments: Reference.allCases)
    func `H7: white space at the ends of a reference does not count`(_ reference: Reference) async throws {
        try await KCC.linked { daemon, shop, kcc in
            shop.sell(.paid(1001))
            await daemon.round()
            let status = try await kcc.status(of: reference.rawValue)
            #expect(status == 200)
            #expect(try await daemon.orders() == ["1001 imported acknowledged"])
        }
    }

    @Test(arguments: ["{0} ", " {0}", "\u{2003}{0}\u{2003}", " {0}\\u00A0"])
    func `H7: a format with white space at its ends gives the same reference`(_ format: String) async throws {
        try await KCC.linked(ConfigurationText.text("order_ref_format = \"\(format)\"")) {
            daemon,
            shop,
            kcc in
            shop.sell(.paid(1001))
            await daemon.round()
            let page = try await kcc.orders()
            #expect(page.refs == ["1001"])
            #expect(try await kcc.orders(ids: "1001").refs == ["1001"])
            #expect(try await kcc.status(of: "1001") == 200)
            #expect(try await daemon.orders() == ["1001 imported acknowledged"])
        }
    }
}
