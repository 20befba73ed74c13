import Foundation
import SyncEngine
import TestSupport
import Testing

@Suite struct LinkPulseTests {
    private let pulse = LinkPulse()
    private let frequency = Duration.seconds(300)
    private let start = Instants.now

    private func call(at seconds: TimeInterval) {
        pulse.called("web", at: start + seconds, frequency: frequency)
    }

    private func steady(at seconds: TimeInterval) -> Date? {
        pulse.steadySince("web", at: start + seconds, frequency: frequency)
    }

    @Test func `steady from the first call on, while gaps are at most two intervals`() {
        #expect(steady(at: 0) == nil)
        for seconds in [0.0, 300, 900, 1500] { call(at: seconds) }
        #expect(steady(at: 1500) == start)
        #expect(steady(at: 2100) == start)
    }

    @Test func `silence ends it, and the next call begins anew`() {
        call(at: 0)
        #expect(steady(at: 601) == nil)
        call(at: 601)
        #expect(steady(at: 601) == start + 601)
    }

    @Test func `a clock set back begins anew`() {
        call(at: 10_000)
        call(at: 0)
        #expect(steady(at: 1) == start)
        #expect(steady(at: -700) == nil)
    }

    @Test func `channels beat for themselves`() {
        call(at: 0)
        #expect(pulse.steadySince("outlet", at: start, frequency: frequency) == nil)
    }
}
