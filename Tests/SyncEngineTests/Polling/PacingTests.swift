import Foundation
import TestSupport
import Testing

@testable import SyncEngine

struct PacingTests {
    struct Answer: Sendable {
        var before: Int
        var orders: Int
        var elapsed: Duration
        var bytes: Int
        var after: Int
    }

    @Test(
        arguments: [
            Answer(before: 50, orders: 50, elapsed: .seconds(1), bytes: 1000, after: 100),
            Answer(before: 200, orders: 200, elapsed: .seconds(1), bytes: 1000, after: 250),
            // A batch that was not full says nothing about a fuller one.
            Answer(before: 50, orders: 20, elapsed: .seconds(1), bytes: 1000, after: 50),
            Answer(before: 50, orders: 50, elapsed: .seconds(3), bytes: 1000, after: 50),
            Answer(before: 50, orders: 50, elapsed: .seconds(1), bytes: 5 << 20, after: 50),
            Answer(before: 50, orders: 50, elapsed: .seconds(6), bytes: 1000, after: 25),
            Answer(before: 50, orders: 50, elapsed: .seconds(1), bytes: 9 << 20, after: 25),
            Answer(before: 50, orders: 10, elapsed: .seconds(6), bytes: 1000, after: 5),
            Answer(before: 1, orders: 1, elapsed: .seconds(9), bytes: 1000, after: 1),
        ])
    func `batches follow the answers' time and size`(_ answer: Answer) {
        var sizer = BatchSizer(size: answer.before)
        sizer.answered(orders: answer.orders, in: answer.elapsed, bytes: answer.bytes)
        #expect(sizer.size == answer.after)
    }

    @Test func `a batch that does not come is halved, down to one`() {
        var sizer = BatchSizer(size: 50)
        for size in [25, 12, 6, 3, 1, 1] {
            sizer.tooMuch(orders: sizer.size)
            #expect(sizer.size == size)
        }
    }

    @Test func `waits double to a cap and start anew after a success`() {
        var backoff = Backoff(first: .seconds(5), most: .seconds(300))
        let waits = (1...8).map { _ in backoff.failed(spread: 0.5) }
        #expect(waits == [5, 10, 20, 40, 80, 160, 300, 300].map { .seconds($0) })
        #expect(backoff.failures == 8)
        backoff.succeeded()
        #expect(backoff.failed(spread: 0.5) == .seconds(5))
    }

    @Test func `waits are spread by a tenth either way`() {
        var backoff = Backoff(first: .seconds(10), most: .seconds(300))
        #expect(backoff.failed(spread: 0) == .seconds(9))
        backoff.succeeded()
        #expect(backoff.failed(spread: 1) == .seconds(11))
    }

    @Test func `a longer wait that the other side names is obeyed, a shorter one is not`() {
        var backoff = Backoff(first: .seconds(10), most: .seconds(300))
        #expect(backoff.failed(named: .seconds(900), spread: 0.5) == .seconds(900))
        #expect(backoff.failed(named: .seconds(1), spread: 0.5) == .seconds(20))
    }

    @Test func `a million failures in a row do not end the process`() {
        var backoff = Backoff()
        for _ in 0..<100_000 { _ = backoff.failed(spread: 1) }
        #expect(backoff.failed(spread: 0.5) == .seconds(300))
    }

    // MARK: Looking again

    private static let judgement = Judgement(
        channel: "web",
        state: .imported,
        reason: nil,
        handOff: HandOffState(.waiting),
        ref: "1001",
        orderType: "online",
        site: nil,
        customer: nil,
        difference: .zero,
        evaluations: []
    )

