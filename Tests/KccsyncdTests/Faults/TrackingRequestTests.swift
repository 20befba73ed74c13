import ArgumentParser
import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import ShopifyAPI
@testable import kccsyncd

/// What Shopify is sent of numbers, carriers and links.
@Suite(.timeLimit(.minutes(30)))
struct TrackingRequestTests {
    /// Options of `shipments add`, and the tracking of the request.
    struct Row: Sendable, CustomTestStringConvertible {
        var options: [String]
        var json: String
        var testDescription: String { options.joined(separator: " ") }

        init(_ options: String..., json: String) {
            self.options = options
            self.json = json
        }

        static let all = [
            Row(
                "--tracking",
                "T1",
                "--tracking",
                "T2",
                "--carrier",
                "Bob",
                "--url",
                "https://bob.example/track",
                json:
                    #"{"company":"Bob","numbers":["T1","T2"],"urls":["https://bob.example/track","https://bob.example/track"]}"#
            ),
            Row(
                "--tracking",
                "TR-1",
                "--tracking",
                "TR-2",
                "--carrier",
                "Bob",
                "--url",
                "https://bob.example/?n=TR-1",
                json:
                    #"{"company":"Bob","numbers":["TR-1","TR-2"],"urls":["https://bob.example/?n=TR-1","https://bob.example/?n=TR-2"]}"#
            ),
            Row(
                "--tracking",
                "T1;T2",
                "--carrier",
                "Bob",
                "--url",
                "https://bob.example/1",
                "--url",
                "https://bob.example/2",
                json:
                    #"{"company":"Bob","numbers":["T1","T2"],"urls":["https://bob.example/1","https://bob.example/2"]}"#
            ),
            Row(
                "--tracking",
                "T1",
                "--carrier",
                "Bob",
                "--url",
                "https://bob.example/track",
                json: #"{"company":"Bob","number":"T1","url":"https://bob.example/track"}"#
            ),
            Row(
                "--tracking",
                "T1",
                "--tracking",
                "T2",
                "--carrier",
                "dpd",
                json: #"{"company":"DPD","numbers":["T1","T2"]}"#
            ),
            Row("--tracking", "T1", "--carrier", "Evri", json: #"{"company":"Evri","number":"T1"}"#),
            Row(
                "--tracking",
                "T1",
                "--url",
                "https://bob.example/track",
                json: #"{"number":"T1","url":"https://bob.example/track"}"#
            ),
            Row("--carrier", "Evri", json: #"{"company":"Evri"}"#),
        ]
    }

    @Test(arguments: Row.all)
    func `F6: numbers go out with a link each, as one or as lists, never both`(_ row: Row) async throws {
        try await ShipmentFault.run { daemon, shop, _ in
            #expect(try await daemon.shipments(["1001"] + row.options).status == .done)
            await daemon.round()
            let request = try #require(shop.trackingRequests.first)
            #expect(try Self.json(request) == row.json)
        }
    }

    @Test func `F6: lines of a file have a link each, and one of the shipment's is for all its numbers`()
        async throws
    {
        try await ShipmentFault.run { daemon, shop, _ in
            let report = try await daemon.importShipments(
                """
                ORDER_REF,CONSIGNMENT_REF,COURIER,TRACKING_URL
                1001,T1,Bob,https://bob.example/1
                1001,T2,,https://bob.example/2
                1001,T3,,

                """
            )
            #expect(report.refused == 0)
            await daemon.round()
            let request = try #require(shop.trackingRequests.first)
            #expect(
                try Self.json(request)
                    == #"{"company":"Bob","numbers":["T1","T2","T3"],"urls":["https://bob.example/1","https://bob.example/2","https://bob.example/1"]}"#
            )
        }
    }

    @Test func `F6: links go to the numbers that have one`() throws {
        let tracking = Tracking(
            [
                Tracking.Parcel(number: "T1"),
                Tracking.Parcel(number: "STAFF1", link: "https://ups.example/1"),
            ],
            company: "UPS"
        )
        #expect(
            try Self.json(tracking)
                == #"{"company":"UPS","numbers":["STAFF1","T1"],"urls":["https://ups.example/1"]}"#
        )
    }

