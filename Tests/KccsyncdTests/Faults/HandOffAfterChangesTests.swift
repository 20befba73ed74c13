import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Orders on their way to KCC after something else has changed: another shop, another link, a status that comes first.
@Suite(.timeLimit(.minutes(30)))
struct HandOffAfterChangesTests {
    private static let other = "other.myshopify.com"

    /// Channels `web` and `second` of two shops, each with a link.
    private func twoShops(_ body: (Installation, TestShop, TestShop) async throws -> Void) async throws {
        let now = ManualNow()
        let (here, there) = (TestShop(now), TestShop(now))
        there.identify(as: "2")
        let text = ConfigurationText.text(more: Self.second("second"))
        try await Installation.run(text, shops: [ConfigurationText.host: here, Self.other: there], now: now) {
            (daemon) async throws in
            try await body(daemon, here, there)
        }
    }

    private static func second(_ name: String) -> String {
        ConfigurationText.channel(name, host: other)
            .replacing("username = \"khaos\"", with: "username = \"other\"")
    }

    // MARK: Statuses

    @Test(arguments: [true, false])
    func `H5: a status that comes before its order is known acknowledges it before KCC is offered it`(
        isPaid: Bool
    ) async throws {
        try await KCC.linked { (daemon, shop, kcc) async throws in
            await daemon.round()
            #expect(try await kcc.status(of: "1001") == 200)
            shop.sell(.paid(1001).status(isPaid ? "PAID" : "PENDING"))
            await daemon.pass(15)
            let page = try await kcc.orders()
            #expect(page.refs.isEmpty)
            shop.edit(.order(1001)) { $0.financialStatus = "PAID" }
            await daemon.pass(15)
            let later = try await kcc.orders()
            #expect(later.refs.isEmpty)
            let orders = try await daemon.orders()
            #expect(orders[0].contains(" acknowledged"), "\(orders)")
        }
    }

    @Test
    func `H5: a status of an unpaid order is taken by another link of its shop, whatever that link's format`()
        async throws
    {
        let two = ConfigurationText.channel("second", "order_ref_format = \"S{0}\"\ndownload_orders = false")
            .replacing("channel_location = \"Main Warehouse\"", with: "channel_location = \"Branch\"")
        let now = ManualNow()
        let shop = TestShop(now)
        let text = ConfigurationText.text(more: two)
        try await Installation.run(text, shops: [ConfigurationText.host: shop], now: now) {
            (daemon) async throws in
            shop.sell(.paid(1001).status("PENDING"))
            await daemon.round()
            try await KCC.calling(daemon) { (kcc) async throws in
                _ = try await kcc.status(of: "1001", to: "second")
                shop.edit(.order(1001)) { $0.financialStatus = "PAID" }
                await daemon.pass(15)
                let page = try await kcc.orders()
                #expect(page.refs.isEmpty)
            }
        }
    }

    @Test func `H5: a status of another shop's order is not taken for this shop's order of that name`()
        async throws
    {
        try await twoShops { (daemon, here, there) async throws in
            here.sell(.paid(1001))
            await daemon.round()
            there.sell(.paid(1001).with { $0.id = .order(5001) })
            await daemon.round()
            #expect(try await daemon.orders() == ["1001 imported waiting", "1001 failed none ref_taken"])
            try await KCC.calling(daemon, user: "other") { (kcc) async throws in
                let status =
                    #"{"Statuses":[{"OrderCode":"SO-1","OrderID":"1","Status":"Complete","AssociatedRef":"1001","CustomData":"\#(ShopifyID.order(1001).gid)","Shipments":[{"ID":"S1","Code":"INV1","Status":"Issue","Items":[{"OrderItemID":"1","ShipmentItemID":"1","SKU":"SKU-1","Quantity":2}],"Packages":[{"ConsignmentRef":"JD1"}]}]}]}"#
                #expect(try await kcc.post(status, to: "second/statuses") == 200)
            }
            await daemon.round()
            #expect(there.sent(.order(5001)).isEmpty && here.sent(.order(1001)).isEmpty)
            #expect(try await daemon.orders() == ["1001 imported waiting", "1001 failed none ref_taken"])
        }
    }

