import Foundation
import TestSupport
import Testing

@testable import SyncEngine

@Suite struct DespatchDecisionTests {
    typealias Verdict = DespatchDecision.Verdict

    /// Lines 1 to 3: two of TEA, one of POT, three more of TEA.
    static let lines: [OrderLine] = [
        .units(2, of: "TEA", at: "5", line: 9_100_000_000_001),
        .units(1, of: "POT", at: "9", line: 9_100_000_000_002),
        .units(3, of: "TEA", at: "5", line: 9_100_000_000_003),
    ]

    static func line(_ number: Int) -> ShopifyID { lines[number - 1].id }

    static func item(
        _ sku: String? = "TEA",
        _ quantity: String? = "1",
        id: String? = "S1",
        orderItem: String? = "I1",
        importRef: String? = nil,
        itemRef: String? = nil
    ) -> ShipmentReport.Item {
        ShipmentReport.Item(
            orderItem: orderItem,
            id: id,
            sku: SKU(given: sku),
            quantity: quantity.flatMap { Amount($0) },
            importRef: importRef,
            itemRef: itemRef
        )
    }

    static func parcel(_ number: String?, _ courier: ShipmentReport.Courier? = nil, at: Date? = nil)
        -> ShipmentReport.Package
    {
        ShipmentReport.Package(consignment: number, courier: courier, shippedAt: at)
    }

    static func decide(
        _ items: [ShipmentReport.Item] = [item(importRef: line(1).gid)],
        _ packages: [ShipmentReport.Package] = [],
        status: String = "Issue",
        order: String = "Shipping",
        channel: LinkedChannel = .plain(),
        change: (inout DespatchDecision.Facts) -> Void = { _ in }
    ) -> Verdict {
        var facts = DespatchDecision.Facts(lines: lines)
        change(&facts)
        let shipment = ShipmentReport(
            id: "Q7",
            code: "INV1",
            status: status,
            items: items,
            packages: packages
        )
        let report = OrderReport(
            id: "1",
            code: "SO1",
            status: order,
            customData: nil,
            associatedRef: "WEB1",
            shipments: [shipment]
        )
        return DespatchDecision.decide(shipment, in: report, of: channel, facts: facts, now: Instants.now)
    }

    static func news(_ verdict: Verdict) -> [String]? {
        guard case .despatched(let despatch) = verdict else { return nil }
        return despatch.news.map { match in
            "\(match.units) of line \((lines.firstIndex { $0.id == match.line } ?? -1) + 1)"
        }
    }

    // MARK: What means despatched

    @Test(
        arguments: [
            ("Issue", "Received", nil, true), ("Issue", "Cancelled", nil, true),
            ("Archived", "Complete", nil, true), ("Archived", "PartialShip", nil, true),
            ("Archived", "Shipping", "JD1", true), ("Archived", "Shipping", nil, false),
            ("Shipping", "Complete", "JD1", false), ("Invoicing", "Complete", "JD1", false),
            ("Processing", "Shipping", "JD1", false), ("Packing", "Shipping", "JD1", false),
            ("Picking", "Shipping", nil, false), ("Payment", "Shipping", nil, false),
            ("Staging", "Shipping", nil, false),
            ("Released", "Received", nil, false), ("AwaitingDate", "Received", nil, false),
            ("AwaitingStock", "Received", nil, false), ("ManualHold", "Received", nil, false),
            ("TermsHold", "Received", nil, false), ("Teleported", "Complete", "JD1", false),
        ] as [(String, String, String?, Bool)]
    )
    func `only an issued invoice means that the goods have left`(
        _ status: String,
        _ order: String,
        _ number: String?,
        _ despatched: Bool
    ) {
        let verdict = Self.decide(
            [Self.item(importRef: Self.line(1).gid)],
            [Self.parcel(number)],
            status: status,
            order: order
        )
        #expect((verdict != .progress) == despatched)
    }

