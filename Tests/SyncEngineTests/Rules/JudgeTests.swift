import Foundation
import SyncEngine
import TestSupport
import Testing

struct JudgeTests {
    private func judge(
        _ order: Order,
        _ standing: OrderStanding? = nil,
        _ channels: ChannelContext...,
        facts: MemoryFacts = MemoryFacts()
    ) throws -> Judgement {
        try #require(try Judge(channels: channels).judge(order, standing: standing, facts: facts))
    }

    private func imported(_ change: (inout OrderStanding) -> Void = { _ in }) -> OrderStanding {
        var standing = OrderStanding(
            state: .imported,
            reason: nil,
            channel: "web",
            ref: "1001",
            site: "MAIN",
            handOff: HandOffState(.waiting, served: .init(.page, nil))
        )
        change(&standing)
        return standing
    }

    // MARK: Channels

    @Test func `a shop without enabled channels decides nothing`() throws {
        #expect(try Judge(channels: []).judge(.paid(), standing: nil, facts: MemoryFacts()) == nil)
    }

    @Test func `the first channel that accepts owns the order`() throws {
        let judgement = try judge(
            .paid().status("PENDING"),
            nil,
            .plain("a"),
            .plain("b") { $0.ignoreFinancialStatus = true },
            .plain("c") { $0.ignoreFinancialStatus = true }
        )
        #expect(judgement.channel == "b")
        #expect(judgement.state == .imported)
        #expect(judgement.evaluations.map(\.channel) == ["a", "b", "c"])
    }

    @Test func `an order that none accepts shows the channel whose rules it passed furthest`() throws {
        let judgement = try judge(
            .paid().status("PENDING"),
            nil,
            .plain("a", start: Instants.now),
            .plain("b"),
            .plain("c", start: Instants.now)
        )
        #expect(judgement.channel == "b")
        #expect(judgement.reason == .unpaid)
    }

    @Test func `of channels that it passed equally far the first is shown`() throws {
        let judgement = try judge(.paid().status("PENDING"), nil, .plain("a"), .plain("b"))
        #expect(judgement.channel == "a")
    }

    @Test func `each channel asks for its own ref`() throws {
        var facts = MemoryFacts()
        facts.holders = ["1001": "#77"]
        let judgement = try judge(
            .paid(),
            nil,
            .plain("a"),
            .plain("b") { $0.orderRefFormat = "B{0}" },
            facts: facts
        )
        #expect(judgement.channel == "b")
        #expect(judgement.ref == "B1001")
    }

    // MARK: Once imported

    @Test(arguments: RuleOrderTests.refusing.filter { $0 != .ignored })
    func `an imported order stays imported, with its channel, ref and site, whatever a rule says now`(
        _ rule: ImportRule
    ) throws {
        var situation = Situation()
        RuleOrderTests.refusal(by: rule)?(&situation)
        let judgement = try #require(
            try Judge(channels: [situation.context])
                .judge(situation.order, standing: imported(), facts: MemoryFacts())
        )
        #expect(judgement.state == .imported)
        #expect(judgement.channel == "web")
        #expect(judgement.ref == "1001")
        #expect(judgement.site == "MAIN")
        #expect(judgement.customer == nil)
        // Cancelled after its import and before its hand-off, it is withdrawn; nothing else keeps it back.
        #expect(judgement.handOff == (rule == .cancelled ? .withdrawn : .waiting))
    }

    struct HandOffCase: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var order: Order
        var handOff: HandOff
        var reason: ReasonCode?
        var adjustment: String?
        var standing: @Sendable (inout OrderStanding) -> Void = { _ in }
    }

    static let handOffs: [HandOffCase] = [
        HandOffCase(testDescription: "nothing special", order: .paid(), handOff: .waiting),
        HandOffCase(
            testDescription: "totals differ",
            order: .paid().total("31"),
            handOff: .held,
            reason: .totalsDiffer
        ),
        HandOffCase(
            testDescription: "totals differ, adjustment code",
            order: .paid().total("31"),
            handOff: .waiting,
            adjustment: "ADJ"
        ),
        HandOffCase(testDescription: "totals differ, released", order: .paid().total("31"), handOff: .waiting)
        {
            $0.handOffState = HandOffState(.waiting, released: true)
        },
        HandOffCase(
            testDescription: "cancelled",
            order: .paid().cancelled(),
            handOff: .withdrawn,
            reason: .cancelledBeforeHandOff
        ),
        HandOffCase(
            testDescription: "cancelled beats totals",
            order: .paid().cancelled().total("31"),
            handOff: .withdrawn,
            reason: .cancelledBeforeHandOff
        ),
        HandOffCase(
            testDescription: "nothing left",
            order: .paid().emptied(),
            handOff: .withdrawn,
            reason: .nothingLeft
        ),
        HandOffCase(testDescription: "gone", order: .paid(), handOff: .withdrawn, reason: .gone) {
            $0.gone = true
        },
        HandOffCase(testDescription: "comes back", order: .paid(), handOff: .waiting) {
            $0.handOffState = HandOffState(.withdrawn, reason: .nothingLeft)
        },
        HandOffCase(testDescription: "held, then right", order: .paid(), handOff: .waiting) {
            $0.handOffState = HandOffState(.held, reason: .totalsDiffer)
        },
        HandOffCase(
            testDescription: "exported, then cancelled",
            order: .paid().cancelled(),
            handOff: .waiting
        ) {
            $0.handOffState = HandOffState(.waiting, served: .init(.export, 1))
        },
        HandOffCase(testDescription: "exported, then emptied", order: .paid().emptied(), handOff: .waiting) {
            $0.handOffState = HandOffState(.waiting, served: .init(.export, 1))
        },
        HandOffCase(testDescription: "exported, then gone", order: .paid(), handOff: .waiting) {
            $0.handOffState = HandOffState(.waiting, served: .init(.export, 1))
            $0.gone = true
        },
        HandOffCase(
            testDescription: "taken, then cancelled",
            order: .paid().cancelled(),
            handOff: .acknowledged
        ) {
            $0.handOffState = HandOffState(.acknowledged)
        },
        HandOffCase(
            testDescription: "taken, totals differ",
            order: .paid().total("31"),
            handOff: .acknowledged
        ) {
            $0.handOffState = HandOffState(.acknowledged)
        },
    ]

    @Test(arguments: handOffs)
    func `where an imported order stands follows from it and its past`(_ example: HandOffCase) throws {
        let judgement = try judge(
            example.order,
            imported(example.standing),
            .plain { $0.adjustmentSKU = example.adjustment }
        )
        #expect(judgement.handOff == example.handOff)
        #expect(judgement.reason == example.reason)
    }

    @Test func `a deleted order is skipped as gone, an ignored one stays ignored`() throws {
        var standing = OrderStanding(state: .skipped, reason: .gone, channel: "web")
        standing.gone = true
        #expect(try judge(.paid(), standing, .plain()).reason == .gone)
        standing.ignored = true
        #expect(try judge(.paid(), standing, .plain()).state == .ignored)
    }
}
