import Foundation
import SyncEngine

/// Despatches as read from a file: lines of one shipment gathered, and what is wrong with the others.
///
/// Columns by name: `ORDER_REF`, and optionally `SHIPMENT_ID`, `STOCK_CODE` with `QUANTITY`, `CONSIGNMENT_REF` (the tracking
/// number), `COURIER`, `TRACKING_URL` and `DESPATCHED_AT`.
struct ShipmentFile {
    private(set) var shipments: [ToldShipment] = []
    /// Lines that cannot be used, in the file's order.
    private(set) var problems: [LineProblem] = []

    /// Lines beyond this are more than anyone despatches in a file.
    private static let mostLines = 200_000

    /// - Throws: ``LineProblem`` where the file has no column names, or is too long.
    init(_ source: ByteSource) throws(LineProblem) {
        var reader = CSVReader(source, spansLines: false)
        var columns: ColumnNames?
        var places: [String: Int] = [:]
        var lines = 0
        while true {
            do throws(CSVReader.Malformed) {
                guard let record = try reader.next() else { break }
                lines += 1
                if let columns {
                    try take(record, columns, &places)
                } else {
                    columns = try Self.columns(record)
                }
            } catch {
                let problem = LineProblem(line: error.line, reason: error.reason)
                guard columns != nil else { throw problem }
                problems.append(problem)
            }
            guard lines <= Self.mostLines else {
                throw LineProblem(line: lines, reason: "a file of more than \(Self.mostLines) lines")
            }
        }
        if columns == nil { throw LineProblem(line: 1, reason: "the file is empty") }
    }

    private static func columns(_ record: CSVReader.Record) throws(CSVReader.Malformed) -> ColumnNames {
        let columns = ColumnNames(record)
        guard columns.has("ORDER_REF") else {
            throw CSVReader.Malformed(
                line: record.line,
                reason:
                    "expected a first line with the column ORDER_REF (and SHIPMENT_ID, STOCK_CODE, QUANTITY, CONSIGNMENT_REF, COURIER, TRACKING_URL, DESPATCHED_AT where wanted)"
            )
        }
        return columns
    }

    private mutating func take(
        _ record: CSVReader.Record,
        _ columns: ColumnNames,
        _ places: inout [String: Int]
    ) throws(CSVReader.Malformed) {
        func refuse(_ reason: String) -> CSVReader.Malformed {
            CSVReader.Malformed(line: record.line, reason: reason)
        }
        guard let order = columns.value("ORDER_REF", of: record) else { throw refuse("ORDER_REF is empty") }
        var line: Shipment.Line?
        if let sku = SKU(given: columns.value("STOCK_CODE", of: record)) {
            let text = columns.value("QUANTITY", of: record) ?? "1"
            guard let quantity = Int(text), (1...1_000_000_000).contains(quantity) else {
                throw refuse("QUANTITY: expected a whole number above 0, found \"\(text.prefix(40))\"")
            }
            line = Shipment.Line(sku: sku, quantity: quantity)
        }
        var despatchedAt: DayOrInstant?
        if let text = columns.value("DESPATCHED_AT", of: record) {
            guard let date = DayOrInstant(text) else {
                throw refuse(
                    "DESPATCHED_AT: expected a date such as 2026-11-24 or 2026-11-24T09:30:00Z, found \"\(text.prefix(40))\""
                )
            }
            despatchedAt = date
        }
        let id = columns.value("SHIPMENT_ID", of: record)
        let key = id.map { "id \($0)" } ?? "order \(order)"
        let place = places[key] ?? shipments.count
        if place == shipments.count {
            shipments.append(ToldShipment(order: order, reference: id))
            places[key] = place
        }
        guard shipments[place].order == order else {
            throw refuse("SHIPMENT_ID \(key.dropFirst(3)) is of order \(shipments[place].order) further up")
        }
        shipments[place]
            .add(
                line,
                tracking: columns.value("CONSIGNMENT_REF", of: record),
                carrier: columns.value("COURIER", of: record),
                url: columns.value("TRACKING_URL", of: record),
                despatchedAt: despatchedAt
            )
    }
}

/// A shipment as a person or a file names it: the order by any of its names.
struct ToldShipment: Codable, Sendable, Equatable {
    var order: String
    var reference: String?
    var lines: [Shipment.Line] = []
    var tracking: [String] = []
    var carrier: String?
    var url: String?
    var despatchedAt: DayOrInstant?

    init(order: String, reference: String?) {
        self.order = order
        self.reference = reference
    }

    /// Takes in one more line of it.
    mutating func add(
        _ line: Shipment.Line?,
        tracking number: String?,
        carrier: String?,
        url: String?,
        despatchedAt: DayOrInstant?
    ) {
        if let line {
            if let place = lines.firstIndex(where: { $0.sku == line.sku }) {
                lines[place].quantity += line.quantity
            } else {
                lines.append(line)
            }
        }
        if let number, !tracking.contains(number) { tracking.append(number) }
        self.carrier = self.carrier ?? carrier
        self.url = self.url ?? url
        self.despatchedAt = self.despatchedAt ?? despatchedAt
    }
}
