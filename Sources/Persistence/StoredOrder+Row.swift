import Foundation
internal import GRDB
import SyncEngine

extension StoredOrder {
    static let select = """
        SELECT o.id, o.shop_id, s.domain, o.gid, o.name, o.state, o.reason, o.channel, o.ref, o.order_type, o.site,
            o.revision, o.changed_fields, o.ignored, o.backfilled_for, o.gone, o.detail, o.financial_status,
            o.currency, o.total_micros, o.difference_micros, o.placed_at_ms, o.updated_at_ms, o.redacted_at_ms,
            \(HandOffState.columns("o.")), o.customer_id, c.*
        FROM "order" o JOIN shop s ON s.id = o.shop_id LEFT JOIN customer c ON c.id = o.customer_id
        """

    init(_ row: Row) throws {
        var standing = OrderStanding(
            state: OrderState(rawValue: row[5]) ?? .failed,
            reason: (row[6] as String?).flatMap(ReasonCode.init),
            channel: row[7],
            ref: row[8],
            orderType: row[9],
            site: row[10],
            handOff: HandOffState(row, at: 24),
            revision: row[11]
        )
        standing.changedFields = try SQLiteOrderStore.value([String].self, json: row[12])
        standing.ignored = row[13]
        standing.backfilledFor = row[14]
        standing.gone = row[15]
        let redactedAt = (row[23] as Int64?).map { Date(milliseconds: $0) }
        standing.redacted = redactedAt != nil
        let customer = 24 + HandOffState.columnCount
        let hasCustomer = (row[customer] as Int64?) != nil
        self.init(
            row: row[0],
            shop: row[1],
            domain: row[2],
            id: ShopifyID(row[3]),
            name: row[4],
            standing: standing,
            detail: row[16],
            customer: hasCustomer ? StoredCustomer(row, offset: customer + 1) : nil,
            financialStatus: row[17],
            currency: row[18],
            total: Amount(micros: row[19]),
            difference: Amount(micros: row[20]),
            placedAt: Date(milliseconds: row[21]),
            updatedAt: Date(milliseconds: row[22])
        )
        self.redactedAt = redactedAt
    }
}

extension StoredCustomer {
    /// Reads a whole row of `customer`, in the order of the table's columns.
    init(_ row: Row, offset: Int = 0) {
        self.init(id: row[offset], urn: row[offset + 1], generic: row[offset + 2])
        company = row[offset + 3]
        forename = row[offset + 4]
        surname = row[offset + 5]
        email = row[offset + 6]
        address1 = row[offset + 7]
        town = row[offset + 8]
        postcode = row[offset + 9]
        countryCode = row[offset + 10]
    }
}
