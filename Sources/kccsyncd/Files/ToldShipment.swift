import Foundation
import SyncEngine

/// A shipment as a person or a file names it: the order by any of its names.
struct ToldShipment: Codable, Sendable, Equatable {
    var order: String
    var reference: String?
    /// As they were named; a SKU may come several times.
    var lines: [Shipment.Line] = []
    /// Where it begins in a file; nil where a command names it.
    var row: Int?
    /// Where each of `lines` stands in a file; empty where a command names them.
    var rows: [Int] = []
    var tracking = Tracking()
    /// A link for the numbers that have none of their own.
    var url: String?
    var despatchedAt: DayOrInstant?
    /// Where `despatchedAt` stands in a file.
    var dateRow: Int?

    init(order: String, reference: String?, row: Int? = nil) {
        self.order = order
        self.reference = reference
        self.row = row
    }

    /// Takes in one more line of it; of links and of times on one day the first counts.
    mutating func add(
        _ line: Shipment.Line?,
        row: Int?,
        tracking more: Tracking,
        url: String?,
        despatchedAt: DayOrInstant?
    ) {
        if let line {
            lines.append(line)
            if let row { rows.append(row) }
        }
        tracking = Tracking(
            tracking.parcels + (url.map(more.linked) ?? more).parcels,
            company: tracking.company ?? more.company
        )
        self.url = self.url ?? url
        if self.despatchedAt == nil, let despatchedAt {
            self.despatchedAt = despatchedAt
            dateRow = row
        }
    }

    /// The shipment as it is stored.
    ///
    /// Without a reference of the teller's own, one of ours names the order and what was sent of it: the same line of a
    /// file that is read twice is one shipment.
    ///
    /// - Parameter zone: The shop's, in which a day of despatch began.
    func shipment(of order: StoredOrder, in zone: TimeZone, now: Date) -> Shipment {
        var shipment = Shipment(
            reference: reference ?? ownReference(of: order, hasNumbers: true),
            order: order.id,
            despatchedAt: DespatchTime.real(despatchedAt?.date(in: zone), placedAt: order.placedAt) ?? now
        )
        shipment.lines = units
        shipment.tracking = linkedTracking
        return shipment
    }

    /// Its numbers, each with its own link or the shipment's.
    var linkedTracking: Tracking { url.map(tracking.linked) ?? tracking }

    /// What a shipment without a reference of the teller's own is called.
    ///
    /// - Parameter hasNumbers: Whether its numbers are part of it.
    func ownReference(of order: StoredOrder, hasNumbers: Bool) -> String {
        let names = units.map { "\($0.line?.gid ?? $0.sku?.text ?? "")=\($0.quantity)" }.sorted()
        let numbers = hasNumbers ? tracking.numbers.sorted() : []
        return ([order.id.gid] + (names.isEmpty ? ["all"] : names) + numbers).joined(separator: " ")
            .trimmingCharacters(in: .whitespaces)
    }

    /// Why its date of despatch cannot be right; nil where it can, or is none.
    ///
    /// - Parameter zone: The shop's.
    func dateProblem(of order: StoredOrder, in zone: TimeZone, now: Date) -> String? {
        guard let date = despatchedAt?.date(in: zone), !DespatchTime.isPlaceholder(date) else { return nil }
        let expected: String
        if DespatchTime.isAhead(date, of: now) {
            expected = "a date that is not more than a day ahead"
        } else if DespatchTime.real(date, placedAt: order.placedAt) == nil {
            expected =
                "a date from the day on which order \(order.name) was placed, \(order.placedAt.shown(in: zone))"
        } else {
            return nil
        }
        let row = dateRow.map { "line \($0): " } ?? ""
        return
            "\(row)DESPATCHED_AT: expected \(expected), found \(date.shown(in: zone)); correct it, or leave it empty where it is not known"
    }

    /// Units by SKU, in the order in which SKUs were named.
    private var units: [Shipment.Line] {
        var units: [Shipment.Line] = []
        for line in lines {
            if let place = units.firstIndex(where: { $0.line == line.line && $0.sku == line.sku }) {
                units[place].quantity += line.quantity
            } else {
                units.append(line)
            }
        }
        return units
    }
}
