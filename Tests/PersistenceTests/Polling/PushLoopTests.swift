import Foundation
import TestSupport
import Testing

@testable import Persistence
@testable import SyncEngine

/// When pushes are tried, and what keeps them from it.
@Suite(.timeLimit(.minutes(30)))
struct PushLoopTests {
    /// A step that does what a test says, and counts how often it was asked.
    private final class Step: PushStep {
        let asked = Locked(0)
        let outcome = Locked<Result<PushProgress, ShopError>>(.success(.idle(until: nil)))

        func work(_ news: PollNews) async throws -> PushProgress {
            asked.withLock { $0 += 1 }
            return try outcome.current.get()
        }
    }

    private let bench: Bench
    private let urgent = Step()
    private let other = Step()
    private let board = PushBoard()

    init() throws { bench = try Bench() }

    private func loop() async throws -> PushLoop {
        let identity = ShopIdentity.plain()
        let record = try await bench.store.openShop(domain: "test.myshopify.com", identity: identity)
        board.publish(PollNews(shop: record, identity: identity, channels: []))
        return PushLoop(
            plan: .of(.plain("web")),
            board: board,
            steps: [urgent, other],
            ports: bench.ports,
            alarm: ManualAlarm(),
            spread: { 0.5 }
        )
    }

    private func rounds(_ loop: PushLoop) async -> (Duration, urgent: Int, other: Int) {
        let wait = await loop.round()
        return (wait, urgent.asked.current, other.asked.current)
    }

    @Test func `nothing is tried before the shop was reached`() async throws {
        let loop = PushLoop(
            plan: .of(.plain("web")),
            board: PushBoard(),
            steps: [urgent],
            ports: bench.ports,
            alarm: ManualAlarm()
        )
        #expect(await loop.round() == .seconds(60))
        #expect(urgent.asked.current == 0)
    }

    @Test func `the more urgent step is asked again after each piece of work`() async throws {
        let loop = try await loop()
        other.outcome.set(.success(.answered))
        #expect(await rounds(loop) == (.zero, 1, 1))
        urgent.outcome.set(.success(.answered))
        #expect(await rounds(loop) == (.zero, 2, 1))
    }

    @Test func `it rests until the first thing is due, and a minute at most`() async throws {
        let loop = try await loop()
        urgent.outcome.set(.success(.idle(until: Instants.now.addingTimeInterval(600))))
        #expect(await loop.round() == .seconds(60))
        other.outcome.set(.success(.idle(until: Instants.now.addingTimeInterval(7))))
        #expect(await loop.round() == .seconds(7))
    }

    @Test func `what needs a person is tried again after half an hour, or when somebody asks`() async throws {
        let loop = try await loop()
        urgent.outcome.set(
            .failure(ShopError(.scopeMissing, .pause, "a scope is missing", remedy: "grant it"))
        )
        #expect(await rounds(loop) == (.seconds(1800), 1, 0))
        #expect(
            bench.log.drain().map(\.message) == ["web: pushes wait: a scope is missing; grant it"]
        )
        bench.now.advance(by: 15)
        #expect(await rounds(loop) == (.seconds(1785), 1, 0), "polls ring, and nothing is asked in vain")
        loop.wake()
        #expect(await rounds(loop) == (.seconds(1800), 2, 0))
        #expect(bench.log.drain().isEmpty, "said once")
        bench.now.advance(by: 1800)
        urgent.outcome.set(.success(.idle(until: nil)))
        #expect(await rounds(loop) == (.seconds(60), 3, 1))
        #expect(loop.state.health.errorCode == nil)
    }

    @Test func `trouble that passes is tried with growing waits, and when the polls come through`()
        async throws
    {
        let loop = try await loop()
        urgent.outcome.set(.failure(ShopError(.unreachable, .retry(after: nil), "no answer")))
        let first = await loop.round()
        let second = await loop.round()
        #expect(second > first)
        #expect(urgent.asked.current == 2)
        urgent.outcome.set(.failure(ShopError(.throttled, .retry(after: .seconds(42)), "no points")))
        #expect(await loop.round() == .seconds(42))
    }

    @Test func `a clock that is put back does not prolong the rest`() async throws {
        let loop = try await loop()
        urgent.outcome.set(
            .failure(ShopError(.scopeMissing, .pause, "a scope is missing", remedy: "grant it"))
        )
        _ = await loop.round()
        bench.now.advance(by: -86_400)
        #expect(await rounds(loop) == (.seconds(1800), 2, 0))
    }
}
