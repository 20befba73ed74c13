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
    /// Shipments of which a line with a SKU was rejected, with the first one's number.
    private var damaged: [String: Int] = [:]
    /// The day of each shipment's despatch as its first line names it.
    private var days: [String: String] = [:]

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
        dropBare(places)
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

    /// Takes out shipments whose lines were all rejected: without any they would mean all that remains of the order.
    private mutating func dropBare(_ places: [String: Int]) {
        for (key, line) in damaged {
            guard let place = places[key], shipments[place].lines.isEmpty else { continue }
            problems.append(LineProblem(line: line, reason: "nothing of its shipment is left to be taken"))
            shipments[place].order = ""
        }
        shipments.removeAll { $0.order.isEmpty }
        problems.sort { $0.line < $1.line }
    }

    /// Whether two names mean the same order: Shopify writes `#1001` what others call 1001.
    private static func isSameName(_ one: String, _ other: String) -> Bool {
        func bare(_ name: String) -> Substring { name.hasPrefix("#") ? name.dropFirst() : name[...] }
        return bare(one) == bare(other)
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
        let id = columns.value("SHIPMENT_ID", of: record)
        let key = id.map { "id \($0)" } ?? "order \(order)"
        var isTaken = false
        defer {
            if !isTaken, columns.value("STOCK_CODE", of: record) != nil, damaged[key] == nil {
                damaged[key] = record.line
            }
        }
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
        let url = columns.value("TRACKING_URL", of: record)
        if let url, !Tracking.isLink(url) {
            throw refuse(
                "TRACKING_URL: expected a link such as https://example.com/track/JD1, found \"\(url.prefix(80))\""
            )
        }
        let place = places[key] ?? shipments.count
        if place == shipments.count {
            shipments.append(ToldShipment(order: order, reference: id))
            places[key] = place
        }
        let known = shipments[place]
        func differs(_ column: String, _ before: String, _ now: String) -> CSVReader.Malformed {
            refuse(
                "\(column): expected \"\(before.prefix(40))\" as further up for the same shipment, found \"\(now.prefix(40))\"; lines of another shipment need a SHIPMENT_ID of their own"
            )
        }
        guard Self.isSameName(known.order, order) else { throw differs("ORDER_REF", known.order, order) }
        let courier = columns.value("COURIER", of: record)
        if let courier, let before = known.tracking.company, before.lowercased() != courier.lowercased() {
            throw differs("COURIER", before, courier)
        }
        if let day = columns.value("DESPATCHED_AT", of: record)?.prefix(10), let before = days[key],
            day != before
        {
            throw differs("DESPATCHED_AT", before, String(day))
        }
        if let day = columns.value("DESPATCHED_AT", of: record)?.prefix(10) { days[key] = String(day) }
        isTaken = true
        let numbers = Tracking.numbers(in: columns.value("CONSIGNMENT_REF", of: record) ?? "")
        shipments[place]
            .add(
                line,
                row: record.line,
                tracking: Tracking(numbers: numbers, company: courier),
                url: url,
                despatchedAt: despatchedAt
            )
    }
}
