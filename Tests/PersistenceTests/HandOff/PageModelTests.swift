import Foundation
import TestSupport
import Testing

@testable import Persistence
@testable import SyncEngine

/// Hundreds of orders, changes, operators' commands, lost answers and restarts in random order, against what KCC has in its books.
@Suite(.timeLimit(.minutes(5)))
struct PageModelTests {
    /// KCC, as far as pages go: what it imported, and the position that it keeps.
    private struct Books {
        var position: String?
        /// How often each order was taken.
        var taken: [String: Int] = [:]

        mutating func take(_ names: [String], _ answered: String) {
            for name in names { taken[name, default: 0] += 1 }
            position = answered
        }
    }

    @Test(arguments: 1...6)
    func `no order is missing, and none is acknowledged that KCC does not have`(_ seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let link = try LinkBench()
        var books = Books()
        var next = 1001
        var revisions: [Int: Order] = [:]
        var unmappable: Set<String> = []
        for _ in 0..<120 {
            link.bench.now.advance(by: 10)
            switch Int.random(in: 0..<12, using: &random) {
            case 0...3:
                let order = Order.paid(next, at: Instants.placed + Double(next))
                revisions[next] = order
                if random.one(in: 5) { unmappable.insert(order.name) }
                try await link.place(order)
                next += 1
            case 4:
                guard let (number, order) = revisions.randomElement(using: &random) else { continue }
                let changed = order.later(by: 60) {
                    $0.note = "change \(Int.random(in: 0...9, using: &random))"
                }
                revisions[number] = changed
                try await link.place(changed)
            case 5:
                guard let (number, _) = revisions.randomElement(using: &random) else { continue }
                unmappable.remove("#\(number)")
                // A new configuration: what could not be mapped is tried again.
                try await link.handOff.open(link.channel, now: link.now)
            case 6:
                guard let (number, _) = revisions.randomElement(using: &random) else { continue }
                try? await link.bench.operations.resend(try await link.order(number), now: link.now)
            case 7:
                // KCC's operator resets the position.
                if random.one(in: 4) { books.position = random.one(in: 2) ? nil : "2020-01-01 00:00:00Z" }
            default:
                let page = try await link.page(
                    books.position,
                    limit: Int.random(in: 1...6, using: &random),
                    refusing: unmappable
                )
                // Every third answer is lost; some arrive after a second request was made.
                if random.one(in: 3) { continue }
                if random.one(in: 4) {
                    let second = try await link.page(books.position, limit: 4, refusing: unmappable)
                    #expect(
                        books.position == nil || !(books.position ?? "").hasPrefix("k1")
                            || second.names == page.names || page.names.isEmpty
                    )
                    if random.one(in: 2) {
                        books.take(second.names, second.position)
                        continue
                    }
                }
                books.take(page.names, page.position)
            }
            try await check(link, books)
        }
        // All is mended, and KCC asks until nothing comes.
        unmappable = []
        try await link.handOff.open(link.channel, now: link.now)
        for _ in 0..<400 {
            let page = try await link.page(books.position, limit: 5)
            books.take(page.names, page.position)
            if page.names.isEmpty, page.acknowledged == 0 { break }
        }
        try await check(link, books)
        let left = try await link.rows("SELECT name FROM \"order\" WHERE hand_off <> 'acknowledged'")
        #expect(left.isEmpty, "seed \(seed)")
        #expect(books.taken.count == revisions.count, "seed \(seed)")
    }

    private func check(_ link: LinkBench, _ books: Books) async throws {
        let acknowledged = try await link.rows("SELECT name FROM \"order\" WHERE hand_off = 'acknowledged'")
        for name in acknowledged {
            #expect(books.taken[name] != nil, "\(name) is acknowledged and KCC has it not")
        }
    }
}
