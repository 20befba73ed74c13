import Foundation
import SyncEngine
import TestSupport
import Testing

@Suite struct FulfilmentPlanTests {
    private static let now = Date(timeIntervalSince1970: 1_795_428_000)

    private func id(_ kind: String, _ number: Int) -> ShopifyID {
        ShopifyID(kind: kind, number: String(number))
    }
    private func line(_ number: Int) -> ShopifyID { id("LineItem", number) }

    /// Lines with their SKUs and the units of each that were not sent.
    private func lines(_ given: [(String, Int)]) -> [FulfilmentView.Line] {
        given.enumerated()
            .map { index, entry in
                FulfilmentView.Line(id: line(index + 1), sku: SKU(given: entry.0), unfulfilled: entry.1)
            }
    }

    private func part(
        _ number: Int,
        _ units: [Int: Int],
        at location: Int = 1,
        status: String = "OPEN",
        why: String? = nil
    ) -> FulfilmentView.Part {
        let lines = units.sorted { $0.key < $1.key }
            .map { entry in
                FulfilmentView.PartLine(
                    id: id("FulfillmentOrderLineItem", number * 10 + entry.key),
                    line: line(entry.key),
                    remaining: entry.value
                )
            }
        var part = FulfilmentView.Part(
            id: id("FulfillmentOrder", number),
            status: status,
            canFulfil: status == "OPEN" || status == "IN_PROGRESS",
            location: id("Location", location),
            lines: lines
        )
        part.waitsFor = why
        part.locationName = "Depot"
        return part
    }

    private func sent(_ number: Int, _ units: [Int: Int], tracking: [String] = [], status: String = "SUCCESS")
        -> FulfilmentView.Sent
    {
        FulfilmentView.Sent(
            id: id("Fulfillment", number),
            status: status,
            tracking: Tracking(numbers: tracking),
            lines: units.sorted { $0.key < $1.key }
                .map {
                    FulfilmentView.SentLine(line: line($0.key), quantity: $0.value)
                }
        )
    }

    private func shipment(_ lines: [(String, Int)] = [], tracking: [String] = [], daysAgo: Double = 0)
        -> Shipment
    {
        var shipment = Shipment(
            reference: "S",
            order: id("Order", 1),
            despatchedAt: Self.now.addingTimeInterval(-daysAgo * 86_400)
        )
        shipment.lines = lines.map { Shipment.Line(sku: SKU(given: $0.0), quantity: $0.1) }
        shipment.tracking = Tracking(numbers: tracking)
        return shipment
    }

    private func next(
        _ record: ShipmentRecord,
        _ view: FulfilmentView,
        mails: Bool = true,
        granted: Set<String> = ShopIdentity.plain().scopes
    ) -> FulfilmentPlan.Step {
        FulfilmentPlan(
            record: record,
            view: view,
            mails: mails,
            tracking: Carriers().tracking(of: record.shipment),
            granted: GrantedScopes(granted),
            now: Self.now
        )
        .next()
    }

    /// What a step would fulfil: units by fulfilment order and line, such as `["1": [1: 2]]`.
    private func units(_ step: FulfilmentPlan.Step) -> [String: [String: Int]] {
        guard case .fulfil(let request) = step else { return [:] }
        var units: [String: [String: Int]] = [:]
        for part in request.parts {
            for line in part.lines {
                units[String(part.id.number), default: [:]][String(line.line.number)] = line.quantity
            }
        }
        return units
    }

    @Test func `without lines all that remains is fulfilled, of every fulfilment order of one location`() {
        let view = FulfilmentView(
            lines: lines([("A", 2), ("B", 1), ("C", 1)]),
            parts: [part(1, [1: 2]), part(2, [2: 1]), part(3, [3: 1], at: 2)]
        )
        #expect(units(next(ShipmentRecord(shipment: shipment()), view)) == ["1": ["1": 2], "2": ["2": 1]])
    }

    @Test func `one SKU on two lines takes from both`() {
        let view = FulfilmentView(lines: lines([("A", 2), ("A", 3)]), parts: [part(1, [1: 2, 2: 3])])
        #expect(units(next(ShipmentRecord(shipment: shipment([("A", 4)])), view)) == ["1": ["1": 2, "2": 2]])
    }

