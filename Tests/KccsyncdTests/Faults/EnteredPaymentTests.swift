import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Payments that operators entered: everything that asks what was paid counts the same ones.
@Suite(.timeLimit(.minutes(30)))
struct EnteredPaymentTests {
    private static let unpaid = Order.delivered()
        .with {
            $0.financialStatus = "PENDING"
            $0.transactions = []
        }

    private static func sale(_ amount: String) -> Transaction {
        Transaction(
            id: ShopifyID(kind: "OrderTransaction", number: "99"),
            kind: "SALE",
            status: "SUCCESS",
            amount: .both(amount)
        )
    }

    /// An order of 23.50 with an amount entered here, and then changed in Shopify.
    private func entering(
        _ amount: String,
        then change: @Sendable @escaping (inout Order) -> Void,
        _ body: (Installation, TestShop, KCC) async throws -> Void
    ) async throws {
        try await KCC.linked(ConfigurationText.text("ignore_financial_status = true")) { daemon, shop, kcc in
            shop.sell(Self.unpaid)
            await daemon.pass(15)
            let reply = await daemon.perform(
                .payment(reference: "1001", amount: amount, kind: .cash, note: nil)
            )
            #expect(reply.status == .done, "\(reply.errors)")
            shop.edit(Self.unpaid.id, change)
            await daemon.pass(15)
            try await body(daemon, shop, kcc)
        }
    }

    @Test func `M1: a payment entered here and a part from Shopify hold an order that they overpay`()
        async throws
    {
        try await entering("20") {
            $0.financialStatus = "PARTIALLY_PAID"
            $0.transactions = [Self.sale("10")]
        } _: { daemon, _, kcc in
            #expect(try await daemon.orders() == ["1001 imported held totals_differ"])
            let said = try await daemon.answer(.explanation(reference: "1001")).joined(separator: "\n")
            let text =
                "payments of GBP 30.00 (GBP 20.00 of them entered here) are more than its total of GBP 23.50"
            #expect(said.contains("HELD") && said.contains("; \(text)"), "\(said)")
            #expect(said.contains("held from KCC until: kccsyncd orders release 1001"), "\(said)")
            #expect(try await kcc.orders().refs.isEmpty)
            let reply = await daemon.perform(.orders(.release, references: ["1001"]))
            #expect(reply.lines == ["#1001: released"], "\(reply)")
            let served = try #require(try await ServedOrder(kcc.orders()))
            // KCC takes no more than the order comes to.
            #expect(served.paid == "23.5")
            #expect(served.note?.contains("Paid GBP 30.00, more than the total") == true)
        }
    }

    @Test func `M1: an order that an older version offers in spite of its payments can be released`()
        async throws
    {
        try await entering("20") {
            $0.financialStatus = "PARTIALLY_PAID"
            $0.transactions = [Self.sale("10")]
        } _: { daemon, _, kcc in
            try await daemon.execute("UPDATE \"order\" SET hand_off = 'waiting', reason = NULL")
            #expect(try await kcc.orders().refs.isEmpty)
            let said = try await daemon.answer(.explanation(reference: "1001")).joined(separator: "\n")
            #expect(said.contains("cannot be sent: order 1001: payments of GBP 30.00"), "\(said)")
            #expect(said.contains("run: kccsyncd orders release 1001"), "\(said)")
            let reply = await daemon.perform(.orders(.release, references: ["1001"]))
            #expect(reply.lines == ["#1001: released"], "\(reply)")
            #expect(try await kcc.orders().refs == ["1001"])
        }
    }

