import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// A file of shipments with `--strict` is taken whole or not at all, and the counts of every import are true.
@Suite(.timeLimit(.minutes(30)))
struct StrictImportTests {
    /// A file after shipments that are known: S1 is 2 TEA of 1001, S8 is an order's that is not 1001.
    struct File: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var lines: [String]
        var problems: [String]
        /// Shipments that are taken without `--strict`.
        var taken: Int

        static let otherLines =
            "shipment S1: was reported before with other lines or quantities; report further units as a shipment of their own"
        static let otherOrder = "shipment S8: is known as another order's; give it an id of its own"

        static let all = [
            File(
                testDescription: "a reference known with other lines",
                lines: ["1001,S1,POT,1", "1001,S2,POT,1"],
                problems: [otherLines],
                taken: 1
            ),
            File(
                testDescription: "another order's reference",
                lines: ["1001,S2,POT,1", "1001,S8,,"],
                problems: [otherOrder],
                taken: 1
            ),
            File(
                testDescription: "both",
                lines: ["1001,S1,TEA,1", "1001,S8,POT,1"],
                problems: [otherLines, otherOrder],
                taken: 0
            ),
            File(
                testDescription: "a line that cannot be read",
                lines: ["1001,S2,POT,many", "1001,S3,POT,1"],
                problems: ["line 2: QUANTITY: expected a whole number above 0, found \"many\""],
                taken: 1
            ),
            File(
                testDescription: "the known one again, its lines in two rows",
                lines: ["1001,S1,TEA,1", "1001,S1,TEA,1", "1001,S2,POT,1"],
                problems: [],
                taken: 2
            ),
        ]

        var text: String {
            (["ORDER_REF,SHIPMENT_ID,STOCK_CODE,QUANTITY"] + lines).map { $0 + "\n" }.joined()
        }
    }

    private func run(_ body: (Installation) async throws -> Void) async throws {
        try await ShipmentFault.run { daemon, shop, _ in
            shop.sell(.paid(1002))
            await daemon.round()
            shop.hold(ShipmentFault.order)
            #expect(try await daemon.shipments(["1001", "--id", "S1", "--line", "TEA=2"]).status == .done)
            #expect(try await daemon.shipments(["1002", "--id", "S8"]).status == .done)
            try await body(daemon)
        }
    }

    private func references(_ daemon: Installation) async throws -> [String] {
        try await daemon.rows("SELECT reference FROM shipment ORDER BY reference")
    }

    @Test(arguments: File.all)
    func `F13: --strict takes a file whole or not at all`(_ file: File) async throws {
        try await run { daemon in
            let check = try await daemon.importShipments(file.text, isDryRun: true)
            #expect(check.problems == file.problems.map { "ships.csv: \($0)" })
            let report = try await daemon.importShipments(file.text, isStrict: true)
            #expect(report.problems == file.problems.map { "ships.csv: \($0)" })
            let count = file.problems.count
            if file.problems.isEmpty {
                #expect(report.summary == "ships.csv: 2 shipments taken, 0 refused")
                #expect(try await references(daemon) == ["S1", "S2", "S8"])
                #expect(report.status == .done)
            } else {
                #expect(
                    report.summary
                        == "ships.csv: nothing was taken, because of --strict: \(count) problem\(count == 1 ? "" : "s")"
                )
                #expect(try await references(daemon) == ["S1", "S8"])
            }
        }
    }

    @Test(arguments: File.all)
    func `F13: the summary counts what was taken and nothing else`(_ file: File) async throws {
        try await run { daemon in
            let report = try await daemon.importShipments(file.text)
            #expect(
                report.summary
                    == "ships.csv: \(Counted.text(file.taken, "shipment", "shipments")) taken, \(file.problems.count) refused"
            )
        }
    }

    @Test func `F13: what one shipment of a long file takes is not left for a later one`() async throws {
        try await run { daemon in
            // More than go into one request without --strict.
            var lines = ["1001,S2,POT,1"]
            lines += (0..<1_050).map { "1002,X\($0),," }
            lines.append("1001,S3,POT,1")
            let file = File(testDescription: "", lines: lines, problems: [], taken: 0)
            let report = try await daemon.importShipments(file.text, isStrict: true)
            #expect(
                report.problems == [
                    "ships.csv: line 1053: order #1001: 1 of POT cannot be despatched; 1 ordered, and 1 of them in shipments that are queued already"
                ]
            )
            #expect(try await references(daemon) == ["S1", "S8"])
        }
    }
}
