import Foundation
import SyncEngine
import TestSupport

@testable import kccsyncd

/// What the tests of fulfilments share: one installation, and orders of two units of SKU-1 each.
enum SendingFault {
    static let lost = ShopError(.serverError, .retry(after: nil), "Shopify's server failed (502)")

    /// One channel `web`; the orders are imported.
    static func run(
        _ lines: String = "",
        orders: [Order] = [.paid()],
        _ body: (Installation, TestShop) async throws -> Void
    ) async throws {
        let now = ManualNow()
        let shop = TestShop(now)
        shop.product("SKU-1", figure: 50)
        for order in orders { shop.sell(order) }
        try await Installation.run(
            ConfigurationText.text(lines, kcc: nil),
            shops: [ConfigurationText.host: shop],
            now: now
        ) { (daemon) async throws in
            await daemon.round()
            try await body(daemon, shop)
        }
    }

    /// How a test of one order ended.
    struct End: Sendable, Equatable, CustomStringConvertible {
        /// Fulfilments that stand, their numbers joined.
        var sent: [String]
        var mails: Int
        /// The jobs' states, with their reasons.
        var jobs: [String]

        var description: String { "\(sent), \(mails) mails, \(jobs)" }
    }
}

extension Installation {
    /// Reports a shipment of an order as `shipments add` does; the reply's line or error.
    @discardableResult
    func ship(order: String = "1001", id: String? = "S1", units: Int? = nil, _ tracking: String...) async
        -> String
    {
        var told = ToldShipment(order: order, reference: id)
        if let units { told.lines = [Shipment.Line(sku: "SKU-1", quantity: units)] }
        told.tracking = Tracking(numbers: tracking)
        let reply = await perform(.shipments([told]))
        return (reply.lines + reply.errors).joined(separator: "; ")
    }

    /// Reports many shipments at once, as a file does: each of an order, some units or all, and a number.
    func ship(many shipments: [(order: Int, units: Int?, number: String)]) async {
        let told = shipments.map { entry in
            var told = ToldShipment(order: "\(entry.order)", reference: nil)
            if let units = entry.units { told.lines = [Shipment.Line(sku: "SKU-1", quantity: units)] }
            told.tracking = [entry.number]
            return told
        }
        _ = await perform(.shipments(told))
    }

    /// Each job's state, with the reason and the remedy of one that is parked or waits.
    func jobs() async throws -> [String] {
        try await rows(
            """
            SELECT state || CASE WHEN state IN ('parked', 'retryable') THEN coalesce(': ' || last_error, '') ELSE '' END
            FROM push_job WHERE kind = 'fulfilment' ORDER BY id
            """
        )
    }

    /// Works for as long as something is due, in the simulated time that the push loop asks for.
    ///
    /// - Returns: How long it took until no push was left, in seconds.
    func workOff(atMost limit: TimeInterval = 7200) async throws -> TimeInterval {
        let loop = await holder.session.supervisor.pushes[0]
        let start = now.current
        while now.current.timeIntervalSince(start) < limit {
            let wait = await loop.round()
            let open = try await rows(
                "SELECT 'x' FROM push_job WHERE state IN ('available', 'retryable', 'running') LIMIT 1"
            )
            if open.isEmpty { break }
            now.advance(by: wait.seconds)
        }
        return now.current.timeIntervalSince(start)
    }
}

extension TestShop {
    /// How it looks for a customer, and for an operator.
    func end(_ daemon: Installation, _ order: ShopifyID = .order(1001)) async throws -> SendingFault.End {
        let sent = sent(order)
        return SendingFault.End(
            sent: sent.filter { $0.status == "SUCCESS" }.map { $0.tracking.numbers.joined(separator: "+") },
            mails: sent.reduce(0) { $0 + mails($1.id) },
            jobs: try await daemon.jobs()
        )
    }
}
