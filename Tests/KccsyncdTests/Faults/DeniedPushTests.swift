import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Requests that Shopify denies: of one shipment, which is parked alone, or of the whole app, whose pushes rest.
@Suite(.timeLimit(.minutes(30)))
struct DeniedPushTests {
    /// Where Shopify denies one order.
    enum Place: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case request = "its request"
        case reading = "its reading"
        case batch = "the reading of a batch with it"

        var testDescription: String { rawValue }
    }

    private static let scope = "write_merchant_managed_fulfillment_orders"
    private static let words = "Shopify denies fulfillmentCreate: Shopify says: Access denied"

    private static func denied(_ remedy: String = "give the user the permission fulfill_and_ship_orders")
        -> ShopError
    {
        ShopError(.scopeMissing, .pause, words, remedy: remedy)
    }

    @Test(arguments: Place.allCases, ["", "give the user the permission fulfill_and_ship_orders"])
    func `F10: a shipment that Shopify denies is parked alone while the scopes are granted`(
        _ place: Place,
        _ remedy: String
    ) async throws {
        let orders = (1001...1004).map { Order.paid($0) }
        try await SendingFault.run(orders: orders) { (daemon, shop) async throws in
            let error = Self.denied(remedy)
            switch place {
            case .request: shop.sending.onRequest { $0.tracking?.numbers == ["T1002"] ? .fails(error) : nil }
            case .reading: shop.sending.onReadOne { $0 == .order(1002) ? error : nil }
            case .batch: shop.sending.onRead { $0.contains(.order(1002)) ? error : nil }
            }
            await daemon.ship(many: (1001..<1001 + orders.count).map { ($0, nil, "T\($0)") })
            let codes = await daemon.holder.session.supervisor.pushes[0].runWhatIsDue()
            #expect(codes == ["scope_missing"])
            #expect(try await daemon.jobs() == ["done", "parked: \(Self.words)", "done", "done"])
            let remedies = try await daemon.rows("SELECT remedy FROM push_job WHERE state = 'parked'")
            let what =
                remedy.isEmpty
                ? "check the app's scopes and the permissions of the user who installed it" : remedy
            #expect(remedies == ["\(what); then run: kccsyncd queue retry 2"])
            await daemon.round()
            #expect(try await daemon.status().contains { $0.contains("pushes wait") } == false)
            // What the operator is to do works.
            shop.sending.onRequest { _ in nil }
            shop.sending.onReadOne { _ in nil }
            shop.sending.onRead { _ in nil }
            _ = await daemon.perform(.queue(.retry, ids: [2]))
            await daemon.pass(120)
            #expect(try await daemon.jobs() == ["done", "done", "done", "done"])
            #expect(shop.sent(.order(1002)).count == 1)
        }
    }

    @Test(arguments: Place.allCases)
    func `C6: a scope that was taken away parks no shipment, and status names it`(_ place: Place) async throws
    {
        let orders = (1001...1030).map { Order.paid($0) }
        try await SendingFault.run(orders: orders) { (daemon, shop) async throws in
            shop.orders.identify(as: .plain(ShopIdentity.plain().scopes.subtracting([Self.scope])))
            let error = Self.denied("add \(Self.scope) to the app and reinstall it")
            switch place {
            case .request: shop.sending.onRequest { _ in .fails(error) }
            case .reading: shop.sending.onReadOne { _ in error }
            case .batch: shop.sending.onRead { _ in error }
            }
            await daemon.ship(many: (1001..<1001 + orders.count).map { ($0, nil, "T\($0)") })
            await daemon.pass(60)
            #expect(shop.sending.requests.count <= 1)
            #expect(shop.sending.reads.count <= 2)
            #expect(try await daemon.jobs().contains { $0.hasPrefix("parked") } == false)
            let status = try await daemon.status()
            #expect(status.contains { $0.contains("scope \(Self.scope) is missing: ") }, "\(status)")
        }
    }

    @Test func `F10: denials without end rest the shop instead of parking each job, and status says so`()
        async throws
    {
        let orders = (1001...1060).map { Order.paid($0) }
        try await SendingFault.run(orders: orders) { (daemon, shop) async throws in
            shop.sending.onRequest { _ in .fails(Self.denied()) }
            await daemon.ship(many: (1001..<1001 + orders.count).map { ($0, nil, "T\($0)") })
            _ = await daemon.holder.session.supervisor.pushes[0].runWhatIsDue()
            #expect(shop.sending.requests.count == 21)
            let status = try await daemon.status()
            #expect(status.contains { $0.contains("pushes wait: \(Self.words)") }, "\(status)")
        }
    }
}
