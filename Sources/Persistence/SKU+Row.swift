internal import GRDB
import SyncEngine

/// A stock code in a column is its text.
extension SKU: DatabaseValueConvertible {
    var databaseValue: DatabaseValue { text.databaseValue }

    static func fromDatabaseValue(_ value: DatabaseValue) -> SKU? {
        String.fromDatabaseValue(value).map { SKU($0) }
    }
}
