import SyncEngine
import Testing

@testable import ShopifyAPI

@Suite(.timeLimit(.minutes(30)))
struct CostBucketTests {
    private let clock = ManualClock()

    private func cost(_ points: Int, available: Double) -> QueryCost {
        QueryCost(
            requestedQueryCost: points,
            actualQueryCost: points,
            throttleStatus: ThrottleStatus(
                maximumAvailable: 1000,
                currentlyAvailable: available,
                restoreRate: 50
            )
        )
    }

    @Test func `a request sleeps until its points are back, and the learnt cost is used`() async throws {
        let bucket = CostBucket(clock: clock)
        let first = try #require(await bucket.reserve("A", estimate: 5, importance: .polling))
        bucket.settle(first, cost(200, available: 100))
        var sleeps = clock.sleeps.makeAsyncIterator()
        let task = Task { await bucket.reserve("A", estimate: 5, importance: .polling) != nil }
        // 100 of 200 are missing, at 50 a second.
        #expect(await sleeps.next() == .seconds(2))
        clock.advance(by: .seconds(2))
        #expect(await task.value)
        #expect(bucket.budget.available == 0)
    }

    @Test func `a cancelled wait ends at once and lets the next go`() async throws {
        let bucket = CostBucket(clock: clock)
        let first = try #require(await bucket.reserve("A", estimate: 5, importance: .polling))
        bucket.settle(first, cost(5, available: 10))
        var sleeps = clock.sleeps.makeAsyncIterator()
        let large = Task { await bucket.reserve("B", estimate: 500, importance: .operatorAsked) != nil }
        _ = await sleeps.next()
        let small = Task { await bucket.reserve("A", estimate: 5, importance: .polling) != nil }
        large.cancel()
        #expect(await large.value == false)
        #expect(await small.value)
    }

    @Test func `cancelling before the wait begins is not lost`() async throws {
        let bucket = CostBucket(clock: clock)
        let first = try #require(await bucket.reserve("A", estimate: 5, importance: .polling))
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            for await _ in gate {}
            return await bucket.reserve("A", estimate: 5, importance: .polling) != nil
        }
        task.cancel()
        open.finish()
        #expect(await task.value == false)
        bucket.settle(first, cost(5, available: 10))
        #expect(await bucket.reserve("A", estimate: 5, importance: .polling) != nil)
    }

    @Test func `a hundred at once behind an unknown bucket all get through`() async throws {
        let bucket = CostBucket(clock: ContinuousClock())
        let done = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    guard let ticket = await bucket.reserve("A", estimate: 5, importance: .polling) else {
                        return false
                    }
                    bucket.settle(
                        ticket,
                        QueryCost(
                            requestedQueryCost: 5,
                            actualQueryCost: 5,
                            throttleStatus: ThrottleStatus(
                                maximumAvailable: 1000,
                                currentlyAvailable: 900,
                                restoreRate: 1000
                            )
                        )
                    )
                    return true
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(done == 100)
        #expect(bucket.budget.requests == 100)
    }
}
