import ArgumentParser
import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Shipments of a file that are known already, and dates of despatch that cannot be.
@Suite(.timeLimit(.minutes(30)))
struct ShipmentAgainTests {
    private static let discarded =
        "#1001: shipment was discarded and is not sent; if the goods have left again, report it with the new tracking number"
    private static let checked =
        "#1001: shipment known already and done; Shopify is asked whether it still has its fulfilment, and if not the shipment is parked; see: kccsyncd shipments list"
    private static let header = "ORDER_REF,SHIPMENT_ID,STOCK_CODE,QUANTITY,CONSIGNMENT_REF,COURIER\n"

    @Test(arguments: ["1001,S1,,,T1,", "1001,S1,,,,", "1001,S1,,,T1,UPS", "1001,S1,,,T2,"])
    func `F13: a discarded shipment with nothing new in a file is not taken`(_ row: String) async throws {
        try await ShipmentFault.run { daemon, shop, _ in
            shop.hold(ShipmentFault.order)
            _ = try await daemon.importShipments(Self.header + "1001,S1,,,T1,\n")
            #expect(await daemon.perform(.queue(.discard, ids: [1])).status == .done)
            let hasNews = row.contains("T2")
            let report = try await daemon.importShipments(Self.header + row + "\n")
            #expect(report.problems == (hasNews ? [] : ["ships.csv: line 2: \(Self.discarded)"]))
            #expect(
                report.summary
                    == "ships.csv: \(hasNews ? "1 shipment taken, 0" : "0 shipments taken, 1") refused"
            )
            let jobs = try await daemon.jobs()
            #expect((jobs == ["cancelled"]) == !hasNews)
        }
    }

    @Test(arguments: [true, false])
    func `F13: with --strict nothing is taken where a shipment was discarded`(isFirst: Bool) async throws {
        try await ShipmentFault.run { daemon, shop, _ in
            shop.hold(ShipmentFault.order)
            _ = try await daemon.importShipments(Self.header + "1001,S1,TEA,1,T1,\n")
            _ = await daemon.perform(.queue(.discard, ids: [1]))
            let rows =
                isFirst
                ? ["1001,S1,TEA,1,T1,", "1001,S2,POT,1,,"] : ["1001,S2,POT,1,,", "1001,S1,TEA,1,T1,"]
            let text = Self.header + rows.map { $0 + "\n" }.joined()
            for isDryRun in [true, false] {
                let report = try await daemon.importShipments(text, isDryRun: isDryRun, isStrict: !isDryRun)
                #expect(report.problems == ["ships.csv: line \(isFirst ? 2 : 3): \(Self.discarded)"])
            }
            #expect(try await daemon.jobs() == ["cancelled"])
            #expect(
                try await daemon.importShipments(text).summary == "ships.csv: 1 shipment taken, 1 refused"
            )
        }
    }

    @Test(arguments: [true, false])
    func `F13: a shipment of a file that is done is said to be checked`(isStrict: Bool) async throws {
        try await ShipmentFault.run { daemon, _, _ in
            let text = Self.header + "1001,S1,TEA,1,T1,\n"
            #expect(
                try await daemon.importShipments(text).lines == ["ships.csv: 1 shipment taken, 0 refused"]
            )
            await daemon.pass(30)
            #expect(
                try await daemon.importShipments(text, isStrict: isStrict).lines == [
                    "ships.csv: line 2: \(Self.checked)", "ships.csv: 1 shipment taken, 0 refused",
                ]
            )
            try await daemon.drop(text)
            let report = try String(
                contentsOfFile: daemon.folder.path("inbox/done/ships.csv.report"),
                encoding: .utf8
            )
            #expect(report.hasSuffix("ships.csv: 1 shipment taken, 0 refused\n"))
        }
    }

    // MARK: Dates

    @Test(arguments: [
        "2026-11-30T25:00:00Z", "2026-11-30T24:00:00Z", "2026-11-30T23:59:60Z", "2026-11-30T23:60:00Z",
        "2026-11-30T23:00:00+25:00", "2026-11-30T23:00:00+01:75", "2026-11-30T23:00:00",
        "2026-11-30T9:00:00Z",
        "2026-11-30T09:00:00Zx", "2026-11-+5", "2026-011-5", "-026-11-30", "2026-11-30T-1:00:00Z",
    ])
    func `F12: a time that no clock shows is rejected, by name`(_ date: String) async throws {
        #expect(DayOrInstant(date) == nil)
        try await ShipmentFault.run { daemon, _, _ in
            let report = try await daemon.importShipments(
                "ORDER_REF,CONSIGNMENT_REF,DESPATCHED_AT\n1001,T1,\(date)\n"
            )
            #expect(
                report.problems == [
                    "ships.csv: line 2: DESPATCHED_AT: expected a date such as 2026-11-24 or 2026-11-24T09:30:00Z, found \"\(date)\""
                ]
            )
            let error = #expect(throws: (any Error).self) {
                try Kccsyncd.parseAsRoot(["orders", "list", "--since=\(date)"])
            }
            #expect(error.map { Kccsyncd.message(for: $0).contains("'\(date)'") } == true)
        }
    }

    @Test(arguments: [
        ("2026-11-30T23:59:59Z", 1_796_083_199.0), ("2026-11-30T00:00:00+01:00", 1_795_993_200),
        ("2026-11-30T00:00:00.500Z", 1_795_996_800.5), ("2026-11-30t00:00:00z", 1_795_996_800),
        ("2026-11-30T00:00:00-0530", 1_796_016_600), ("2024-02-29T12:00:00Z", 1_709_208_000),
        ("1969-12-31T23:59:59Z", -1),
    ])
    func `F12: a time is read to the second`(_ text: String, _ seconds: Double) {
        #expect(DayOrInstant(text) == .instant(Date(timeIntervalSince1970: seconds)))
    }

    @Test(arguments: [
        ("2026-11-25", "25 Nov 2026 00:00 GMT"), ("2027-11-23", "23 Nov 2027 00:00 GMT"),
        ("2026-11-24T12:00:01Z", "24 Nov 2026 12:00 GMT"), ("2026-11-24", nil),
        ("2026-11-24T12:00:00Z", nil), ("9999-12-31", nil),
    ])
    func `F12: a DESPATCHED_AT more than a day ahead is rejected by its line`(
        _ date: String,
        _ shown: String?
    )
        async throws
    {
        try await ShipmentFault.run { daemon, _, _ in
            let report = try await daemon.importShipments(
                "ORDER_REF,CONSIGNMENT_REF,DESPATCHED_AT\n1001,T1,\(date)\n"
            )
            let problem = shown.map {
                "ships.csv: line 2: DESPATCHED_AT: expected a date that is not more than a day ahead, found \($0); correct it, or leave it empty where it is not known"
            }
            #expect(report.problems == (problem.map { [$0] } ?? []))
        }
    }
}
