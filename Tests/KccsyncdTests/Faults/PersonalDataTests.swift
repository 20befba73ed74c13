import Foundation
import Persistence
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Shops whose orders show nobody, without Shopify saying why.
@Suite(.timeLimit(.minutes(30)))
struct PersonalDataTests {
    private static func blank(_ number: Int, _ change: (inout Order) -> Void = { _ in }) -> Order {
        .paid(number)
            .with {
                $0.email = nil
                $0.phone = nil
                $0.customer = OrderCustomer(id: ShopifyID(kind: "Customer", number: "7"))
                $0.billingAddress = nil
                $0.shippingAddress = nil
                change(&$0)
            }
    }

    /// What a shop's orders look like.
    enum Case: String, CaseIterable, CustomTestStringConvertible {
        case allNull = "every name, e-mail and address of every order is null"
        case emptyObjects = "addresses are there with a country alone"
        case withoutCustomer = "not even the customer is there"
        case one = "there is one order only"
        case tills = "till sales that name a customer of whom nothing is shown"

        var testDescription: String { rawValue }

        var orders: [Order] {
            switch self {
            case .allNull: [blank(1), blank(2), blank(3)]
            case .emptyObjects:
                [1, 2]
                    .map { number in
                        blank(number) {
                            var address = PostalAddress()
                            address.countryCode = "GB"
                            $0.billingAddress = address
                            $0.shippingAddress = address
                            $0.email = ""
                        }
                    }
            case .withoutCustomer: [1, 2].map { blank($0) { $0.customer = nil } }
            case .one: [blank(1)]
            case .tills: [1, 2].map { blank($0) { $0.sourceName = "pos" } }
            }
        }
    }

    private static let till = """
        download_pos_orders = "customer_details"
        generic_customer = "POSSALES"
        """

    @Test(arguments: Case.allCases)
    func `C9: orders of a shop that shows nobody are withheld, and status and check say so`(_ input: Case)
        async throws
    {
        let now = ManualNow()
        let shop = TestShop(now)
        shop.orders.put(input.orders)
        try await Installation.run(
            ConfigurationText.text(Self.till, kcc: nil),
            shops: [ConfigurationText.host: shop],
            now: now
        ) { daemon in
            await daemon.round()
            let reasons = try await daemon.rows("SELECT state || ' ' || coalesce(reason, '') FROM \"order\"")
            #expect(
                reasons == Array(repeating: "failed customer_data_withheld", count: input.orders.count)
            )
            #expect(
                try await daemon.status()
                    .contains {
                        $0.hasPrefix(
                            "web: Shopify withholds names, e-mails and addresses: such orders fail as customer_data_withheld; the shop's plan"
                        )
                    }
            )
            let check = try await check(daemon, shop)
            #expect(check.contains { $0.contains("Shopify withholds names, e-mails and addresses") })
            let explanation = try await daemon.answer(.explanation(reference: "1"))
            #expect(explanation.contains { $0.contains("kccsyncd orders refetch 1") })
            #expect(!explanation.contains { $0.contains("give the order an address") })
            // The plan changes: the next order shows its customer, and the others are read again.
            for order in input.orders {
                shop.orders.put(
                    .paid(Int(order.id.number) ?? 0).with { $0.sourceName = order.sourceName }
                )
            }
            shop.orders.put(.paid(100, at: now.current))
            await daemon.pass(60)
            let states = try await daemon.rows("SELECT state FROM \"order\"")
            #expect(Set(states) == ["imported"])
            #expect(try await !daemon.status().contains { $0.contains("withheld") })
        }
    }

    /// Orders that name nobody in shops that do show personal data, or orders that need not name anybody.
    enum Genuine: String, CaseIterable, CustomTestStringConvertible {
        case amongOthers = "one that names nobody, among others that do"
        case afterOthers = "one that comes later than others that do"
        case tillSale = "a till sale without a customer, in a shop without any other order"
        case draft = "a draft without a customer, in a shop without any other order"
        case twoInARow = "two in a row, in a shop that showed others before"

        var testDescription: String { rawValue }
    }

    @Test(arguments: Genuine.allCases)
    func `C9: an order that really names nobody is not taken for withheld`(_ input: Genuine) async throws {
        let now = ManualNow()
        let shop = TestShop(now)
        let nameless = Self.blank(1) {
            $0.customer = nil
            if input == .tillSale { $0.sourceName = "pos" }
            if input == .draft { $0.sourceName = "shopify_draft_order" }
        }
        if input == .amongOthers { shop.orders.put(nameless, .paid(2)) }
        if input == .afterOthers || input == .twoInARow { shop.orders.put(.paid(2)) }
        try await Installation.run(
            ConfigurationText.text(Self.till, kcc: nil),
            shops: [ConfigurationText.host: shop],
            now: now
        ) { daemon in
            await daemon.round()
            now.advance(by: 60)
            shop.orders.put(nameless.with { $0.updatedAt = now.current })
            if input == .twoInARow {
                shop.orders.put(Self.blank(3) { $0.updatedAt = now.current })
            }
            await daemon.pass(30)
            let reasons = try await daemon.rows(
                "SELECT coalesce(reason, 'none') FROM \"order\" WHERE name <> '#2'"
            )
            let expected = input == .tillSale ? "none" : "customer_missing"
            #expect(Set(reasons) == [expected])
            #expect(try await !daemon.status().contains { $0.contains("Shopify withholds") })
        }
    }

    @Test(arguments: [3, 4, 10])
    func `C9: a shop that stops to show whom its orders are for is noticed`(_ count: Int) async throws {
        let now = ManualNow()
        let shop = TestShop(now)
        shop.orders.put(.paid(100))
        try await Installation.run(
            ConfigurationText.text(kcc: nil),
            shops: [ConfigurationText.host: shop],
            now: now
        ) { daemon in
            await daemon.round()
            for number in 1...count {
                now.advance(by: 300)
                shop.orders.put(Self.blank(number) { $0.updatedAt = now.current })
                await daemon.round()
            }
            await daemon.pass(30)
            let reasons = try await daemon.rows("SELECT reason FROM \"order\" WHERE name <> '#100'")
            #expect(reasons == Array(repeating: "customer_data_withheld", count: count))
            #expect(try await daemon.rows("SELECT state FROM \"order\" WHERE name = '#100'") == ["imported"])
            #expect(try await daemon.status().contains { $0.contains("Shopify withholds") })
        }
    }

    private func check(_ daemon: Installation, _ shop: TestShop) async throws -> [String] {
        let session = await daemon.holder.session
        let check = ChannelCheck(
            settings: session.configuration.channels[0],
            orderTypes: [],
            shop: shop,
            facts: try await session.queries.facts(of: session.configuration.channels)["web"],
            now: { daemon.now.current }
        )
        return await check.run().all.map(\.text)
    }
}
