import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Orders that KCC has: every view says so, and says what counts.
@Suite(.timeLimit(.minutes(30)))
struct KnownToKCCTests {
    /// Why the rules do not accept an order.
    enum Why: String, CaseIterable {
        case unpaid
        case ignored
        case testOrder = "test_order"
        case lineWithoutSKU = "line_without_sku"
        case downloadsOff = "downloads_off"

        var state: String {
            switch self {
            case .ignored: "ignored"
            case .lineWithoutSKU: "failed"
            case .downloadsOff: "pending"
            default: "skipped"
            }
        }

        var settings: String { self == .downloadsOff ? "download_orders = false" : "" }

        func apply(to order: inout Order) {
            switch self {
            case .unpaid: order.financialStatus = "PENDING"
            case .testOrder: order.test = true
            case .lineWithoutSKU: order.lines[0].sku = nil
            case .ignored, .downloadsOff: break
            }
        }
    }

    @Test(arguments: Why.allCases)
    func `H5: an order that KCC has although the rules do not accept it is shown as acknowledged everywhere`(
        _ why: Why
    ) async throws {
        try await KCC.linked(ConfigurationText.text(why.settings)) { (daemon, shop, kcc) async throws in
            shop.orders.put(Order.paid(1001).with { why.apply(to: &$0) })
            await daemon.round()
            if why == .ignored { _ = await daemon.perform(.orders(.ignore, references: ["1001"])) }
            let before = try await daemon.status()
            #expect(!before.contains { $0.contains("in KCC") })
            #expect(try await kcc.status(of: "1001") == 200)
            let sentence = #/KCC has it: acknowledged by a status .+ GMT; it will not be offered/#
            let list = try await daemon.answer(.orders(channel: nil, state: nil, reason: nil, since: nil))
            #expect(list[1].contains("\(why.state) (acknowledged)"), "\(list)")
            let explanation = try await daemon.answer(.explanation(reference: "1001"))
            #expect(explanation.contains { $0.contains(sentence) }, "\(explanation)")
            #expect(explanation.contains { $0.hasPrefix("KCC  order SO-1001: Received since ") })
            let show = try await daemon.answer(.order(reference: "1001"))
            #expect(show.contains { $0.contains(sentence) }, "\(show)")
            let json = try await daemon.answer(.explanation(reference: "1001"), json: true).joined()
            #expect(
                json.contains(#""status":"Received""#) || json.contains(#""status" : "Received""#),
                "\(json)"
            )
            #expect(json.contains("confirmed_at"))
            let status = try await daemon.status()
            let line =
                "web: 1 order that is not imported (#1001) is in KCC and will not be offered; see: kccsyncd orders explain 1001"
            #expect(status.contains(line), "\(status)")
        }
    }

    @Test
    func
        `H5: what KCC has of an order is shown although the channel that the order is listed under has no link`()
        async throws
    {
        let second = ConfigurationText.channel("second")
            .replacing("channel_location = \"Main Warehouse\"", with: "channel_location = \"Branch\"")
        let text = ConfigurationText.text(kcc: nil, more: "\(ConfigurationText.link)\n\(second)")
        try await KCC.linked(text) { (daemon, shop, kcc) async throws in
            shop.orders.put(Order.paid(1001).status("PENDING"))
            await daemon.round()
            #expect(try await kcc.status(of: "1001", to: "second") == 200)
            let explanation = try await daemon.answer(.explanation(reference: "1001"))
            #expect(explanation.contains { $0.contains("KCC has it: acknowledged by a status ") })
            #expect(explanation.contains { $0.hasPrefix("KCC  order SO-1001: Received since ") })
        }
    }

    // MARK: What counts

    /// What happens to an order that KCC has.
    enum Change: String, CaseIterable {
        case cancelled
        case refunded
        case voided
        case edited
        case totals

        func apply(to order: inout Order) {
            switch self {
            case .cancelled: order.cancelledAt = order.createdAt.addingTimeInterval(60)
            case .refunded: order.financialStatus = "REFUNDED"
            case .voided: order.financialStatus = "VOIDED"
            case .edited: order.lines[0].sku = nil
            case .totals: order.totals.total.shop = order.totals.total.shop + Amount(micros: 5_000_000)
            }
        }
    }

