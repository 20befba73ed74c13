import Foundation
import SyncEngine

/// One line of a file of shipments, each value of it checked.
struct ShipmentRow {
    let line: Int
    let order: String
    let id: String?
    /// What of the order has left; nil = all that remains.
    let units: Shipment.Line?
    let numbers: [String]
    let courier: String?
    let url: String?
    let despatchedAt: DayOrInstant?
    /// The day of `despatchedAt` as it is written.
    let day: String?

    init(_ record: CSVReader.Record, _ columns: ColumnNames) throws(CSVReader.Malformed) {
        func refuse(_ reason: String) -> CSVReader.Malformed {
            CSVReader.Malformed(line: record.line, reason: reason)
        }
        if let complaint = columns.complaint(about: record) { throw refuse(complaint) }
        guard let order = columns.value("ORDER_REF", of: record) else { throw refuse("ORDER_REF is empty") }
        line = record.line
        self.order = order
        id = columns.value("SHIPMENT_ID", of: record)
        do throws(Problem) {
            units = try Self.units(record, columns)
            let date = columns.value("DESPATCHED_AT", of: record)
            despatchedAt = try Self.date(date)
            day = date.map { String($0.prefix(10)) }
            url = try Self.link(columns.value("TRACKING_URL", of: record))
        } catch {
            throw refuse(error.reason)
        }
        numbers = Tracking.numbers(in: columns.value("CONSIGNMENT_REF", of: record) ?? "")
        courier = columns.value("COURIER", of: record)
    }

    /// What is wrong with a value.
    private struct Problem: Error {
        var reason: String
    }

    /// Whether a line certainly names no units, good or not: the columns for them are there and empty, or the file has none.
    static func namesNone(_ record: CSVReader.Record, _ columns: ColumnNames) -> Bool {
        columns.complaint(about: record) == nil && columns.value("STOCK_CODE", of: record) == nil
            && columns.value("QUANTITY", of: record) == nil
            && !columns.isCut(record, before: "STOCK_CODE", "QUANTITY")
    }

    /// The units that a line names; nil where it names none.
    private static func units(_ record: CSVReader.Record, _ columns: ColumnNames) throws(Problem)
        -> Shipment.Line?
    {
        let quantity = columns.value("QUANTITY", of: record)
        guard let sku = SKU(given: columns.value("STOCK_CODE", of: record)) else {
            guard let quantity else {
                guard Self.namesNone(record, columns) else {
                    throw Problem(
                        reason:
                            "expected \(columns.width) fields as in the first line, found \(record.fields.count), so that it may be cut off; for all that remains of the order write STOCK_CODE and QUANTITY as empty fields"
                    )
                }
                return nil
            }
            throw Problem(
                reason:
                    "STOCK_CODE is empty, and QUANTITY is \"\(quantity.prefix(40))\"; give the stock code, or leave both empty for all that remains of the order"
            )
        }
        // A file without such a column has a line for each unit.
        guard columns.has("QUANTITY") else { return Shipment.Line(sku: sku, quantity: 1) }
        guard let quantity else {
            throw Problem(
                reason: "QUANTITY of \"\(sku.text.prefix(60))\" is empty; expected a whole number above 0"
            )
        }
        guard let number = Int(quantity), (1...1_000_000_000).contains(number) else {
            throw Problem(
                reason: "QUANTITY: expected a whole number above 0, found \"\(quantity.prefix(40))\""
            )
        }
        return Shipment.Line(sku: sku, quantity: number)
    }

    private static func date(_ text: String?) throws(Problem) -> DayOrInstant? {
        guard let text else { return nil }
        if let date = DayOrInstant(text) { return date }
        throw Problem(
            reason:
                "DESPATCHED_AT: expected a date such as 2026-11-24 or 2026-11-24T09:30:00Z, found \"\(text.prefix(40))\""
        )
    }

    private static func link(_ text: String?) throws(Problem) -> String? {
        guard let text, !Tracking.isLink(text) else { return text }
        throw Problem(
            reason:
                "TRACKING_URL: expected a link such as https://example.com/track/JD1, found \"\(text.prefix(80))\""
        )
    }
}
