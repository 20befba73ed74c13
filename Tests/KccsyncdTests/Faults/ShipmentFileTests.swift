import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Lines of one shipment in a file that contradict each other.
@Suite(.timeLimit(.minutes(30)))
struct ShipmentFileTests {
    struct File: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var lines: [String]
        /// What is wrong with which line; nil = nothing.
        var problem: String?

        private static func differs(_ line: Int, _ column: String, _ before: String, _ now: String) -> String
        {
            "ships.csv: line \(line): \(column): expected \"\(before)\" as further up for the same shipment, found \"\(now)\"; lines of another shipment need a SHIPMENT_ID of their own"
        }

        static let all = [
            File(
                testDescription: "two couriers",
                lines: ["1001,S1,TEA,2,DPD,", "1001,S1,POT,1,UPS,"],
                problem: differs(3, "COURIER", "DPD", "UPS")
            ),
            File(
                testDescription: "two couriers without an id",
                lines: ["1001,,TEA,2,DPD,", "1001,,POT,1,UPS,"],
                problem: differs(3, "COURIER", "DPD", "UPS")
            ),
            File(
                testDescription: "the second courier in the third line",
                lines: ["1001,S1,TEA,1,,", "1001,S1,TEA,1,DPD,", "1001,S1,POT,1,UPS,"],
                problem: differs(4, "COURIER", "DPD", "UPS")
            ),
            File(
                testDescription: "two days",
                lines: ["1001,S1,TEA,2,,2026-11-23", "1001,S1,POT,1,,2026-11-24"],
                problem: differs(3, "DESPATCHED_AT", "2026-11-23", "2026-11-24")
            ),
            File(
                testDescription: "two orders",
                lines: ["1001,S1,TEA,2,,", "1002,S1,POT,1,,"],
                problem: differs(3, "ORDER_REF", "1001", "1002")
            ),
            File(testDescription: "one courier", lines: ["1001,S1,TEA,2,DPD,", "1001,S1,POT,1,DPD,"]),
            File(testDescription: "a courier and none", lines: ["1001,S1,TEA,2,DPD,", "1001,S1,POT,1,,"]),
            File(testDescription: "none and a courier", lines: ["1001,S1,TEA,2,,", "1001,S1,POT,1,DPD,"]),
            File(
                testDescription: "a courier in another case",
                lines: ["1001,S1,TEA,2,DPD,", "1001,S1,POT,1,dpd,"]
            ),
            File(
                testDescription: "two times of one day",
                lines: ["1001,S1,TEA,2,,2026-11-23", "1001,S1,POT,1,,2026-11-23T15:00:00Z"]
            ),
            File(testDescription: "a day and none", lines: ["1001,S1,TEA,2,,2026-11-23", "1001,S1,POT,1,,"]),
            File(testDescription: "two names of one order", lines: ["1001,S1,TEA,2,,", "#1001,S1,POT,1,,"]),
            File(
                testDescription: "two shipments with a courier each",
                lines: ["1001,S1,TEA,2,DPD,", "1001,S2,POT,1,UPS,2026-11-23"]
            ),
        ]

        var text: String {
            (["ORDER_REF,SHIPMENT_ID,STOCK_CODE,QUANTITY,COURIER,DESPATCHED_AT"] + lines).map { $0 + "\n" }
                .joined()
        }
    }

    @Test(arguments: File.all)
    func `F12: a line that contradicts its shipment is rejected with both values`(_ file: File) async throws {
        try await ShipmentFault.run { daemon, shop, _ in
            let report = try await daemon.importShipments(file.text)
            #expect(report.problems == (file.problem.map { [$0] } ?? []))
            await daemon.pass(30)
            let units = shop.sent(ShipmentFault.order).flatMap(\.lines).reduce(0) { $0 + $1.quantity }
            #expect(units == (file.problem == nil ? 3 : 2))
        }
    }
}
