import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// A corrected carrier or link reaches Shopify like a corrected number: once, and without a mail.
@Suite(.timeLimit(.minutes(30)))
struct TrackingCorrectionTests {
    /// What is corrected, and how it is reported.
    struct Correction: Sendable, CustomTestStringConvertible {
        var way: ShipmentFault.Way
        var from: (carrier: String?, link: String?)
        var to: (carrier: String?, link: String?)
        /// What Shopify shows in the end.
        var company: String
        var link: String

        var testDescription: String { "\(way.rawValue): \(from) becomes \(to)" }

        static let old = "https://bob.example/old/T1"
        static let new = "https://bob.example/new/T1"

        private init(
            _ way: ShipmentFault.Way,
            _ from: (carrier: String?, link: String?),
            _ to: (carrier: String?, link: String?),
            shows company: String,
            _ link: String
        ) {
            self.way = way
            self.from = from
            self.to = to
            self.company = company
            self.link = link
        }

        static let all = [
            Correction(.command, ("DPD", nil), ("UPS", nil), shows: "UPS", ups),
            Correction(.command, ("Bob's Bikes", old), ("Bob's Bikes", new), shows: "Bob's Bikes", new),
            Correction(
                .command,
                ("Bob's Bikes", old),
                ("Evri", nil),
                shows: "Evri",
                "https://evri.example/T1"
            ),
            Correction(.kcc, ("DPD", nil), ("UPS", nil), shows: "UPS", ups),
            Correction(
                .kcc,
                (nil, nil),
                ("RM24", nil),
                shows: "Royal Mail",
                "https://royal mail.example/T1"
            ),
            Correction(.file, ("DPD", nil), ("UPS", nil), shows: "UPS", ups),
            Correction(.file, ("Bob's Bikes", old), ("Bob's Bikes", new), shows: "Bob's Bikes", new),
            Correction(.inbox, ("Bob's Bikes", old), ("Tom's Trikes", new), shows: "Tom's Trikes", new),
        ]

        private static let ups = "https://ups.example/T1"
    }

    @Test(arguments: Correction.all)
    func `F4: the same number with a corrected carrier or link is sent, without a mail`(
        _ correction: Correction
    ) async throws {
        try await ShipmentFault.run { daemon, shop, kcc in
            let way = correction.way
            try await way.report("T1", correction.from.carrier, link: correction.from.link, daemon, kcc)
            await daemon.pass(60)
            #expect(shop.mailCount == 1)
            try await way.report("T1", correction.to.carrier, link: correction.to.link, daemon, kcc)
            await daemon.pass(60)
            let shown = try shop.fulfilment().tracking
            let expected = Tracking(numbers: ["T1"], company: correction.company, url: correction.link)
            #expect(shown == expected)
            #expect(shop.mailCount == 1)
            #expect(shop.trackingRequests.count == 2)
            // Nothing more follows from the same words, or from nothing.
            try await way.report("T1", correction.to.carrier, link: correction.to.link, daemon, kcc)
            try await way.report("T1", nil, daemon, kcc)
            try await daemon.restart()
            await daemon.pass(60)
            #expect(shop.trackingRequests.count == 2)
            #expect(try await daemon.rows("SELECT state FROM push_job WHERE kind = 'fulfilment'") == ["done"])
        }
    }

    @Test(arguments: [TestShop.Loss.before, .after])
    func `F4: a correction whose answer is lost is there once it was sent again`(_ loss: TestShop.Loss)
        async throws
    {
        try await ShipmentFault.run { daemon, shop, kcc in
            try await ShipmentFault.Way.command.report("T1", "DPD", daemon, kcc)
            await daemon.pass(60)
            shop.lose(loss)
            try await ShipmentFault.Way.command.report("T1", "UPS", daemon, kcc)
            await daemon.pass(300)
            let shown = try shop.fulfilment().tracking
            #expect(shown.company == "UPS")
            #expect(shop.mailCount == 1)
            #expect(shop.trackingRequests.count == (loss == .before ? 3 : 2))
        }
    }

    /// What becomes of a shipment that an older version sent, and of which it recorded the numbers alone.
    enum Later: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case nothing = "nothing more is reported"
        case retried = "its job runs again"
        case repeated = "it is reported again"
        case mapped = "it is reported again, and its carrier has another name in Shopify now"
        case corrected = "its carrier is corrected"
        case renumbered = "its number is corrected"

