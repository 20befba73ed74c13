import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// What counts as the same shipment where it has no id, and what the answer says of one that is reported again.
@Suite(.timeLimit(.minutes(30)))
struct SameShipmentTests {
    private static let added =
        "#1001: number added to the shipment that was reported without one; queued. If it is another parcel, report it with an id of its own (--id or SHIPMENT_ID)"

    struct Course: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Options of `shipments add 1001` one after another.
        var reports: [[String]]
        /// What the last one is answered.
        var answer: String
        /// Numbers of each fulfilment at the end.
        var sent: [[String]]

        static let all = [
            Course(
                testDescription: "all of it, then its number",
                reports: [[], ["--tracking", "T1"]],
                answer: added,
                sent: [["T1"]]
            ),
            Course(
                testDescription: "some lines, then their number",
                reports: [["--line", "TEA=1"], ["--line", "TEA=1", "--tracking", "T1"]],
                answer: added,
                sent: [["T1"]]
            ),
            Course(
                testDescription: "lines in another order, then their numbers",
                reports: [
                    ["--line", "TEA=1", "--line", "POT=1"],
                    ["--line", "POT=1", "--line", "TEA=1", "--tracking", "T1;T2"],
                ],
                answer: added,
                sent: [["T1", "T2"]]
            ),
            Course(
                testDescription: "the number twice",
                reports: [[], ["--tracking", "T1"], ["--tracking", "T1"]],
                answer: checked,
                sent: [["T1"]]
            ),
            Course(
                testDescription: "another parcel of the same lines",
                reports: [
                    ["--line", "TEA=1", "--tracking", "T1"], ["--line", "TEA=1", "--tracking", "T2"],
                ],
                answer: "#1001: shipment queued",
                sent: [["T1"], ["T2"]]
            ),
            Course(
                testDescription: "another parcel after a late number",
                reports: [
                    ["--line", "TEA=1"], ["--line", "TEA=1", "--tracking", "T1"],
                    ["--line", "TEA=1", "--tracking", "T2"],
                ],
                answer: "#1001: shipment queued",
                sent: [["T1"], ["T2"]]
            ),
            Course(
                testDescription: "an id of its own",
                reports: [["--line", "TEA=1"], ["--line", "TEA=1", "--tracking", "T1", "--id", "S2"]],
                answer: "#1001: shipment queued",
                sent: [[], ["T1"]]
            ),
            Course(
                testDescription: "the same again",
                reports: [["--id", "S1", "--tracking", "T1"], ["--id", "S1", "--tracking", "T1"]],
                answer: checked,
                sent: [["T1"]]
            ),
        ]

