import Foundation
import Persistence
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Access that Shopify takes away while the daemon works, or never gave: every view says the same.
@Suite(.timeLimit(.minutes(30)))
struct AccessChangeTests {
    private static let every: Set<String> = ShopIdentity.plain().scopes

    private static func denied(_ scope: String) -> ShopError {
        ShopError(
            .scopeMissing,
            .pause,
            "scope \(scope) is missing: Shopify does not let the app see orders",
            remedy: "add \(scope) to the app's Admin API scopes and reinstall the app"
        )
    }

    private func daemon(_ body: (Installation, TestShop) async throws -> Void) async throws {
        let now = ManualNow()
        let shop = TestShop(now)
        try await Installation.run(
            ConfigurationText.text(kcc: nil),
            shops: [ConfigurationText.host: shop],
            now: now
        ) { try await body($0, shop) }
    }

    @Test(arguments: ["read_customers", "read_locations", "read_orders", "write_inventory"])
    func `C6: a scope that is taken away is missing in status as soon as Shopify refuses something`(
        _ scope: String
    )
        async throws
    {
        try await daemon { (daemon, shop) async throws in
            shop.sell(.paid(1001))
            await daemon.round()
            #expect(try await daemon.status().contains { $0.contains(scope) } == false)
            shop.orders.identify(as: .plain(Self.every.subtracting([scope, "read_products"])))
            shop.orders.failLists(Self.denied(scope))
            await daemon.pass(15)
            let status = try await daemon.status()
            for lost in ["read_products"] + (scope == "read_orders" ? [] : [scope]) {
                let missing = status.filter {
                    $0.hasPrefix("web: scope \(lost) is missing: ") && $0.hasSuffix("; \(ScopeNeed.remedy)")
                }
                #expect(missing.count == 1, "\(status)")
            }
            #expect(status[1].contains("PAUSED: scope \(scope) is missing: "), "\(status)")
            let json = try await daemon.answer(.status, json: true).joined()
            #expect(json.contains("scope \(scope) is missing: "))
            // What the daemon leaves says so, too.
            await daemon.holder.session.stopAndSave()
            let left = try await stored(daemon)
            #expect(left.contains { $0.contains("scope \(scope) is missing: ") }, "\(left)")
            #expect(!daemon.log.messages.contains { $0.contains("although it has") })
        }
    }

    @Test func `C6: a rejected push has the scopes looked at again`() async throws {
        try await daemon { (daemon, shop) async throws in
            shop.sell(.paid(1001))
            await daemon.round()
            let scope = "write_merchant_managed_fulfillment_orders"
            shop.orders.identify(as: .plain(Self.every.subtracting([scope])))
            shop.failFulfilments(Self.denied(scope))
            var told = ToldShipment(order: "1001", reference: "S1")
            told.tracking = ["JD1"]
            #expect(await daemon.perform(.shipments([told])).status == .done)
            await daemon.round()
            await daemon.round()
            let status = try await daemon.status()
            let line =
                "web: scope \(scope) is missing: despatches from the shop's own locations are not sent to Shopify, and the location of web orders is unknown; add this scope to the app and reinstall it"
            #expect(status.contains(line), "\(status)")
        }
    }

    // MARK: A shop that was never reached

    /// `status` as it is without a daemon.
    private func stored(_ daemon: Installation) async throws -> [String] {
        let answerer = Answerer(
            configuration: await daemon.holder.session.configuration,
            database: daemon.database,
            now: { daemon.now.current }
        )
        return try await answerer.answer(.status, json: false).lines
    }

    @Test(arguments: [ShopError.Code.tokenRefused, .shopFrozen, .unreachable, .tls, .scopeMissing])
    func `C5: what kept a new shop from its first answer is in status without the daemon`(
        _ code: ShopError.Code
    )
        async throws
    {
        try await daemon { (daemon, shop) async throws in
            let isPaused = code != .unreachable
            let error = ShopError(
                code,
                isPaused ? .pause : .retry(after: nil),
                "something is wrong with it (\(code.rawValue))",
                remedy: "run kccsyncd setup CHANNEL"
            )
            shop.orders.failIdentity(error, error, error)
            await daemon.round()
            await daemon.holder.session.stopAndSave()
            let row = try await stored(daemon)[1]
            #expect(row.hasPrefix("web") && row.contains(isPaused ? "PAUSED" : "TROUBLE"), "\(row)")
            #expect(row.contains("something is wrong with it (\(code.rawValue)) since "), "\(row)")
            #expect(row.contains("run kccsyncd setup web"), "\(row)")
            // Once the shop has answered, its own record counts.
            shop.orders.failIdentity()
            try await daemon.restart()
            await daemon.round()
            await daemon.holder.session.stopAndSave()
            #expect(try await stored(daemon)[1].hasSuffix("ok"))
            #expect(try await daemon.rows("SELECT domain FROM unreached_shop").isEmpty)
        }
    }
}
