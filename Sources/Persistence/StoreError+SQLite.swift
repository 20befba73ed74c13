import Foundation
internal import GRDB
package import SyncEngine

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
        if error.isFailedFlush {
            self.init(
                .flushFailed,
                "\(path): the disk did not take what was written (\(words))",
                remedy: "check the disk; a new start goes on from what is on it"
            )
            return
        }
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
                remedy:
                    "stop the daemon, keep a copy of the file, and restore the last backup: kccsyncd db restore FILE"
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

    /// What keeps a file from being made or opened.
    ///
    /// - Parameter number: errno.
    package init(opening path: String, errno number: CInt, remedy: String) {
        switch number {
        case ENOSPC, EDQUOT:
            self.init(
                .full,
                "\(path): no space left on its disk",
                remedy: "make room; work goes on by itself then"
            )
        case EROFS:
            self.init(
                .readOnly,
                "\(path): its disk is read-only",
                remedy: "mount it for writing; work goes on by itself then"
            )
        default:
            self.init(
                .cannotOpen,
                "\(path): cannot be opened: \(String(cString: strerror(number)))",
                remedy: remedy
            )
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

extension DatabaseError {
    /// fsync(2) failed: the kernel may have dropped what was written, and says so only once.
    var isFailedFlush: Bool {
        [.SQLITE_IOERR_FSYNC, .SQLITE_IOERR_DIR_FSYNC].contains(extendedResultCode)
    }

    /// Nothing may be done over the connection any more: what it holds in memory may not be what is in the file.
    var isFatal: Bool {
        isFailedFlush || resultCode == .SQLITE_CORRUPT || resultCode == .SQLITE_NOTADB
    }
}
