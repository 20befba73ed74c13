import Foundation
import SyncEngine

/// KCC's customers as read from a file: the good rows, and what is wrong with the others.
struct CustomerFile {
    private(set) var customers: [StoredCustomer] = []
    /// A line each, with the file's name and the line's number.
    private(set) var problems: [String] = []

    /// Why nothing of a file can be used.
    struct Unusable: Error, CustomStringConvertible {
        var description: String
    }

    /// Rows beyond this are more than any KCC holds; the file is something else.
    static let mostRows = 500_000

    init(path: String) throws(Unusable) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Unusable(description: "\(path): cannot be read")
        }
        try self.init(data, path: path)
    }

    init(_ data: Data, path: String) throws(Unusable) {
        var reader = CSVReader(data)
        var columns: ColumnNames?
        while true {
            do throws(CSVReader.Malformed) {
                guard let record = try reader.next() else { break }
                if let columns {
                    take(record, columns, path)
                } else {
                    columns = try Self.columns(record)
                }
            } catch {
                guard columns != nil, error.line > 1 else {
                    throw Unusable(description: "\(path): line \(error.line): \(error.reason)")
                }
                problems.append("\(path): line \(error.line): \(error.reason)")
            }
            if customers.count > Self.mostRows {
                throw Unusable(description: "\(path): has more than \(Self.mostRows) customers")
            }
        }
        guard columns != nil else { throw Unusable(description: "\(path): the file is empty") }
        guard !customers.isEmpty || !problems.isEmpty else {
            throw Unusable(description: "\(path): \(FileImport.nothing(of: "customers"))")
        }
    }

    private static func columns(_ record: CSVReader.Record) throws(CSVReader.Malformed) -> ColumnNames {
        let columns = ColumnNames(record)
        guard columns.has("COMPANY_CODE") else {
            throw CSVReader.Malformed(
                line: 1,
                reason: "expected a first line with column names, COMPANY_CODE among them"
            )
        }
        return columns
    }

    private mutating func take(_ record: CSVReader.Record, _ columns: ColumnNames, _ path: String) {
        guard let urn = columns.value("COMPANY_CODE", of: record) else {
            problems.append("\(path): line \(record.line): COMPANY_CODE is empty")
            return
        }
        guard urn.count <= 10 else {
            problems.append(
                "\(path): line \(record.line): COMPANY_CODE has \(urn.count) characters; KCC's have 10 at most"
            )
            return
        }
        var customer = StoredCustomer(urn: urn)
        customer.company = columns.value("COMPANY_NAME", of: record)
        customer.forename = columns.value("FORENAME", "CONTACT:FORENAME", of: record)
        customer.surname = columns.value("SURNAME", "CONTACT:SURNAME", of: record)
        customer.email = columns.value("EMAIL", "CONTACT:EMAIL", "ADDRESS:EMAIL", of: record)
        customer.address1 = columns.value("ADDRESS:ADDRESS1", of: record)
        customer.town = columns.value("ADDRESS:TOWN", of: record)
        customer.postcode = columns.value("ADDRESS:POSTCODE", of: record)
        customer.countryCode = columns.value("ADDRESS:COUNTRY2_CODE", of: record)
        customers.append(customer)
    }
}
