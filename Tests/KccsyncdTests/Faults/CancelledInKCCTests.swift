import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// What KCC has cancelled, and the stock that it takes.
@Suite(.timeLimit(.minutes(30)))
struct CancelledInKCCTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Lines of the link's table.
        var kcc = ""
        var isTaken = true
        /// What KCC says of the order, one after the other.
        var statuses: [String]
        /// Whether KCC despatches it with the first status.
        var isDespatched = false
        /// An operator has it offered again afterwards.
        var isResent = false
        /// KCC takes it then.
        var isTakenAgain = false
        /// Of a level of 30.
        var expected: Int

        static let all = [
            Case(testDescription: "taken, and nothing said", statuses: [], expected: 28),
            Case(testDescription: "taken, and received", statuses: ["Received"], expected: 28),
            Case(testDescription: "taken, and cancelled", statuses: ["Cancelled"], expected: 30),
            Case(
                testDescription: "taken, received and cancelled",
                statuses: ["Received", "Cancelled"],
                expected: 30
            ),
            Case(testDescription: "cancelled twice", statuses: ["Cancelled", "Cancelled"], expected: 30),
            Case(
                testDescription: "cancelled without its page having come back",
                isTaken: false,
                statuses: ["Cancelled"],
                expected: 30
            ),
            Case(
                testDescription: "cancelled, and known only when confirmed",
                kcc: "guard_until = \"confirmed\"",
                statuses: ["Cancelled"],
                expected: 30
            ),
            Case(
                testDescription: "cancelled, and received again",
                statuses: ["Cancelled", "Received"],
                expected: 28
            ),
            Case(
                testDescription: "despatched, and cancelled then",
                statuses: ["Complete", "Cancelled"],
                isDespatched: true,
                expected: 28
            ),
            Case(
                testDescription: "cancelled, and offered again",
                statuses: ["Cancelled"],
                isResent: true,
                expected: 28
            ),
            Case(
                testDescription: "cancelled, offered again and taken",
                statuses: ["Cancelled"],
                isResent: true,
                isTakenAgain: true,
                expected: 28
            ),
            Case(
                testDescription: "cancelled, offered again and taken, and known only when confirmed",
                kcc: "guard_until = \"confirmed\"",
                statuses: ["Cancelled"],
                isResent: true,
                isTakenAgain: true,
                expected: 28
            ),
        ]
    }

    @Test(arguments: Case.all)
    func `S1: an order that KCC has cancelled takes no stock any more`(_ given: Case) async throws {
        try await StockFault.run(
            ConfigurationText.text(kcc: given.kcc),
            selling: .selling(2, ago: 60)
        ) { (daemon, shop) async throws in
            try await KCC.calling(daemon) { (kcc) async throws in
                let page = try await kcc.orders()
                #expect(page.refs == ["1001"])
                if given.isTaken { _ = try await kcc.orders(from: page.position) }
                for (place, status) in given.statuses.enumerated() {
                    let shipment =
                        #"[{"ID":"S1","Code":"INV1","Status":"Issue","Items":[{"OrderItemID":"1","ShipmentItemID":"1","SKU":"SKU-1","Quantity":2}],"Packages":[{"ConsignmentRef":"JD1"}]}]"#
                    try await kcc.status(
                        of: "1001",
                        status,
                        shipments: given.isDespatched && place == 0 ? shipment : "[]"
                    )
                    daemon.now.advance(by: 1)
                }
                if given.isResent {
                    let reply = await daemon.perform(.orders(.resend, references: ["1001"]))
                    #expect(reply.status == .done, "\(reply.errors)")
                }
                if given.isTakenAgain {
                    let again = try await kcc.orders(from: page.position)
                    #expect(again.refs == ["1001"])
                    _ = try await kcc.orders(from: again.position)
                }
                try await kcc.stock([("SKU-1", 30)])
                await daemon.pass(60)
                #expect(shop.offered("SKU-1") == given.expected)
                let target = try await daemon.target("SKU-1")
                #expect(target == "\(given.expected)")
            }
        }
    }

    @Test func `S1: a restart with another guard_until counts no cancelled order again`() async throws {
        try await StockFault.run(
            ConfigurationText.text(kcc: "guard_until = \"confirmed\""),
            selling: .selling(2, ago: 60)
        ) { (daemon, shop) async throws in
            try await KCC.calling(daemon) { (kcc) async throws in
                let page = try await kcc.orders()
                _ = try await kcc.orders(from: page.position)
                try await kcc.status(of: "1001", "Cancelled")
                try await kcc.stock([("SKU-1", 30)])
                await daemon.pass(60)
                #expect(shop.offered("SKU-1") == 30)
                _ = try await daemon.reload(ConfigurationText.linked)
                try await kcc.stock([("SKU-1", 31)])
                await daemon.pass(60)
                #expect(shop.offered("SKU-1") == 31)
            }
        }
    }
}