    @Test func `archived after an issue stays despatched, and so does a date of despatch`() {
        #expect(Self.decide(status: "Archived") { $0.isDespatched = true } != .progress)
        #expect(
            Self.decide(
                [Self.item(importRef: Self.line(1).gid)],
                [Self.parcel(nil, at: Instants.now)],
                status: "Archived"
            ) != .progress
        )
    }

    // MARK: Finding the line

    @Test(
        arguments: [
            (item(importRef: line(3).gid), ["1 of line 3"]),
            (item("OTHER", importRef: line(2).gid), ["1 of line 2"]),
            (item(itemRef: "9100000000003"), ["1 of line 3"]),
            (item("OTHER", importRef: "gid://shopify/Something/9100000000002"), ["1 of line 2"]),
            (item("OTHER", orderItem: "I9"), ["1 of line 2"]),
            (item("TEA", "4"), ["2 of line 1", "2 of line 3"]),
            (item("TEA", "9"), ["2 of line 1", "3 of line 3", "4 of line 3"]),
            (item("POT", "1"), ["1 of line 2"]),
        ])
    func `an item finds its line by reference, by KCC's id, else by SKU`(
        _ item: ShipmentReport.Item,
        _ expected: [String]
    ) {
        #expect(Self.news(Self.decide([item]) { $0.links = ["I9": [Self.line(2)]] }) == expected)
    }

    @Test func `a reference that was cut short names a line if it fits one alone`() {
        let short = String(Self.line(2).gid.dropLast(1))
        #expect(Self.decide([Self.item("OTHER", importRef: short)]).isUnmatched)
        let lines = [Self.lines[0], OrderLine.units(1, of: "POT", at: "9", line: 77_000)]
        let verdict = Self.decide([Self.item("OTHER", importRef: "gid://shopify/LineItem/77")]) {
            $0.lines = lines
        }
        guard case .despatched(let despatch) = verdict else {
            Issue.record("the line was not found")
            return
        }
        #expect(despatch.news.map(\.line) == [lines[1].id])
    }

    @Test func `units that other shipments took are not taken twice`() {
        let verdict = Self.decide([Self.item("TEA", "2")]) { $0.sentByOthers = [Self.line(1): 2] }
        #expect(Self.news(verdict) == ["2 of line 3"])
    }

    @Test(
        arguments: [
            (item("OTHER", "1", orderItem: nil), "SKU OTHER: is on no line of the order"),
            (
                item("TEA", "1.5", orderItem: nil),
                "SKU TEA: expected a whole quantity, found 1.5"
            ),
            (item("TEA", "-1", orderItem: nil), "SKU TEA: expected a whole quantity, found -1"),
            (item("TEA", nil, orderItem: nil), "SKU TEA: expected a whole quantity, found none"),
            (
                item(nil, "1", id: nil, orderItem: nil), "an item has no id, no reference and no SKU"
            ),
        ])
    func `what cannot be placed is said with its names`(_ item: ShipmentReport.Item, _ why: String) {
        #expect(Self.decide([item]) == .unmatched(why))
    }

    @Test func `a shipment without items fulfils nothing`() {
        #expect(Self.decide([]) == .unmatched("it names no items"))
    }

    @Test func `lines of our own are nothing that Shopify could send`() {
        let channel = LinkedChannel.plain { $0.tipSKU = "TIP" }
        let tip = Self.item("TIP", "1", id: "S2", importRef: "kccsyncd:tip")
        let unnamed = Self.item("TIP", "1", id: "S2")
        let tea = Self.item(importRef: Self.line(1).gid)
        #expect(Self.news(Self.decide([tea, tip], channel: channel)) == ["1 of line 1"])
        #expect(Self.news(Self.decide([tea, unnamed], channel: channel)) == ["1 of line 1"])
        #expect(Self.decide([tip], channel: channel) == .progress)
    }

    @Test func `a tip that is a line of Shopify's is nothing that it could send, either`() {
        let channel = LinkedChannel.plain { $0.tipSKU = "TIP" }
        var line = OrderLine.units(1, of: "TIP", at: "2", line: 9_100_000_000_004)
        line.requiresShipping = false
        let hasTip: (inout DespatchDecision.Facts) -> Void = { facts in
            facts.lines.append(line)
            facts.tips = [line.id]
        }
        let tip = Self.item("TIP", "1", id: "S2", orderItem: "I2", importRef: line.id.gid)
        let unnamed = Self.item("TIP", "1", id: "S2", orderItem: "I2")
        let tea = Self.item(importRef: Self.line(1).gid)
        #expect(Self.news(Self.decide([tea, tip], channel: channel, change: hasTip)) == ["1 of line 1"])
        #expect(Self.news(Self.decide([tea, unnamed], channel: channel, change: hasTip)) == ["1 of line 1"])
        #expect(Self.decide([tip], channel: channel, change: hasTip) == .progress)
    }

    // MARK: Repeats and changes

    @Test func `what was sent is not sent again, and what was added is`() {
        func sent(_ units: Int) -> (inout DespatchDecision.Facts) -> Void {
            {
                $0.isDespatched = true
                $0.sent = [
                    "S1": [
                        DespatchDecision.Match(item: "S1", orderItem: nil, line: Self.line(3), units: units)
                    ]
                ]
            }
        }
        let item = Self.item("TEA", "2", importRef: Self.line(3).gid)
        #expect(Self.news(Self.decide([item], change: sent(2))) == [])
        #expect(Self.news(Self.decide([item], change: sent(1))) == ["1 of line 3"])
        guard case .despatched(let despatch) = Self.decide([item], change: sent(3)) else {
            Issue.record("a reduced shipment is still a despatched one")
            return
        }
        #expect(despatch.news.isEmpty)
        #expect(despatch.reduced.count == 1)
    }

    @Test func `several rows of one item are one`() {
        let half = Self.item("TEA", "1", importRef: Self.line(3).gid)
        #expect(Self.news(Self.decide([half, half])) == ["2 of line 3"])
    }

    // MARK: Tracking

    @Test func `numbers come once each, without blanks, and the courier by the carriers' table`() {
        let mail = ShipmentReport.Courier(id: "7", code: "RM24", name: "Royal Mail 24")
        let verdict = Self.decide(
            [Self.item(importRef: Self.line(1).gid)],
            [
                Self.parcel(" JD1 ", mail), Self.parcel("", mail), Self.parcel("JD1", mail),
                Self.parcel("JD2", mail),
            ]
        )
        guard case .despatched(let despatch) = verdict else {
            Issue.record("it is despatched")
            return
        }
        #expect(despatch.tracking == Tracking(numbers: ["JD1", "JD2"], company: "RM24"))
        #expect(!despatch.hasSeveralCouriers)
        #expect(despatch.at == Instants.now)
    }

    @Test func `without an entry a courier is its name, else its code`() {
        func carrier(_ courier: ShipmentReport.Courier, _ table: [String: String] = [:]) -> String? {
            courier.text(knownTo: table)
        }
        let all = ShipmentReport.Courier(id: "7", code: "RM24", name: "Royal Mail 24")
        #expect(carrier(all) == "Royal Mail 24")
        #expect(carrier(all, ["7": "Evri", "RM24": "Royal Mail"]) == "7")
        #expect(carrier(ShipmentReport.Courier(id: "7", code: "RM24", name: "")) == "RM24")
        #expect(carrier(ShipmentReport.Courier(id: "7", code: nil, name: nil)) == "7")
    }

    @Test func `several couriers at once are said, and a date to come is not believed`() {
        let one = ShipmentReport.Courier(id: nil, code: "RM24", name: nil)
        let two = ShipmentReport.Courier(id: nil, code: "DPD", name: nil)
        let verdict = Self.decide(
            [Self.item(importRef: Self.line(1).gid)],
            [Self.parcel("A", one, at: Instants.now + 86_400), Self.parcel("B", two, at: Instants.now - 60)]
        )
        guard case .despatched(let despatch) = verdict else {
            Issue.record("it is despatched")
            return
        }
        #expect(despatch.hasSeveralCouriers)
        #expect(despatch.tracking.company == "RM24")
        #expect(despatch.at == Instants.now)
    }

    // MARK: Reports

    @Test func `a report is the same one in whatever order its rows come, and another with another word`() {
        func report(_ items: [ShipmentReport.Item], _ numbers: [String], _ status: String = "Issue")
            -> ShipmentReport
        {
            ShipmentReport(
                id: "Q7",
                code: "X",
                status: status,
                items: items,
                packages: numbers.map { Self.parcel($0) }
            )
        }
        let order = OrderReport(
            id: "1",
            code: nil,
            status: "Shipping",
            customData: nil,
            associatedRef: nil,
            shipments: []
        )
        var complete = order
        complete.status = "Complete"
        let (one, two) = (Self.item("TEA", "1", id: "S1"), Self.item("POT", "1", id: "S2"))
        let first = report([one, two], ["A", "B"]).digest(in: order)
        #expect(report([two, one], ["B", "A"]).digest(in: order) == first)
        #expect(report([two, one], ["B", "C"]).digest(in: order) != first)
        #expect(report([one], ["A", "B"]).digest(in: order) != first)
        #expect(report([one, two], ["A", "B"], "Archived").digest(in: order) != first)
        #expect(report([one, two], ["A", "B"]).digest(in: complete) != first)
    }
}

extension DespatchDecision.Verdict {
    fileprivate var isUnmatched: Bool {
        if case .unmatched = self { true } else { false }
    }
}
