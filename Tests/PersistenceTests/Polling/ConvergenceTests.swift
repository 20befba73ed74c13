import Foundation
import TestSupport
import Testing

@testable import Persistence
@testable import SyncEngine

/// Whatever happened on the way, after a quiet while and a sweep the store is what the shop is.
@Suite(.timeLimit(.minutes(30)))
struct ConvergenceTests {
    /// Sixty seeds a case keep a failing case short to run again; four cases make 240 runs.
    @Test(arguments: [0, 1, 2, 3])
    func `after changes, lag, errors and crashes the store equals the shop`(_ group: UInt64) async throws {
        for seed in (group * 60)..<(group * 60 + 60) { try await run(seed: seed) }
    }

    private func run(seed: UInt64) async throws {
        var chance = SeededGenerator(seed: seed)
        let bench = try Bench()
        var sync = try await bench.sync()
        var last = 0
        for _ in 0..<25 {
            bench.now.advance(by: TimeInterval(Int.random(in: 1...40, using: &chance)))
            change(bench, &chance, &last)
            if chance.one(in: 6) {
                bench.shop.failReads(nil, ShopError(.serverError, .retry(after: nil), "HTTP 500"))
            }
            if chance.one(in: 8) {
                bench.shop.failLists(ShopError(.timedOut, .retry(after: nil), "no answer"))
            }
            // A crash loses what the process knew; the file keeps what was committed.
            if chance.one(in: 7) { sync = try await bench.sync() }
            do {
                _ = try await sync.revisit()
                _ = try await sync.poll()
            } catch is ShopError {
                continue
            }
        }
        try await settle(bench, sync)
        try await compare(bench, seed)
    }

    private func change(_ bench: Bench, _ chance: inout SeededGenerator, _ last: inout Int) {
        let now = Date(timeIntervalSince1970: bench.now.current.timeIntervalSince1970.rounded(.down))
        if chance.one(in: 5) { bench.shop.lag(chance.one(in: 2)) }
        let ids = bench.shop.orders.keys.sorted()
        switch Int.random(in: 0..<6, using: &chance) {
        case 0, 1, 2:
            last += 1
            let order = Order.paid(last, at: now)
            bench.shop.put(chance.one(in: 3) ? order.status("PENDING") : order)
        case 3, 4:
            guard let id = ids.randomElement(using: &chance), let order = bench.shop.orders[id] else {
                return
            }
            let note = "note \(Int.random(in: 0..<1000, using: &chance))"
            let paid = chance.one(in: 2)
            bench.shop.put(
                order.with {
                    $0.updatedAt = now
                    $0.note = note
                    if paid { $0.financialStatus = "PAID" }
                }
            )
        default:
            guard chance.one(in: 3), let id = ids.randomElement(using: &chance) else { return }
            bench.shop.delete(id)
        }
    }

    private func settle(_ bench: Bench, _ sync: ShopSync) async throws {
        bench.shop.failReads()
        bench.shop.failLists()
        bench.shop.lag(false)
        bench.now.advance(by: Instants.hour)
        _ = try await sync.revisit()
        _ = try await sync.poll()
        _ = try await sync.sweep()
        // What the sweep found missing is asked for again a minute later.
        bench.now.advance(by: 61)
        _ = try await sync.revisit()
    }

    private func compare(_ bench: Bench, _ seed: UInt64) async throws {
        let wanted = bench.shop.orders
        let stored = try await bench.queries.list(OrderQueries.Filter())
        for row in stored {
            guard let order = wanted[row.id] else {
                #expect(row.standing.gone, "seed \(seed): \(row.name) was deleted and is not gone")
                continue
            }
            #expect(!row.standing.gone, "seed \(seed): \(row.name) is there and counts as gone")
            let kept = try await bench.queries.order(row)
            #expect(kept == order, "seed \(seed): \(row.name) differs from the shop's")
            let paid = order.financialStatus == "PAID"
            #expect((row.standing.state == .imported) == paid, "seed \(seed): \(row.name)")
        }
        #expect(Set(wanted.keys).isSubset(of: stored.map(\.id)), "seed \(seed): an order is missing")
        #expect(try await bench.store.nextRevisit(shop: 1) == nil, "seed \(seed): something is still planned")
        let positions = stored.compactMap { $0.standing.ref }
        #expect(Set(positions).count == positions.count, "seed \(seed): two orders share a ref")
    }
}
