import Foundation
internal import GRDB
import SyncEngine

extension StoredOrder {
    static let select = """
        SELECT o.id, o.shop_id, s.domain, o.gid, o.name, o.state, o.reason, o.channel, o.ref, o.order_type, o.site,
            o.hand_off, o.revision, o.served_revision, o.changed_fields, o.ignored, o.backfilled_for, o.released, o.gone,
            o.detail, o.financial_status, o.currency, o.total_micros, o.difference_micros, o.placed_at_ms,
            o.updated_at_ms, o.acknowledged_at_ms, o.maybe_handed_off, o.redacted_at_ms,
            o.customer_id, c.*
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
            handOff: HandOff(rawValue: row[11]) ?? .none,
            revision: row[12]
        )
        standing.servedRevision = row[13]
        standing.changedFields = try SQLiteOrderStore.value([String].self, json: row[14])
        standing.ignored = row[15]
        standing.backfilledFor = row[16]
        standing.released = row[17]
        standing.gone = row[18]
        standing.maybeHandedOff = row[27]
        let redactedAt = (row[28] as Int64?).map { Date(milliseconds: $0) }
        standing.redacted = redactedAt != nil
        let hasCustomer = (row[29] as Int64?) != nil
        self.init(
            row: row[0],
            shop: row[1],
            domain: row[2],
            id: ShopifyID(row[3]),
            name: row[4],
            standing: standing,
            detail: row[19],
            customer: hasCustomer ? StoredCustomer(row, offset: 30) : nil,
            financialStatus: row[20],
            currency: row[21],
            total: Amount(micros: row[22]),
            difference: Amount(micros: row[23]),
            placedAt: Date(milliseconds: row[24]),
            updatedAt: Date(milliseconds: row[25]),
            acknowledgedAt: (row[26] as Int64?).map { Date(milliseconds: $0) }
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
