import Foundation
import SyncEngine

/// Despatches as read from a file: lines of one shipment gathered, and what is wrong with the others.
///
/// Columns by name, as ``ShipmentColumns`` knows them: `ORDER_REF`, and optionally `SHIPMENT_ID`, `STOCK_CODE` with `QUANTITY`,
/// `CONSIGNMENT_REF` (the tracking number), `COURIER`, `TRACKING_URL` and `DESPATCHED_AT`.
struct ShipmentFile {
    /// A file of which no line can be used, with every reason.
    struct Unusable: Error {
        var problems: [LineProblem]
    }

    private(set) var shipments: [ToldShipment] = []
    /// Lines that cannot be used, in the file's order.
    private(set) var problems: [LineProblem] = []
    /// Columns of which nothing is read.
    private(set) var unused: [String] = []

    /// Where each shipment stands in `shipments`.
    private var places: [String: Int] = [:]
    /// What is known of each shipment besides.
    private var notes: [String: Notes] = [:]

    /// What the lines of one shipment say of it, taken or not.
    private struct Notes {
        /// The first line that was rejected and named units, or may have.
        var damaged: Int?
        /// The first line that names a SKU.
        var naming: Int?
        /// The first line that names none.
        var bare: Int?
        /// The day of despatch as the first line names it.
        var day: String?
        /// Links of lines without a number.
        var links: [(line: Int, url: String)] = []
    }

    /// Lines beyond this are more than anyone despatches in a file.
    private static let mostLines = 200_000
    /// Columns that are listed; the rest is counted.
    private static let mostUnused = 20

    /// - Throws: ``Unusable`` where the column names are not all understood, or the file is too long.
    init(_ source: ByteSource) throws(Unusable) {
        var reader = CSVReader(source, spansLines: false)
        var columns: ColumnNames?
        var lines = 0
        while true {
            var first: CSVReader.Record?
            do throws(CSVReader.Malformed) {
                guard let record = try reader.next() else { break }
                lines += 1
                if let columns { try take(record, columns) } else { first = record }
            } catch {
                let problem = LineProblem(line: error.line, reason: error.reason)
                guard let columns else { throw Unusable(problems: [problem]) }
                problems.append(problem)
                if !error.fields.isEmpty {
                    let record = CSVReader.Record(line: error.line, fields: error.fields)
                    damage(record, columns)
                }
            }
            if let first { columns = try names(first) }
            guard lines <= Self.mostLines else {
                let reason = "a file of more than \(Self.mostLines) lines"
                throw Unusable(problems: [LineProblem(line: lines, reason: reason)])
            }
        }
        if columns == nil {
            throw Unusable(problems: [LineProblem(line: 1, reason: "the file is empty")])
        }
        dropUnclear()
    }

    /// For the end of a summary: the columns of which nothing is read; empty where there are none.
    var unusedText: String {
        guard !unused.isEmpty else { return "" }
        let more = unused.count - Self.mostUnused
        let names = unused.prefix(Self.mostUnused).map { String($0.prefix(40)) }.joined(separator: ", ")
        return "; columns not used: \(names)\(more > 0 ? " and \(more) more" : "")"
    }

    private mutating func names(_ record: CSVReader.Record) throws(Unusable) -> ColumnNames {
        let names = ColumnNames(record)
        let columns = ShipmentColumns(names)
        guard columns.problems.isEmpty else {
            throw Unusable(
                problems: columns.problems.map { LineProblem(line: record.line, reason: $0) }
            )
        }
        unused = columns.unused
        return names
    }

    /// What the lines of one shipment have in common; nil for a line that names neither a shipment nor an order.
    private static func key(_ record: CSVReader.Record, _ columns: ColumnNames) -> String? {
        if let id = columns.value("SHIPMENT_ID", of: record) { return "id \(id)" }
        return columns.value("ORDER_REF", of: record).map { "order \(bare($0))" }
    }

