import SyncEngine
import Testing

@testable import ShopifyAPI

struct BucketStateTests {
    private func cost(
        _ requested: Int,
        _ actual: Int?,
        available: Double,
        maximum: Double = 2000,
        rate: Double = 100
    ) -> QueryCost {
        QueryCost(
            requestedQueryCost: requested,
            actualQueryCost: actual,
            throttleStatus: ThrottleStatus(
                maximumAvailable: maximum,
                currentlyAvailable: available,
                restoreRate: rate
            )
        )
    }

    @Test func `the first request probes, and the others wait for its answer`() {
        var bucket = BucketState()
        let first = bucket.enqueue(points: 100, importance: .polling)
        let second = bucket.enqueue(points: 100, importance: .polling)
        #expect(bucket.advance(to: .zero) == .init(granted: [first]))
        #expect(bucket.advance(to: .seconds(9)) == .init())
        bucket.settle(first, cost(100, 60, available: 1940), document: "A", at: .seconds(10))
        #expect(bucket.advance(to: .seconds(10)) == .init(granted: [second]))
        #expect(bucket.learnt == ["A": 100])
    }

    @Test func `a probe without an answer makes the next request the probe`() {
        var bucket = BucketState()
        let first = bucket.enqueue(points: 100, importance: .polling)
        let second = bucket.enqueue(points: 100, importance: .polling)
        _ = bucket.advance(to: .zero)
        bucket.settle(first, nil, document: "A", at: .seconds(1))
        #expect(bucket.advance(to: .seconds(1)).granted == [second])
    }

    @Test func `more important requests go first, equal ones in order`() {
        var bucket = BucketState()
        let probe = bucket.enqueue(points: 1, importance: .polling)
        _ = bucket.advance(to: .zero)
        let background = bucket.enqueue(points: 1, importance: .background)
        let early = bucket.enqueue(points: 1, importance: .polling)
        let asked = bucket.enqueue(points: 1, importance: .operatorAsked)
        let late = bucket.enqueue(points: 1, importance: .polling)
        let backfill = bucket.enqueue(points: 1, importance: .backfill)
        bucket.settle(probe, cost(1, 1, available: 50), document: "A", at: .zero)
        #expect(bucket.advance(to: .zero).granted == [asked, early, late, backfill, background])
    }

    @Test func `a request waits exactly until its points are back`() {
        var bucket = BucketState()
        let probe = bucket.enqueue(points: 1, importance: .polling)
        _ = bucket.advance(to: .zero)
        bucket.settle(probe, cost(1, 1, available: 20), document: "A", at: .zero)
        let next = bucket.enqueue(points: 100, importance: .polling)
        #expect(bucket.advance(to: .zero) == .init(lookAgainAfter: .milliseconds(800)))
        #expect(bucket.advance(to: .milliseconds(799)).granted.isEmpty)
        #expect(bucket.advance(to: .milliseconds(800)).granted == [next])
    }

    @Test func `a small request does not overtake a large one of the same importance`() {
        var bucket = BucketState()
        let probe = bucket.enqueue(points: 1, importance: .polling)
        _ = bucket.advance(to: .zero)
        bucket.settle(probe, cost(1, 1, available: 20), document: "A", at: .zero)
        let large = bucket.enqueue(points: 1000, importance: .polling)
        let small = bucket.enqueue(points: 1, importance: .polling)
        #expect(bucket.advance(to: .seconds(9)).granted.isEmpty)
        #expect(bucket.withdraw(large) == true)
        #expect(bucket.advance(to: .seconds(9)).granted == [small])
        #expect(bucket.withdraw(small) == false)
    }

    @Test func `a request larger than the bucket goes when that is full`() {
        var bucket = BucketState()
        let probe = bucket.enqueue(points: 1, importance: .polling)
        _ = bucket.advance(to: .zero)
        bucket.settle(probe, cost(1, 1, available: 900, maximum: 1000), document: "A", at: .zero)
        let giant = bucket.enqueue(points: 5000, importance: .polling)
        #expect(bucket.advance(to: .zero) == .init(lookAgainAfter: .seconds(1)))
        #expect(bucket.advance(to: .seconds(1)).granted == [giant])
    }

    @Test func `the budget counts requests and points`() {
        var bucket = BucketState()
        #expect(bucket.budget(at: .zero).capacity == 0)
        let ticket = bucket.enqueue(points: 100, importance: .polling)
        _ = bucket.advance(to: .zero)
        bucket.settle(ticket, cost(100, 60, available: 1000), document: "A", at: .seconds(1))
        #expect(
            bucket.budget(at: .seconds(3))
                == ShopBudget(available: 1200, capacity: 2000, restoreRate: 100, spent: 60, requests: 1)
        )
        #expect(bucket.budget(at: .seconds(300)).available == 2000)
    }

    @Test func `someone else's use of the bucket is noticed`() {
        var bucket = BucketState()
        for _ in 0..<2 {
            let ticket = bucket.enqueue(points: 10, importance: .polling)
            _ = bucket.advance(to: .zero)
            bucket.settle(ticket, cost(10, 10, available: 1000), document: "A", at: .zero)
        }
        let ticket = bucket.enqueue(points: 10, importance: .polling)
        _ = bucket.advance(to: .zero)
        bucket.settle(ticket, cost(10, 10, available: 3), document: "A", at: .zero)
        #expect(bucket.budget(at: .zero).available == 3)
    }

    @Test(arguments: 0..<60)
    func `ten minutes of random requests never overdraw the bucket`(seed: Int) {
        var simulation = BucketSimulation(seed: UInt64(seed))
        simulation.run(until: 600)
        #expect(simulation.throttled == 0)
        #expect(simulation.finished > 50)
        // Not by standing still: a bucket that is always asked for more gives most of what it restores.
        #expect(simulation.idleWhileWaiting < 0.35 * simulation.waited + 60)
    }
}

