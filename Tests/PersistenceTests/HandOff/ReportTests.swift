import Foundation
import TestSupport
import Testing

@testable import Persistence
@testable import SyncEngine

@Suite(.timeLimit(.minutes(30)))
struct ReportTests {
    private let link: LinkBench

    init() throws { link = try LinkBench() }

    /// Our shipments: reference, units, numbers.
    private func shipments() async throws -> [String] {
        try await link.rows(
            """
            SELECT s.reference, (SELECT sum(quantity) FROM shipment_line l WHERE l.shipment_id = s.id),
                (SELECT group_concat(number, '+') FROM shipment_tracking t WHERE t.shipment_id = s.id), s.carrier
            FROM shipment s ORDER BY s.id
            """
        )
    }

    private func jobs() async throws -> [String] {
        try await link.rows("SELECT subject, state FROM push_job ORDER BY id")
    }

    @Test func `a despatched shipment becomes one of ours, however often and in whatever order it is told`()
        async throws
    {
        try await link.place(.paid())
        let report = link.report(1001, [link.shipment()])
        #expect(try await link.take(report).despatches == 1)
        let other = link.report(1001, [link.shipment("Q2", units: 1, tracking: [], status: "Picking")])
        for _ in 0..<3 { #expect(try await link.take(report, other).despatches == 0) }
        #expect(try await shipments() == ["kcc web Q1 2 JD1 RM24"])
        #expect(try await jobs() == ["#1001 available"])
    }

    @Test func `a status names the order: it is confirmed, and acknowledged if it was not`() async throws {
        try await link.place(.paid(1001), .paid(1002))
        _ = try await link.page(nil)
        let outcome = try await link.take(link.report(1001, status: "Received"))
        #expect(outcome.confirmed == 1)
        #expect(try await link.order(1001).standing.handOff == .acknowledged)
        #expect(try await link.order(1002).standing.handOff == .waiting)
        #expect(try await link.take(link.report(1001, status: "Shipping")).confirmed == 0)
    }

    @Test func `what was added to a shipment is one more of ours, and a new number goes to all of them`()
        async throws
    {
        try await link.place(.paid())
        _ = try await link.take(link.report(1001, [link.shipment(units: 1)]))
        _ = try await link.take(link.report(1001, [link.shipment(units: 2)]))
        #expect(try await shipments() == ["kcc web Q1 1 JD1 RM24", "kcc web Q1 +1 1 JD1 RM24"])
        #expect(
            try await link.take(link.report(1001, [link.shipment(units: 2, tracking: ["JD9"])])).despatches
                == 1
        )
        #expect(try await shipments() == ["kcc web Q1 1 JD9 RM24", "kcc web Q1 +1 1 JD9 RM24"])
        // The first report again, late: it says nothing new.
        #expect(try await link.take(link.report(1001, [link.shipment(units: 1)])).despatches == 0)
        #expect(try await link.take(link.report(1001, [link.shipment(units: 2)])).despatches == 0)
        #expect(try await shipments() == ["kcc web Q1 1 JD9 RM24", "kcc web Q1 +1 1 JD9 RM24"])
        #expect(try await link.notices().isEmpty)
    }

    @Test func `a number that comes after the despatch is told`() async throws {
        try await link.place(.paid())
        _ = try await link.take(link.report(1001, [link.shipment(tracking: [])]))
        #expect(try await link.take(link.report(1001, [link.shipment(tracking: ["JD1"])])).despatches == 1)
        #expect(try await shipments() == ["kcc web Q1 2 JD1 RM24"])
    }

    @Test func `fewer units than were sent are raised, and change nothing`() async throws {
        try await link.place(.paid())
        _ = try await link.take(link.report(1001, [link.shipment(units: 2)]))
        let outcome = try await link.take(link.report(1001, [link.shipment(units: 1)]))
        #expect(outcome.notices.map(\.kind) == [.shipmentReduced])
        #expect(try await shipments() == ["kcc web Q1 2 JD1 RM24"])
    }

    @Test func `a status that goes back is noted and changes nothing`() async throws {
        try await link.place(.paid())
        _ = try await link.take(link.report(1001, [link.shipment()]))
        _ = try await link.take(link.report(1001, [link.shipment(status: "Picking")]))
        #expect(try await shipments().count == 1)
        #expect(try await link.rows("SELECT status FROM kcc_shipment") == ["Issue"])
    }

    @Test func `a changed code is the same shipment, and another id another`() async throws {
        try await link.place(.paid())
        var first = link.shipment(units: 1)
        _ = try await link.take(link.report(1001, [first]))
        first.code = "INV-NEW"
        _ = try await link.take(link.report(1001, [first]))
        #expect(try await shipments().count == 1)
        var second = link.shipment("Q2", units: 1)
        second.code = "INV-NEW"
        _ = try await link.take(link.report(1001, [second]))
        #expect(try await shipments().count == 2)
    }