    /// An order's name without what Shopify alone writes: `#1001` is what others call 1001.
    private static func bare(_ name: String) -> Substring {
        name.hasPrefix("#") ? name.dropFirst() : name[...]
    }

    /// Remembers that a line of a shipment was rejected that named units, or may have.
    private mutating func damage(_ record: CSVReader.Record, _ columns: ColumnNames) {
        guard let key = Self.key(record, columns), notes[key]?.damaged == nil else { return }
        notes[key, default: Notes()].damaged = record.line
    }

    /// Takes out shipments of which it is not clear what has left, or whose link has no number.
    private mutating func dropUnclear() {
        for (key, place) in places {
            guard let notes = notes[key] else { continue }
            let told = shipments[place]
            // Without any line it would mean all that remains of the order.
            if told.lines.isEmpty, let line = notes.damaged {
                drop(place, line, "nothing of its shipment is left to be taken")
            } else if let naming = notes.naming, let bare = notes.bare {
                drop(
                    place,
                    naming,
                    "STOCK_CODE is given, and line \(bare) of the same shipment has none and so means all that remains of the order; give a STOCK_CODE in every line of the shipment, or in none"
                )
            } else {
                let links = Set(told.linkedTracking.parcels.compactMap(\.link))
                guard let link = notes.links.first(where: { !links.contains($0.url) }) else { continue }
                drop(place, link.line, "TRACKING_URL: a link needs a number; add CONSIGNMENT_REF")
            }
        }
        shipments.removeAll { $0.order.isEmpty }
        problems.sort { $0.line < $1.line }
    }

    private mutating func drop(_ place: Int, _ line: Int, _ reason: String) {
        problems.append(LineProblem(line: line, reason: reason))
        shipments[place].order = ""
    }

    private mutating func take(
        _ record: CSVReader.Record,
        _ columns: ColumnNames
    ) throws(CSVReader.Malformed) {
        do throws(CSVReader.Malformed) {
            let row = try ShipmentRow(record, columns)
            try add(row)
        } catch {
            if !ShipmentRow.namesNone(record, columns) { damage(record, columns) }
            throw CSVReader.Malformed(line: error.line, reason: error.reason)
        }
    }

    private mutating func add(_ row: ShipmentRow) throws(CSVReader.Malformed) {
        let key = row.id.map { "id \($0)" } ?? "order \(Self.bare(row.order))"
        func differs(_ column: String, _ before: String, _ now: String) -> CSVReader.Malformed {
            CSVReader.Malformed(
                line: row.line,
                reason:
                    "\(column): expected \"\(before.prefix(40))\" as further up for the same shipment, found \"\(now.prefix(40))\"; lines of another shipment need a SHIPMENT_ID of their own"
            )
        }
        if let place = places[key] {
            let known = shipments[place]
            guard Self.bare(known.order) == Self.bare(row.order) else {
                throw differs("ORDER_REF", known.order, row.order)
            }
            if let courier = row.courier, let before = known.tracking.company,
                before.lowercased() != courier.lowercased()
            {
                throw differs("COURIER", before, courier)
            }
        }
        var notes = notes[key] ?? Notes()
        if let day = row.day, let before = notes.day, day != before {
            throw differs("DESPATCHED_AT", before, day)
        }
        notes.day = notes.day ?? row.day
        if row.units == nil {
            notes.bare = notes.bare ?? row.line
        } else {
            notes.naming = notes.naming ?? row.line
        }
        if let url = row.url, row.numbers.isEmpty { notes.links.append((row.line, url)) }
        self.notes[key] = notes
        let place = places[key] ?? shipments.count
        if place == shipments.count {
            shipments.append(ToldShipment(order: row.order, reference: row.id, row: row.line))
            places[key] = place
        }
        shipments[place]
            .add(
                row.units,
                row: row.line,
                tracking: Tracking(numbers: row.numbers, company: row.courier),
                url: row.url,
                despatchedAt: row.despatchedAt
            )
    }
}
