import Foundation
import GRDB
import SyncEngine
import TestSupport
import Testing

@testable import Persistence

@Suite struct PushQueueTests {
    private static let start = Date(timeIntervalSince1970: 1_795_428_000)

    /// A queue of one shop with jobs told by shipments of these orders.
    private struct Stage {
        let database: OrderDatabase
        let store: SQLiteOrderStore
        let queue: SQLitePushQueue
        let shop: Int64

        init() throws {
            database = try OrderDatabase.inMemory()
            store = SQLiteOrderStore(database)
            queue = SQLitePushQueue(store)
            shop = 1
            try database.writer.write { db in
                try db.execute(
                    sql:
                        "INSERT INTO shop (id, gid, domain, name, time_zone, currency) VALUES (1, 'g', 'd', 'n', 'UTC', 'GBP')"
                )
            }
        }

        /// Adds a job as a shipment would; stock jobs need none.
        func add(lane: String, at: Date = PushQueueTests.start) async throws -> Int64 {
            try await database.writer.write { db in
                try db.execute(
                    sql: """
                        INSERT INTO push_job (shop_id, channel, kind, lane, subject, next_at_ms, created_at_ms)
                        VALUES (1, 'web', 'stock', ?, 'x', ?, ?)
                        """,
                    arguments: [lane, at.milliseconds, at.milliseconds]
                )
                return db.lastInsertedRowID
            }
        }

        func claim(_ now: Date = PushQueueTests.start) async throws -> PushJob? {
            try await queue.claim(.stock, shop: shop, resting: [], now: now)
        }

        func job(_ id: Int64) async throws -> PushJob? {
            try await queue.list(finished: true).first { $0.id == id }
        }
    }

    @Test func `jobs of one lane go one after another, oldest first, and lanes side by side`() async throws {
        let stage = try Stage()
        let first = try await stage.add(lane: "a")
        let second = try await stage.add(lane: "a")
        let other = try await stage.add(lane: "b")
        let one = try #require(try await stage.claim())
        let two = try #require(try await stage.claim())
        #expect([one.id, two.id] == [first, other])
        #expect(try await stage.claim() == nil)
        try await stage.queue.finish(one, now: Self.start)
        #expect(try await stage.claim()?.id == second)
    }

