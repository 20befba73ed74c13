import Foundation
internal import GRDB
import SyncEngine

extension StoreError {
    /// Says what a failure of SQLite means; the statement and its values stay out of it.
    init(_ error: any Error, path: String) {
        switch error {
        case let error as StoreError:
            self = error
        case is CancellationError:
            self.init(.cancelled, "\(path): the work was called off")
        case let error as DatabaseError:
            self.init(error, path: path)
        case let error as DecodingError:
            self.init(
                .corrupt,
                "\(path): a stored order cannot be read (\(Self.place(of: error)))",
                remedy: "run: kccsyncd db check"
            )
        default:
            self.init(.internal, "\(path): \(type(of: error))")
        }
    }

    private init(_ error: DatabaseError, path: String) {
        let words = "SQLite error \(error.extendedResultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(
                .full,
                "\(path): no space left on its disk",
                remedy: "make room; work goes on by itself then"
            )
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(
                .busy,
                "\(path): another program holds it",
                remedy: "end that program; nothing else may open the database"
            )
        case .SQLITE_READONLY:
            self.init(
                .readOnly,
                "\(path): cannot be written",
                remedy: "check its owner and whether the disk is read-only"
            )
        case .SQLITE_IOERR:
            self.init(.inputOutput, "\(path): reading or writing failed (\(words))", remedy: "check the disk")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(
                .corrupt,
                "\(path): is damaged, or no database (\(words))",
                remedy: "stop the daemon, keep a copy of the file, and put the last backup in its place"
            )
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(
                .cannotOpen,
                "\(path): cannot be opened (\(words))",
                remedy: "check that it exists and its owner"
            )
        case .SQLITE_INTERRUPT:
            self.init(.cancelled, "\(path): the work was called off")
        default:
            self.init(.internal, "\(path): \(words): \(error.message ?? "no message")")
        }
    }

    private static func place(of error: DecodingError) -> String {
        let path: [any CodingKey] =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
                .dataCorrupted(let context):
                context.codingPath
            @unknown default: []
            }
        return path.map(\.stringValue).joined(separator: ".")
    }

    /// Runs a body and turns whatever it throws into a store error.
    static func catching<Value>(path: String, _ body: () throws -> Value) throws(StoreError) -> Value {
        do {
            return try body()
        } catch {
            throw StoreError(error, path: path)
        }
    }
}
