import Foundation
import SyncEngine

/// KCC's stock levels as read from a file, line by line: the good ones, and what is wrong with the others.
///
/// Columns by name: `STOCK_CODE`, `STOCK_LEVEL`, and optionally `SITE` and `CHANNEL`.
struct StockFile {
    /// One line that can be used.
    struct Entry: Equatable {
        var line: Int
        /// Nil = every channel that sends stock.
        var channel: String?
        var sku: SKU
        var site: String
        var level: Amount
    }

    private var reader: CSVReader
    private var columns: ColumnNames?

    init(_ source: ByteSource) {
        reader = CSVReader(source, spansLines: false)
    }

    /// The next line that says something; nil at the end.
    ///
    /// - Throws: ``LineProblem``; reading may go on behind it unless ``isUsable`` is false.
    mutating func next() throws(LineProblem) -> Entry? {
        do throws(CSVReader.Malformed) {
            guard let record = try reader.next() else {
                if columns == nil { throw CSVReader.Malformed(line: 1, reason: "the file is empty") }
                return nil
            }
            if let columns { return try entry(record, columns) }
            let columns = ColumnNames(record)
            guard columns.has("STOCK_CODE"), columns.has("STOCK_LEVEL") else {
                throw CSVReader.Malformed(
                    line: record.line,
                    reason:
                        "expected a first line with the columns STOCK_CODE and STOCK_LEVEL (and SITE, CHANNEL where wanted)"
                )
            }
            self.columns = columns
        } catch {
            throw LineProblem(line: error.line, reason: error.reason)
        }
        return try next()
    }

    /// Whether the column names were found, without which no line means anything.
    var isUsable: Bool { columns != nil }

    private func entry(_ record: CSVReader.Record, _ columns: ColumnNames) throws(CSVReader.Malformed)
        -> Entry
    {
        func refuse(_ reason: String) -> CSVReader.Malformed {
            CSVReader.Malformed(line: record.line, reason: reason)
        }
        guard let sku = SKU(given: columns.value("STOCK_CODE", of: record)) else {
            throw refuse("STOCK_CODE is empty")
        }
        // KCC's stock codes have 50 characters at most; Shopify's SKUs 255.
        guard sku.text.utf8.count <= 255 else { throw refuse("STOCK_CODE has more than 255 bytes") }
        guard let text = columns.value("STOCK_LEVEL", of: record) else {
            throw refuse("STOCK_LEVEL of \(Self.shown(sku.text)) is empty")
        }
        guard let level = Amount(text) else {
            throw refuse("STOCK_LEVEL of \(Self.shown(sku.text)): \(Self.complaint(about: text))")
        }
        return Entry(
            line: record.line,
            channel: columns.value("CHANNEL", of: record),
            sku: sku,
            site: columns.value("SITE", of: record) ?? "",
            level: level
        )
    }

    /// What to write instead.
    private static func complaint(about text: String) -> String {
        let found = "expected a number such as 41 or 2.5, found \(shown(text))"
        let plain = text.filter { !$0.isWhitespace && $0 != "," && $0 != "'" && $0 != "\u{A0}" && $0 != "." }
        guard !plain.isEmpty, plain.allSatisfy(\.isNumber) else { return found }
        return found + "; write it without thousands separators, and with a point before decimals"
    }

    /// A value of a file in a message: in quotes, cut where it is long, without control characters.
    private static func shown(_ text: String) -> String {
        let plain = VisibleText.line(text)
        let cut = plain.prefix(60)
        return "\"\(cut)\(plain.count > 60 ? "…" : "")\""
    }
}
