import Foundation
import SyncEngine

/// Orders as CSV, a line for each line that is handed off, with the figures of now.
enum OrderCSV {
    static let header = [
        "ref", "name", "channel", "placed_at", "currency", "total", "customer_urn", "customer", "email",
        "site", "line",
        "sku", "title", "quantity", "unit_price", "discount", "tax", "delivery", "delivery_tax",
    ]
    .joined(separator: ",")

    /// - Parameters:
    ///   - order: As Shopify has it.
    ///   - settings: Its channel's, which have the stand-ins for missing codes.
    static func lines(_ stored: StoredOrder, _ order: Order, _ settings: ChannelSettings?) -> [String] {
        let figures = OrderFigures(of: order, settings?.money ?? .shop)
        func money(_ amount: Amount) -> String { figures.money.number(amount) }
        let (lines, surplus) = figures.invoice(of: order, settings)
        var rows = lines.map { line in
            [
                line.code?.text ?? "", title(of: line, order), String(line.quantity),
                money(line.unitPrice), money(line.discount), money(line.tax),
            ]
        }
        if surplus != .zero {
            rows.append(["", "Discount on the whole order", "1", money(.zero), money(surplus), money(.zero)])
        }
        return rows.enumerated()
            .map { index, row in
                let order = [
                    stored.standing.ref ?? "", order.name, stored.standing.channel,
                    order.processedAt.formatted(.iso8601), figures.money.currency, money(figures.total),
                    stored.customer?.urn ?? "", stored.customer?.displayName ?? "", order.email ?? "",
                    stored.standing.site ?? "",
                ]
                let delivery = [money(figures.delivery), money(figures.deliveryTax)]
                return (order + [String(index + 1)] + row + delivery).map(cell).joined(separator: ",")
            }
    }

    private static func title(of line: InvoiceLine, _ order: Order) -> String {
        switch line.kind {
        case .ordered(let place): order.lines[place].name
        case .tip: "Tip"
        case .duties: "Duties"
        case .fees: "Fees"
        case .adjustment: "Adjustment to Shopify's total"
        }
    }

    /// Quotes by RFC 4180, and disarms what a spreadsheet would run as a formula (OWASP ASVS 1.2.10).
    ///
    /// Looks at scalars, as spreadsheets do: a quote with a combining mark behind it is one character in Swift, and no quote.
    static func cell(_ text: String) -> String {
        var cell = VisibleText.line(text).unicodeScalars
        // Some skip blanks before a formula, and take full-width signs for plain ones.
        let first = cell.first { !$0.properties.isWhitespace }
        let isFormula = first.map { Self.formulaBeginnings.contains($0) } ?? false
        if isFormula, Amount(text) == nil { cell.insert("'", at: cell.startIndex) }
        guard cell.contains(where: { ",\";".unicodeScalars.contains($0) }) else { return String(cell) }
        var quoted = "\"".unicodeScalars
        for scalar in cell {
            quoted.append(scalar)
            if scalar == "\"" { quoted.append(scalar) }
        }
        quoted.append("\"")
        return String(quoted)
    }

    private static let formulaBeginnings: Set<Unicode.Scalar> = [
        "=", "+", "-", "@", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}",
    ]
}
