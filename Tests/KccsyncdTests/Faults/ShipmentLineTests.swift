import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Lines and quantities that an order does not have are rejected when they are reported, not days later in the queue.
@Suite(.timeLimit(.minutes(30)))
struct ShipmentLineTests {
    private static let unknown = "order #1001: has no line with SKU NOPE; its lines are TEA (2), POT (1)"

    /// Options of `shipments add` one after another; the errors of the last.
    struct Row: Sendable, CustomTestStringConvertible {
        var before: [[String]] = []
        var options: [String]
        var errors: [String]
        var testDescription: String {
            (before + [options]).map { $0.joined(separator: " ") }.joined(separator: ", then ")
        }

        static let all = [
            Row(options: ["--line", "NOPE=1"], errors: [unknown]),
            Row(
                options: ["--line", "TEA=3"],
                errors: ["order #1001: 3 of TEA cannot be despatched; 2 ordered"]
            ),
            Row(
                options: ["--line", "TEA=1", "--line", "POT=1", "--line", "TEA=2"],
                errors: ["order #1001: 3 of TEA in all cannot be despatched; 2 ordered"]
            ),
            Row(
                options: ["--line", "POT=1", "--line", "NOPE=1", "--line", "TEA=9"],
                errors: [unknown, "order #1001: 9 of TEA cannot be despatched; 2 ordered"]
            ),
            Row(
                before: [["--line", "TEA=1", "--id", "A"]],
                options: ["--line", "TEA=2", "--id", "B"],
                errors: [
                    "order #1001: 2 of TEA cannot be despatched; 2 ordered, and 1 of them in shipments that are queued already"
                ]
            ),
            Row(
                options: ["--line", "tea=1"],
                errors: ["order #1001: has no line with SKU tea; its lines are TEA (2), POT (1)"]
            ),
        ]
    }

    @Test(arguments: Row.all)
    func `F13: lines and quantities that the order does not have are rejected at once`(_ row: Row)
        async throws
    {
        try await ShipmentFault.run { daemon, shop, _ in
            for options in row.before {
                #expect(try await daemon.shipments(["1001"] + options).status == .done)
            }
            let reply = try await daemon.shipments(["1001"] + row.options)
            #expect(reply.status == .usage)
            #expect(reply.errors == row.errors)
            #expect(reply.lines.isEmpty)
            let count = try await daemon.rows("SELECT CAST(count(*) AS TEXT) FROM shipment")
            #expect(count == ["\(row.before.count)"])
        }
    }

    @Test(arguments: [
        [["--line", "TEA=2"]], [["--line", "TEA=1"], ["--line", "TEA=1", "--id", "B"]],
        [["--line", "TEA=1", "--line", "TEA=1"]],
        [["--line", "TEA=2", "--id", "A"], ["--line", "TEA=2", "--id", "A", "--tracking", "T1"]],
        [["--line", " TEA =2", "--line", "POT=1"]],
    ])
    func `F13: what was ordered is taken, the same shipment as often as it comes`(_ tellings: [[String]])
        async throws
    {
        try await ShipmentFault.run { daemon, shop, _ in
            for options in tellings {
                let reply = try await daemon.shipments(["1001"] + options)
                #expect(reply.status == .done, "\(reply.errors)")
            }
            await daemon.pass(60)
            #expect(sent(shop)[1] == 2)
        }
    }