    @Test(arguments: ["unpaid", "ignored"])
    func `H5: an order that a status acknowledged and the rules do not accept cannot be sent again`(
        _ why: String
    )
        async throws
    {
        try await KCC.linked { (daemon, shop, kcc) async throws in
            shop.sell(.paid(1001).status(why == "unpaid" ? "PENDING" : "PAID"))
            await daemon.round()
            if why == "ignored" { _ = await daemon.perform(.orders(.ignore, references: ["1001"])) }
            #expect(try await kcc.status(of: "1001") == 200)
            let before = try await daemon.orders()
            let reply = await daemon.perform(.orders(.resend, references: ["1001"]))
            let state = why == "unpaid" ? "skipped" : "ignored"
            #expect(
                reply.errors == [
                    "order #1001 is \(state) and cannot be offered; see: kccsyncd orders explain 1001"
                ]
            )
            #expect(try await daemon.orders() == before)
        }
    }

    // MARK: Exports

    @Test func `H3: an order of a lost page that was exported since stays in somebody's hands`() async throws
    {
        try await KCC.linked { (daemon, shop, kcc) async throws in
            shop.sell(.paid(1001))
            await daemon.round()
            let page = try await kcc.orders(from: "2020-01-01")
            #expect(page.refs == ["1001"])
            let reply = await daemon.perform(.exported(revisions: [1: 1]))
            #expect(reply.status == .done && reply.stale.isEmpty, "\(reply.errors)")
            shop.edit(.order(1001)) { $0.cancelledAt = $0.createdAt }
            await daemon.pass(15)
            _ = try await kcc.orders(from: "2020-01-01")
            let orders = try await daemon.orders()
            #expect(orders == ["1001 imported waiting [\"cancelled\"]"])
        }
    }

    // MARK: Names

    @Test func `H4: orders of a channel that is gone cannot be sent again while its shop has no other`()
        async throws
    {
        try await twoShops { (daemon, here, _) async throws in
            here.sell(.paid(1001))
            await daemon.round()
            let alone =
                "[daemon]\ndatabase = \"DATABASE\"\n\(ConfigurationText.link)\n\(Self.second("second"))"
            let reply = try await daemon.reload(alone)
            #expect(reply.lines.contains { $0.contains("web: is not in the configuration any more") })
            let resend = await daemon.perform(.orders(.resend, references: ["1001"]))
            #expect(
                resend.errors == [
                    "order #1001 cannot be offered: its channel web is not in the configuration, and test.myshopify.com has no other at work; add a channel of that shop to the file, or turn one on, and run: kccsyncd reload; if KCC has it run: kccsyncd orders ack 1001; if it is not wanted: kccsyncd orders ignore 1001"
                ]
            )
        }
    }

    @Test func `H4: a recorded rename waits for a shop that was not reached so far`() async throws {
        try await KCC.linked { (daemon, shop, _) async throws in
            shop.sell(.paid(1001))
            await daemon.round()
            _ = await daemon.perform(.renameChannel(old: "web", new: "b"))
            let text = ConfigurationText.linked.replacing("[channels.web", with: "[channels.b")
                .replacing(ConfigurationText.host, with: "new.myshopify.com")
            let reply = try await daemon.reload(text)
            let problem =
                "channel web cannot be renamed yet: the shop new.myshopify.com of channel b was not reached so far; when kccsyncd status shows it polled run: kccsyncd channels rename web b"
            #expect(reply.lines.contains(problem), "\(reply.lines)")
            #expect(try await daemon.rows("SELECT channel FROM \"order\"") == ["web"])
            let withdrawn = await daemon.perform(.renameChannel(old: "web", new: "web"))
            #expect(withdrawn.lines == ["withdrawn: web keeps its name"])
        }
    }

    @Test func `H4: a channel that is to get one name cannot be given another without saying so`()
        async throws
    {
        try await KCC.linked { (daemon, _, _) async throws in
            await daemon.round()
            _ = await daemon.perform(.renameChannel(old: "web", new: "neu"))
            let second = await daemon.perform(.renameChannel(old: "web", new: "alt"))
            #expect(
                second.errors == [
                    "channel web cannot be renamed to alt: it is to become neu; to withdraw that run: kccsyncd channels rename web web"
                ]
            )
            let again = await daemon.perform(.renameChannel(old: "web", new: "neu"))
            #expect(again.status == .done)
        }
    }

    @Test func `H4: two channels cannot be given one name`() async throws {
        try await twoShops { (daemon, _, _) async throws in
            await daemon.round()
            let first = await daemon.perform(.renameChannel(old: "web", new: "x"))
            #expect(first.status == .done, "\(first.errors)")
            let second = await daemon.perform(.renameChannel(old: "second", new: "x"))
            #expect(
                second.errors == [
                    "channel second cannot be renamed: channel web is to become x; to withdraw that run: kccsyncd channels rename web web"
                ]
            )
        }
    }

    @Test
    func `H4: a name that another shop's channel has now keeps the first shop's orders out of its pages`()
        async throws
    {
        try await twoShops { (daemon, here, there) async throws in
            here.sell(.paid(1001))
            there.sell(.paid(2001))
            await daemon.round()
            // The two names are swapped.
            let text = ConfigurationText.text(more: Self.second("second"))
                .replacing("[channels.web", with: "[channels.tmp")
                .replacing("[channels.second", with: "[channels.web")
                .replacing("[channels.tmp", with: "[channels.second")
            let reply = try await daemon.reload(text)
            #expect(
                reply.lines.contains {
                    $0.contains(
                        "web: is of other.myshopify.com now, and the order store still has under that name of test.myshopify.com: 1 order that is not handed off"
                    )
                },
                "\(reply.lines)"
            )
            try await KCC.calling(daemon, user: "other") { (kcc) async throws in
                let page = try await kcc.orders("web")
                #expect(!page.refs.contains("1001"))
            }
            await daemon.pass(30)
            try await KCC.calling(daemon) { (kcc) async throws in
                let page = try await kcc.orders("second")
                #expect(page.refs == ["1001"])
            }
        }
    }

    // MARK: Changes

    enum Edit: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case lineTax, lineDiscount, engraving, total, refund, transaction, customer, discount, shippingTax,
            title
        case outstanding

        var testDescription: String { rawValue }

        func apply(_ order: inout Order) {
            let tax = TaxLine(title: "VAT", ratePercent: Amount("20"), amount: .both("2"))
            switch self {
            case .lineTax: order.lines[0].taxLines = [tax]
            case .lineDiscount:
                order.lines[0].allocations = [DiscountAllocation(discount: 0, amount: .both("3"))]
            case .engraving: order.lines[0].attributes = [OrderAttribute(key: "engraving", value: "Ada")]
            case .total: order.totals.current = .both("29")
            case .refund:
                order.refunds = [Refund(id: ShopifyID(kind: "Refund", number: "1"), total: .both("1"))]
            case .transaction:
                let id = ShopifyID(kind: "OrderTransaction", number: "1")
                order.transactions = [
                    Transaction(id: id, kind: "SALE", status: "SUCCESS", amount: .both("30"))
                ]
            case .customer: order.customer = OrderCustomer(id: ShopifyID(kind: "Customer", number: "9"))
            case .discount:
                var discount = Discount(index: 0)
                discount.code = "TEN"
                discount.amount = Amount("3")
                order.discounts = [discount]
            case .shippingTax: order.shippingLines[0].taxLines = [tax]
            case .title: order.lines[0].variantTitle = "Large"
            case .outstanding: order.totals.outstanding = .both("4")
            }
        }
    }

    private struct Shown: Decodable {
        struct Change: Decodable {
            var field: String
            var was: String
            var `is`: String
        }

        var changes: [Change]
    }

    @Test(arguments: Edit.allCases)
    func `H9: whatever part of a field changed, its old and new value differ`(_ edit: Edit) async throws {
        try await KCC.linked { (daemon, shop, kcc) async throws in
            shop.sell(.paid(1001))
            await daemon.round()
            _ = try await kcc.orders(from: try await kcc.orders().position)
            shop.edit(.order(1001), edit.apply)
            await daemon.pass(15)
            let json = try await daemon.answer(.order(reference: "1001"), json: true).joined()
            let found = try JSONDecoder().decode(Shown.self, from: Data(json.utf8)).changes
            #expect(!found.isEmpty)
            for change in found { #expect(change.was != change.is, "\(change)") }
        }
    }
}
