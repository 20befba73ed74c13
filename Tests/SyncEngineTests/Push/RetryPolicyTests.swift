import SyncEngine
import TestSupport
import Testing

@Suite struct RetryPolicyTests {
    private static let busy = ShopError(.serverError, .retry(after: nil), "503")
    private static let throttled = ShopError(.throttled, .retry(after: .seconds(7)), "no points")

    @Test func `temporary failures wait longer each time, and never park`() {
        var attempts = PushAttempts()
        let waits = (0..<20).map { _ in attempts.record(.failed(Self.busy), spread: 0.5) }
        let expected: [RetryPolicy.Action] = [5, 10, 20, 40].map { .retry(after: .seconds($0)) }
        #expect(Array(waits.prefix(4)) == expected)
        #expect(waits.last == .retry(after: .seconds(300)))
        #expect(attempts.failures == 20)
        #expect(attempts.record(.succeeded, spread: 0.5) == .goOn)
        #expect(attempts == PushAttempts())
    }

    @Test func `throttling waits as long as Shopify says, and counts as nothing`() {
        var attempts = PushAttempts()
        #expect(attempts.record(.failed(Self.throttled), spread: 0) == .retry(after: .seconds(7)))
        #expect(attempts == PushAttempts())
    }

    @Test func `a request that is rejected as a whole parks at once`() {
        var attempts = PushAttempts()
        #expect(attempts.record(.rejectedAsWhole, spread: 0) == .park)
    }

    @Test func `requests that differ are re-plans, and end after twenty`() {
        var attempts = PushAttempts()
        var actions: [RetryPolicy.Action] = []
        repeat {
            actions.append(attempts.record(.rejected(digest: "\(actions.count)"), spread: 0.5))
        } while actions.last != .park
        #expect(actions.count == 21)
        #expect(attempts.replans == 20)
    }

    @Test(arguments: 0..<50)
    func `random sequences are counted as a plain model counts them`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed + 1))
        var attempts = PushAttempts()
        var failures = 0
        // Rejections since the last success, by request.
        var rejected: [String] = []
        for _ in 0..<60 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4:
                failures += 1
                let action = attempts.record(.failed(Self.busy), spread: 0.5)
                guard case .retry(let wait) = action else { return #expect(Bool(false), "\(action)") }
                #expect(wait == min(.seconds(5) * (1 << min(failures - 1, 16)), .seconds(300)))
            case 4:
                #expect(attempts.record(.failed(Self.throttled), spread: 0.5) == .retry(after: .seconds(7)))
            case 5:
                _ = attempts.record(.succeeded, spread: 0.5)
                (failures, rejected) = (0, [])
            default:
                rejected.append(["a", "b"].randomElement(using: &random) ?? "a")
                let action = attempts.record(.rejected(digest: rejected.last ?? ""), spread: 0.5)
                let same = rejected.reversed().prefix { $0 == rejected.last }.count
                let replans = zip(rejected, rejected.dropFirst()).filter { $0 != $1 }.count
                #expect((action == .park) == (same >= 5 || replans >= 20))
                #expect((attempts.rejections, attempts.replans) == (same, replans))
            }
            #expect(attempts.failures == failures)
        }
    }
}