        var testDescription: String { rawValue }
    }

    @Test(arguments: Later.allCases)
    func `F4: of what an older version sent nothing is sent again, and a correction is`(_ later: Later)
        async throws
    {
        try await ShipmentFault.run { daemon, shop, kcc in
            let carrier = later == .mapped ? "DPD Local" : "DPD"
            try await ShipmentFault.Way.command.report("T1", carrier, daemon, kcc)
            await daemon.pass(60)
            try await daemon.execute(
                """
                UPDATE shipment_fulfilment SET tracking = '["T1"]';
                UPDATE shipment SET numbers_at_ms = NULL;
                """
            )
            // What the older version called it.
            if later == .mapped {
                shop.editTracking(of: ShipmentFault.order, Tracking(numbers: ["T1"], company: "DPD UK"))
            }
            try await daemon.restart()
            switch later {
            case .nothing: break
            case .retried:
                try await daemon.execute(
                    "UPDATE push_job SET state = 'retryable', finished_at_ms = NULL, next_at_ms = 0"
                )
            case .repeated, .mapped: try await ShipmentFault.Way.command.report("T1", carrier, daemon, kcc)
            case .corrected: try await ShipmentFault.Way.command.report("T1", "UPS", daemon, kcc)
            case .renumbered: try await ShipmentFault.Way.command.report("T2", "UPS", daemon, kcc)
            }
            await daemon.pass(60)
            let isSent = later == .corrected || later == .renumbered
            #expect(shop.trackingRequests.count == (isSent ? 2 : 1))
            #expect(shop.mailCount == 1)
            let shown = try shop.fulfilment().tracking
            #expect(shown.company == (isSent ? "UPS" : later == .mapped ? "DPD UK" : "DPD"))
            #expect(shown.numbers == (later == .renumbered ? ["T2"] : ["T1"]))
        }
    }

    // MARK: A colleague's entries

    /// What staff entered on the fulfilment that they made, and what is reported of it then.
    struct Entry: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var theirs: Tracking
        var ours: (number: String, carrier: String?, link: String?)
        var expected: Tracking
    }

    private static let staff = "https://ups.example/staff?n=STAFF1"
    private static func theirs(_ number: String, _ link: String? = staff) -> Tracking.Parcel {
        Tracking.Parcel(number: number, link: link)
    }

    private static let entries = [
        Entry(
            testDescription: "UPS, STAFF1 and a link; T1",
            theirs: Tracking([theirs("STAFF1")], company: "UPS"),
            ours: ("T1", nil, nil),
            expected: Tracking([theirs("STAFF1"), theirs("T1", "https://ups.example/T1")], company: "UPS")
        ),
        Entry(
            testDescription: "UPS, STAFF1 and a link; T1 with another carrier",
            theirs: Tracking([theirs("STAFF1")], company: "UPS"),
            ours: ("T1", "RM24", nil),
            expected: Tracking([theirs("STAFF1"), theirs("T1", "https://ups.example/T1")], company: "UPS")
        ),
        Entry(
            testDescription: "UPS, STAFF1 and a link; T1 with a link of its own",
            theirs: Tracking([theirs("STAFF1")], company: "UPS"),
            ours: ("T1", "Bob's Bikes", "https://bob.example/T1"),
            expected: Tracking([theirs("STAFF1"), theirs("T1", "https://bob.example/T1")], company: "UPS")
        ),
        Entry(
            testDescription: "two numbers with links of an unknown carrier; T1",
            theirs: Tracking([theirs("STAFF1"), theirs("STAFF2", staff + "2")], company: "Aunt Ann"),
            ours: ("T1", "DPD", nil),
            expected: Tracking(
                [theirs("STAFF1"), theirs("STAFF2", staff + "2"), theirs("T1", nil)],
                company: "Aunt Ann"
            )
        ),
        Entry(
            testDescription: "STAFF1 and a link without a carrier; T1 with one",
            theirs: Tracking([theirs("STAFF1")]),
            ours: ("T1", "DPD", nil),
            expected: Tracking([theirs("STAFF1"), theirs("T1", "https://dpd.example/T1")], company: "DPD")
        ),
        Entry(
            testDescription: "T1 itself, with UPS and a link",
            theirs: Tracking([theirs("T1")], company: "UPS"),
            ours: ("T1", "DPD", "https://bob.example/T1"),
            expected: Tracking([theirs("T1")], company: "UPS")
        ),
    ]

    @Test(arguments: entries)
    func `F5: what staff entered on a fulfilment stays when our number is added`(_ entry: Entry) async throws
    {
        try await ShipmentFault.run { daemon, shop, kcc in
            shop.fulfilByHand(ShipmentFault.order, entry.theirs)
            let way = ShipmentFault.Way.command
            try await way.report(entry.ours.number, entry.ours.carrier, link: entry.ours.link, daemon, kcc)
            await daemon.pass(60)
            let shown = try shop.fulfilment().tracking
            #expect(shown == entry.expected)
            #expect(shop.mailCount == 0)
            #expect(try await daemon.rows("SELECT state FROM push_job WHERE kind = 'fulfilment'") == ["done"])
            // Our number is corrected: theirs stays, and so does the company.
            try await way.report("T9", entry.ours.carrier, daemon, kcc)
            await daemon.pass(60)
            let corrected = try shop.fulfilment().tracking
            #expect(Set(corrected.numbers) == Set(entry.theirs.numbers + ["T9"]))
            #expect(corrected.company == entry.expected.company)
            for parcel in entry.theirs.parcels { #expect(corrected[parcel.number]?.link == parcel.link) }
            #expect(shop.mailCount == 0)
        }
    }

    @Test(arguments: [true, false])
    func `F5: what staff changed on our own fulfilment stays until another report changes it`(_ isTold: Bool)
        async throws
    {
        try await ShipmentFault.run { daemon, shop, kcc in
            let way = ShipmentFault.Way.kcc
            try await way.report("T1", "DPD", daemon, kcc)
            await daemon.pass(60)
            shop.editTracking(
                of: ShipmentFault.order,
                Tracking([Self.theirs("T1"), Self.theirs("STAFF1")], company: "UPS")
            )
            try await way.report("T2", isTold ? "Evri" : "DPD", daemon, kcc)
            await daemon.pass(60)
            let shown = try shop.fulfilment().tracking
            #expect(shown.company == "UPS")
            #expect(shown.numbers == ["STAFF1", "T2"])
            #expect(shown["STAFF1"]?.link == Self.staff)
        }
    }
}
