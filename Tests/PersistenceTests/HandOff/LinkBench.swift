import Foundation
import GRDB
import TestSupport
import Testing

@testable import Persistence
@testable import SyncEngine

/// A store with the link's side of it, as the listener uses it.
struct LinkBench: Sendable {
    let bench: Bench
    let handOff: SQLiteHandOffStore
    var channel = LinkedChannel.plain()

    init(_ bench: Bench? = nil) throws {
        self.bench = try bench ?? Bench()
        handOff = SQLiteHandOffStore(self.bench.store)
    }

    var judge: Judge {
        let settings = channel.settings
        return Judge(channels: [.plain { $0 = settings }])
    }

    var now: Date { bench.now.current }
    /// The next place in the order of arrival.
    var arrival: Arrival { handOff.arrive(at: now) }

    func place(_ orders: Order...) async throws {
        try await bench.take(orders.map { .order($0) }, judge: judge)
    }

    func order(_ number: Int) async throws -> StoredOrder {
        try #require(try await bench.order(number))
    }

    /// Asks for a page as KCC does.
    ///
    /// - Parameter refusing: Orders that cannot be mapped.
    func page(_ header: String?, limit: Int = 1000, refusing: Set<String> = []) async throws -> (
        names: [String], position: String, acknowledged: Int
    ) {
        let draft = try await handOff.beginPage(channel, Continuation(header), limit: limit, now: now)
        if let foreign = draft.foreign { return ([], foreign, draft.acknowledged) }
        let offered = try await handOff.offered(draft.rows)
        let (bad, good) = (
            offered.filter { refusing.contains($0.stored.name) },
            offered.filter { !refusing.contains($0.stored.name) }
        )
        let orders = ServedOrders(
            entries: good.map {
                ServedOrders.Entry(row: $0.stored.row, revision: $0.stored.standing.revision, remarks: [])
            },
            refusals: bad.map {
                ServedOrders.Refusal(
                    row: $0.stored.row,
                    revision: $0.stored.standing.revision,
                    problem: "it cannot",
                    remedy: "mend it"
                )
            }
        )
        let position = try #require(try await handOff.commit(orders, of: draft, channel: channel, now: now))
        return (good.map(\.stored.name), position.description, draft.acknowledged)
    }

    /// Asks for orders by name.
    func named(_ references: String...) async throws -> [String] {
        let offered = try await handOff.named(references, channel: channel)
        let entries = offered.map {
            ServedOrders.Entry(row: $0.stored.row, revision: $0.stored.standing.revision, remarks: [])
        }
        let orders = ServedOrders(entries: entries, refusals: [])
        #expect(try await handOff.commitNamed(orders, channel: channel, now: now))
        return offered.map(\.stored.name)
    }

    func report(
        _ number: Int,
        status: String = "Shipping",
        _ shipments: [ShipmentReport] = []
    ) -> OrderReport {
        OrderReport(
            id: "K\(number)",
            code: "SO\(number)",
            status: status,
            customData: ShopifyID.order(number).gid,
            associatedRef: String(number),
            shipments: shipments
        )
    }

    /// A despatched shipment of the plain order's only line.
    func shipment(
        _ id: String = "Q1",
        of number: Int = 1001,
        units: Int = 2,
        tracking: [String] = ["JD1"],
        status: String = "Issue",
        sku: String = "SKU-1",
        isNamed: Bool = true
    ) -> ShipmentReport {
        ShipmentReport(
            id: id,
            code: "INV-\(id)",
            status: status,
            items: [
                ShipmentReport.Item(
                    orderItem: "I\(number)",
                    id: "\(id)-1",
                    sku: SKU(sku),
                    quantity: Amount(String(units)),
                    importRef: isNamed ? ShopifyID(kind: "LineItem", number: String(number * 10)).gid : nil,
                    itemRef: nil
                )
            ],
            packages: tracking.map {
                ShipmentReport.Package(
                    consignment: $0,
                    courier: ShipmentReport.Courier(id: "7", code: "RM24", name: "Royal Mail 24"),
                    shippedAt: nil
                )
            }
        )
    }

    func take(_ reports: OrderReport...) async throws -> ReportOutcome {
        try await handOff.take(reports, of: channel, now: now)
    }

    func level(_ code: String, _ level: String?, id: String = "31", site: String = "1") -> LevelReportRow {
        LevelReportRow(stockCode: SKU(code), stockID: id, siteID: site, level: level.flatMap { Amount($0) })
    }

    func rows(_ sql: String) async throws -> [String] {
        try await bench.database.writer.read { db in
            try Row.fetchAll(db, sql: sql)
                .map { row in
                    row.databaseValues.map { $0.isNull ? "-" : "\(String.fromDatabaseValue($0) ?? "\($0)")" }
                        .joined(separator: " ")
                }
        }
    }

    func notices() async throws -> [String] {
        try await HandOffQueries(bench.database).notices().map { "\($0.kind.rawValue) \($0.subject)" }
    }
}
