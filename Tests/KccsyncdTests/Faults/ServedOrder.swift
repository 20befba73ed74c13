import Foundation
import SyncEngine
import TestSupport

@testable import kccsyncd

/// The first order of a page as KCC reads it, in the figures that money is about.
struct ServedOrder: Equatable {
    var delivery = ""
    var deliveryTax = ""
    var total = ""
    var paid = ""
    /// Each line as `SKU-1 2x10.00-1.50`.
    var lines: [String] = []
    var telephone: String?
    var mobile: String?
    var note: String?

    /// Nil where the page has no order.
    init?(_ page: KCC.Page) throws {
        let document = try JSONSerialization.jsonObject(with: Data(page.body.utf8)) as? [String: Any]
        guard let order = (document?["Orders"] as? [[String: Any]])?.first,
            let header = order["Header"] as? [String: Any]
        else { return nil }
        func text(_ value: Any?) -> String { (value as? NSNumber).map { "\($0.decimalValue)" } ?? "" }
        func price(_ value: Any?) -> String { text((value as? [String: Any])?.values.first) }
        delivery = price(header["DeliveryCharge"])
        deliveryTax = text(header["DeliveryTaxAmount"])
        total = text(header["GrossTotal"])
        let payments = order["Payments"] as? [[String: Any]] ?? []
        paid = "\(payments.reduce(Decimal.zero) { $0 + (($1["Amount"] as? NSNumber)?.decimalValue ?? 0) })"
        lines = (order["Items"] as? [[String: Any]] ?? [])
            .map { line in
                let discount = line["ValueDiscount"].map { "-\(text($0))" } ?? ""
                return
                    "\(line["SKU"] ?? "?") \(text(line["Quantity"]))x\(price(line["UnitPrice"]))\(discount)"
            }
        telephone = (order["DeliveryAddress"] as? [String: Any])?["Telephone"] as? String
        note = header["OrderNote"] as? String
        mobile = (order["InvoiceContact"] as? [String: Any])?["Mobile"] as? String
    }

    /// Such as `SKU-1 2x10 + 3.5 (0.58 tax) = 23.5, paid 23.5`.
    var text: String {
        "\(lines.joined(separator: ", ")) + \(delivery) (\(deliveryTax) tax) = \(total), paid \(paid)"
    }
}

extension Order {
    /// A paid order of 2 × 10.00 with delivery of 3.50, whose prices include the tax.
    static func delivered(_ number: Int = 1001) -> Order {
        paid(number)
            .with {
                $0.taxesIncluded = true
                $0.shippingLines[0] = ShippingLine(
                    id: nil,
                    title: "Standard",
                    price: .both("3.5"),
                    discountedPrice: .both("3.5")
                )
                $0.shippingLines[0].currentPrice = .both("3.5")
                $0.comes(to: "23.5")
            }
    }

    /// Sets what Shopify says it comes to, and pays that.
    mutating func comes(to text: String) {
        totals.total = .both(text)
        totals.current = .both(text)
        transactions = [Self.transaction("SALE", text, 71)]
    }

    /// Gives money back, after which Shopify says that it comes to so much.
    mutating func giveBack(_ amount: String, leaving current: String) {
        refunds.append(
            Refund(id: ShopifyID(kind: "Refund", number: String(refunds.count + 1)), total: .both(amount))
        )
        transactions.append(Self.transaction("REFUND", amount, 80 + refunds.count))
        totals.current = .both(current)
        financialStatus = "PARTIALLY_REFUNDED"
    }

    private static func transaction(_ kind: String, _ amount: String, _ number: Int) -> Transaction {
        var transaction = Transaction(
            id: ShopifyID(kind: "OrderTransaction", number: String(number)),
            kind: kind,
            status: "SUCCESS",
            amount: .both(amount)
        )
        transaction.gateway = "shopify_payments"
        if kind == "REFUND" { transaction.parent = ShopifyID(kind: "OrderTransaction", number: "71") }
        return transaction
    }
}