    private static func json(_ tracking: Tracking) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(WireTracking(tracking)), as: UTF8.self)
    }

    // MARK: What is rejected

    @Test(arguments: [
        (
            ["--tracking", ""],
            "--tracking: expected a tracking number, found \"\"; leave it out where there is none yet"
        ),
        (
            [
                "--tracking", " ; ",
            ], "--tracking: expected a tracking number, found \" ; \"; leave it out where there is none yet"
        ),
        (["--carrier", " ", "--tracking", "T1"], "--carrier: expected a carrier's name, found \" \""),
        (["--id", "", "--tracking", "T1"], "--id: expected an id, found \"\""),
        (["--url", "https://bob.example/1"], "--url: a link needs a number; add --tracking"),
        (
            ["--tracking", "T1", "--url", "bob.example/T1"],
            "--url: expected a link such as https://example.com/track/JD1, found \"bob.example/T1\""
        ),
        (
            ["--tracking", "T1;T2;T3", "--url", "https://bob.example/1", "--url", "https://bob.example/2"],
            "--url: expected one, or one for each of 3 numbers, found 2"
        ),
    ])
    func `F12: an empty number, carrier or id, and a link that is none, are rejected`(
        _ options: [String],
        _ error: String
    ) async throws {
        try await ShipmentFault.run { daemon, shop, _ in
            let reply = try await daemon.shipments(["1001"] + options)
            #expect(reply.status == .usage)
            #expect(reply.errors == [error])
            await daemon.round()
            #expect(shop.sent(ShipmentFault.order).isEmpty)
        }
    }

    // MARK: What numbers are

    /// A field of numbers, whichever way it comes.
    struct Field: Sendable, CustomTestStringConvertible {
        var way: ShipmentFault.Way
        var text: String
        var numbers: [String]
        var testDescription: String { "\(way.rawValue): \(text.debugDescription)" }

        static let all = [
            Field(way: .command, text: "JD1;JD2", numbers: ["JD1", "JD2"]),
            Field(way: .command, text: " JD1 ,\nJD2;JD1 ", numbers: ["JD1", "JD2"]),
            Field(way: .command, text: " RM 123 456 789 GB ", numbers: ["RM 123 456 789 GB"]),
            Field(way: .file, text: "JD1;JD2", numbers: ["JD1", "JD2"]),
            Field(way: .file, text: " JD1 , JD2 ;; JD1", numbers: ["JD1", "JD2"]),
            Field(way: .inbox, text: "JD1;JD2", numbers: ["JD1", "JD2"]),
            Field(way: .kcc, text: "JD1;JD2", numbers: ["JD1", "JD2"]),
            Field(way: .kcc, text: "JD1\r\nJD2, JD1", numbers: ["JD1", "JD2"]),
        ]
    }

    @Test(arguments: Field.all)
    func `F12: several numbers in one field are several numbers`(_ field: Field) async throws {
        try await ShipmentFault.run { daemon, shop, kcc in
            try await field.way.report(field.text, nil, daemon, kcc)
            await daemon.round()
            let numbers = try shop.fulfilment().tracking.numbers
            #expect(numbers == field.numbers)
        }
    }

    // MARK: Carriers

    @Test(arguments: [
        ("DPD Local", "DPD Local"), ("DHL", "DHL"), ("Hermes", "Hermes"), ("dpd-local", "DPD Local"),
        ("ROYAL MAIL", "Royal Mail"), ("R+L CARRIERS", "R+L Carriers"),
        ("Lietuvos Pastas", "Lietuvos Paštas"),
        ("エコ配", "エコ配"), ("Deutsche Post (de)", "Deutsche Post (DE)"), ("RM24", "Royal Mail"), ("Bob", "Bob"),
        ("Yodel", "Tuffnells"), ("GLS", "GLS Italy"),
    ])
    func `F12: names of Shopify's own list are sent as they are, and the configuration wins`(
        _ carrier: String,
        _ company: String
    ) async throws {
        let text = ConfigurationText.text(more: "[carriers]\nYodel = \"Tuffnells\"\ngls = \"GLS Italy\"")
        try await ShipmentFault.run(text) { daemon, shop, _ in
            let reply = try await daemon.shipments(["1001", "--tracking", "T1", "--carrier", carrier])
            #expect(reply.status == .done)
            await daemon.round()
            let sent = try shop.fulfilment().tracking.company
            #expect(sent == company)
        }
    }

    @Test func `F12: every name of Shopify's list is itself`() {
        #expect(ShopifyCarriers.names.count > 150)
        for name in ShopifyCarriers.names { #expect(Carriers().company(name) == name) }
    }

    // MARK: Dates

    @Test(arguments: [
        "2026-02-30", "2026-02-30T10:00:00Z", "2026-13-01", "2026-04-31T00:00:00+01:00", "30.11.2026",
    ])
    func `F12: a date that does not exist is rejected, by name`(_ date: String) async throws {
        try await ShipmentFault.run { daemon, shop, _ in
            let report = try await daemon.importShipments(
                "ORDER_REF,CONSIGNMENT_REF,DESPATCHED_AT\n1001,T1,\(date)\n"
            )
            #expect(
                report.problems == [
                    "ships.csv: line 2: DESPATCHED_AT: expected a date such as 2026-11-24 or 2026-11-24T09:30:00Z, found \"\(date)\""
                ]
            )
            await daemon.round()
            #expect(shop.sent(ShipmentFault.order).isEmpty)
            for arguments in [
                ["orders", "list", "--since", date], ["stock", "set", "web", "TEA", "1", "--as-of", date],
            ] {
                let error = #expect(throws: (any Error).self) { try Kccsyncd.parseAsRoot(arguments) }
                #expect(error.map { Kccsyncd.message(for: $0).contains("'\(date)'") } == true)
            }
        }
    }
}