        private static let added = SameShipmentTests.added
        private static let checked =
            "#1001: shipment known already and done; Shopify is asked whether it still has its fulfilment, and if not the shipment is parked; see: kccsyncd shipments list"
    }

    @Test(arguments: Course.all)
    func `F7: a shipment without an id is recognised by its lines when its number comes`(_ course: Course)
        async throws
    {
        try await ShipmentFault.run { daemon, shop, _ in
            var answer: [String] = []
            for options in course.reports {
                answer = try await daemon.shipments(["1001"] + options).lines
                await daemon.pass(30)
            }
            #expect(answer == [course.answer])
            #expect(shop.sent(ShipmentFault.order).map { $0.tracking.numbers } == course.sent)
            #expect(try await daemon.jobs().allSatisfy { $0 == "done" })
        }
    }

    @Test(arguments: [
        (["--id", "S1", "--tracking", "T1"], "with T1"), (["--id", "S1"], "without a number"),
        (["--id", "S1", "--tracking", "T1;T2"], "with T1, T2"),
    ])
    func `F7: a shipment of which nothing can be sent names the one that was sent`(
        _ first: [String],
        _ how: String
    ) async throws {
        try await ShipmentFault.run { daemon, shop, _ in
            _ = try await daemon.shipments(["1001"] + first)
            await daemon.pass(30)
            _ = try await daemon.shipments(["1001", "--id", "S2", "--tracking", "T9"])
            await daemon.pass(30)
            #expect(
                try await daemon.jobs() == [
                    "done",
                    "parked: nothing of it can be sent; another shipment of the order was sent \(how)",
                ]
            )
        }
    }

    @Test func `F7: all that remains is another shipment once the order has got units since`() async throws {
        try await ShipmentFault.run { daemon, shop, _ in
            _ = try await daemon.shipments(["1001"])
            await daemon.pass(30)
            shop.edit(ShipmentFault.order) { $0.lines.append(.units(1, of: "MUG", at: "5", line: 3)) }
            await daemon.pass(30)
            let answer = try await daemon.shipments(["1001", "--tracking", "T1"]).lines
            #expect(answer == ["#1001: shipment queued"])
            await daemon.pass(30)
            #expect(shop.sent(ShipmentFault.order).map { $0.tracking.numbers } == [[], ["T1"]])
        }
    }

    @Test func `F2: a repeated report that starts a check says so, and one that waits has nothing to do`()
        async throws
    {
        try await ShipmentFault.run { daemon, shop, _ in
            shop.hold(ShipmentFault.order)
            _ = try await daemon.shipments(["1001", "--id", "S1", "--tracking", "T1"])
            let waiting = try await daemon.shipments(["1001", "--id", "S1", "--tracking", "T1"]).lines
            #expect(waiting == ["#1001: shipment known already; nothing to do"])
            shop.release(ShipmentFault.order)
            _ = await daemon.perform(.queue(.retry, ids: []))
            await daemon.pass(30)
            shop.cancelFulfilment(try shop.fulfilment().id, of: ShipmentFault.order)
            let checked = try await daemon.shipments(["1001", "--id", "S1", "--tracking", "T1"]).lines
            #expect(checked.first?.contains("Shopify is asked whether it still has its fulfilment") == true)
            await daemon.pass(30)
            #expect(try await daemon.jobs() == ["parked: its fulfilment was cancelled in Shopify"])
        }
    }

    // MARK: Links

    @Test(arguments: [
        ("T1;T2", "https://c.example/T1", ["https://c.example/T1", "https://c.example/T2"]),
        (
            "1;2", "https://c.example/1/track?n=1",
            ["https://c.example/1/track?n=1", "https://c.example/2/track?n=2"]
        ),
        (
            "A;B", "https://a.example/x?parcel=A&lang=en",
            ["https://a.example/x?parcel=A&lang=en", "https://a.example/x?parcel=B&lang=en"]
        ),
        ("T1;T2", "https://c.example/T1#top", ["https://c.example/T1#top", "https://c.example/T2#top"]),
        ("T1;T2", "https://c.example/track", ["https://c.example/track", "https://c.example/track"]),
        ("c;d", "https://c.example/track", ["https://c.example/track", "https://c.example/track"]),
        ("T1;T2", "https://c.example/T12", ["https://c.example/T12", "https://c.example/T12"]),
        ("T1;T11", "https://c.example/T11", ["https://c.example/T1", "https://c.example/T11"]),
        (
            "JD12;JD13", "https://c.example/JD12.html",
            ["https://c.example/JD12.html", "https://c.example/JD13.html"]
        ),
        ("A B;C D", "https://c.example/A%20B", ["https://c.example/A%20B", "https://c.example/C%20D"]),
    ])
    func `F6: a number that is a whole part of the link is recognised, however short`(
        _ numbers: String,
        _ link: String,
        _ expected: [String]
    ) async throws {
        try await ShipmentFault.run { daemon, shop, _ in
            _ = try await daemon.shipments(["1001", "--tracking", numbers, "--url", link])
            await daemon.pass(30)
            let links = shop.trackingRequests.last?.parcels.map { $0.link ?? "" }
            #expect(links == expected)
        }
    }
}
