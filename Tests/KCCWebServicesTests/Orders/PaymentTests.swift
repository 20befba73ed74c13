import Foundation
import KCCWebServices
import SyncEngine
import TestSupport
import Testing

struct PaymentTests {
    /// The payments of an order of 25.00 whose transactions are given, each as its kind and amount.
    private func payments(
        _ transactions: Transaction...,
        change: (inout Situation) -> Void = { _ in }
    ) throws -> [String] {
        try list(transactions, change)
            .map { payment in
                #expect(payment.names.count == 2)
                let kind = payment.names.last ?? ""
                let reserved = payment["Card"]?["IsPreauth"]?.flag == true ? " reserved" : ""
                return "\(kind) \(payment["Amount"]?.number ?? "?")\(reserved)"
            }
    }

    private func list(_ transactions: [Transaction], _ change: (inout Situation) -> Void = { _ in }) throws
        -> [JSONNode]
    {
        let sent =
            try Situation.gross {
                $0.order.transactions = transactions
                change(&$0)
            }
            .sent()
        return sent["Payments"]?.items ?? []
    }

    @Test func `a card payment names its brand, its authorisation and its time`() throws {
        let card = try #require(try list([.card("25")]).first?["Card"])
        #expect(
            card
                == .object([
                    .init(name: "CardType", value: .string("Visa")),
                    .init(name: "IsPreauth", value: .flag(false)),
                    .init(name: "AuthCode", value: .string("c9xT1")),
                    .init(name: "TransactionID", value: .string("71")),
                    .init(name: "Timestamp", value: .string("2026-11-23T11:00:00")),
                ])
        )
    }

    @Test func `an authorisation code is never blank, nor a card's type longer than its field`() throws {
        let blank = Transaction.of("SALE", "25", gateway: nil) { $0.paymentID = " " }
        let card = try #require(try list([blank]).first?["Card"])
        #expect(card["AuthCode"]?.string == "71")
        #expect(card["CardType"]?.string == "Card")
        #expect(card["Timestamp"] == nil)
        let long = Transaction.of("SALE", "25") { $0.gatewayTitle = "The Very Long Payment Company Ltd" }
        #expect(try list([long]).first?["Card"]?["CardType"]?.string == "The Very Long Payment Com")
    }

    @Test(arguments: [
        ("shopify_payments", "Card"), ("paypal", "Card"), ("My own till book", "Card"), ("manual", "Card"),
        ("cash", "Cash"), ("Cash on Delivery (COD)", "Cash"), ("gift_card", "Voucher"),
        ("Bank Deposit", "BACS"), ("bank_transfer", "BACS"), ("Money Order", "Cheque"), ("Cheque", "Cheque"),
    ])
    func `a gateway's name tells the kind`(_ gateway: String, _ kind: String) throws {
        #expect(try payments(.of("SALE", "25", gateway: gateway)) == ["\(kind) 25.00"])
    }

    @Test func `kinds other than cards carry the transaction's number`() throws {
        for gateway in ["gift_card", "Bank Deposit", "Money Order", "cash"] {
            let payment = try #require(try list([.of("SALE", "25", gateway: gateway)]).first)
            let details = payment.names.last.flatMap { payment[$0] }
            #expect(details == .object([.init(name: "Reference", value: .string("71"))]))
        }
    }

    @Test func `the payment table decides before the name does`() throws {
        let bank = KCCSettings.PaymentRule(kind: .bacs, bankAccount: .name("Current"))
        let sale = Transaction.of("SALE", "25", gateway: "manual") { $0.gatewayTitle = "Invoice" }
        let payment = try #require(
            try list([sale]) {
                $0.kcc.payments = ["invoice": bank]
                $0.kcc.bankAccount = .id("1")
            }
            .first
        )
        #expect(payment.names == ["Amount", "BACS", "BankAccount"])
        #expect(payment["BankAccount"]?["Name"]?.string == "Current")
        let card = try list([sale]) {
            $0.kcc.payments = ["manual": .init(cardType: "Till")]
            $0.kcc.bankAccount = .id("1")
        }
        #expect(card.first?["Card"]?["CardType"]?.string == "Till")
        #expect(card.first?["BankAccount"]?["ID"]?.string == "1")
    }

    @Test func `only what succeeded counts`() throws {
        let others = ["FAILURE", "PENDING", "ERROR", "AWAITING_RESPONSE"]
            .map { status in Transaction.of("SALE", "25", 72) { $0.status = status } }
        #expect(try payments(.card("25"), others[0], others[1], others[2], others[3]) == ["Card 25.00"])
        #expect(try payments(.card("25"), .of("SUGGESTED_REFUND", "25", 73)) == ["Card 25.00"])
    }

    @Test func `a test payment counts only in a test order`() throws {
        let sale = Transaction.of("SALE", "25") { $0.test = true }
        #expect(try payments(sale) == [])
        #expect(try payments(sale) { $0.order.test = true } == ["Card 25.00"])
    }

    @Test func `what is authorised and not yet captured is reserved`() throws {
        let reserved = try #require(try list([.of("AUTHORIZATION", "25")]).first)
        #expect(reserved["Amount"]?.number == "25.00")
        #expect(reserved["Card"]?["IsPreauth"]?.flag == true)
        #expect(reserved["Card"]?["PreauthRef"]?.string == "71")
        let authorised = Transaction.of("AUTHORIZATION", "25")
        #expect(
            try payments(authorised, .of("CAPTURE", "10", 72, parent: 71))
                == ["Card 10.00", "Card 15.00 reserved"]
        )
        #expect(try payments(authorised, .of("CAPTURE", "25", 72, parent: 71)) == ["Card 25.00"])
        #expect(try payments(authorised, .of("VOID", "25", 72, parent: 71)) == [])
        #expect(try payments(.of("AUTHORIZATION", "40")) == ["Card 25.00 reserved"])
    }

    @Test func `cash is what was given less the change`() throws {
        #expect(
            try payments(
                .of("SALE", "30", gateway: "cash"),
                .of("CHANGE", "5", 72, gateway: "cash", parent: 71)
            ) == ["Cash 25.00"]
        )
        #expect(
            try payments(
                .of("SALE", "15", gateway: "cash"),
                .of("SALE", "15", 73),
                .of("CHANGE", "5", 72, gateway: "cash")
            ) == ["Cash 10.00", "Card 15.00"]
        )
    }

    @Test func `a refund lowers its own payment, or the last ones`() throws {
        let (first, second) = (
            Transaction.card("15", 71), Transaction.of("SALE", "10", 72, gateway: "gift_card")
        )
        #expect(
            try payments(first, second, .of("REFUND", "4", 73, parent: 71))
                == ["Card 11.00", "Voucher 10.00"]
        )
        #expect(
            try payments(first, second, .of("REFUND", "15", 73, parent: 71)) == ["Voucher 10.00"]
        )
        #expect(
            try payments(first, second, .of("REFUND", "12", 73, gateway: nil))
                == ["Card 13.00"]
        )
        // A refund of a capture may name the authorisation instead.
        #expect(
            try payments(
                .of("AUTHORIZATION", "25", 70),
                .of("CAPTURE", "25", 71, parent: 70),
                .of("REFUND", "25", 72, gateway: "other", parent: 70)
            ) { $0.order.financialStatus = "REFUNDED" } == []
        )
    }

    @Test func `money that an operator entered counts until Shopify has its own`() throws {
        let situation = { (status: String) in
            try self.payments {
                $0.order.financialStatus = status
                $0.payments = PaymentKind.allCases.map {
                    EnteredPayment(
                        at: Instants.now,
                        amount: Amount(micros: 5_000_000),
                        kind: $0,
                        reference: nil
                    )
                }
            }
        }
        let entered = ["Cash 5.00", "Cheque 5.00", "Card 5.00", "Voucher 5.00", "BACS 5.00"]
        #expect(try situation("PENDING") == entered)
        #expect(try situation("PAID") == [])
        #expect(try situation("PARTIALLY_REFUNDED") == [])
    }

    @Test func `entered payments carry their reference, or the order's where KCC needs one`() throws {
        func details(_ kind: PaymentKind, _ reference: String?) throws -> JSONNode? {
            let payment = try list([]) {
                $0.order.financialStatus = "PENDING"
                $0.payments = [
                    EnteredPayment(
                        at: Instants.now,
                        amount: Amount(micros: 5_000_000),
                        kind: kind,
                        reference: reference
                    )
                ]
            }
            .first
            return payment?.names.last.flatMap { payment?[$0] }
        }
        #expect(try details(.cash, nil) == .object([]))
        #expect(try details(.cheque, "000123")?["Reference"]?.string == "000123")
        #expect(try details(.voucher, " ")?["Reference"]?.string == "1001")
        #expect(try details(.card, nil)?["AuthCode"]?.string == "1001")
        #expect(try details(.card, "A1")?["AuthCode"]?.string == "A1")
        #expect(try details(.card, "A1")?["IsPreauth"]?.flag == false)
    }

    @Test func `an unpaid order says so and leaves the account alone`() throws {
        let unpaid = try Situation {
            $0.order.transactions = []
            $0.order.financialStatus = "PENDING"
        }
        .sent()
        #expect(unpaid["Payments"] == nil)
        #expect(unpaid["Header"]?["RemainderOnAccount"]?.flag == false)
        #expect(unpaid["Header"]?["OrderNote"]?.string == "Delivery: Standard\nUnpaid in Shopify")
        let account = Situation {
            $0.order.transactions = []
            $0.kcc.unpaidOnAccount = true
        }
        #expect(try account.sent()["Header"]?["RemainderOnAccount"]?.flag == true)
        #expect(try account.map().remarks.map(\.code) == ["payment_unknown"])
    }

    @Test func `a partly paid order carries what came`() throws {
        let sent = try Situation { $0.order.transactions = [.card("10")] }.sent()
        #expect(sent["Payments"]?.items.count == 1)
        #expect(sent["Header"]?["RemainderOnAccount"] == nil)
    }

    @Test func `an order of nothing has no payments`() throws {
        let sent =
            try Situation.gross {
                $0.order.lines[0].allocations = [DiscountAllocation(discount: 0, amount: .both("20"))]
                $0.order.shippingLines = []
                $0.order.comes(to: "0", paid: true)
            }
            .sent()
        #expect(sent["Payments"] == nil)
        #expect(sent["Header"]?["RemainderOnAccount"] == nil)
        #expect(sent["Header"]?["OrderNote"] == nil)
    }

    @Test func `more than the total is not sent, but for cash rounding`() throws {
        let over = Situation.gross { $0.order.transactions = [.card("25.02")] }
        #expect(over.problem()?.code == "totals_differ")
        #expect(
            over.problem()?.message
                == "order 1001: payments of GBP 25.02 are more than its total of GBP 25.00"
        )
        #expect(
            try payments(.of("SALE", "25.02")) {
                $0.standing.handOffState = HandOffState(.waiting, released: true)
            } == ["Card 25.00"]
        )
        #expect(
            try payments(.of("SALE", "25.02", gateway: "cash")) {
                $0.order.totals.paymentRounding = .both("0.02")
            } == ["Cash 25.02"]
        )
        #expect(try payments(.of("SALE", "25.01")) { $0.order.presentmentCurrency = "EUR" } == ["Card 25.00"])
    }

    @Test func `money given back lowers the payments and is noted`() throws {
        let sent =
            try Situation.gross {
                $0.order.refunds = [Refund(id: ShopifyID("r"), total: .both("5"))]
                $0.order.transactions.append(.of("REFUND", "5", 72, parent: 71))
                $0.order.financialStatus = "PARTIALLY_REFUNDED"
            }
            .sent()
        #expect(sent["Header"]?["GrossTotal"]?.number == "25.00")
        #expect(sent["Payments"]?.items.map { $0["Amount"]?.number } == ["20.00"])
        let note = "Delivery: Standard\nRefunded in Shopify without an item: GBP 5.00"
        #expect(sent["Header"]?["OrderNote"]?.string == note)
    }
}
