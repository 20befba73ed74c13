import Foundation
import TestSupport
import Testing

@testable import Persistence
@testable import SyncEngine

/// Hundreds of orders, changes, operators' commands, lost answers, other callers and restarts in random order, against
/// what KCC has in its books.
@Suite(.timeLimit(.minutes(30)))
struct PageModelTests {
    /// KCC, as far as pages go: what it imported, in which revision, and the position that it keeps.
    private struct Books {
        var position: String?
        var held: [String: Int] = [:]
        /// Orders that were proven to be there, and were imported once more.
        var twice: [String] = []
    }

    /// One run.
    private final class World {
        let link: LinkBench
        var random: SeededGenerator
        var books = Books()
        var next = 1001
        var orders: [Int: Order] = [:]
        var unmappable: Set<String> = []
        /// A position that KCC sent earlier, for a proxy to repeat.
        var earlier: [String?] = [nil]

        init(seed: Int) throws {
            link = try LinkBench()
            random = SeededGenerator(seed: UInt64(seed))
        }

        func oneIn(_ count: Int) -> Bool { random.one(in: count) }

        func someOrder() -> Int? { orders.keys.sorted().randomElement(using: &random) }

        /// KCC imports an answer.
        func take(_ page: (names: [String], position: String, acknowledged: Int)) async throws {
            for name in page.names {
                let order = try await link.order(Int(name.dropFirst()) ?? 0)
                if order.standing.handOff == .acknowledged { books.twice.append(name) }
                books.held[name] = order.standing.revision
            }
            books.position = page.position
            earlier.append(page.position)
        }

        func page() async throws -> (names: [String], position: String, acknowledged: Int) {
            try await link.page(
                books.position,
                limit: Int.random(in: 1...6, using: &random),
                refusing: unmappable
            )
        }

        func change(_ number: Int, _ body: (inout Order) -> Void) async throws {
            guard let order = orders[number] else { return }
            let changed = order.later(by: 60, body)
            orders[number] = changed
            try await link.place(changed)
        }
    }

    @Test(arguments: 1...12)
    func `no order is missing, none comes again once it is proven, and what KCC holds is what is shown`(
        _ seed: Int
    )
        async throws
    {
        let world = try World(seed: seed)
        for _ in 0..<150 {
            world.link.bench.now.advance(by: 10)
            try await step(world)
            try await check(world)
        }
        // All is mapped, and KCC asks until nothing comes.
        world.unmappable = []
        try await world.link.handOff.open(world.link.channel, now: world.link.now)
        for _ in 0..<400 {
            let page = try await world.link.page(world.books.position, limit: 5)
            try await world.take(page)
            if page.names.isEmpty, page.acknowledged == 0 { break }
        }
        try await check(world)
        let left = try await world.link.rows(
            "SELECT name FROM \"order\" WHERE hand_off NOT IN ('acknowledged', 'withdrawn') AND requested_at_ms IS NULL"
        )
        #expect(left.isEmpty, "seed \(seed)")
    }

    private func step(_ world: World) async throws {
        let link = world.link
        switch Int.random(in: 0..<16, using: &world.random) {
        case 0...3:
            let order = Order.paid(world.next, at: Instants.placed + Double(world.next))
            world.orders[world.next] = order
            if world.oneIn(5) { world.unmappable.insert(order.name) }
            try await link.place(order)
            world.next += 1
        case 4, 5:
            guard let number = world.someOrder() else { return }
            let note = "change \(Int.random(in: 0...9, using: &world.random))"
            try await world.change(number) { $0.note = note }
        case 6:
            guard let number = world.someOrder(), world.oneIn(2) else { return }
            try await world.change(number) { $0.cancelledAt = Instants.now }
        case 7:
            // A new configuration: what could not be mapped is tried again.
            guard let number = world.someOrder() else { return }
            world.unmappable.remove("#\(number)")
            try await link.handOff.open(link.channel, now: link.now)
        case 8:
            // KCC's operator looks, and has what is not there offered again.
            guard let number = world.someOrder(), world.books.held["#\(number)"] == nil else { return }
            try? await link.bench.operations.resend(try await link.order(number), now: link.now)
        case 9:
            // Another client, or a proxy that repeats an old request; KCC does not get the answer.
            let position = world.oneIn(2) ? nil : world.earlier.randomElement(using: &world.random) ?? nil
            _ = try await link.page(position, limit: 4, refusing: world.unmappable)
        case 10:
            // A status names an order that KCC has.
            guard let name = world.books.held.keys.sorted().randomElement(using: &world.random) else {
                return
            }
            _ = try await link.take(link.report(Int(name.dropFirst()) ?? 0))
        default:
            let page = try await world.page()
            // Every third answer is lost; some arrive after a second request was made.
            if world.oneIn(3) { return }
            if world.oneIn(4) {
                let second = try await world.page()
                if world.oneIn(2) { return try await world.take(second) }
            }
            try await world.take(page)
        }
    }

    private func check(_ world: World) async throws {
        #expect(world.books.twice.isEmpty)
        for number in world.orders.keys {
            let order = try await world.link.order(number)
            guard order.standing.handOff == .acknowledged else { continue }
            guard let held = world.books.held[order.name] else {
                Issue.record("\(order.name) is acknowledged and KCC does not have it")
                continue
            }
            // A status does not say which revision KCC has.
            let state = order.standing.handOffState
            if state.served?.way == .page {
                #expect(
                    state.compared == held,
                    "\(order.name) is compared with another revision than KCC holds"
                )
            }
        }
    }
}