    @Test func `a shipment that fits no line is raised and holds up no other`() async throws {
        try await link.place(.paid())
        let bad = link.shipment("Q9", sku: "OTHER", isNamed: false)
        let outcome = try await link.take(link.report(1001, [bad, link.shipment()]))
        #expect(outcome.despatches == 1)
        #expect(
            outcome.notices.map(\.text) == [
                "KCC's shipment Q9 (INV-Q9) of #1001 cannot be told to Shopify: SKU OTHER, OrderItemID I1001: is on no line of the order"
            ]
        )
        // Once the line is there the same report is taken.
        try await link.place(
            Order.paid().later { $0.lines.append(.units(2, of: "OTHER", at: "0", line: 7)) }
        )
        #expect(try await link.take(link.report(1001, [bad])).despatches == 1)
        #expect(try await link.notices().isEmpty)
    }

    @Test func `an order of KCC's that we do not have is kept, and taken up when it comes`() async throws {
        let outcome = try await link.take(link.report(1001, [link.shipment()]))
        #expect(outcome.notices.map(\.kind) == [.orderUnknown])
        #expect(try await link.take(link.report(1001, [link.shipment()])).notices.isEmpty)
        try await link.place(.paid())
        let adopted = try await link.handOff.adoptOrphans(link.channel, now: link.now)
        #expect(adopted.despatches == 1)
        #expect(try await link.notices().isEmpty)
        #expect(try await link.rows("SELECT count(*) FROM kcc_orphan") == ["0"])
    }

    @Test func `the id decides where the reference names another order`() async throws {
        try await link.place(.paid(1001), .paid(1002))
        var report = link.report(1001, [link.shipment()])
        report.associatedRef = "1002"
        let outcome = try await link.take(report)
        #expect(outcome.notices.map(\.kind) == [.referencesDiffer])
        #expect(try await jobs() == ["#1001 available"])
    }

    @Test func `an order is found by its reference or by KCC's id alone`() async throws {
        try await link.place(.paid())
        var report = link.report(1001)
        report.customData = nil
        #expect(try await link.take(report).confirmed == 1)
        report.associatedRef = nil
        report.shipments = [link.shipment()]
        #expect(try await link.take(report).despatches == 1)
    }

    @Test func `a cancelled order is raised, and nothing is cancelled`() async throws {
        try await link.place(.paid())
        let outcome = try await link.take(link.report(1001, status: "Cancelled"))
        #expect(outcome.notices.map(\.kind) == [.orderCancelled])
        #expect(try await link.take(link.report(1001, status: "Cancelled")).notices.isEmpty)
        #expect(try await jobs().isEmpty)
    }

    @Test func `an order that KCC calls complete and that never left in whole is raised until it has`()
        async throws
    {
        try await link.place(.paid())
        let outcome = try await link.take(link.report(1001, status: "Complete", [link.shipment(units: 1)]))
        #expect(outcome.notices.map(\.kind) == [.despatchIncomplete])
        _ = try await link.take(link.report(1001, status: "Complete", [link.shipment("Q2", units: 1)]))
        #expect(try await link.notices().isEmpty)
    }

    @Test func `any link of a shop can report on its orders, and no other shop's`() async throws {
        try await link.place(.paid())
        var outlet = link
        outlet.channel = .plain("outlet")
        #expect(try await outlet.take(link.report(1001)).confirmed == 1)
        outlet.channel = .plain("other") {
            $0.shop = ShopAddress(scheme: "https", host: "other.myshopify.com")
        }
        let outcome = try await outlet.take(link.report(1001, [link.shipment()]))
        #expect(outcome.notices.map(\.kind) == [.orderUnknown])
        #expect(try await jobs().isEmpty)
    }

    @Test func `a shipment told of two orders is the first one's`() async throws {
        try await link.place(.paid(1001), .paid(1002))
        _ = try await link.take(link.report(1001, [link.shipment()]))
        let outcome = try await link.take(link.report(1002, [link.shipment(of: 1002)]))
        #expect(outcome.notices.map(\.kind) == [.referencesDiffer])
        #expect(try await jobs() == ["#1001 available"])
    }

    @Test func `a notice that was dismissed comes back only in other words`() async throws {
        let queries = HandOffQueries(link.bench.database)
        _ = try await link.take(link.report(1001))
        let id = try #require(try await queries.notices().first?.id)
        #expect(try await link.handOff.dismiss([id]) == 1)
        _ = try await link.take(link.report(1001))
        #expect(try await queries.notices().isEmpty)
        let body = UnreadableBody(
            endpoint: "stock",
            digest: "a",
            size: 3,
            beginning: [1, 2, 3],
            problem: "cut off"
        )
        #expect(try await link.handOff.keepUnreadable(body, channel: "web", now: link.now).count == 1)
        #expect(try await link.handOff.keepUnreadable(body, channel: "web", now: link.now).isEmpty)
        #expect(try await queries.unreadableBody(channel: "web", endpoint: "stock")?.beginning == [1, 2, 3])
        #expect(try await queries.notices().map(\.times) == [2])
    }
}
