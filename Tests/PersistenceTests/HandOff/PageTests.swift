import Foundation
import TestSupport
import Testing

@testable import Persistence
@testable import SyncEngine

@Suite(.timeLimit(.minutes(30)))
struct PageTests {
    private var link: LinkBench

    init() throws { link = try LinkBench() }

    private func handOff(_ number: Int) async throws -> HandOff {
        try await link.order(number).standing.handOff
    }

    @Test func `a position that comes back acknowledges its page, and nothing else`() async throws {
        try await link.place(.paid(1001), .paid(1002))
        let first = try await link.page(nil)
        #expect(first.names == ["#1001", "#1002"])
        #expect(try await handOff(1001) == .waiting)
        try await link.place(.paid(1003))
        let second = try await link.page(first.position)
        #expect(second.acknowledged == 2)
        #expect(second.names == ["#1003"])
        #expect(try await handOff(1002) == .acknowledged)
        #expect(try await handOff(1003) == .waiting)
    }

    @Test func `the same position gets the same page again, with one position for the same orders`()
        async throws
    {
        try await link.place(.paid(1001))
        let first = try await link.page(nil)
        try await link.place(.paid(1002))
        let lost = try await link.page(first.position)
        let again = try await link.page(first.position)
        #expect(again.names == lost.names && again.position == lost.position)
        try await link.place(.paid(1003))
        let more = try await link.page(first.position)
        #expect(more.names == ["#1002", "#1003"])
        #expect(more.position != lost.position)
    }

    @Test(arguments: [true, false])
    func `whichever of several answers arrives, its position says what KCC has`(tookFirst: Bool) async throws
    {
        try await link.place(.paid(1001))
        let first = try await link.page(nil)
        try await link.place(.paid(1002))
        let one = try await link.page(first.position)
        try await link.place(.paid(1003))
        let two = try await link.page(first.position)
        let next = try await link.page(tookFirst ? one.position : two.position)
        #expect(next.acknowledged == (tookFirst ? 1 : 2))
        #expect(next.names == (tookFirst ? ["#1003"] : []))
    }

    @Test func `an empty page answers the position that came`() async throws {
        let first = try await link.page("2025-06-30 12:00:00Z")
        #expect(first.names.isEmpty)
        #expect(try await link.page(first.position).position == first.position)
        try await link.place(.paid(1001))
        let second = try await link.page(first.position)
        #expect(try await link.page(second.position).position == second.position)
    }

