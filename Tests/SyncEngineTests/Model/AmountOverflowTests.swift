import Foundation
import SyncEngine
import TestSupport
import Testing

/// Amounts come from outside: whatever they are, one order must not end the daemon.
///
/// Each runs in a process of its own, because a trap would end the tests, too.
struct AmountOverflowTests {
    @Test func `lines whose sum is out of range do not end the process`() async {
        await #expect(processExitsWith: .success) {
            let order = Order.paid()
                .with { order in
                    order.lines = (1...3).map { .units(1, of: "X", at: "9000000000000", line: $0) }
                }
            _ = OrderFigures(of: order, .shop)
            _ = try Judge(channels: [.plain()]).judge(order, standing: nil, facts: MemoryFacts())
        }
    }

    @Test func `discounts and totals at both ends of the range do not end the process`() async {
        await #expect(processExitsWith: .success) {
            let order = Order.paid()
                .with { order in
                    order.lines[0].allocations = [
                        DiscountAllocation(discount: 0, amount: .both("-9223372036854"))
                    ]
                    order.totals.current = .both("-9223372036854")
                    order.totals.fees = .both("9223372036854")
                    order.totals.duties = .both("9223372036854")
                }
            _ = OrderFigures(of: order, .shop)
        }
    }

    @Test func `quantities at the end of the range do not end the process`() async {
        await #expect(processExitsWith: .success) {
            let order = Order.paid()
                .with { order in
                    order.lines = (1...2).map { .units(1, of: "X", at: "1", line: $0) }
                    for place in order.lines.indices { order.lines[place].currentQuantity = .max }
                }
            _ = try Judge(channels: [.plain()]).judge(order, standing: nil, facts: MemoryFacts())
        }
    }

    @Test func `arithmetic at the ends of the range does not end the process`() async {
        await #expect(processExitsWith: .success) {
            let most = Amount(micros: .max)
            let least = Amount(micros: .min)
            _ = (most + most, least + least, least - most, most - least)
        }
    }
}
