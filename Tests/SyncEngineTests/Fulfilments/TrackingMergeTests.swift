import Foundation
import SyncEngine
import TestSupport
import Testing

/// What Shopify is sent of a fulfilment's tracking, by what is reported, what was sent, and what is there.
@Suite(.timeLimit(.minutes(30)))
struct TrackingMergeTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var wanted: Tracking
        var sent: Tracking = []
        var shown: Tracking = []
        var isOurs = true
        var isWhole = true
        var wasChanged = false
        /// Nil = nothing is sent.
        var request: Tracking?
        var isFirst = false

        init(
            _ description: String,
            _ wanted: Tracking,
            sent: Tracking = [],
            shown: Tracking = [],
            isOurs: Bool = true,
            isWhole: Bool = true,
            wasChanged: Bool = false,
            request: Tracking? = nil,
            isFirst: Bool = false
        ) {
            testDescription = description
            self.wanted = wanted
            self.sent = sent
            self.shown = shown
            self.isOurs = isOurs
            self.isWhole = isWhole
            self.wasChanged = wasChanged
            self.request = request
            self.isFirst = isFirst
        }
    }

    private static func of(_ numbers: String..., by company: String? = nil, at link: String? = nil)
        -> Tracking
    {
        Tracking(numbers: numbers, company: company, url: link)
    }

    /// With a colleague's numbers before ours.
    private static func mixed(
        _ theirs: String...,
        ours: [String],
        by company: String?,
        _ owner: Tracking.Owner,
        at link: String? = nil
    ) -> Tracking {
        Tracking(
            theirs.map { Tracking.Parcel(number: $0, link: link, owner: .colleague) }
                + ours.map { Tracking.Parcel(number: $0) },
            company: company,
            companyOwner: owner
        )
    }

    static let rows: [Row] = [
        Row("the first number", of("T1", by: "DPD"), request: of("T1", by: "DPD"), isFirst: true),
        Row("nothing to say", [], sent: [], shown: []),
        Row("all is there", of("T1", by: "DPD"), sent: of("T1", by: "DPD"), shown: of("T1", by: "DPD")),
        Row(
            "all is there, with a link that Shopify made",
            of("T1", by: "DPD"),
            sent: of("T1", by: "DPD"),
            shown: of("T1", by: "DPD", at: "https://dpd/T1")
        ),
        Row(
            "in another order",
            of("T1", "T2", by: "DPD"),
            sent: of("T1", "T2", by: "DPD"),
            shown: of("T2", "T1", by: "DPD")
        ),
        Row(
            "another number",
            of("T2", by: "DPD"),
            sent: of("T1", by: "DPD"),
            shown: of("T1", by: "DPD"),
            request: of("T2", by: "DPD")
        ),
        Row(
            "one more number, the first with a link of Shopify's",
            of("T1", "T2", by: "DPD"),
            sent: of("T1", by: "DPD"),
            shown: of("T1", by: "DPD", at: "https://dpd/T1"),
            request: of("T1", "T2", by: "DPD")
        ),
        Row(
            "another carrier",
            of("T1", by: "UPS"),
            sent: of("T1", by: "DPD"),
            shown: of("T1", by: "DPD", at: "https://dpd/T1"),
            request: of("T1", by: "UPS")
        ),
        Row(
            "another link",
            of("T1", by: "Bob", at: "https://b/2"),
            sent: of("T1", by: "Bob", at: "https://b/1"),
            shown: of("T1", by: "Bob", at: "https://b/1"),
            request: of("T1", by: "Bob", at: "https://b/2")
        ),
        Row(
            "a link is withdrawn",
            of("T1", by: "Bob"),
            sent: of("T1", by: "Bob", at: "https://b/1"),
            shown: of("T1", by: "Bob", at: "https://b/1"),
            request: of("T1", by: "Bob")
        ),
        Row(
            "a colleague has changed our carrier",
            of("T1", by: "DPD"),
            sent: of("T1", by: "DPD"),
            shown: of("T1", by: "UPS")
        ),
        Row(
            "a colleague has changed our carrier, and ours is corrected",
            of("T1", by: "Evri"),
            sent: of("T1", by: "DPD"),
            shown: of("T1", by: "UPS")
        ),
        Row(
            "a colleague has removed our carrier",
            of("T1", by: "DPD"),
            sent: of("T1", by: "DPD"),
            shown: of("T1")
        ),
        Row(
            "a colleague has removed our number",
            of("T1", by: "DPD"),
            sent: of("T1", by: "DPD"),
            shown: of(by: "DPD"),
            request: of("T1", by: "DPD")
        ),
        Row(
            "a colleague has changed our link",
            of("T1", by: "Bob", at: "https://b/1"),
            sent: of("T1", by: "Bob", at: "https://b/1"),
            shown: of("T1", by: "Bob", at: "https://b/9")
        ),
        Row(
            "a colleague's fulfilment",
            of("T1", by: "DPD"),
            shown: of("S1", by: "UPS", at: "https://ups/S1"),
            isOurs: false,
            request: mixed("S1", ours: ["T1"], by: "UPS", .colleague, at: "https://ups/S1")
        ),
        Row(
            "a colleague's fulfilment without a carrier",
            of("T1", by: "DPD"),
            shown: of("S1"),
            isOurs: false,
            request: mixed("S1", ours: ["T1"], by: "DPD", .ours)
        ),
        Row(
            "a colleague's fulfilment has our number already",
            of("T1", by: "DPD"),
            shown: of("T1", by: "UPS"),
            isOurs: false
        ),
        Row(
            "a colleague's fulfilment, and a carrier alone",
            of(by: "DPD"),
            shown: of("S1"),
            isOurs: false
        ),
        Row(
            "a colleague's fulfilment, and our number beside it is corrected",
            of("T2", by: "DPD"),
            sent: of("T1"),
            shown: of("S1", "T1", by: "UPS"),
            isOurs: false,
            request: mixed("S1", ours: ["T2"], by: "UPS", .colleague)
        ),
        Row(
            "a carrier alone is corrected",
            of(by: "UPS"),
            sent: of(by: "DPD"),
            shown: of(by: "DPD"),
            request: of(by: "UPS")
        ),
        Row(
            "recorded by an older version",
            of("T1", by: "DPD Local"),
            sent: of("T1"),
            shown: of("T1", by: "DPD UK"),
            isWhole: false
        ),
        Row(
            "recorded by an older version, and corrected since",
            of("T1", by: "UPS"),
            sent: of("T1"),
            shown: of("T1", by: "DPD UK"),
            isWhole: false,
            wasChanged: true,
            request: of("T1", by: "UPS")
        ),
        Row(
            "a colleague's, recorded by an older version, and corrected since",
            of("T1", by: "DPD"),
            shown: of("S1", by: "UPS"),
            isOurs: false,
            isWhole: false,
            wasChanged: true,
            request: mixed("S1", ours: ["T1"], by: "UPS", .colleague)
        ),
    ]

    @Test(arguments: rows)
    func `tracking is merged as a whole`(_ row: Row) {
        var sent = RecordedFulfilment(
            id: ShopifyID(kind: "Fulfillment", number: "1"),
            isOurs: row.isOurs,
            notified: true,
            tracking: row.sent
        )
        sent.isWhole = row.isWhole
        let merge = TrackingMerge(
            wanted: row.wanted,
            shown: row.shown,
            sent: sent,
            wasChanged: row.wasChanged
        )
        #expect(merge.request == row.request)
        #expect(merge.isFirstNumber == row.isFirst)
        guard let request = merge.request else { return }
        // Once it is there nothing follows.
        sent.tracking = request.ours
        sent.isWhole = true
        let again = TrackingMerge(wanted: row.wanted, shown: request, sent: sent, wasChanged: row.wasChanged)
        #expect(again.request == nil)
    }

    /// What was known, what is reported then, and what is known after it.
    static let reports: [(Tracking, Tracking, Tracking)] = [
        (of("T1", by: "DPD"), [], of("T1", by: "DPD")),
        (of("T1", by: "DPD"), of("T2"), of("T2", by: "DPD")),
        (of("T1", by: "DPD"), of(by: "UPS"), of("T1", by: "UPS")),
        (of("T1", by: "Bob", at: "https://b/1"), of("T1", by: "Bob"), of("T1", by: "Bob", at: "https://b/1")),
        (of("T1", by: "Bob", at: "https://b/1"), of("T1"), of("T1", by: "Bob", at: "https://b/1")),
        (of("T1", by: "Bob", at: "https://b/1"), of("T1", by: "UPS"), of("T1", by: "UPS")),
        (of("T1", by: "Bob", at: "https://b/1"), of("T2", by: "Bob"), of("T2", by: "Bob")),
        ([], of("T1", at: "https://b/1"), of("T1", at: "https://b/1")),
    ]

    @Test(arguments: reports)
    func `a report takes back neither numbers nor the carrier`(
        _ before: Tracking,
        _ report: Tracking,
        _ after: Tracking
    ) {
        #expect(before.updated(by: report) == after)
    }

    /// A request, what we had sent before, what Shopify shows; what counts as sent.
    static let outcomes: [(Tracking, Tracking, Tracking, Tracking?)] = [
        (of("T1", by: "DPD"), [], [], nil),
        (of("T1", by: "DPD"), [], of("T1", by: "DPD", at: "https://dpd/T1"), of("T1", by: "DPD")),
        (of("T1", by: "UPS"), of("T1", by: "DPD"), of("T1", by: "DPD"), of("T1", by: "DPD")),
        (of("T1", by: "UPS"), of("T1", by: "DPD"), of("T1", by: "UPS"), of("T1", by: "UPS")),
        (
            of("T1", at: "https://b/2"), of("T1", at: "https://b/1"), of("T1", at: "https://b/1"),
            of("T1", at: "https://b/1")
        ),
        (of("T1"), of("T1", at: "https://b/1"), of("T1", at: "https://b/1"), of("T1", at: "https://b/1")),
        (of("T1"), of("T1", at: "https://b/1"), of("T1"), of("T1")),
        (mixed("S1", ours: ["T1"], by: "UPS", .colleague), [], of("S1", "T1", by: "UPS"), of("T1")),
    ]

    @Test(arguments: outcomes)
    func `after a lost answer what Shopify shows counts as sent`(
        _ request: Tracking,
        _ before: Tracking,
        _ shown: Tracking,
        _ found: Tracking?
    ) {
        #expect(request.found(in: shown, before: before) == found)
    }

    static let stored: [(String, Tracking)] = [
        (#"["T1","T2"]"#, of("T1", "T2")),
        (#"{"numbers":["T1"],"company":"Bob","url":"https://b/1"}"#, of("T1", by: "Bob", at: "https://b/1")),
        (#"{"numbers":["T1","T2"],"company":"Bob","url":"https://b/1"}"#, of("T1", "T2", by: "Bob")),
        (#"{"numbers":[]}"#, []),
    ]

    @Test(arguments: stored)
    func `what older versions stored is read`(_ text: String, _ tracking: Tracking) throws {
        #expect(try JSONDecoder().decode(Tracking.self, from: Data(text.utf8)) == tracking)
        let stored = try JSONEncoder().encode(tracking)
        #expect(try JSONDecoder().decode(Tracking.self, from: stored) == tracking)
    }
}
