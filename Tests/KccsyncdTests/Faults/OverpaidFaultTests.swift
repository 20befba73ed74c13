import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// KCC takes no payments above an order's total: the rule says so, and what it names helps.
@Suite(.timeLimit(.minutes(30)))
struct OverpaidFaultTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var change: @Sendable (inout Order) -> Void
    }

    static let cases = [
        Case(
            testDescription: "a unit removed before the hand-off, its money not yet given back",
            text: "payments of GBP 23.50 are more than its total of GBP 13.50"
        ) {
            $0.lines[0].currentQuantity = 1
            $0.totals.current = .both("13.5")
        },
        Case(
            testDescription: "paid twice",
            text: "payments of GBP 47.00 are more than its total of GBP 23.50"
        ) { $0.transactions.append(Self.payment("23.5")) },
        Case(
            testDescription: "a coin too much",
            text: "payments of GBP 23.51 are more than its total of GBP 23.50"
        ) { $0.transactions.append(Self.payment("0.01")) },
        Case(
            testDescription: "all of it given for nothing, its money not yet given back",
            text: "payments of GBP 23.50 are more than its total of GBP 0.00"
        ) {
            $0.lines = [.units(2, of: "SKU-1", at: "0", line: 1)]
            $0.shippingLines[0].currentPrice = .zero
            $0.totals.current = .both("0")
        },
        Case(
            testDescription: "delivery taken off, its money not yet given back",
            text: "payments of GBP 23.50 are more than its total of GBP 20.00"
        ) {
            $0.shippingLines[0].currentPrice = .zero
            $0.totals.current = .both("20")
        },
    ]

    private static func payment(_ amount: String) -> Transaction {
        Transaction(
            id: ShopifyID(kind: "OrderTransaction", number: "99"),
            kind: "SALE",
            status: "SUCCESS",
            amount: .both(amount)
        )
    }

    @Test(arguments: cases)
    func `M1: an overpaid order is held by the rule, and sent once it is released`(_ example: Case)
        async throws
    {
        try await KCC.linked { daemon, shop, kcc in
            shop.sell(.delivered().with(example.change))
            await daemon.pass(15)
            #expect(try await daemon.orders() == ["1001 imported held totals_differ"])
            #expect(try await kcc.orders().refs.isEmpty)
            let said = try await daemon.answer(.explanation(reference: "1001")).joined(separator: "\n")
            #expect(said.contains(example.text), "\(said)")
            #expect(said.contains("refunded in Shopify, or until: kccsyncd orders release 1001"), "\(said)")
            let reply = await daemon.perform(.orders(.release, references: ["1001"]))
            #expect(reply.lines == ["#1001: released"], "\(reply)")
            #expect(try await kcc.orders().refs == ["1001"])
        }
    }

    @Test(arguments: cases)
    func `M1: an overpaid order goes by itself once the difference is given back`(_ example: Case)
        async throws
    {
        try await KCC.linked { daemon, shop, kcc in
            let order = Order.delivered().with(example.change)
            shop.sell(order)
            await daemon.pass(15)
            #expect(try await kcc.orders().refs.isEmpty)
            let figures = OrderFigures(of: order, .shop)
            let paid = try #require(figures.overpaid(by: order, entered: [])?.paid)
            shop.edit(order.id) {
                var back = Self.payment(figures.money.number(paid - figures.total))
                back.id = ShopifyID(kind: "OrderTransaction", number: "98")
                back.kind = "REFUND"
                $0.transactions.append(back)
            }
            await daemon.pass(15)
            let served = try #require(try await ServedOrder(kcc.orders()))
            #expect(served.paid == served.total)
        }
    }

    @Test func `an overpaid order of a channel without a link is not held: nobody else asks for payments`()
        async throws
    {
        try await SendingFault.run(orders: [.delivered().with(Self.cases[1].change)]) {
            (daemon, _) async throws in
            #expect(try await daemon.orders() == ["1001 imported waiting"])
        }
    }

    @Test func `a payment that is entered beyond the total is rejected, with both figures`() async throws {
        try await KCC.linked(ConfigurationText.text("ignore_financial_status = true")) { daemon, shop, kcc in
            shop.sell(
                .delivered()
                    .with {
                        $0.transactions = []
                        $0.financialStatus = "PENDING"
                    }
            )
            await daemon.pass(15)
            #expect(await Self.pay(daemon, "20") == "#1001: 20.00 GBP by bacs entered")
            #expect(
                await Self.pay(daemon, "3.51")
                    == "order #1001: with this one, payments of GBP 23.51 (GBP 23.51 of them entered here) are more than its total of GBP 23.50; enter what was paid; see: kccsyncd orders show 1001"
            )
            #expect(await Self.pay(daemon, "3.50") == "#1001: 3.50 GBP by bacs entered")
            let served = try #require(try await ServedOrder(kcc.orders()))
            #expect(served.paid == "23.5")
        }
    }

    private static func pay(_ daemon: Installation, _ amount: String) async -> String {
        let reply = await daemon.perform(
            .payment(reference: "1001", amount: amount, kind: .bacs, note: nil)
        )
        return (reply.lines + reply.errors).joined(separator: "; ")
    }
}
