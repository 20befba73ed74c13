import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Scopes that the app lacks: named exactly, with what waits for them, and never one that it has.
@Suite(.timeLimit(.minutes(30)))
struct ScopeTests {
    private static let own = "write_merchant_managed_fulfillment_orders"

    /// The scopes of KCC's guide, read and write.
    private static let guide = Set(AccessScope.all.filter { $0.tickBox != nil }.map(\.handle))

    /// What an app was given.
    enum App: String, CaseIterable, CustomTestStringConvertible {
        case guide = "the 23 tick-boxes of KCC's guide"
        case assignedOnly = "assigned fulfilment orders alone"
        case readOwn = "reading the shop's own fulfilment orders, and writing third-party ones"
        case noFulfilment = "no fulfilment orders at all"
        case ownOnly = "the shop's own fulfilment orders alone"
        case everything = "everything"

        var testDescription: String { rawValue }

        var scopes: Set<String> {
            let base: Set<String> = [
                "read_orders", "read_all_orders", "read_customers", "read_locations", "read_products",
                "write_inventory",
            ]
            return switch self {
            case .guide: ScopeTests.guide
            case .assignedOnly: base.union(["write_assigned_fulfillment_orders"])
            case .readOwn:
                base.union([
                    "read_merchant_managed_fulfillment_orders", "write_third_party_fulfillment_orders",
                ])
            case .noFulfilment: base
            case .ownOnly: base.union([ScopeTests.own])
            case .everything: Set(AccessScope.all.map(\.handle))
            }
        }

        var lacksOwn: Bool { !scopes.contains(ScopeTests.own) }
        var seesOwn: Bool { self != .guide && self != .assignedOnly && self != .noFulfilment }
        /// Whether a shipment is tried, since some fulfilment orders can be fulfilled.
        var isTried: Bool { self != .noFulfilment }
    }

    private func findings(_ app: App) async throws -> Findings {
        let shop = TestShop(ManualNow())
        shop.orders.identify(as: .plain(app.scopes))
        let settings = ChannelSettings.plain { $0.channelLocation = "Main Warehouse" }
        return await ChannelCheck(settings: settings, orderTypes: [], shop: shop, facts: ChannelFacts()).run()
    }

