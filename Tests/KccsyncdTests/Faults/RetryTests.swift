import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Temporary failures, rejections and re-plans are counted apart, and a success ends the backoff.
@Suite(.timeLimit(.minutes(30)))
struct RetryTests {
    private static func orders(_ count: Int) -> [Order] { (1001..<1001 + count).map { .paid($0) } }

    // MARK: Isolated failures

    struct Isolated: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var fails: @Sendable (_ request: Int) -> ShopError?
        var reading = false
        var seconds: ClosedRange<TimeInterval>
    }

    static let isolated: [Isolated] = [
        Isolated(
            testDescription: "nine isolated 502s of fulfilments",
            fails: { $0 % 12 == 6 && $0 < 108 ? SendingFault.lost : nil },
            seconds: 60...130
        ),
        Isolated(
            testDescription: "nine isolated timeouts of fulfilments",
            fails: { request in
                request % 12 == 6 && request < 108
                    ? ShopError(.timedOut, .retry(after: nil), "Shopify ran out of time") : nil
            },
            seconds: 60...130
        ),
        Isolated(testDescription: "no failure", fails: { _ in nil }, seconds: 0...40),
        Isolated(
            testDescription: "nine isolated connections that are refused",
            fails: { request in
                request % 12 == 6 && request < 108
                    ? ShopError(.unreachable, .retry(after: nil), "connection refused") : nil
            },
            seconds: 60...130
        ),
        Isolated(
            testDescription: "nine failures in a row, which back off",
            fails: { (20..<29).contains($0) ? SendingFault.lost : nil },
            seconds: 500...1600
        ),
        Isolated(
            testDescription: "two isolated 502s of readings",
            fails: { $0 == 1 || $0 == 4 ? SendingFault.lost : nil },
            reading: true,
            seconds: 0...60
        ),
    ]

    @Test(arguments: isolated)
    func `F8: 120 shipments with isolated failures take the time of the failures alone`(_ row: Isolated)
        async throws
    {
        try await SendingFault.run(orders: Self.orders(120)) { (daemon, shop) async throws in
            let count = Locked(0)
            let next: @Sendable () -> ShopError? = {
                row.fails(
                    count.withLock { count in
                        defer { count += 1 }; return count
                    }
                )
            }
            // A quarter of a second for each request.
            shop.sending.onAsk { daemon.now.advance(by: 0.25) }
            if row.reading {
                shop.sending.onRead { _ in next() }
            } else {
                shop.sending.onRequest { _ in next().map { .losesAnswer($0) } }
            }
            await daemon.ship(many: (1001...1120).map { ($0, nil, "T\($0)") })
            let seconds = try await daemon.workOff()
            #expect(row.seconds.contains(seconds), "\(seconds) s")
            #expect(Set(try await daemon.jobs()) == ["done"])
            for number in 1001...1120 {
                let sent = shop.sent(.order(number))
                #expect(sent.count == 1 && sent.map { shop.mails($0.id) } == [1], "\(number)")
            }
        }
    }

    // MARK: Rejections

    struct Rejected: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// What happens to the requests, in order; what comes after them is executed.
        var troubles: [TestSending.Trouble?]
        /// Whether a rejection comes of a view that was overtaken: then the order is moved at each.
        var moves = false
        var end: SendingFault.End
    }

    private static let busy = ShopError(
        .serverError,
        .retry(after: nil),
        "Shopify's server failed (503)"
    )
    private static let words = "Invalid fulfillment order line item quantity requested."
    private static let done = SendingFault.End(sent: ["T1"], mails: 1, jobs: ["done"])

    static let rejections: [Rejected] = [
        Rejected(
            testDescription: "four 503s, then one rejection",
            troubles: Array(repeating: .fails(busy), count: 4) + [.rejects(words)],
            end: done
        ),
        Rejected(
            testDescription: "ten 503s, then four rejections",
            troubles: Array(repeating: .fails(busy), count: 10)
                + Array(repeating: .rejects(words), count: 4),
            end: done
        ),
        Rejected(
            testDescription: "rejections and 503s in turn",
            troubles: (0..<4).flatMap { _ -> [TestSending.Trouble?] in [.rejects(words), .fails(busy)] },
            end: done
        ),
        Rejected(
            testDescription: "twelve timeouts",
            troubles: Array(
                repeating: .fails(ShopError(.timedOut, .retry(after: nil), "no answer in time")),
                count: 12
            ),
            end: done
        ),
        Rejected(
            testDescription: "five rejections of the same request",
            troubles: Array(repeating: .rejects(words), count: 5),
            end: SendingFault.End(sent: [], mails: 0, jobs: ["parked: Shopify rejects it: \(words)"])
        ),
        Rejected(
            testDescription: "seven rejections, each of another request because the order was moved",
            troubles: Array(repeating: .rejects(words), count: 7),
            moves: true,
            end: done
        ),
    ]

    @Test(arguments: rejections)
    func `F9: temporary failures do not count as rejections, nor does a request that was planned again`(
        _ row: Rejected
    ) async throws {
        try await SendingFault.run { (daemon, shop) async throws in
            let left = Locked(row.troubles)
            shop.sending.onRequest { _ in
                guard let trouble = left.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { return nil }
                if row.moves { shop.move(.order(1001), to: .location(1)) }
                return trouble
            }
            await daemon.ship("T1")
            _ = try await daemon.workOff()
            #expect(try await shop.end(daemon) == row.end)
        }
    }

    // MARK: Whole requests

    struct Whole: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var error: ShopError
        /// The jobs' states after the first rounds: of the one that is rejected, and of the others.
        var job: String
        var others = "done"
    }

    private static let invalid = ShopError(
        .queryRefused,
        .fault,
        "creating a fulfilment: Shopify refused the request: Variable $fulfillment was provided invalid value"
    )

    static let wholes: [Whole] = [
        Whole(
            testDescription: "INVALID_VARIABLE for one of 21",
            error: invalid,
            job: "parked: \(invalid.message)"
        ),
        Whole(
            testDescription: "too many points for one of 21",
            error: ShopError(.tooExpensive, .fault, "the request costs more points than one may"),
            job: "parked: the request costs more points than one may"
        ),
        Whole(
            testDescription: "a failure of Shopify's own for one of 21",
            error: ShopError(.serverError, .retry(after: nil), "Shopify's server failed"),
            job: "retryable: Shopify's server failed"
        ),
        Whole(
            testDescription: "no points left for one of 21",
            error: ShopError(.throttled, .retry(after: .seconds(3600)), "points are used up"),
            job: "retryable: points are used up"
        ),
    ]

    @Test(arguments: wholes)
    func `F10: a request that is rejected as a whole parks its job and nothing else`(_ row: Whole)
        async throws
    {
        try await SendingFault.run(orders: Self.orders(21)) { (daemon, shop) async throws in
            shop.sending.onRequest { request in
                request.tracking?.numbers == ["T1011"] ? .fails(row.error) : nil
            }
            await daemon.ship(many: (1001...1021).map { ($0, nil, "T\($0)") })
            await daemon.round()
            await daemon.round()
            let jobs = try await daemon.jobs()
            #expect(jobs[10] == row.job)
            #expect(Set(jobs[..<10] + jobs[11...]) == [row.others])
            #expect(shop.sent(.order(1011)).isEmpty)
            if row.error.isRejection {
                let status = try await daemon.status()
                #expect(status.contains { $0.contains("parked") }, "\(status)")
                // The order is fixed, and the operator retries.
                shop.sending.onRequest { _ in nil }
                _ = await daemon.perform(.queue(.retry, ids: []))
                await daemon.pass(15)
                #expect(Set(try await daemon.jobs()) == ["done"])
            }
        }
    }

    // MARK: One cycle

    struct Cycle: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var error: ShopError
        /// Which of five shipments fail.
        var failing: Set<Int>
        /// What the cycle ends with.
        var status: kccsyncd.ExitStatus
        var sent: Int
    }

    static let cycles: [Cycle] = [
        Cycle(
            testDescription: "the first of five fails with a 502",
            error: SendingFault.lost,
            failing: [1001],
            status: .unavailable,
            sent: 4
        ),
        Cycle(
            testDescription: "the last of five times out",
            error: ShopError(.timedOut, .retry(after: nil), "no answer in time"),
            failing: [1005],
            status: .unavailable,
            sent: 4
        ),
        Cycle(
            testDescription: "three of five fail",
            error: SendingFault.lost,
            failing: [1001, 1003, 1004],
            status: .unavailable,
            sent: 2
        ),
        Cycle(
            testDescription: "the token is revoked at the second",
            error: ShopError(.tokenRefused, .pause, "token refused"),
            failing: [1002, 1003, 1004, 1005],
            status: .refused,
            sent: 1
        ),
        Cycle(
            testDescription: "nothing fails",
            error: SendingFault.lost,
            failing: [],
            status: .done,
            sent: 5
        ),
    ]

    @Test(arguments: cycles)
    func `F11: one cycle sends all other pushes that are due, and ends with the worst outcome`(_ row: Cycle)
        async throws
    {
        try await SendingFault.run(orders: Self.orders(5)) { (daemon, shop) async throws in
            shop.sending.onRequest { request in
                let number = request.tracking?.numbers.first.flatMap { Int($0.dropFirst()) } ?? 0
                return row.failing.contains(number) ? .fails(row.error) : nil
            }
            await daemon.ship(many: (1001...1005).map { ($0, nil, "T\($0)") })
            let codes = await daemon.holder.session.supervisor.pushes[0].runWhatIsDue()
            #expect(codes.map { kccsyncd.ExitStatus(shopErrorCode: $0) }.max() ?? .done == row.status)
            #expect((1001...1005).filter { !shop.sent(.order($0)).isEmpty }.count == row.sent)
        }
    }
}
