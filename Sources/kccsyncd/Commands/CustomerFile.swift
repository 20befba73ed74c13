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
        var columns: [String: Int]?
        while true {
            do throws(CSVReader.Malformed) {
                guard let record = try reader.next() else { break }
                if let columns {
                    take(record, columns, path)
                } else {
                    columns = try Self.columns(record, path)
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
        guard columns != nil else { throw Unusable(description: "\(path): is empty") }
    }

    private static func columns(_ record: CSVReader.Record, _ path: String) throws(CSVReader.Malformed)
        -> [String: Int]
    {
        var columns: [String: Int] = [:]
        for (index, name) in record.fields.enumerated() {
            columns[name.trimmingCharacters(in: .whitespaces).uppercased()] = index
        }
        guard columns["COMPANY_CODE"] != nil else {
            throw CSVReader.Malformed(
                line: 1,
                reason: "expected a first line with column names, COMPANY_CODE among them"
            )
        }
        return columns
    }

    private mutating func take(_ record: CSVReader.Record, _ columns: [String: Int], _ path: String) {
        func value(_ names: String...) -> String? {
            for name in names {
                guard let index = columns[name], index < record.fields.count else { continue }
                let text = record.fields[index].trimmingCharacters(in: .whitespaces)
                if !text.isEmpty { return text }
            }
            return nil
        }
        guard let urn = value("COMPANY_CODE") else {
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
        customer.company = value("COMPANY_NAME")
        customer.forename = value("FORENAME", "CONTACT:FORENAME")
        customer.surname = value("SURNAME", "CONTACT:SURNAME")
        customer.email = value("EMAIL", "CONTACT:EMAIL", "ADDRESS:EMAIL")
        customer.address1 = value("ADDRESS:ADDRESS1")
        customer.town = value("ADDRESS:TOWN")
        customer.postcode = value("ADDRESS:POSTCODE")
        customer.countryCode = value("ADDRESS:COUNTRY2_CODE")
        customers.append(customer)
    }
}