    @Test(arguments: App.allCases)
    func `C6: check and status name the scope that despatches wait for, and no other`(_ app: App) async throws
    {
        let text =
            app.seesOwn
            ? "scope \(Self.own) is missing: despatches from the shop's own locations are not sent to Shopify"
            : "scope \(Self.own) is missing: despatches from the shop's own locations are not sent to Shopify, and the location of web orders is unknown"
        let found = try await findings(app).all.filter { $0.text.contains("fulfillment_orders") }
        #expect(found.map(\.text) == (app.lacksOwn ? [text] : []))
        #expect(found.allSatisfy { $0.remedy == "add this scope to the app and reinstall it" })
        let now = ManualNow()
        let shop = TestShop(now)
        shop.orders.identify(as: .plain(app.scopes))
        try await Installation.run(ConfigurationText.linked, shops: [ConfigurationText.host: shop], now: now)
        { daemon in
            await daemon.round()
            let lines = try await daemon.status().filter { $0.contains("fulfillment_orders") }
            #expect(
                lines == (app.lacksOwn ? ["web: \(text); add this scope to the app and reinstall it"] : [])
            )
            let said = daemon.log.messages.filter { $0.contains("fulfillment_orders") }
            #expect(said.count == (app.lacksOwn ? 1 : 0))
        }
    }

    @Test(arguments: App.allCases)
    func `C6: a shipment whose units are hidden is parked with the scope that shows them`(_ app: App)
        async throws
    {
        let now = ManualNow()
        let shop = TestShop(now)
        shop.orders.identify(as: .plain(app.scopes))
        shop.hidesParts(!app.seesOwn)
        shop.orders.put(.paid(1001))
        try await Installation.run(
            ConfigurationText.text(kcc: nil),
            shops: [ConfigurationText.host: shop],
            now: now
        ) { daemon in
            await daemon.round()
            var told = ToldShipment(order: "1001", reference: "S1")
            told.tracking = ["JD1"]
            #expect(await daemon.perform(.shipments([told])).status == .done)
            await daemon.pass(30)
            let queue = try await daemon.answer(.queue(finished: true)).joined(separator: "\n")
            let isParked = app.isTried && !app.seesOwn
            #expect(queue.contains("parked") == isParked)
            if isParked {
                #expect(
                    queue.contains(
                        "despatches wait for a scope: add \(Self.own) to the app and reinstall it, then run: kccsyncd queue retry --all"
                    )
                )
            }
            for scope in app.scopes { #expect(!queue.contains("add \(scope)")) }
            // With the scope, and the command that was named, it goes out.
            shop.orders.identify(as: .plain(app.scopes.union([Self.own])))
            shop.hidesParts(false)
            _ = await daemon.perform(.refreshLocations(channel: "web"))
            _ = await daemon.perform(.queue(.retry, ids: []))
            await daemon.pass(30)
            #expect(shop.sent(.order(1001)).map(\.tracking) == [["JD1"]])
        }
    }

    @Test(arguments: App.allCases)
    func `C6: the table has every tick-box of the guide, what is granted and what it is for`(_ app: App) {
        let settings = ChannelSettings.plain { $0.channelLocation = "Main Warehouse" }
        let granted = GrantedScopes(app.scopes)
        let table = ScopeTable(
            granted: granted,
            needs: ScopeNeed.needs(of: [settings], granted: granted, readsOldOrders: false)
        )
        .lines
        #expect(Set(AccessScope.all.compactMap(\.tickBox)).count == 23)
        for scope in AccessScope.all {
            let row = table.filter { $0.split(separator: " ").contains(Substring(scope.handle)) }
            #expect(row.contains { $0.hasPrefix(scope.tickBox ?? "(not in the guide)") })
        }
        func row(_ handle: String) -> [String] {
            let line = table.first { $0.contains("  \(handle)  ") } ?? ""
            return line.split(separator: #/  +/#).map(String.init)
        }
        #expect(
            row(Self.own) == [
                "(not in the guide)", Self.own, app.lacksOwn ? "MISSING" : "yes",
                "despatches, location of web orders",
            ]
        )
        #expect(row("write_files").last == "not needed")
        #expect(row("read_files")[2] == (app == .guide || app == .everything ? "yes" : "no"))
        #expect(row("read_products").last == "SKUs of stock levels")
        #expect(
            row("read_inventory")[2...] == [
                app == .guide || app == .everything ? "yes" : "yes, with write_inventory",
                "stock levels (part of write_inventory)",
            ]
        )
        #expect(
            row("write_third_party_fulfillment_orders").last
                == "only for despatches of a fulfilment service, where the shop has one"
        )
    }

    @Test(arguments: App.allCases)
    func `C6: a web order whose location the app may not see says which scope is missing`(_ app: App) {
        var facts = ChannelFacts()
        facts.timeZone = "Europe/London"
        facts.locations = [.warehouse, .branch]
        facts.scopes = app.scopes.sorted()
        let settings = ChannelSettings.plain {
            $0.channelLocation = "Branch"
            $0.onlyChosenLocation = true
            $0.locationFilterScope = .all
        }
        let context = ChannelContext(settings, orderTypes: [], facts: facts, now: Instants.now)
        var order = Order.paid()
        order.fulfilmentOrders = []
        let outcome = ImportRule.location.evaluate(
            RuleInputs(order: order, channel: context, ref: "1001")
        )
        #expect(outcome.reason == .locationUnknown)
        #expect(
            outcome.text.contains("read_merchant_managed_fulfillment_orders is missing") == !app.seesOwn
        )
    }
}
