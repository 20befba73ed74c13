import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// What was on its way to Shopify when the version before ended arrives, and arrives once.
@Suite(.timeLimit(.minutes(30)))
struct UpgradePushTests {
    // MARK: Stock and shipments

    /// What comes between the upgrade and the pushes.
    enum Between: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case nothing = "nothing happens in between"
        case restart = "the daemon starts once more"
        case repeated = "KCC repeats its last reports"
        case page = "KCC returns the position of its open page"

        var testDescription: String { rawValue }

        func happen(_ daemon: Installation) async throws {
            if self == .restart { return try await daemon.restart() }
            try await KCC.calling(daemon) { kcc in
                switch self {
                case .repeated:
                    #expect(try await kcc.stock([("SKU-1", 50)]) == 200)
                    #expect(
                        try await kcc.status(of: "1001", "Complete", shipments: UpgradePushTests.shipment)
                            == 200
                    )
                case .page: _ = try await kcc.orders(from: OldStore.position(4))
                case .nothing, .restart: break
                }
            }
        }
    }

    /// As KCC reported it to the version before.
    fileprivate static let shipment =
        #"[{"ID":"S1","Code":"INV1","Status":"Issue","Items":[{"OrderItemID":"1","ShipmentItemID":"1","SKU":"SKU-1","Quantity":2}],"Packages":[{"ConsignmentRef":"JD1"}]}]"#

    @Test(arguments: Between.allCases)
    func
        `Upgrade: the pending level reaches Shopify less what KCC does not know, and no other figure changes`(
            _ between: Between
        ) async throws
    {
        try await OldStore.upgraded { daemon, shop in
            try await between.happen(daemon)
            await daemon.pass(180)
            // 50, less two units of each of 1002 to 1009; those that KCC takes now it knows only later.
            #expect(shop.offered("SKU-1") == 34)
            #expect(shop.stock.written(1) == [34])
            for (sku, figure) in OldStore.figures where !["SKU-1", "JAR "].contains(sku) {
                #expect(shop.offered(sku) == figure, "\(sku)")
            }
            // KCC's level of JAR could not be sent while the blank behind Shopify's code made it another code.
            #expect(shop.offered("JAR ") == 9)
        }
    }

    @Test(arguments: Between.allCases)
    func `Upgrade: the pending shipment is fulfilled once, with one mail`(_ between: Between) async throws {
        try await OldStore.upgraded { daemon, shop in
            try await between.happen(daemon)
            await daemon.pass(60)
            try await daemon.restart()
            try await Between.repeated.happen(daemon)
            await daemon.pass(60)
            let sent = shop.sent(.order(1001))
            #expect(sent.map(\.tracking) == [["JD1"]])
            #expect(sent.map { shop.mails($0.id) } == [1])
            #expect(try await daemon.rows("SELECT state FROM push_job WHERE kind = 'fulfilment'") == ["done"])
        }
    }

    // MARK: Starting again

    /// How far the daemon came before it is started a second time.
    enum Before: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case nothing = "at once"
        case round = "after a round"
        case page = "after KCC has returned its open page"
        case work = "after some minutes' work"

        var testDescription: String { rawValue }
    }

    @Test(arguments: Before.allCases)
    func `Upgrade: a second start changes nothing`(_ before: Before) async throws {
        try await OldStore.upgraded { daemon, _ in
            switch before {
            case .nothing: break
            case .round: await daemon.round()
            case .page:
                try await KCC.calling(daemon) { kcc in _ = try await kcc.orders(from: OldStore.position(4)) }
            case .work: await daemon.pass(300)
            }
            let first = try await contents(daemon)
            #expect(first.count > 40)
            try await daemon.restart()
            #expect(try await contents(daemon) == first)
        }
    }

    /// Every row of orders, pages and stock.
    private func contents(_ daemon: Installation) async throws -> [String] {
        var contents: [String] = []
        for table in [
            "order", "order_line", "order_history", "order_revision", "kcc_order", "kcc_page",
            "kcc_page_member",
            "kcc_level", "stock_level", "stock_item", "stock_claim", "stock_view", "inventory_item",
            "shipment",
            "push_job",
        ] {
            let columns = try await daemon.rows(
                "SELECT '\"' || name || '\"' FROM pragma_table_info('\(table)')"
            )
            #expect(!columns.isEmpty, "\(table)")
            contents += try await daemon.rows(
                "SELECT json_array('\(table)', \(columns.joined(separator: ", "))) FROM \"\(table)\" ORDER BY 1"
            )
        }
        return contents
    }
}