    @Test func `what stands behind a waiting job of its lane is not due before that is`() async throws {
        let stage = try Stage()
        _ = try await stage.add(lane: "a")
        _ = try await stage.add(lane: "a")
        let first = try #require(try await stage.claim())
        let later = Self.start.addingTimeInterval(900)
        try await stage.queue.snooze(first, until: later, error: "on hold", remedy: nil, countsAttempt: false)
        #expect(try await stage.queue.nextDue(.stock, shop: 1, resting: []) == later)
        let lanes = try await stage.queue.upcoming(.stock, shop: 1, resting: [], now: Self.start, limit: 9)
        #expect(lanes.isEmpty)
        #expect(
            try await stage.queue.upcoming(.stock, shop: 1, resting: [], now: later, limit: 9) == ["a"]
        )
        _ = try await stage.add(lane: "b")
        #expect(try await stage.queue.nextDue(.stock, shop: 1, resting: []) == Self.start)
    }

    @Test func `a parked job holds up nobody, and a waiting one holds its lane`() async throws {
        let stage = try Stage()
        _ = try await stage.add(lane: "a")
        let second = try await stage.add(lane: "a")
        let one = try #require(try await stage.claim())
        try await stage.queue.snooze(
            one,
            until: Self.start.addingTimeInterval(60),
            error: "later",
            remedy: nil,
            countsAttempt: true
        )
        #expect(try await stage.claim() == nil)
        let again = try #require(try await stage.claim(Self.start.addingTimeInterval(60)))
        #expect((again.id, again.attempt, again.lastError) == (one.id, 2, "later"))
        try await stage.queue.park(
            again,
            error: "refused",
            remedy: "fix it",
            isDoubtful: false,
            now: Self.start
        )
        #expect(try await stage.claim()?.id == second)
    }

    @Test func `whoever lost a job to a rescue can neither finish, park, put off nor intend it`() async throws
    {
        let stage = try Stage()
        let id = try await stage.add(lane: "a")
        let lost = try #require(try await stage.claim())
        #expect(try await stage.queue.rescue(shop: 1, now: Self.start) == 1)
        let holder = try #require(try await stage.claim())
        try await stage.queue.finish(lost, now: Self.start)
        try await stage.queue.park(lost, error: "x", remedy: "y", isDoubtful: false, now: Self.start)
        #expect(try await stage.queue.intend(lost, intent: "{}") == false)
        #expect(try await stage.job(id)?.state == .running)
        #expect(try await stage.queue.intend(holder, intent: "{}"))
        try await stage.queue.snooze(holder, until: Self.start, error: nil, remedy: nil, countsAttempt: false)
        let after = try #require(try await stage.job(id))
        #expect((after.state, after.intent, after.attempt) == (.retryable, "{}", 1))
    }

    @Test func `a channel whose fulfilments are off keeps its jobs`() async throws {
        let stage = try Stage()
        _ = try await stage.add(lane: "a")
        #expect(try await stage.queue.claim(.stock, shop: 1, resting: ["web"], now: Self.start) == nil)
        #expect(
            try await stage.queue.claim(.stock, shop: 1, resting: ["other", "web"], now: Self.start) == nil
        )
    }

    @Test func `operators retry and discard what waits or is parked, and are told what cannot be`()
        async throws
    {
        let stage = try Stage()
        let id = try await stage.add(lane: "a")
        let job = try #require(try await stage.claim())
        let running = await #expect(throws: StoreError.self) {
            try await stage.queue.discard([id], now: Self.start)
        }
        #expect(running?.message == "job \(id) is running and cannot be discarded")
        try await stage.queue.park(job, error: "x", remedy: "y", isDoubtful: false, now: Self.start)
        #expect(try await stage.queue.retry([id], now: Self.start) == 1)
        #expect(try await stage.queue.discard([id], now: Self.start) == 1)
        let gone = await #expect(throws: StoreError.self) {
            try await stage.queue.retry([99], now: Self.start)
        }
        #expect(gone?.message == "job 99: there is none")
        #expect(try await stage.queue.prune(before: Self.start.addingTimeInterval(1)) == 1)
        #expect(try await stage.job(id) == nil)
    }

    /// What a job may be, as plain code has it.
    private struct Model {
        var lane: String
        var state = PushJob.State.available
        var attempt = 0
        var nextAt: Date
    }

    @Test(arguments: 0..<40)
    func `random sequences leave every job as a plain model has it`(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed + 1))
        let stage = try Stage()
        var model: [Int64: Model] = [:]
        var held: [PushJob] = []
        var now = Self.start
        for _ in 0..<120 {
            now.addTimeInterval(Double(Int.random(in: 0...20, using: &random)))
            switch Int.random(in: 0..<9, using: &random) {
            case 0, 1:
                let lane = ["a", "b", "c"].randomElement(using: &random) ?? "a"
                model[try await stage.add(lane: lane, at: now)] = Model(lane: lane, nextAt: now)
            case 2, 3, 4:
                let due = model.filter { id, job in
                    (job.state == .available || job.state == .retryable) && job.nextAt <= now
                        && !model.contains { other, older in
                            other < id && older.lane == job.lane
                                && [.available, .running, .retryable].contains(older.state)
                        }
                }
                let expected = due.min { ($0.value.nextAt, $0.key) < ($1.value.nextAt, $1.key) }?.key
                let job = try await stage.claim(now)
                #expect(job?.id == expected)
                guard let job else { continue }
                model[job.id]?.state = .running
                model[job.id]?.attempt += 1
                held.append(job)
            case 5:
                guard let job = held.popLast() else { continue }
                try await stage.queue.finish(job, now: now)
                if isHeld(model, job) { model[job.id]?.state = .done }
            case 6:
                guard let job = held.randomElement(using: &random) else { continue }
                let counts = Bool.random(using: &random)
                let until = now.addingTimeInterval(15)
                try await stage.queue.snooze(
                    job,
                    until: until,
                    error: nil,
                    remedy: nil,
                    countsAttempt: counts
                )
                guard isHeld(model, job) else { continue }
                held.removeAll { $0.id == job.id && $0.attempt == job.attempt }
                model[job.id]?.state = .retryable
                model[job.id]?.nextAt = until
                if !counts { model[job.id]?.attempt -= 1 }
            case 7:
                guard let job = held.randomElement(using: &random) else { continue }
                try await stage.queue.park(job, error: "x", remedy: "y", isDoubtful: false, now: now)
                if isHeld(model, job) { model[job.id]?.state = .parked }
            default:
                // The process ended: what it held is an orphan, and its old handles are worthless.
                _ = try await stage.queue.rescue(shop: 1, now: now)
                for (id, job) in model where job.state == .running {
                    model[id]?.state = .retryable
                    model[id]?.nextAt = now
                }
                held = []
            }
        }
        for (id, expected) in model {
            let job = try #require(try await stage.job(id))
            #expect((job.state, job.attempt) == (expected.state, expected.attempt))
        }
    }

    private func isHeld(_ model: [Int64: Model], _ job: PushJob) -> Bool {
        model[job.id]?.state == .running && model[job.id]?.attempt == job.attempt
    }
}