    @Test(arguments: Change.allCases)
    func `H5: an order that KCC has is explained by its import, and the present rules only as such`(
        _ change: Change
    ) async throws {
        try await KCC.linked { (daemon, shop, kcc) async throws in
            shop.sell(.paid(1001))
            await daemon.round()
            let page = try await kcc.orders(from: "2020-01-01")
            _ = try await kcc.orders(from: page.position)
            shop.edit(.order(1001)) { change.apply(to: &$0) }
            await daemon.pass(15)
            let lines = try await daemon.answer(.explanation(reference: "1001"))
            let text = lines.joined(separator: "\n")
            #expect(
                !text.contains("REFUSED") && !text.contains("HELD")
                    && !text.contains("before it was imported")
            )
            #expect(!text.contains("orders release"))
            #expect(lines[1].hasPrefix("imported, acknowledged "), "\(lines)")
            #expect(lines.contains("an imported order stays imported; at present the rules say:"))
            let json = try await daemon.answer(.explanation(reference: "1001"), json: true).joined()
            #expect(json.contains(#/"rules_decide" ?: ?false/#), "\(json)")
            #expect(!json.contains("before it was imported") && !json.contains("orders release"))
        }
    }

    @Test func `H5: an imported order that was withdrawn is not called cancelled before its import`()
        async throws
    {
        try await KCC.linked { (daemon, shop, _) async throws in
            shop.sell(.paid(1001))
            await daemon.round()
            shop.edit(.order(1001)) { $0.cancelledAt = $0.createdAt.addingTimeInterval(60) }
            await daemon.pass(15)
            let lines = try await daemon.answer(.explanation(reference: "1001"))
            #expect(lines[1] == "imported, withdrawn: cancelled_before_handoff")
            #expect(!lines.contains { $0.contains("REFUSED") || $0.contains("before it was imported") })
        }
    }

    @Test func `an order that was never imported is explained by the rule that refuses it`() async throws {
        try await KCC.linked { (daemon, shop, _) async throws in
            shop.orders.put(Order.paid(1001).with { $0.cancelledAt = $0.createdAt.addingTimeInterval(60) })
            await daemon.round()
            let lines = try await daemon.answer(.explanation(reference: "1001"))
            #expect(lines.contains { $0.contains("REFUSED") && $0.hasSuffix(", before it was imported") })
            let json = try await daemon.answer(.explanation(reference: "1001"), json: true).joined()
            #expect(json.contains(#/"rules_decide" ?: ?true/#), "\(json)")
        }
    }

    // MARK: A channel that serves nothing

    @Test
    func `H2: a channel that got another store's position is in trouble until KCC asks with a good one`()
        async throws
    {
        try await KCC.linked { (daemon, shop, kcc) async throws in
            shop.sell(.paid(1001))
            await daemon.round()
            func row() async throws -> String { try await daemon.status()[1] }
            #expect(try await row().hasSuffix("ok"))
            _ = try await kcc.orders(from: "k1.99999999.5")
            let reason =
                "TROUBLE: KCC's position k1.99999999.5 was given by another store or to another shop; no order of this channel is served; check the Configuration URL in KCC's channel screen; to start over enter a date of the first download there"
            #expect(try await row().hasSuffix(reason))
            let status = try await daemon.status()
            #expect(status.filter { $0.contains("k1.99999999.5") }.count == 1, "\(status)")
            // To dismiss the notice serves no order.
            #expect(await daemon.perform(.dismiss(ids: [])).status == .done)
            #expect(try await row().hasSuffix(reason))
            let json = try await daemon.answer(.status, json: true).joined()
            #expect(json.contains(#/"foreign_position" ?: ?"k1.99999999.5"/#), "\(json)")
            let page = try await kcc.orders(from: "2020-01-01")
            #expect(page.refs == ["1001"])
            #expect(try await row().hasSuffix("ok"))
        }
    }
}
