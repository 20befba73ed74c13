import Foundation
import SyncEngine

/// Writes payments as KCC's "OrderPayment": an amount and exactly one kind.
struct PaymentMapping: Sendable {
    private let rules: [String: KCCSettings.PaymentRule]
    private let bankAccount: DataItem?
    private let clock: LocalTime

    init(_ kcc: KCCSettings, _ clock: LocalTime) {
        rules = Dictionary(kcc.payments.map { ($0.lowercased(), $1) }) { first, _ in first }
        bankAccount = kcc.bankAccount
        self.clock = clock
    }

    /// A payment that Shopify knows of.
    func map(_ entry: PaymentLedger.Entry, _ money: OrderMoney) -> WireValue {
        let transaction = entry.transaction
        let rule = rule(for: transaction)
        let number = String(transaction.id.number)
        let kind = rule?.kind ?? PaymentKind.suggested(by: transaction)
        // Only a card can hold money without taking it.
        guard kind == .card || entry.reserved else {
            return payment(entry.amount, money, kind, reference: number, rule?.bankAccount)
        }
        let type =
            rule?.cardType?.oneLine ?? transaction.cardCompany?.oneLine ?? transaction.gatewayTitle?.oneLine
            ?? transaction.gateway?.oneLine ?? "Card"
        let code = transaction.paymentID?.oneLine ?? number
        let card = WireValue.record([
            "CardType": .text(Self.cardType(type)),
            "IsPreauth": .flag(entry.reserved),
            "AuthCode": .text(code),
            "TransactionID": .text(number),
            "PreauthRef": entry.reserved ? .text(code) : nil,
            "Timestamp": .text(transaction.processedAt.map(clock.text)),
        ])
        return payment(entry.amount, money, .card, details: card, rule?.bankAccount)
    }

    /// A payment that an operator entered; one without reference goes by the order's.
    func map(_ entered: EnteredPayment, of ref: String, _ money: OrderMoney) -> WireValue {
        let reference = entered.reference?.oneLine
        guard entered.kind == .card else {
            let name = entered.kind == .voucher ? reference ?? ref : reference
            return payment(entered.amount, money, entered.kind, reference: name, nil)
        }
        let card = WireValue.record([
            "CardType": .text("Card"),
            "IsPreauth": .flag(false),
            "AuthCode": .text(reference ?? ref),
            "TransactionID": .text(reference),
            "Timestamp": .text(clock.text(entered.at)),
        ])
        return payment(entered.amount, money, .card, details: card, nil)
    }

    private func payment(
        _ amount: Amount,
        _ money: OrderMoney,
        _ kind: PaymentKind,
        reference: String?,
        _ account: DataItem?
    ) -> WireValue {
        let details = WireValue.record(["Reference": .text(reference)])
        return payment(amount, money, kind, details: details, account)
    }

    private func payment(
        _ amount: Amount,
        _ money: OrderMoney,
        _ kind: PaymentKind,
        details: WireValue,
        _ account: DataItem?
    ) -> WireValue {
        .record([
            "Amount": money.value(amount),
            "Cash": kind == .cash ? details : nil,
            "Cheque": kind == .cheque ? details : nil,
            "Card": kind == .card ? details : nil,
            "Voucher": kind == .voucher ? details : nil,
            "BACS": kind == .bacs ? details : nil,
            "BankAccount": .item(account ?? bankAccount),
        ])
    }

    private func rule(for transaction: Transaction) -> KCCSettings.PaymentRule? {
        let names = [transaction.gateway, transaction.gatewayTitle].compactMap { $0?.lowercased() }
        return names.lazy.compactMap { rules[$0] }.first
    }

    private static func cardType(_ type: String) -> String {
        String(type.start(fitting: 25)).oneLine ?? "Card"
    }
}

extension PaymentKind {
    /// The kind that a gateway's name tells; a card for all that tell nothing.
    fileprivate static func suggested(by transaction: Transaction) -> PaymentKind {
        let names = [transaction.gateway, transaction.gatewayTitle]
            .compactMap { $0?.lowercased().replacing("_", with: " ") }
        func says(_ words: String...) -> Bool {
            names.contains { name in words.contains { name.contains($0) } }
        }
        if names.contains("cash") || says("cash on delivery") { return .cash }
        if names.contains("gift card") { return .voucher }
        if says("bank deposit", "bank transfer") { return .bacs }
        if says("cheque", "money order") { return .cheque }
        return .card
    }
}
