import Foundation
import SyncEngine
import Testing

@Suite struct ContinuationTests {
    private static let noon = Date(timeIntervalSince1970: 1_751_284_800)

    @Test(
        arguments: [
            "2025-06-30 12:00:00Z", "2025-06-30T12:00:00Z", "2025-06-30 12:00:00", "2025-06-30T12:00:00",
            "2025-06-30T12:00:00.123Z", "2025-06-30 12:00:00.1234567", "2025-06-30T13:00:00+01:00",
            "2025-06-30T12:00",
            "  2025-06-30 12:00:00Z ", "2025-06-30T07:00:00-0500",
        ])
    func `KCC's date is read however it is written`(_ header: String) {
        #expect(Continuation(header) == .date(Self.noon))
    }

    @Test(
        arguments: [
            nil, "", "   ", "yesterday", "2025-02-30 12:00:00Z", "2025-13-01", "k1", "k1.1", "k1.1.2.3",
            "k2.1.2", "k1.-1.2",
            "k1.1.99999999999999999999", "k1..2", "1719748800", "k1.1.2; DROP", "\u{0}",
            "2025-06-30 25:00:00Z",
        ])
    func `anything else is first contact, never an error`(_ header: String?) {
        #expect(Continuation(header) == .firstContact)
    }

    @Test func `a position comes back as it went out`() {
        let position = PagePosition(generation: 48_213, page: 7)
        #expect(position.description == "k1.48213.7")
        #expect(Continuation("k1.48213.7") == .page(position))
        #expect(!position.description.contains { $0 == " " || $0 == "," || !$0.isASCII })
    }

    @Test func `a day alone begins at midnight of the zone`() {
        let zone = TimeZone(identifier: "Europe/London") ?? .gmt
        #expect(ReportedTime.parse("2025-07-01", in: zone) == Self.noon.addingTimeInterval(11 * 3600))
        #expect(
            ReportedTime.parse("2025-07-01T09:30:00", in: zone) == Self.noon.addingTimeInterval(20.5 * 3600)
        )
        #expect(ReportedTime.parse("01/07/2025", in: zone) == nil)
    }
}
