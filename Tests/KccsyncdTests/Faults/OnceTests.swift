import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// One cycle ends with the worst outcome, also where something waits for a scope and is not even tried.
@Suite(.timeLimit(.minutes(30)))
struct OnceTests {
    private static let own = "write_merchant_managed_fulfillment_orders"
    private static let remedy = "add this scope to the app and reinstall it"
    private static let text = ConfigurationText.text(
        kcc: nil,
        more: "[channels.web.stock]\noversell_guard = false"
    )

    /// A scope that is missing, what waits, and how one cycle ends.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var missing: Set<String> = []
        var ships = false
        var levels = false
        var lines = ""
        var status = ExitStatus.done
        /// What `status --json` has of why pushes wait.
        var error: String?

        static let all = [
            Case(
                testDescription: "a shipment waits for its scope",
                missing: [own],
                ships: true,
                status: .refused,
                error: "scope \(own) is missing, so shipments are not sent to Shopify"
            ),
            Case(
                testDescription: "a level waits for write_inventory",
                missing: ["write_inventory"],
                levels: true,
                status: .refused,
                error: "scope write_inventory is missing: stock levels are held back until it is granted"
            ),
            Case(
                testDescription: "a level waits for read_products",
                missing: ["read_products"],
                levels: true,
                status: .refused,
                error:
                    "scope read_products is missing: stock levels are held back, because SKUs cannot be looked up"
            ),
            Case(
                testDescription: "a shipment waits, and levels go out",
                missing: [own],
                ships: true,
                levels: true,
                status: .refused,
                error: "scope \(own) is missing, so shipments are not sent to Shopify"
            ),
            Case(
                testDescription: "a level waits, and shipments go out",
                missing: ["write_inventory"],
                ships: true,
                levels: true,
                status: .refused,
                error: "scope write_inventory is missing: stock levels are held back until it is granted"
            ),
            Case(testDescription: "nothing waits for a scope", missing: [own, "write_inventory"]),
            Case(
                testDescription: "a level goes out without the scope of shipments",
                missing: [own],
                levels: true
            ),
            Case(
                testDescription: "a shipment goes out without the scope of levels",
                missing: ["write_inventory"],
                ships: true
            ),
            Case(
                testDescription: "a shipment waits by the operator's wish",
                missing: [own],
                ships: true,
                lines: "upload_order_status = false"
            ),
            Case(testDescription: "everything is granted", ships: true, levels: true),
        ]
    }

    @Test(arguments: Case.all)
    func `F11: one cycle exits as refused while something waits for a scope, and status says why`(
        _ example: Case
    ) async throws {
        let now = ManualNow()
        let shop = TestShop(now)
        shop.product("SKU-1", figure: 5)
        let text = Self.text.replacing(
            "[channels.web.stock]",
            with: "\(example.lines)\n[channels.web.stock]"
        )
        try await Installation.run(text, shops: [ConfigurationText.host: shop], now: now) {
            (daemon) async throws in
            shop.sell(.paid(1001))
            await daemon.round()
            shop.orders.identify(as: .plain(ShopIdentity.plain().scopes.subtracting(example.missing)))
            _ = await daemon.perform(.refreshLocations(channel: "web"))
            // The process ends, and another one does a cycle.
            try await daemon.restart()
            if example.ships { await daemon.ship(order: "1001", id: "S1", "T1") }
            if example.levels { _ = await daemon.set("SKU-1", 7) }
            _ = daemon.log.drain()
            let session = await daemon.holder.session
            for _ in 0..<2 {
                #expect(try await OneCycle(session: session).run() == example.status)
                now.advance(by: 60)
            }
            let sends = example.ships && !example.missing.contains(Self.own) && example.lines.isEmpty
            #expect(shop.sent(.order(1001)).count == (sends ? 1 : 0))
            #expect(
                shop.offered("SKU-1")
                    == (example.levels && example.missing != ["write_inventory"]
                        && example.missing != ["read_products"] ? 7 : 3)
            )
            try await check(example, daemon)
            guard example.error != nil else { return }
            shop.orders.identify(as: .plain())
            _ = await daemon.perform(.refreshLocations(channel: "web"))
            #expect(try await OneCycle(session: session).run() == .done)
            #expect(try await pushError(daemon) == nil)
        }
    }

    private func check(_ example: Case, _ daemon: Installation) async throws {
        #expect(try await pushError(daemon) == example.error)
        let said = daemon.log.events.filter { $0.kind == .pushesWaiting }.map(\.message)
        #expect(said == (example.error.map { ["web: pushes wait: \($0); \(Self.remedy)"] } ?? []))
        // What the list says already is not said again.
        let status = try await daemon.status()
        #expect(!status.contains { $0.contains("pushes wait") }, "\(status)")
        if let error = example.error {
            #expect(status.filter { $0.contains(error) }.count == 1, "\(status)")
        }
    }

    private func pushError(_ daemon: Installation) async throws -> String? {
        let text = try await daemon.answer(.status, json: true).joined()
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let channels = value?["channels"] as? [[String: Any]]
        return channels?.first?["push_error"] as? String
    }
}