    @Test func `a date offers what was placed from then on, and the rest waits`() async throws {
        try await link.place(.paid(1001), .paid(1002, at: Instants.placed + 3600))
        let date = (Instants.placed + 60).formatted(.iso8601)
        let first = try await link.page(date)
        #expect(first.names == ["#1002"])
        // The date holds for the positions that follow it.
        #expect(try await link.page(first.position).names == [])
        let standing = try #require(
            try await HandOffQueries(link.bench.database).standings([("web", .seconds(3600))], now: link.now)
                .first
        )
        #expect(standing.beforeStart.count == 1)
        #expect(try await link.page(Instants.start.formatted(.iso8601)).names == ["#1001"])
    }

    @Test func `a date may come at any time and offers what nobody has acknowledged`() async throws {
        try await link.place(.paid(1001))
        let first = try await link.page(nil)
        try await link.place(.paid(1002))
        let second = try await link.page(first.position)
        // KCC's operator resets it before the second page was taken.
        let reset = try await link.page("2020-01-01 00:00:00Z")
        #expect(reset.names == ["#1002"])
        #expect(reset.position == second.position, "it says what KCC holds")
        #expect(try await link.page(reset.position).acknowledged == 1)
    }

    @Test func `a reset that finds nothing to offer acknowledges nothing`() async throws {
        try await link.place(.paid(1001))
        #expect(try await link.page(nil).names == ["#1001"])
        // That answer was lost, and KCC begins anew with a date after the order's.
        let reset = try await link.page("2999-01-01 00:00:00Z")
        #expect(reset.names.isEmpty)
        let next = try await link.page(reset.position)
        #expect(next.acknowledged == 0)
        #expect(try await handOff(1001) == .waiting)
    }

    @Test func `a position ahead of this store shows that the store was restored`() async throws {
        try await link.place(.paid(1001))
        let mine = try #require(PagePosition(try await link.page(nil).position))
        let ahead = PagePosition(generation: mine.generation, page: mine.page + 5)
        let page = try await link.page(ahead.description)
        #expect(page.acknowledged == 0)
        #expect(page.names.isEmpty, "KCC may have it")
        #expect(try await link.order(1001).standing.reason == .maybeHandedOff)
        #expect(try await link.bench.queries.restoration()?.sign == .position)
        #expect(try await link.notices() == ["position_ahead position"])
        // The answer was lost, and KCC asks with the same position: it proves nothing, and nothing begins again.
        _ = try await link.bench.store.confirmRestoration(now: link.now)
        try await link.place(.paid(1002, at: link.now))
        let again = try await link.page(ahead.description)
        #expect(again.acknowledged == 0)
        #expect(again.names == ["#1002"])
        #expect(try await link.bench.queries.restoration() == nil)
        // Positions from before the restore are not taken for pages of this store.
        let next = try #require(PagePosition(again.position))
        #expect(next.generation != mine.generation)
    }

    @Test func `a position of another store stops its channel until KCC sends another one`() async throws {
        try await link.place(.paid(1001))
        let first = try await link.page(nil)
        let mine = try #require(PagePosition(first.position))
        let foreign = PagePosition(generation: mine.generation + 1, page: mine.page).description
        let page = try await link.page(foreign)
        #expect(page.acknowledged == 0 && page.names.isEmpty && page.position == foreign)
        #expect(try await handOff(1001) == .waiting)
        #expect(try await link.bench.queries.restoration() == nil)
        #expect(try await link.notices() == ["position_foreign position"])
        #expect(try await link.page(first.position).acknowledged == 1)
        #expect(try await link.notices().isEmpty)
    }

    @Test func `orders with and without a URN travel on pages of their own, the oldest first`() async throws {
        var till = link
        till.channel = .plain {
            $0.posOrders = .genericCustomer
            $0.genericCustomer = "POSSALES"
        }
        try await till.place(.paid(1001), .till(2001), .paid(1002), .till(2002))
        let first = try await till.page(nil)
        #expect(first.names == ["#1001", "#1002"])
        let second = try await till.page(first.position)
        #expect(second.names == ["#2001", "#2002"])
    }

    @Test func `at most so many orders a page, and never a gap`() async throws {
        for number in 1001...1007 { try await link.place(.paid(number)) }
        var position: String?
        var all: [String] = []
        for _ in 0..<4 {
            let page = try await link.page(position, limit: 3)
            #expect(page.names.count <= 3)
            all += page.names
            position = page.position
        }
        #expect(all == (1001...1007).map { "#\($0)" })
    }

    @Test func `an order that cannot be mapped holds up no other, and comes when it can`() async throws {
        try await link.place(.paid(1001), .paid(1002))
        let first = try await link.page(nil, refusing: ["#1001"])
        #expect(first.names == ["#1002"])
        // It is not tried again at every call.
        let second = try await link.page(first.position)
        #expect(second.names.isEmpty)
        #expect(try await handOff(1001) == .waiting)
        #expect(try await handOff(1002) == .acknowledged)
        let standing = try #require(
            try await HandOffQueries(link.bench.database).standings([("web", .seconds(3600))], now: link.now)
                .first
        )
        #expect(standing.unmapped.names == ["#1001"])
        // Each configuration is a new chance.
        try await link.handOff.open(link.channel, now: link.now)
        let third = try await link.page(second.position)
        #expect(third.names == ["#1001"])
        #expect(try await link.page(third.position).acknowledged == 1)
    }

    @Test func `a change of the order is a new chance, too`() async throws {
        try await link.place(.paid(1001))
        let first = try await link.page(nil, refusing: ["#1001"])
        try await link.place(Order.paid(1001).later { $0.note = "mended" })
        #expect(try await link.page(first.position).names == ["#1001"])
    }

    @Test
    func
        `orders asked for by name come whatever the position, and count as not taken until a status names them`()
        async throws
    {
        try await link.place(.paid(1001), .paid(1002))
        let first = try await link.page(nil)
        let second = try await link.page(first.position)
        #expect(try await handOff(1001) == .acknowledged)
        #expect(try await link.named("1001", "no-such") == ["#1001"])
        #expect(try await handOff(1001) == .waiting)
        // KCC has it already: pages do not bring it a second time.
        #expect(try await link.page(second.position).names.isEmpty)
        _ = try await link.take(link.report(1001, status: "Received"))
        #expect(try await handOff(1001) == .acknowledged)
        // An operator can offer it anew.
        try await link.bench.operations.resend(try await link.order(1001), now: link.now)
        #expect(try await link.page(second.position).names == ["#1001"])
    }

    @Test func `an order offered anew is not acknowledged by the page it was on before`() async throws {
        try await link.place(.paid(1001))
        let first = try await link.page(nil)
        try await link.bench.operations.resend(try await link.order(1001), now: link.now)
        #expect(try await link.page(first.position).acknowledged == 0)
        #expect(try await handOff(1001) == .waiting)
    }

    @Test func `a page whose order changed meanwhile is not recorded`() async throws {
        try await link.place(.paid(1001))
        let draft = try await link.handOff.beginPage(link.channel, .firstContact, limit: 10, now: link.now)
        let entry = ServedOrders.Entry(row: draft.rows[0], revision: 1, remarks: [])
        try await link.place(Order.paid(1001).later { $0.note = "changed" })
        let orders = ServedOrders(entries: [entry], refusals: [])
        let position = try await link.handOff.commit(orders, of: draft, channel: link.channel, now: link.now)
        #expect(position == nil)
        #expect(try await link.rows("SELECT count(*) FROM order_revision") == ["0"])
    }

    @Test func `what changes after it was served is told, from the revision that was served first`()
        async throws
    {
        try await link.place(.paid(1001))
        let first = try await link.page(nil)
        try await link.place(Order.paid(1001).later { $0.note = "changed" })
        #expect(try await link.order(1001).standing.changedFields == ["note"])
        _ = try await link.page(first.position)
        #expect(try await link.order(1001).standing.changedFields == ["note"])
    }

    @Test func `other channels' orders are not served, and their positions count all the same`()
        async throws
    {
        var outlet = link
        outlet.channel = .plain("outlet")
        try await link.place(.paid(1001))
        let first = try await link.page(nil)
        #expect(try await outlet.page(nil).names.isEmpty)
        #expect(try await handOff(1001) == .waiting)
        // KCC was given the shop's page under another channel's address, and has it.
        #expect(try await outlet.page(first.position).acknowledged == 1)
        #expect(try await handOff(1001) == .acknowledged)
    }

    @Test func `what has to wait for a confirmation counts as known only then`() async throws {
        var careful = link
        careful.channel = .plain { $0.kcc = .plain { $0.guardUntil = .confirmed } }
        try await careful.handOff.open(careful.channel, now: careful.now)
        try await careful.place(.paid(1001), .paid(1002))
        let first = try await careful.page(nil)
        _ = try await careful.page(first.position)
        #expect(try await careful.rows("SELECT known_at_ms FROM \"order\"") == ["-", "-"])
        #expect(try await careful.rows("SELECT kind FROM stock_claim") == ["open", "open"])
        _ = try await careful.take(careful.report(1001))
        #expect(
            try await careful.rows("SELECT kind FROM stock_claim ORDER BY order_id") == ["taken", "open"]
        )
        // Whoever stops waiting for confirmations regards as known what was taken.
        try await link.handOff.open(link.channel, now: link.now)
        #expect(try await link.rows("SELECT kind FROM stock_claim") == ["taken", "taken"])
    }
}
