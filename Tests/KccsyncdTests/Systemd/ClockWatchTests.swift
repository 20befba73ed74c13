import Foundation
import SyncEngine
import Testing

@testable import kccsyncd

@Suite struct ClockWatchTests {
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)

    /// Looks ten seconds later, while the wall clock says something else.
    private static func jump(_ seconds: TimeInterval) -> TimeInterval? {
        let steady = ContinuousClock.now
        var clock = ClockWatch(wall: start, steady: steady)
        return clock.jump(wall: start.addingTimeInterval(10 + seconds), steady: steady + .seconds(10))
    }

    @Test(arguments: [0, 1, -1, 59, -59] as [TimeInterval])
    func `what a time server corrects is no jump`(seconds: TimeInterval) {
        #expect(Self.jump(seconds) == nil)
    }

    @Test(arguments: [61, -61, 86_400, -86_400] as [TimeInterval])
    func `more is one`(seconds: TimeInterval) throws {
        #expect(abs(try #require(Self.jump(seconds)) - seconds) < 0.001)
    }

    @Test func `a jump is told once`() {
        let steady = ContinuousClock.now
        var clock = ClockWatch(wall: Self.start, steady: steady)
        let back = Self.start.addingTimeInterval(-86_400)
        #expect(clock.jump(wall: back, steady: steady) == -86_400)
        #expect(clock.jump(wall: back.addingTimeInterval(10), steady: steady + .seconds(10)) == nil)
    }

    @Test func `a machine that slept has not jumped`() {
        let steady = ContinuousClock.now
        var clock = ClockWatch(wall: Self.start, steady: steady)
        #expect(clock.jump(wall: Self.start.addingTimeInterval(7200), steady: steady + .seconds(7200)) == nil)
    }

    @Test func `the sentence says which way and how far`() {
        let back = ClockWatch.event(-86_401)
        #expect(back.kind == .clockSet && back.level == .warning)
        #expect(
            back.message
                == "the clock was set back by 24h; orders go by Shopify's times, so that none is missed or comes twice; see: timedatectl"
        )
        #expect(ClockWatch.event(3600).message.hasPrefix("the clock was set forward by 1h; "))
    }
}