    @Test func `M1: an order that KCC has is offered again in spite of its payments once it is released`()
        async throws
    {
        try await KCC.linked { daemon, shop, kcc in
            shop.sell(.delivered())
            await daemon.pass(15)
            let first = try await kcc.orders()
            _ = try await kcc.orders(from: first.position)
            shop.edit(.order(1001)) { $0.transactions.append(Self.sale("5")) }
            await daemon.pass(15)
            #expect(try await daemon.orders()[0].hasPrefix("1001 imported acknowledged"))
            let early = await daemon.perform(.orders(.resend, references: ["1001"]))
            #expect(
                early.errors == [
                    "order #1001 cannot be offered: its totals differ; first run: kccsyncd orders release 1001"
                ]
            )
            let reply = await daemon.perform(.orders(.release, references: ["1001"]))
            #expect(reply.lines == ["#1001: released"], "\(reply)")
            #expect(try await daemon.orders()[0].hasPrefix("1001 imported acknowledged"))
            let resend = await daemon.perform(.orders(.resend, references: ["1001"]))
            #expect(resend.lines == ["#1001: offered again"], "\(resend)")
            #expect(try await kcc.orders(from: first.position).refs == ["1001"])
            let again = await daemon.perform(.orders(.release, references: ["1001"]))
            #expect(again.errors == ["order #1001 is not held, so there is nothing to release"])
        }
    }

    @Test(arguments: ["PAID", "PARTIALLY_REFUNDED", "REFUNDED"])
    func `M1: once Shopify has covered an order nothing counts what was entered, and no more is taken`(
        _ status: String
    ) async throws {
        try await entering("20") {
            $0.financialStatus = status
            $0.transactions = [Self.sale("23.5")]
        } _: { daemon, _, kcc in
            #expect(try await daemon.orders() == ["1001 imported waiting"])
            let whole = try await daemon.answer(.order(reference: "1001"))
            #expect(whole.contains("payment   cash 20.00 entered by hand, no longer counts"), "\(whole)")
            for question in [
                Question.order(reference: "1001"), .export(.json, unacknowledged: false, channel: nil),
            ] {
                let json = try await daemon.holder.session.answerer.answer(question, json: true)
                let text = json.lines.joined()
                let entered = try #require(
                    text.firstMatch(of: #/\{[^{}]*"entered_by_hand" *: *true[^{}]*\}/#)
                )
                #expect(entered.output.contains(#/"counts" *: *false/#), "\(text)")
            }
            let reply = await daemon.perform(
                .payment(reference: "1001", amount: "1", kind: .cash, note: nil)
            )
            #expect(
                reply.errors == [
                    "order #1001 is \(status) in Shopify, whose own payments cover it, so a payment entered here would not count; see: kccsyncd orders show 1001"
                ]
            )
            let served = try #require(try await ServedOrder(kcc.orders()))
            #expect(served.paid == "23.5")
        }
    }

    @Test(arguments: ["EXPIRED", "VOIDED", "AUTHORIZED"])
    func `M1: money that was only reserved keeps no other payment out, and none of it once that has expired`(
        _ status: String
    ) async throws {
        try await KCC.linked(ConfigurationText.text("ignore_financial_status = true")) { daemon, shop, kcc in
            shop.sell(
                Self.unpaid.with {
                    $0.financialStatus = status
                    $0.transactions = [
                        Transaction(
                            id: ShopifyID(kind: "OrderTransaction", number: "99"),
                            kind: "AUTHORIZATION",
                            status: "SUCCESS",
                            amount: .both("23.5")
                        )
                    ]
                }
            )
            await daemon.pass(15)
            let before = try #require(try await ServedOrder(kcc.orders()))
            #expect(before.paid == (status == "AUTHORIZED" ? "23.5" : "0"))
            #expect((before.note ?? "").contains("Unpaid in Shopify") == (status != "AUTHORIZED"))
        }
        try await KCC.linked(ConfigurationText.text("ignore_financial_status = true")) { daemon, shop, kcc in
            shop.sell(Self.unpaid.with { $0.financialStatus = status })
            await daemon.pass(15)
            let reply = await daemon.perform(
                .payment(reference: "1001", amount: "23.50", kind: .bacs, note: nil)
            )
            #expect(reply.lines == ["#1001: 23.50 GBP by bacs entered"], "\(reply)")
            let served = try #require(try await ServedOrder(kcc.orders()))
            #expect(served.paid == "23.5")
        }
    }

    @Test func `M1: a payment is rejected that would not follow an order which was handed over`() async throws
    {
        for ways in 0..<3 {
            try await KCC.linked(ConfigurationText.text("ignore_financial_status = true")) {
                daemon,
                shop,
                kcc in
                shop.sell(Self.unpaid)
                await daemon.pass(15)
                switch ways {
                case 0: _ = try await kcc.orders()
                case 1: _ = try await kcc.orders(from: try await kcc.orders().position)
                default: _ = await daemon.perform(.orders(.ack, references: ["1001"]))
                }
                let reply = await daemon.perform(
                    .payment(reference: "1001", amount: "23.50", kind: .cash, note: nil)
                )
                #expect(
                    reply.errors == [
                        "order #1001 was handed over without this payment, which would not follow it; enter it in the ERP; or, if the ERP is to get the order again, run: kccsyncd orders resend 1001"
                    ]
                )
            }
        }
    }

    @Test(arguments: [
        ("1.005", "GBP", "2"), ("0.001", "GBP", "2"), ("10.5", "JPY", "0"), ("1.0005", "KWD", "3"),
    ])
    func `M2: an amount that has no coins is rejected`(_ amount: String, _ currency: String, _ digits: String)
        async throws
    {
        let text = ConfigurationText.text("ignore_financial_status = true")
        try await KCC.linked(text) { daemon, shop, _ in
            shop.sell(
                Self.unpaid.with {
                    $0.currency = currency
                    $0.presentmentCurrency = currency
                }
            )
            await daemon.pass(15)
            let reply = await daemon.perform(
                .payment(reference: "1001", amount: amount, kind: .cash, note: nil)
            )
            #expect(
                reply.errors == [
                    "amount: expected \(currency) with at most \(digits) decimals, found \"\(amount)\""
                ]
            )
        }
    }
}
