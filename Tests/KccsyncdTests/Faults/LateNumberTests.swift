import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// A fulfilment causes at most two mails: one when it is made, and one for its first number if it was made without.
@Suite(.timeLimit(.minutes(30)))
struct LateNumberTests {
    /// Who makes the fulfilment, and what happens in between.
    enum Course: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case kcc = "KCC reports it without a number"
        case command = "a command reports it without a number"
        case colleague = "staff make it without a number"
        case colleagueWithNumber = "staff make it with a number"
        case restarts = "the daemon starts again after each report"
        case repeats = "each report comes twice"
        case silent = "the channel sends no mails"

        var testDescription: String { rawValue }
        /// The link of these tests does not outlive the daemon.
        var way: ShipmentFault.Way { self == .command || self == .restarts ? .command : .kcc }
        /// Mails after the fulfilment, and after its first number.
        var mails: (Int, Int) {
            switch self {
            case .colleague: (0, 1)
            case .silent, .colleagueWithNumber: (0, 0)
            default: (1, 2)
            }
        }
    }

    @Test(arguments: Course.allCases)
    func `F7: the first number of a fulfilment without one is mailed once, a corrected one never`(
        _ course: Course
    ) async throws {
        let text = ConfigurationText.text(course == .silent ? "send_shipping_notification = false" : "")
        try await ShipmentFault.run(text) { daemon, shop, kcc in
            if course == .colleague { shop.fulfilByHand(ShipmentFault.order) }
            if course == .colleagueWithNumber { shop.fulfilByHand(ShipmentFault.order, ["STAFF1"]) }
            func report(_ number: String) async throws {
                for _ in 0..<(course == .repeats ? 2 : 1) {
                    try await course.way.report(number, "DPD", daemon, kcc)
                }
                if course == .restarts { try await daemon.restart() }
                await daemon.pass(60)
            }
            try await report("")
            #expect(shop.mailCount == course.mails.0)
            try await report("T1")
            #expect(shop.mailCount == course.mails.1)
            try await report("T2")
            #expect(shop.mailCount == course.mails.1)
            let numbers = try shop.fulfilment().tracking.numbers
            #expect(numbers == (course == .colleagueWithNumber ? ["STAFF1", "T2"] : ["T2"]))
        }
    }

    /// What is sent late, and what `status` says of mails then.
    struct Lateness: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var settings = ""
        /// Days between the report and the time when Shopify takes it.
        var days: Double
        /// Whether the number alone is late: the fulfilment was made at once.
        var isNumber = false
        var status: String?
        var mails = 0
    }

    private static func unmailed(_ count: String) -> String {
        "web: \(count) of the last 7 days went without a mail to the customer: more than 3 days had passed since the despatch"
    }

    static let latenesses = [
        Lateness(testDescription: "a despatch of 4 days ago", days: 4, status: unmailed("1 fulfilment")),
        Lateness(testDescription: "a despatch of 2 days ago", days: 2, mails: 1),
        Lateness(
            testDescription: "of 4 days ago, and mails are off",
            settings: "send_shipping_notification = false",
            days: 4
        ),
        Lateness(
            testDescription: "a first number that waited 4 days",
            days: 4,
            isNumber: true,
            status: unmailed("1 fulfilment"),
            mails: 1
        ),
        Lateness(testDescription: "a first number that waited 2 days", days: 2, isNumber: true, mails: 2),
    ]

    @Test(arguments: latenesses)
    func `F7: what is sent too late for a mail is counted by status for a week`(_ example: Lateness)
        async throws
    {
        try await ShipmentFault.run(ConfigurationText.text(example.settings)) { daemon, shop, kcc in
            if example.isNumber {
                try await Course.command.way.report("", nil, daemon, kcc)
                await daemon.pass(60)
            }
            let trouble = ShopError(.serverError, .retry(after: nil), "Shopify's server failed (502)")
            shop.sending.onRead { _ in trouble }
            try await Course.command.way.report("T1", "DPD", daemon, kcc)
            await daemon.pass(15)
            daemon.now.advance(by: example.days * ShipmentFault.day)
            shop.sending.onRead { _ in nil }
            await daemon.pass(900)
            #expect(shop.mailCount == example.mails)
            let said = try await daemon.answer(.status).filter { $0.contains("without a mail") }
            #expect(said == [example.status].compactMap(\.self))
            let json = try #require(
                try JSONSerialization.jsonObject(
                    with: Data(try await daemon.answer(.status, json: true).joined().utf8)
                ) as? [String: Any]
            )
            let channel = (json["channels"] as? [[String: Any]])?.first
            #expect(channel?["unmailed"] as? Int == (example.status == nil ? 0 : 1))
            daemon.now.advance(by: 8 * ShipmentFault.day)
            #expect(try await !daemon.answer(.status).contains { $0.contains("without a mail") })
        }
    }

    /// The number that came later was mailed: nobody went without a mail.
    @Test(arguments: [false, true])
    func `F7: a late despatch without a number counts no more once its number was mailed`(_ isLost: Bool)
        async throws
    {
        try await SendingFault.run { (daemon, shop) async throws in
            let despatched = daemon.now.current
            daemon.now.advance(by: 5 * ShipmentFault.day)
            func ship(_ tracking: String...) async {
                var told = ToldShipment(order: "1001", reference: "S1")
                told.tracking = Tracking(numbers: tracking)
                told.despatchedAt = .instant(despatched)
                let reply = await daemon.perform(.shipments([told]))
                #expect(reply.errors.isEmpty)
            }
            func unmailed() async throws -> [String] {
                try await daemon.status().filter { $0.contains("without a mail") }
            }
            await ship()
            await daemon.pass(30)
            let late = try await unmailed()
            #expect(late == [Self.unmailed("1 fulfilment")])
            if isLost { shop.lose(.after) }
            await ship("T1")
            await daemon.pass(isLost ? 180 : 30)
            let end = try await shop.end(daemon)
            #expect(end.mails == 1 && end.sent == ["T1"], "\(end)")
            let mailed = try await unmailed()
            #expect(mailed.isEmpty)
        }
    }

    /// How the answer to the update of the number is lost.
    struct Outage: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var losses: [TestShop.Loss]
        var restarts = false
    }

    @Test(arguments: [
        Outage(testDescription: "after it was done", losses: [.after]),
        Outage(testDescription: "before it was done", losses: [.before]),
        Outage(
            testDescription: "before it was done, twice, and after it was",
            losses: [.before, .before, .after]
        ),
        Outage(testDescription: "after it was done, and the daemon ends", losses: [.after], restarts: true),
    ])
    func `F7: the answer to the first number is lost, and there is still one mail about it`(
        _ outage: Outage
    ) async throws {
        try await ShipmentFault.run { daemon, shop, kcc in
            try await ShipmentFault.Way.command.report("", "DPD", daemon, kcc)
            await daemon.pass(60)
            for loss in outage.losses { shop.lose(loss) }
            try await ShipmentFault.Way.command.report("T1", "DPD", daemon, kcc)
            await daemon.round()
            if outage.restarts { try await daemon.restart() }
            await daemon.pass(600)
            #expect(shop.mailCount == 2)
            #expect(try shop.fulfilment().tracking.numbers == ["T1"])
            try await ShipmentFault.Way.command.report("T2", "DPD", daemon, kcc)
            await daemon.pass(60)
            #expect(shop.mailCount == 2)
            #expect(try shop.fulfilment().tracking.numbers == ["T2"])
        }
    }

    @Test(arguments: [(0.0, 1), (2.9, 1), (3.1, 0), (30.0, 0)])
    func `F7: a number that could not be sent for three days goes without a mail`(
        _ days: Double,
        _ mails: Int
    )
        async throws
    {
        try await ShipmentFault.run { daemon, shop, kcc in
            try await ShipmentFault.Way.command.report("", "DPD", daemon, kcc)
            await daemon.pass(60)
            // Long after the despatch: the arrival of the number counts.
            daemon.now.advance(by: 10 * ShipmentFault.day)
            shop.lose(.before)
            try await ShipmentFault.Way.command.report("T1", "DPD", daemon, kcc)
            await daemon.round()
            #expect(shop.mailCount == 1)
            daemon.now.advance(by: days * ShipmentFault.day)
            await daemon.pass(600)
            #expect(shop.mailCount == 1 + mails)
            #expect(try shop.fulfilment().tracking.numbers == ["T1"])
        }
    }

    // MARK: Dates of despatch

    /// KCC's `ShipmentDate`, and whether the customer is mailed.
    ///
    /// The order was placed on 20 October, and it is 23 November.
    private static let dates: [(String?, Bool)] = [
        ("0001-01-01T00:00:00", true), (nil, true), ("", true), ("1753-01-01T00:00:00", true),
        ("1899-12-30", true), ("1900-01-01T00:00:00Z", true), ("1970-01-01T00:00:00", true),
        ("9999-12-31T23:59:59", true), ("2026-02-30T10:00:00", true), ("0001-01-01T00:00:00+02:00", true),
        ("2026-11-01T10:00:00", false), ("2026-10-20", false), ("2026-10-19", false), ("2001-05-05", true),
        ("1999-12-31", true), ("2026-10-17", true), ("1999-12-31T23:00:00-05:00", true),
    ]

    /// A channel that takes the order, and when that was placed.
    private static let early = ConfigurationText.text("start_date = 2026-10-01")
    private static let placed = Date(timeIntervalSince1970: 1_792_486_800)

    @Test(arguments: dates)
    func `F7: an empty or absurd ShipmentDate is no date`(_ date: String?, _ isMailed: Bool) async throws {
        try await ShipmentFault.run(Self.early, placed: Self.placed) { daemon, shop, kcc in
            let package = ShipmentFault.package("T1", at: date)
            try await kcc.status(of: "1001", "Complete", shipments: ShipmentFault.report([package]))
            await daemon.round()
            let numbers = try shop.fulfilment().tracking.numbers
            #expect(numbers == ["T1"])
            #expect(shop.mailCount == (isMailed ? 1 : 0))
        }
    }

    @Test(arguments: [
        ("0001-01-01", 1), ("1900-01-01", 1), ("1753-01-01", 1), ("1899-12-30", 1), ("1970-01-01", 1),
        ("9999-12-31T23:59:59Z", 1), ("2026-11-01", 0), ("2026-10-20", 0), ("2026-10-19", 0),
        ("2026-11-22", 1),
    ])
    func `F7: an empty or absurd DESPATCHED_AT is no date`(_ date: String, _ mails: Int) async throws {
        try await ShipmentFault.run(Self.early, placed: Self.placed) { daemon, shop, _ in
            let report = try await daemon.importShipments(
                "ORDER_REF,CONSIGNMENT_REF,DESPATCHED_AT\n1001,T1,\(date)\n"
            )
            #expect(report.refused == 0)
            await daemon.round()
            #expect(shop.mailCount == mails)
        }
    }

    @Test(arguments: [
        ("1999-12-31", "31 Dec 1999 00:00 GMT"), ("2000-01-01", "1 Jan 2000 00:00 GMT"),
        ("2025-10-20", "20 Oct 2025 00:00 BST"), ("2026-10-17", "17 Oct 2026 00:00 BST"),
        ("1999-06-01T10:00:00Z", "1 Jun 1999 11:00 BST"),
    ])
    func `F12: a DESPATCHED_AT before the order was placed is rejected by its line`(
        _ date: String,
        _ shown: String
    ) async throws {
        try await ShipmentFault.run(Self.early, placed: Self.placed) { daemon, shop, _ in
            for isDryRun in [true, false] {
                let report = try await daemon.importShipments(
                    "ORDER_REF,CONSIGNMENT_REF,DESPATCHED_AT\n1001,T1,\(date)\n",
                    isDryRun: isDryRun
                )
                #expect(
                    report.problems == [
                        "ships.csv: line 2: DESPATCHED_AT: expected a date from the day on which order #1001 was placed, 20 Oct 2026 10:00 BST, found \(shown); correct it, or leave it empty where it is not known"
                    ]
                )
            }
            #expect(try await daemon.jobs().isEmpty)
        }
    }

    @Test(arguments: [("0001-01-01T00:00:00", false), ("2026-11-22T10:00:00", true)])
    func `F7: an archived shipment has left if its date is a real one`(_ date: String, _ hasLeft: Bool)
        async throws
    {
        try await ShipmentFault.run { daemon, shop, kcc in
            let package = ShipmentFault.package(nil, at: date)
            try await kcc.status(
                of: "1001",
                "Shipping",
                shipments: ShipmentFault.report([package], status: "Archived")
            )
            await daemon.round()
            #expect(shop.sent(ShipmentFault.order).isEmpty != hasLeft)
        }
    }
}