    @Test(arguments: [["discard"], ["cancelled"]])
    func `F13: a shipment that is discarded, or was sent and may be cancelled, counts for nothing`(
        _ course: [String]
    ) async throws {
        try await ShipmentFault.run { daemon, _, _ in
            #expect(try await daemon.shipments(["1001", "--line", "TEA=2", "--id", "A"]).status == .done)
            if course == ["discard"] {
                let job = try #require(
                    Int64(try await daemon.rows("SELECT CAST(id AS TEXT) FROM push_job")[0])
                )
                #expect(await daemon.perform(.queue(.discard, ids: [job])).status == .done)
            } else {
                await daemon.pass(60)
            }
            #expect(try await daemon.shipments(["1001", "--line", "TEA=2", "--id", "B"]).status == .done)
        }
    }

    /// Lines of a file, and what of them is not taken.
    struct File: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var lines: [String]
        var problems: [String]
        /// Units of each SKU that are fulfilled.
        var sent: [Int: Int]
        var taken: Int

        static let all = [
            File(
                testDescription: "a SKU that the order does not have",
                lines: ["1001,S1,TEA,2", "1001,S1,NOPE,1", "1001,S1,POT,1"],
                problems: ["line 3: \(unknown)"],
                sent: [1: 2, 2: 1],
                taken: 1
            ),
            File(
                testDescription: "more than is ordered over two lines",
                lines: ["1001,S1,TEA,1", "1001,S1,TEA,2", "1001,S1,POT,1"],
                problems: ["line 3: order #1001: 3 of TEA in all cannot be despatched; 2 ordered"],
                sent: [1: 1, 2: 1],
                taken: 1
            ),
            File(
                testDescription: "a shipment of which nothing is left",
                lines: ["1001,S1,NOPE,1", "1001,S2,POT,1"],
                problems: ["line 2: \(unknown)"],
                sent: [2: 1],
                taken: 1
            ),
            File(
                testDescription: "more than is ordered over two shipments",
                lines: ["1001,S1,TEA,2", "1001,S2,TEA,1", "1001,S2,POT,1"],
                problems: [
                    "line 3: order #1001: 1 of TEA cannot be despatched; 2 ordered, and 2 of them in shipments that are queued already"
                ],
                sent: [1: 2, 2: 1],
                taken: 2
            ),
            File(
                testDescription: "a quantity that is none, and a line with a number alone",
                lines: ["1001,S1,TEA,many", "1001,S1,,", "1001,S2,POT,1"],
                problems: [
                    "line 2: QUANTITY: expected a whole number above 0, found \"many\"",
                    "line 2: nothing of its shipment is left to be taken",
                ],
                sent: [2: 1],
                taken: 1
            ),
            File(
                testDescription: "an order that is not in the store",
                lines: ["#9999,S9,NOPE,1", "1001,S1,POT,1"],
                problems: [
                    "order #9999: not in the store; a REF is the associated ref, Shopify's name, or the gid; see: kccsyncd orders list"
                ],
                sent: [2: 1],
                taken: 1
            ),
        ]

        var text: String {
            (["ORDER_REF,SHIPMENT_ID,STOCK_CODE,QUANTITY"] + lines).map { $0 + "\n" }.joined()
        }
    }

    @Test(arguments: File.all)
    func `F13: such lines of a file are rejected by number, and the others taken`(_ file: File) async throws {
        try await ShipmentFault.run { daemon, shop, _ in
            // With --strict the file is tried first, and nothing of it is stored.
            let check = try await daemon.importShipments(file.text, isDryRun: true)
            #expect(check.problems == file.problems.map { "ships.csv: \($0)" })
            #expect(try await daemon.rows("SELECT reference FROM shipment").isEmpty)
            for _ in 0..<2 {
                let report = try await daemon.importShipments(file.text)
                #expect(report.problems == file.problems.map { "ships.csv: \($0)" })
                #expect(report.refused == file.problems.count)
                #expect(report.summary.hasPrefix("ships.csv: \(file.taken) shipment"))
            }
            await daemon.pass(60)
            #expect(sent(shop) == file.sent)
        }
    }

    /// Units that were sent, by the number of the order's line.
    private func sent(_ shop: TestShop) -> [Int: Int] {
        var sent: [Int: Int] = [:]
        for line in shop.sent(ShipmentFault.order).flatMap(\.lines) {
            sent[Int(String(line.line.number)) ?? 0, default: 0] += line.quantity
        }
        return sent
    }
}
