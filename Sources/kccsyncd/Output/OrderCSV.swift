import Foundation
import SyncEngine

/// Orders as CSV, a line for each order line.
enum OrderCSV {
    static let header = [
        "ref", "name", "channel", "placed_at", "currency", "total", "customer_urn", "customer", "email",
        "site", "line",
        "sku", "title", "quantity", "unit_price", "discount", "tax",
    ]
    .joined(separator: ",")

    static func lines(_ stored: StoredOrder, _ order: Order) -> [String] {
        order.lines.filter { $0.currentQuantity > 0 }.enumerated()
            .map { index, line in
                func money(_ amount: Amount) -> String { amount.text(currency: order.currency) }
                return [
                    stored.standing.ref ?? "", order.name, stored.standing.channel,
                    order.processedAt.formatted(.iso8601),
                    order.currency, money(order.totals.total.shop), stored.customer?.urn ?? "",
                    stored.customer?.displayName ?? "", order.email ?? "", stored.standing.site ?? "",
                    String(index + 1),
                    line.sku ?? "", line.name, String(line.currentQuantity), money(line.unitPrice.shop),
                    money(line.allocations.map(\.amount.shop).reduce(.zero, +)),
                    money(line.taxLines.map(\.amount.shop).reduce(.zero, +)),
                ]
                .map(cell).joined(separator: ",")
            }
    }

    /// Quotes by RFC 4180, and disarms what a spreadsheet would run as a formula (OWASP ASVS 1.2.10).
    static func cell(_ text: String) -> String {
        var text = text
        if let first = text.first, "=+-@\t\r\0".contains(first), Amount(text) == nil { text = "'" + text }
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
