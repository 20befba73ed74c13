import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// One shipment in trouble keeps no other back, and what is said of it is true.
@Suite(.timeLimit(.minutes(30)))
struct ShipmentAloneTests {
    // MARK: Discarded

    @Test(arguments: [ShipmentFault.Way.command, .file, .inbox, .kcc], [true, false])
    func `F2: a discarded shipment is sent again with another number, and not with the same`(
        _ way: ShipmentFault.Way,
        hasNewNumber: Bool
    ) async throws {
        try await ShipmentFault.run { daemon, shop, kcc in
            try await way.report("T1", "DPD", daemon, kcc)
            await daemon.pass(30)
            shop.cancelFulfilment(try shop.fulfilment().id, of: ShipmentFault.order)
            try await way.report("T1", "DPD", daemon, kcc)
            await daemon.pass(30)
            let discarded = await daemon.perform(.queue(.discard, ids: [1]))
            #expect(discarded.errors.isEmpty, "\(discarded)")
            try await way.report(
                hasNewNumber ? "T2" : "T1",
                "DPD",
                isDiscarded: !hasNewNumber,
                daemon,
                kcc
            )
            await daemon.pass(30)
            #expect(try await daemon.jobs() == [hasNewNumber ? "done" : "cancelled"])
            #expect(shop.mailCount == (hasNewNumber ? 2 : 1))
        }
    }

    @Test(arguments: [nil, "UPS"])
    func `F2: a discarded shipment without a new number is said to be discarded`(carrier: String?)
        async throws
    {
        try await ShipmentFault.run { daemon, shop, kcc in
            shop.hold(ShipmentFault.order)
            _ = try await daemon.shipments(["1001", "--id", "S1", "--tracking", "T1"])
            _ = await daemon.perform(.queue(.discard, ids: [1]))
            let again =
                ["1001", "--id", "S1", "--tracking", "T1"] + (carrier.map { ["--carrier", $0] } ?? [])
            #expect(
                try await daemon.shipments(again).lines == [
                    "#1001: shipment was discarded and is not sent; if the goods have left again, report it with the new tracking number"
                ]
            )
            #expect(try await daemon.jobs() == ["cancelled"])
        }
    }

    // MARK: Waiting

    enum Waiting: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case hold = "its units are on hold"
        case failure = "its request failed without being executed"
        case unknown = "the outcome of its request is not known"

        var testDescription: String { rawValue }
    }

    @Test(arguments: Waiting.allCases)
    func `F11: a shipment that waits keeps no other of its order back, unless its outcome is unknown`(
        _ waiting: Waiting
    ) async throws {
        try await ShipmentFault.run { daemon, shop, kcc in
            let failed = ShopError(.serverError, .retry(after: nil), "Shopify's server failed (502)")
            let isFirst = Locked(true)
            switch waiting {
            case .hold:
                shop.arrange(ShipmentFault.order) { parts in
                    var held = parts[0]
                    held.id = shop.sending.newID("FulfillmentOrder")
                    held.lines = [parts[0].lines[0]]
                    held.status = "ON_HOLD"
                    held.canFulfil = false
                    parts[0].lines.removeFirst()
                    parts.append(held)
                }
            case .failure, .unknown:
                shop.sending.onRequest { request in
                    guard request.tracking?.numbers == ["T1"], isFirst.current else { return nil }
                    isFirst.set(false)
                    return waiting == .failure
                        ? .fails(ShopError(.tls, .retry(after: nil), "no secure connection"))
                        : .losesAnswer(failed)
                }
            }
            _ = try await daemon.shipments(["1001", "--id", "S1", "--tracking", "T1", "--line", "TEA=2"])
            _ = try await daemon.shipments(["1001", "--id", "S2", "--tracking", "T2", "--line", "POT=1"])
            _ = await daemon.holder.session.supervisor.pushes[0].runWhatIsDue()
            let sent = shop.sent(ShipmentFault.order).map { $0.tracking.numbers }
            #expect(sent.contains(["T2"]) == (waiting != .unknown))
            await daemon.pass(120)
            #expect(try await daemon.jobs().last == "done")
        }
    }

    // MARK: One answer

    @Test(arguments: [1, 2])
    func `F3: an order that one answer lacks is asked for again before its shipment is parked`(answers: Int)
        async throws
    {
        try await ShipmentFault.run { daemon, shop, kcc in
            let left = Locked(answers)
            shop.sending.hides { _ in
                left.withLock { left in
                    left -= 1
                    return left >= 0
                }
            }
            _ = try await daemon.shipments(["1001", "--id", "S1", "--tracking", "T1"])
            await daemon.pass(180)
            let unseen = "parked: Shopify does not show its order any more"
            #expect(try await daemon.jobs() == [answers == 1 ? "done" : unseen])
        }
    }

    @Test(arguments: [false, true])
    func `F11: one cycle ends with the outcome of an order that alone cannot be read`(amongOthers: Bool)
        async throws
    {
        let orders = (1001...(amongOthers ? 1005 : 1001)).map { Order.paid($0) }
        try await SendingFault.run(orders: orders) { (daemon, shop) async throws in
            shop.sending.onReadOne { $0 == .order(1001) ? SendingFault.lost : nil }
            await daemon.ship(many: (1001..<1001 + orders.count).map { ($0, nil, "T\($0)") })
            let codes = await daemon.holder.session.supervisor.pushes[0].runWhatIsDue()
            #expect(codes.map { kccsyncd.ExitStatus(shopErrorCode: $0) } == [.unavailable])
            #expect(orders.filter { !shop.sent($0.id).isEmpty }.count == orders.count - 1)
        }
    }
}