/// Shopify's bucket and a crowd of requests, in made-up time.
private struct BucketSimulation {
    private struct Flight {
        var ticket: UInt64
        var requested: Double
        var actual: Double
        var reaches: Double
        var ends: Double
        var answers: Double
        var status: QueryCost?
        var reached = false
        var charged = false
    }

    private var random: SeededRandom
    private var bucket = BucketState()
    private let capacity: Double
    private let rate: Double
    private var serverLevel: Double
    private var serverTime = 0.0
    private var flights: [Flight] = []
    private var requestedByTicket: [UInt64: Double] = [:]
    private(set) var throttled = 0
    private(set) var finished = 0
    private(set) var waited = 0.0
    private(set) var idleWhileWaiting = 0.0

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        let plan = [(1000.0, 50.0), (2000, 100), (4000, 200), (20_000, 1000)][Int(seed % 4)]
        (capacity, rate) = plan
        serverLevel = plan.0
    }

    mutating func run(until end: Double) {
        var time = 0.0
        let step = 0.02
        while time < end {
            time += step
            serve(time)
            deliver(time)
            if random.chance(0.08), requestedByTicket.count < 30 {
                let points = random.chance(0.7) ? random.int(1...120) : random.int(120...900)
                let ticket = bucket.enqueue(
                    points: points,
                    importance: Importance(rawValue: random.int(0...3)) ?? .polling
                )
                requestedByTicket[ticket] = Double(points)
            }
            if random.chance(0.004), let ticket = requestedByTicket.keys.min(), bucket.withdraw(ticket) {
                requestedByTicket[ticket] = nil
            }
            for ticket in bucket.advance(to: .milliseconds(Int(time * 1000))).granted {
                send(ticket, at: time)
            }
            if !requestedByTicket.isEmpty {
                waited += step
                if flights.isEmpty, serverLevel > 0.9 * capacity { idleWhileWaiting += step }
            }
        }
    }

    private mutating func send(_ ticket: UInt64, at time: Double) {
        guard let requested = requestedByTicket.removeValue(forKey: ticket) else { return }
        let reaches = time + random.real(0.01...0.2)
        let ends = reaches + random.real(0.02...4)
        flights.append(
            Flight(
                ticket: ticket,
                requested: requested,
                actual: (requested * random.real(0.1...1)).rounded(),
                reaches: reaches,
                ends: ends,
                answers: ends + random.real(0.01...1.5)
            )
        )
    }

    /// Shopify's side: takes the requested cost first, gives the difference back at the end.
    private mutating func serve(_ time: Double) {
        serverLevel = min(capacity, serverLevel + (time - serverTime) * rate)
        serverTime = time
        for index in flights.indices {
            if !flights[index].reached, flights[index].reaches <= time {
                flights[index].reached = true
                flights[index].charged = serverLevel >= flights[index].requested
                if flights[index].charged { serverLevel -= flights[index].requested } else { throttled += 1 }
            }
            if flights[index].reached, flights[index].status == nil, flights[index].ends <= time {
                let flight = flights[index]
                if flight.charged {
                    serverLevel = min(capacity, serverLevel + flight.requested - flight.actual)
                }
                flights[index].status = QueryCost(
                    requestedQueryCost: Int(flight.requested),
                    actualQueryCost: flight.charged ? Int(flight.actual) : nil,
                    throttleStatus: ThrottleStatus(
                        maximumAvailable: capacity,
                        currentlyAvailable: serverLevel.rounded(.down),
                        restoreRate: rate
                    )
                )
            }
        }
    }

    private mutating func deliver(_ time: Double) {
        for flight in flights where flight.answers <= time && flight.status != nil {
            // Now and then an answer is lost on its way.
            let cost = random.chance(0.05) ? nil : flight.status
            bucket.settle(flight.ticket, cost, document: "A", at: .milliseconds(Int(time * 1000)))
            finished += 1
        }
        flights.removeAll { $0.answers <= time && $0.status != nil }
    }
}

/// Random numbers that a seed repeats: a linear congruential generator with its high bits mixed.
private struct SeededRandom {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1 }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state ^ (state >> 29)) >> 11
    }

    mutating func real(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + Double(next()) / Double(1 << 53) * (range.upperBound - range.lowerBound)
    }

    mutating func int(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.count))
    }

    mutating func chance(_ probability: Double) -> Bool { real(0...1) < probability }
}
