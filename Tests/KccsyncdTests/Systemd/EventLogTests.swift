import CDispatch
import Foundation
import Glibc
import SyncEngine
import Testing

@testable import kccsyncd

@Suite struct EventLogTests {
    /// Keeps what it is told.
    struct Notebook: EventLog {
        let events = Locked<[Event]>([])

        func record(_ event: Event) {
            events.withLock { $0.append(event) }
        }

        var messages: [String] { events.current.map(\.message) }
    }

    /// A clock that stands still until it is moved.
    final class StoppedClock: Clock {
        let elapsed = Locked(Duration.zero)
        let start = ContinuousClock().now

        var now: ContinuousClock.Instant { start.advanced(by: elapsed.current) }
        var minimumResolution: Duration { .nanoseconds(1) }

        func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {}

        func move(by duration: Duration) {
            elapsed.withLock { $0 += duration }
        }
    }

    // MARK: - Journal

    @Test func `an event becomes the journal's fields`() {
        let event = Event(
            .warning,
            "outlet: paused: token refused (401); next try in 30 min",
            kind: .shopPaused,
            fields: [.shop: "outlet.myshopify.com", .channel: "outlet", .duration: "84"]
        )
        #expect(
            JournalEntry(event).fields == [
                "MESSAGE=outlet: paused: token refused (401); next try in 30 min",
                "PRIORITY=4",
                "SYSLOG_IDENTIFIER=kccsyncd",
                "MESSAGE_ID=\(EventKind.shopPaused.messageID)",
                "KCC_CHANNEL=outlet",
                "KCC_SHOP=outlet.myshopify.com",
                "KCC_DURATION_MS=84",
            ]
        )
        #expect(
            JournalEntry(Event(.info, "hello")).fields == [
                "MESSAGE=hello", "PRIORITY=6", "SYSLOG_IDENTIFIER=kccsyncd",
            ]
        )
    }

    @Test func `no value can make a second line or colour a terminal`() {
        let event = Event(.error, "a\nPRIORITY=0\r\u{1b}[31m", fields: [.reason: "b\u{2028}c\0d"])
        #expect(
            JournalEntry(event).fields == [
                "MESSAGE=a<U+000A>PRIORITY=0<U+000D><U+001B>[31m", "PRIORITY=3", "SYSLOG_IDENTIFIER=kccsyncd",
                "KCC_REASON=b<U+2028>c<U+0000>d",
            ]
        )
    }

    @Test func `every kind of event has a message id of its own`() {
        let ids = EventKind.allCases.map(\.messageID)
        #expect(Set(ids).count == ids.count)
        for id in ids { #expect(id.wholeMatch(of: #/[0-9a-f]{32}/#) != nil) }
        // Released, and therefore fixed.
        #expect(EventKind.shopPaused.messageID == "216ed2b1a740400d813eecc2132e12fe")
    }

    @Test func `a daemon that does not run is told from one that runs by old settings`() {
        let problem = ConfigurationProblem("channels", expected: "at least one channel", found: "none")
        let event = RunCommand.refusal(ConfigurationError(file: "/x", problems: [problem]))
        #expect(event.kind == .startRefused)
        #expect(event.message == "/x: 1 problem: channels: expected at least one channel, found none")
        #expect(EventKind.startRefused.messageID != EventKind.configurationRefused.messageID)
    }

    @Test func `the journal is told from a file by its device and inode`() throws {
        var pipes: [CInt] = [0, 0]
        try #require(pipe(&pipes) == 0)
        defer { pipes.forEach { _ = close($0) } }
        var status = stat()
        try #require(fstat(pipes[1], &status) == 0)
        func isConnected(_ stream: String?) -> Bool {
            JournalStream.isConnected(
                environment: stream.map { ["JOURNAL_STREAM": $0] } ?? [:],
                descriptor: pipes[1]
            )
        }
        #expect(isConnected("\(status.st_dev):\(status.st_ino)"))
        #expect(!isConnected("\(status.st_dev):\(status.st_ino + 1)"))
        #expect(!isConnected("\(status.st_dev + 1):\(status.st_ino)"))
        for nonsense in [nil, "", ":", "1", "a:b", "\(status.st_dev):\(status.st_ino):1"] {
            #expect(!isConnected(nonsense))
        }
    }

    // MARK: - Standard error

    @Test(arguments: [
        (
            Event(.warning, "web: line without SKU", fields: [.order: "#1042", .channel: "web"]),
            "2026-11-23T10:00:00Z warning web: line without SKU (KCC_ORDER=#1042)"
        ),
        (Event(.info, "ready: 2 channels", kind: .ready), "2026-11-23T10:00:00Z info ready: 2 channels"),
        (
            Event(.error, "stopped\nhard", fields: [.channel: "web", .reason: "x\ny"]),
            "2026-11-23T10:00:00Z error stopped<U+000A>hard (KCC_CHANNEL=web, KCC_REASON=x<U+000A>y)"
        ),
    ])
    func `an event is one line of text`(event: Event, line: String) throws {
        let time = try Date("2026-11-23T10:00:00Z", strategy: .iso8601)
        let lines = Locked<[String]>([])
        let log = StandardErrorLog(now: { time }, write: { line in lines.withLock { $0.append(line) } })
        log.record(event)
        #expect(lines.current == [line + "\n"])
    }

    @Test func `what is below the minimum is not said`() {
        let lines = Locked<[String]>([])
        let log = StandardErrorLog(minimum: .notice, write: { line in lines.withLock { $0.append(line) } })
        for level in LogLevel.allCases { log.record(Event(level, level.name)) }
        #expect(lines.current.count == 3)
    }

    // MARK: - Repeats

    private static func paused(_ shop: String = "a", reason: String? = nil) -> Event {
        Event(.warning, "\(shop): paused", kind: .shopPaused, fields: [.shop: shop, .reason: reason ?? "x"])
    }

    @Test func `trouble that goes on is said at powers of ten`() {
        let notebook = Notebook()
        let log = RateLimitedLog(notebook, clock: StoppedClock())
        for _ in 1...1000 { log.record(Self.paused()) }
        #expect(
            notebook.messages == [
                "a: paused", "a: paused (time 10)", "a: paused (time 100)", "a: paused (time 1000)",
            ]
        )
        #expect(notebook.events.current.map { $0.fields[.count] } == [nil, "10", "100", "1000"])
    }

    @Test func `trouble that goes on is said every hour`() {
        let notebook = Notebook()
        let clock = StoppedClock()
        let log = RateLimitedLog(notebook, clock: clock)
        for _ in 1...5 {
            log.record(Self.paused())
            clock.move(by: .seconds(1800))
        }
        #expect(notebook.messages == ["a: paused", "a: paused (time 3)", "a: paused (time 5)"])
    }

    @Test func `another shop or reason is another trouble, and a recovery ends one`() {
        let notebook = Notebook()
        let log = RateLimitedLog(notebook, clock: StoppedClock())
        for _ in 1...2 {
            log.record(Self.paused())
            log.record(Self.paused("b"))
            log.record(Self.paused(reason: "y"))
        }
        #expect(notebook.messages == ["a: paused", "b: paused", "a: paused"])
        log.record(Event(.notice, "a: back", kind: .shopRecovered, fields: [.shop: "a"]))
        log.record(Self.paused())
        log.record(Self.paused("b"))
        #expect(notebook.messages.suffix(2) == ["a: back", "a: paused"])
    }

    @Test func `single failures are all said, a flood is not`() {
        let notebook = Notebook()
        let log = RateLimitedLog(notebook, clock: StoppedClock())
        for order in 1...20_000 {
            log.record(Event(.warning, "#\(order) failed", kind: .orderFailed, fields: [.shop: "a"]))
        }
        #expect(notebook.messages.count == 50 + 3)
        #expect(notebook.messages.last == "#10000 failed (time 10000)")
        #expect(notebook.messages[49] == "#50 failed")
    }

    @Test func `good news and debugging are never held back`() {
        let notebook = Notebook()
        let log = RateLimitedLog(notebook, clock: StoppedClock())
        for _ in 1...3 {
            log.record(Event(.info, "imported", kind: .ordersImported, fields: [.shop: "a"]))
            log.record(Event(.warning, "odd"))
        }
        #expect(notebook.messages.count == 6)
    }
}