    @Test func `the fulfilment order that has exactly as many units goes first`() {
        let view = FulfilmentView(
            lines: lines([("A", 5)]),
            parts: [part(1, [1: 3]), part(2, [1: 2], at: 2)]
        )
        #expect(units(next(ShipmentRecord(shipment: shipment([("A", 2)])), view)) == ["2": ["1": 2]])
    }

    @Test func `a line's id wins over its SKU`() {
        var told = shipment()
        told.lines = [Shipment.Line(line: line(2), sku: "A", quantity: 1)]
        let view = FulfilmentView(lines: lines([("A", 1), ("A", 1)]), parts: [part(1, [1: 1, 2: 1])])
        #expect(units(next(ShipmentRecord(shipment: told), view)) == ["1": ["2": 1]])
    }

    @Test func `a SKU is compared byte for byte`() {
        let view = FulfilmentView(lines: lines([("tea", 1)]), parts: [part(1, [1: 1])])
        guard case .park(let why, _) = next(ShipmentRecord(shipment: shipment([("TEA", 1)])), view) else {
            Issue.record("expected it to be parked")
            return
        }
        #expect(why == "nothing of it can be sent: 1 of TEA more than the order still has")
    }

    @Test func `units that are on hold wait, the others go`() {
        let held = part(1, [1: 1], status: "ON_HOLD", why: "incorrect address")
        let view = FulfilmentView(lines: lines([("A", 1), ("B", 1)]), parts: [held, part(2, [2: 1])])
        let told = ShipmentRecord(shipment: shipment([("A", 1), ("B", 1)]))
        #expect(units(next(told, view)) == ["2": ["2": 1]])
        var after = told
        after.fulfilments = [
            RecordedFulfilment(id: id("Fulfillment", 1), isOurs: true, notified: true, tracking: [])
        ]
        let later = FulfilmentView(
            lines: lines([("A", 1), ("B", 0)]),
            parts: [held, part(2, [2: 0], status: "CLOSED")],
            sent: [sent(1, [2: 1])]
        )
        #expect(next(after, later) == .wait("its fulfilment order at Depot is on hold (incorrect address)"))
    }

    @Test func `what somebody fulfilled by hand is the shipment's, and a cancelled fulfilment is nobody's`() {
        let view = FulfilmentView(
            lines: lines([("A", 1)]),
            parts: [],
            sent: [sent(7, [1: 1], status: "CANCELLED"), sent(8, [1: 1])]
        )
        let adopted = RecordedFulfilment(
            id: id("Fulfillment", 8),
            isOurs: false,
            notified: false,
            tracking: []
        )
        #expect(next(ShipmentRecord(shipment: shipment([("A", 1)])), view) == .adopt(adopted))
        #expect(next(ShipmentRecord(shipment: shipment()), view) == .adopt(adopted))
    }

    @Test func `another shipment's fulfilment is not taken for ours`() {
        let view = FulfilmentView(lines: lines([("A", 0)]), parts: [], sent: [sent(8, [1: 1])])
        let record = ShipmentRecord(shipment: shipment([("A", 1)]), others: [id("Fulfillment", 8)])
        guard case .park = next(record, view) else {
            Issue.record("expected it to be parked")
            return
        }
    }

