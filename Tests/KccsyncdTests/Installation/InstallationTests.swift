import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// The whole circle inside one process, from a configuration's text: what the tests of faults stand on.
@Suite(.timeLimit(.minutes(30)))
struct InstallationTests {
    @Test func `an order goes to KCC, its stock and its despatch come back`() async throws {
        let now = ManualNow()
        let shop = TestShop(now)
        shop.product("SKU-1", figure: 20)
        try await Installation.run(ConfigurationText.linked, shops: [ConfigurationText.host: shop], now: now)
        { daemon in
            shop.sell(.paid(1001))
            await daemon.round()
            try await KCC.calling(daemon) { kcc in
                let page = try await kcc.orders()
                #expect(page.refs == ["1001"])
                let next = try await kcc.orders(from: page.position)
                #expect(next.refs.isEmpty && next.position == page.position)
                now.advance(by: 120)
                #expect(try await kcc.stock([("SKU-1", 50)]) == 200)
                await daemon.pass(60)
                #expect(shop.offered("SKU-1") == 50)
                let shipment =
                    #"[{"ID":"S1","Code":"INV1","Status":"Issue","Items":[{"OrderItemID":"1","ShipmentItemID":"1","SKU":"SKU-1","Quantity":2}],"Packages":[{"ConsignmentRef":"JD1"}]}]"#
                try await kcc.status(of: "1001", "Complete", shipments: shipment)
                await daemon.round()
                #expect(shop.sent(.order(1001)).map(\.tracking) == [["JD1"]])
            }
            #expect(try await daemon.status().contains { $0.contains("web") })
        }
    }
}
