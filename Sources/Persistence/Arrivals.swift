import Foundation
internal import GRDB
import SyncEngine

/// Gives what KCC and operators send its place in the order of arrival.
///
/// A number is taken when a request arrives and stored with what it brought, so that a request whose storing takes long
/// or fails keeps its place. Numbers that were never stored are given again after a restart.
final class Arrivals: Sendable {
    private let last: Locked<Int64>

    /// - Parameter last: The greatest number that is stored.
    init(last: Int64) {
        self.last = Locked(last)
    }

    func next(at now: Date) -> Arrival {
        last.withLock {
            $0 += 1
            return Arrival(number: $0, at: now)
        }
    }

    /// Stores that a number was given, inside the transaction that stores what arrived.
    static func note(_ arrival: Arrival, _ db: GRDB.Database) throws {
        try db.cachedStatement(sql: "UPDATE counter SET value = max(value, ?) WHERE name = 'arrival'")
            .execute(arguments: [arrival.number])
    }

    static func stored(_ db: GRDB.Database) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT value FROM counter WHERE name = 'arrival'") ?? 0
    }
}