    @Test func `units that no fulfilment order shows need a scope`() {
        let view = FulfilmentView(lines: lines([("A", 2)]), parts: [])
        guard case .park(let why, let remedy) = next(ShipmentRecord(shipment: shipment([("A", 2)])), view)
        else {
            Issue.record("expected it to be parked")
            return
        }
        #expect(why == "2 units are in no fulfilment order that the app may see")
        #expect(
            remedy
                == "a fulfilment service or another app has them: add write_third_party_fulfillment_orders to the app and reinstall it, then run: kccsyncd queue retry --all"
        )
    }

    @Test func `lines refunded since are a surplus that holds back nothing`() {
        let view = FulfilmentView(lines: lines([("A", 1)]), parts: [part(1, [1: 1])])
        let record = ShipmentRecord(shipment: shipment([("A", 2)]))
        #expect(units(next(record, view)) == ["1": ["1": 1]])
        var after = record
        after.fulfilments = [
            RecordedFulfilment(id: id("Fulfillment", 1), isOurs: true, notified: true, tracking: [])
        ]
        let later = FulfilmentView(lines: lines([("A", 0)]), parts: [], sent: [sent(1, [1: 1])])
        #expect(next(after, later) == .done(raised: "1 of A more than the order still has"))
    }

    @Test func `a cancelled order of which nothing was sent is parked`() {
        let view = FulfilmentView(cancelled: true, lines: lines([("A", 0)]), parts: [])
        guard case .park(let why, _) = next(ShipmentRecord(shipment: shipment()), view) else {
            Issue.record("expected it to be parked")
            return
        }
        #expect(why == "the order is cancelled")
    }

    @Test(arguments: [(true, 0.0, true), (true, 2.9, true), (true, 3.1, false), (false, 0.0, false)])
    func `a mail goes out where they are wanted and the parcel has not long arrived`(
        mails: Bool,
        days: Double,
        expected: Bool
    ) {
        let view = FulfilmentView(lines: lines([("A", 1)]), parts: [part(1, [1: 1])])
        guard
            case .fulfil(let request) = next(
                ShipmentRecord(shipment: shipment(daysAgo: days)),
                view,
                mails: mails
            )
        else {
            Issue.record("expected a fulfilment")
            return
        }
        #expect(request.notify == expected)
    }

    /// Numbers there, numbers of ours before, by us, mailed before; what is sent, and whether with a mail.
    private static let trackings: [([String], [String], Bool, Bool, [String]?, Bool)] = [
        ([], [], false, false, ["N"], true),
        ([], [], true, true, ["N"], true),
        ([], [], true, false, ["N"], true),
        (["N"], ["N"], true, true, nil, false),
        (["OLD"], ["OLD"], true, true, ["N"], false),
        (["THEIRS"], [], false, false, ["THEIRS", "N"], false),
        (["THEIRS", "OLD"], ["OLD"], false, false, ["THEIRS", "N"], false),
        ([], ["OLD"], true, false, ["N"], false),
        (["N"], [], false, false, nil, false),
    ]

    @Test(arguments: trackings)
    func `a number is added or corrected, a colleague's stays, and only the first number is mailed`(
        there: [String],
        before: [String],
        isOurs: Bool,
        mailed: Bool,
        wanted: [String]?,
        notify: Bool
    ) {
        let view = FulfilmentView(
            lines: lines([("A", 1)]),
            parts: [],
            sent: [sent(1, [1: 1], tracking: there)]
        )
        let fulfilment = RecordedFulfilment(
            id: id("Fulfillment", 1),
            isOurs: isOurs,
            notified: mailed,
            tracking: Tracking(numbers: before)
        )
        let record = ShipmentRecord(
            shipment: shipment([("A", 1)], tracking: ["N"]),
            fulfilments: [fulfilment],
            isComplete: true
        )
        let expected = wanted.map { numbers in
            let parcels = numbers.map {
                Tracking.Parcel(number: $0, owner: $0 == "THEIRS" ? .colleague : .ours)
            }
            return FulfilmentPlan.Step.track(
                TrackingRequest(fulfilment: fulfilment.id, tracking: Tracking(parcels), notify: notify)
            )
        }
        #expect(next(record, view) == expected ?? .done(raised: nil))
    }

    @Test(arguments: [
        ("royal mail", "Royal Mail"), ("RM24", "Royal Mail"), ("ROYALMAIL", "Royal Mail"),
        ("My Hermes", "Evri"), ("Bob's Bikes", "Bob's Bikes"), ("x-1", "Evri"), ("Yodel", "Tuffnells"),
    ])
    func `a courier gets the name that Shopify knows, and the configuration's word stands`(
        told: String,
        company: String
    ) {
        #expect(Carriers(["X1": "Evri", "Yodel": "Tuffnells"]).company(told) == company)
    }
}