    @Test(arguments: [(-5, true), (0, true), (1, true), (2, false), (3600, false)] as [(TimeInterval, Bool)])
    func `what is read within two seconds of its change is read once more`(_ age: TimeInterval, _ again: Bool)
    {
        let order = Order.paid()
        let plan = RevisitPlan.after(
            order,
            Self.judgement,
            readAt: order.updatedAt.addingTimeInterval(age),
            now: Instants.now,
            current: nil
        )
        let expected = Revisit(why: .secondRead, dueAt: Instants.now + 2, attempt: 1, since: Instants.now)
        #expect(plan == (again ? expected : nil))
    }

    @Test
    func `a web order without location is looked at after 5 s, 30 s, 2 min, then every 10 min for a day`()
        throws
    {
        let situation = Situation { $0.filterByLocation() }
        let judgement = try #require(try situation.judgement())
        var now = Instants.now
        var plan: Revisit?
        var waits: [TimeInterval] = []
        while let next = RevisitPlan.after(situation.order, judgement, readAt: now, now: now, current: plan) {
            waits.append(next.dueAt.timeIntervalSince(now))
            now = next.dueAt
            plan = next
        }
        #expect(waits.prefix(5) == [5, 30, 120, 600, 600])
        #expect(Set(waits.dropFirst(3)) == [600])
        let lasted = now.timeIntervalSince(Instants.now)
        #expect(lasted >= 86_400 && lasted < 86_400 + 600)
    }

    @Test func `being listed before the look is due does not shorten the wait`() throws {
        let situation = Situation { $0.filterByLocation() }
        let judgement = try #require(try situation.judgement())
        let first = RevisitPlan.after(
            situation.order,
            judgement,
            readAt: Instants.now,
            now: Instants.now,
            current: nil
        )
        let second = RevisitPlan.after(
            situation.order,
            judgement,
            readAt: Instants.now,
            now: Instants.now + 1,
            current: first
        )
        #expect(second == first)
    }

    @Test func `a second channel's wait for the location counts, although another was passed further`() throws
    {
        let order = Order.paid().status("PENDING")
        let channels = [
            ChannelContext.plain("a"),
            .plain("b") {
                $0.channelLocation = "Branch"
                $0.onlyChosenLocation = true
                $0.locationFilterScope = .all
                $0.ignoreFinancialStatus = true
            },
        ]
        let judgement = try #require(
            try Judge(channels: channels).judge(order, standing: nil, facts: MemoryFacts())
        )
        #expect(judgement.channel == "a")
        let plan = RevisitPlan.after(order, judgement, readAt: Instants.now, now: Instants.now, current: nil)
        #expect(plan?.why == .location)
    }

    struct Absence: Sendable {
        var age: TimeInterval?
        var readsAll: Bool
        var verdict: RevisitPlan.Absence
    }

    @Test(
        arguments: [
            Absence(age: 3600, readsAll: false, verdict: .gone),
            Absence(age: 59 * 86_400, readsAll: false, verdict: .gone),
            Absence(age: 61 * 86_400, readsAll: false, verdict: .outOfReach),
            Absence(age: 61 * 86_400, readsAll: true, verdict: .gone),
            Absence(age: nil, readsAll: false, verdict: .gone),
        ])
    func `what is missing is asked for again a minute later, and then it is gone or out of reach`(
        _ absence: Absence
    ) {
        let created = absence.age.map { Instants.now.addingTimeInterval(-$0) }
        let again = Revisit(why: .missing, dueAt: Instants.now + 60, attempt: 1, since: Instants.now)
        func verdict(_ now: Date, _ current: Revisit?) -> RevisitPlan.Absence {
            RevisitPlan.missing(
                createdAt: created,
                readsAllOrders: absence.readsAll,
                now: now,
                current: current
            )
        }
        #expect(verdict(Instants.now, nil) == .askAgain(again))
        #expect(verdict(Instants.now + 59, again) == .askAgain(again))
        #expect(verdict(Instants.now + 60, again) == absence.verdict)
        let other = Revisit(why: .location, dueAt: Instants.now, attempt: 3, since: Instants.placed)
        #expect(verdict(Instants.now, other) == .askAgain(again))
    }
}
