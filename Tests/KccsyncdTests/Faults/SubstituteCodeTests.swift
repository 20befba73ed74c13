import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Lines without a SKU are named by the code that the channel has for them, as KCC knows them.
@Suite(.timeLimit(.minutes(30)))
struct SubstituteCodeTests {
    /// How the shipment is reported.
    enum Way: String, CaseIterable, Sendable {
        case command, file, kcc
    }

    /// An order of 2 TEA and two lines without a SKU, of 1 and 2 units.
    private func run(
        _ settings: String = "missing_sku = \"MISC\"",
        _ body: (Installation, TestShop, KCC) async throws -> Void
    ) async throws {
        try await KCC.linked(ConfigurationText.text(settings)) { daemon, shop, kcc in
            shop.sell(
                .paid(1001)
                    .with {
                        $0.lines = [
                            .units(2, of: "TEA", at: "9", line: 1), .units(1, of: nil, at: "3", line: 2),
                            .units(2, of: "", at: "2", line: 3),
                        ]
                    }
            )
            await daemon.round()
            try await body(daemon, shop, kcc)
        }
    }

    private func report(_ units: Int, id: String, _ way: Way, _ daemon: Installation, _ kcc: KCC) async throws
    {
        switch way {
        case .command:
            let reply = try await daemon.shipments(["1001", "--id", id, "--line", "MISC=\(units)"])
            #expect(reply.status == .done, "\(reply.errors)")
        case .file:
            let report = try await daemon.importShipments(
                "ORDER_REF,SHIPMENT_ID,STOCK_CODE,QUANTITY\n1001,\(id),MISC,\(units)\n"
            )
            #expect(report.problems.isEmpty)
        case .kcc:
            try await kcc.status(
                of: "1001",
                "Processing",
                shipments:
                    #"[{"ID":"\#(id)","Code":"INV1","Status":"Issue","Items":[{"OrderItemID":"9\#(id)","ShipmentItemID":"9\#(id)","SKU":"MISC","Quantity":\#(units)}],"Packages":[]}]"#
            )
        }
    }

    private func sent(_ shop: TestShop) -> [[String]] {
        shop.sent(ShipmentFault.order)
            .map { $0.lines.map { "\($0.line.number) x\($0.quantity)" }.sorted() }
    }

    @Test(arguments: Way.allCases)
    func `F13: the channel's code names lines without a SKU, one after another`(_ way: Way) async throws {
        try await run { daemon, shop, kcc in
            try await report(2, id: "S1", way, daemon, kcc)
            await daemon.pass(30)
            #expect(sent(shop) == [["2 x1", "3 x1"]])
            try await report(1, id: "S2", way, daemon, kcc)
            await daemon.pass(30)
            #expect(sent(shop) == [["2 x1", "3 x1"], ["3 x1"]])
            #expect(try await daemon.jobs() == ["done", "done"])
        }
    }

    @Test(arguments: [
        (["TEA=2", "MISC=3"], []), (["MISC=1", "MISC=2"], []),
        (["MISC=4"], ["order #1001: 4 of MISC cannot be despatched; 3 ordered"]),
        (["NOPE=1"], ["order #1001: has no line with SKU NOPE; its lines are TEA (2), MISC (1), MISC (2)"]),
    ])
    func `F13: units of the channel's code are counted like those of a SKU`(
        _ lines: [String],
        _ errors: [String]
    ) async throws {
        try await run { daemon, shop, _ in
            let reply = try await daemon.shipments(["1001"] + lines.flatMap { ["--line", $0] })
            #expect(reply.errors == errors)
        }
    }

    @Test func `F13: without the channel's code such lines have no name`() async throws {
        try await run("") { daemon, shop, _ in
            let reply = try await daemon.shipments(["1001", "--line", "MISC=1"])
            #expect(reply.errors.count == 1)
            #expect(
                reply.errors.first?
                    .hasPrefix("order #1001: has no line with SKU MISC; its lines are TEA (2), ") == true
            )
        }
    }
}
