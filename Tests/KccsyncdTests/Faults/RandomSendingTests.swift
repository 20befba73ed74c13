import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Shipments through random faults, with colleagues at work on the same orders.
@Suite(.timeLimit(.minutes(30)))
struct RandomSendingTests {
    @Test(arguments: 0..<8)
    func `every shipment is in Shopify as reported or parked with a reason, and mails at most once`(seed: Int)
        async throws
    {
        let random = Locked(SeededGenerator(seed: UInt64(seed + 1)))
        let pick: @Sendable (Int) -> Int = { most in
            random.withLock { Int.random(in: 0..<most, using: &$0) }
        }
        let numbers = 1001...1012
        try await SendingFault.run(orders: numbers.map { .paid($0) }) { (daemon, shop) async throws in
            shop.sending.onRequest { _ in
                switch pick(8) {
                case 0: .fails(SendingFault.lost)
                case 1: .losesAnswer(SendingFault.lost)
                case 2: .rejects("Invalid fulfillment order line item quantity requested.")
                case 3: .fails(ShopError(.unreachable, .retry(after: nil), "connection refused"))
                default: nil
                }
            }
            shop.sending.onRead { _ in
                pick(6) == 0 ? ShopError(.serverError, .retry(after: nil), "the reading failed") : nil
            }
            for number in numbers {
                let half = pick(2) == 0
                await daemon.ship(order: "\(number)", id: "\(number)A", units: half ? 1 : nil, "A\(number)")
                if half { await daemon.ship(order: "\(number)", id: "\(number)B", units: 1, "B\(number)") }
            }
            for _ in 0..<30 {
                act(on: .order(numbers.lowerBound + pick(numbers.count)), of: shop, pick)
                await daemon.pass(TimeInterval(5 + pick(60)), every: 30)
                if pick(10) == 0 { try await daemon.restart() }
            }
            // All is quiet: what is on hold is released.
            shop.sending.onRequest { _ in nil }
            shop.sending.onRead { _ in nil }
            for number in numbers { shop.release(.order(number)) }
            _ = try await daemon.workOff(atMost: 20_000)
            try await check(daemon, shop, numbers)
        }
    }

    /// A colleague does something with an order.
    private func act(on order: ShopifyID, of shop: TestShop, _ pick: @Sendable (Int) -> Int) {
        switch pick(8) {
        case 0: shop.hold(order)
        case 1: shop.release(order)
        case 2: shop.move(order, to: .location(1 + pick(2)))
        case 3:
            let open = shop.view(of: order)?.parts
                .reduce(0) { sum, part in
                    sum + (part.isClosed ? 0 : part.lines.reduce(0) { $0 + $1.remaining })
                }
            if let open, open > 0 { shop.fulfilByHand(order, ["STAFF"], units: 1 + pick(open)) }
        case 4:
            if let sent = shop.sent(order).first(where: { $0.status == "SUCCESS" }) {
                shop.cancelFulfilment(sent.id, of: order)
            }
        case 5 where pick(3) == 0:
            shop.close(order)
            shop.edit(order) { $0.cancelledAt = shop.time }
        default: break
        }
    }

    private func check(_ daemon: Installation, _ shop: TestShop, _ numbers: ClosedRange<Int>) async throws {
        for number in numbers {
            let standing = shop.sent(.order(number)).filter { $0.status == "SUCCESS" }
            let units = standing.flatMap(\.lines).reduce(0) { $0 + $1.quantity }
            #expect(units <= 2, "\(number): \(units) units")
            #expect(shop.sent(.order(number)).allSatisfy { shop.mails($0.id) <= 1 }, "\(number)")
        }
        let states = try await daemon.rows(
            """
            SELECT s.reference || ' ' || j.state || ' ' || coalesce(j.last_error, '') FROM push_job j
            JOIN shipment s ON s.id = j.shipment_id ORDER BY s.reference
            """
        )
        for state in states {
            let parts = state.split(separator: " ", maxSplits: 2).map(String.init)
            switch parts[1] {
            case "parked": #expect(parts.count == 3, "parked without a reason: \(state)")
            case "done": break
            default: Issue.record("neither done nor parked: \(state)")
            }
            // Never twice: of what one shipment had made, at most as much stands as it has units.
            let number = Int(parts[0].dropLast()) ?? 0
            let own = shop.sent(.order(number))
                .filter { sent in
                    sent.status == "SUCCESS"
                        && sent.tracking.numbers.contains("\(parts[0].suffix(1))\(number)")
                }
            #expect(own.flatMap(\.lines).reduce(0) { $0 + $1.quantity } <= 2, "\(state)")
        }
    }
}
