import Foundation
import Testing

@testable import ShopifyAPI

struct HTTPTimeTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0.0), ("2026-11-23T10:00:00Z", 1_795_428_000),
        ("2000-02-29T23:59:59Z", 951_868_799),
        ("2026-11-23T10:00:00+01:00", 1_795_424_400), ("2026-11-23T10:00:00-05:30", 1_795_447_800),
        ("2026-11-23T10:00:00.25Z", 1_795_428_000.25), ("1969-12-31T23:59:59Z", -1),
    ])
    func `Shopify's times are read`(text: String, seconds: Double) {
        #expect(HTTPTime.instant(text)?.timeIntervalSince1970 == seconds)
    }

    @Test(arguments: [
        "", "2026-11-23", "2026-11-23T10:00:00", "2026-11-23 10:00:00Z", "2026-13-01T00:00:00Z",
        "2026-11-23T24:00:00Z", "2026-11-23T10:00:00.Z", "2026-11-23T10:00:00Zx", "2026-11-23T10:00:00+0100",
        "２026-11-23T10:00:00Z", "-026-11-23T10:00:00Z", "2026-11-23T10:00:00.1234567890Z",
    ])
    func `what is no time is refused`(text: String) {
        #expect(HTTPTime.instant(text) == nil)
    }

    @Test func `days of four centuries is written and read back`() {
        for day in stride(from: -80_000, through: 80_000, by: 7) {
            let date = Date(timeIntervalSince1970: Double(day * 86_400 + 3_661))
            #expect(HTTPTime.instant(HTTPTime.text(date)) == date)
        }
    }

    @Test func `fractions are rounded down, or up on request`() {
        let date = Date(timeIntervalSince1970: 1_795_428_000.4)
        #expect(HTTPTime.text(date) == "2026-11-23T10:00:00Z")
        #expect(HTTPTime.text(date, roundedUp: true) == "2026-11-23T10:00:01Z")
    }

    @Test func `header dates are read, and other forms refused`() {
        #expect(HTTPTime.date("Mon, 23 Nov 2026 10:00:00 GMT")?.timeIntervalSince1970 == 1_795_428_000)
        for text in [
            "", "Mon, 23 Nov 2026 10:00:00", "Mon, 99 Nov 2026 10:00:00 GMT",
            "Monday, 23-Nov-26 10:00:00 GMT",
        ] {
            #expect(HTTPTime.date(text) == nil)
        }
    }
}
