import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// The orders of a store that the version before left with pages open go on, and none is handed off twice.
@Suite(.timeLimit(.minutes(30)))
struct UpgradeTests {
    /// Each order as the version before left it.
    private static let left = [
        "1000 imported acknowledged", "1001 imported acknowledged", "1002 imported waiting",
        "1003 imported waiting", "1004 imported waiting", "1005 imported waiting [\"note\"]",
        "1006 imported waiting", "1007 imported waiting", "1008 imported held totals_differ",
        "1009 skipped none unpaid",
    ]

    /// The names of the orders that are acknowledged.
    private func acknowledged(_ daemon: Installation) async throws -> [String] {
        try await daemon.orders().filter { $0.contains(" acknowledged") }.map { String($0.prefix(4)) }
    }

    @Test(arguments: [false, true])
    func `Upgrade: every order is what it was, after the migration and after a round`(afterRound: Bool)
        async throws
    {
        try await OldStore.upgraded { daemon, shop in
            if afterRound { await daemon.pass(30) }
            #expect(try await daemon.orders() == Self.left)
            let status = try await daemon.status()
            #expect(
                !status.contains { $0.contains("restored") || $0.contains("KCC's position") },
                "\(status)"
            )
        }
    }

    /// What KCC sends first after the upgrade.
    enum First: CaseIterable, Sendable, CustomTestStringConvertible {
        case open, openTwice, openAfterRestart
        case before, longBefore, sameDate, nothing
        case older

        var testDescription: String {
            switch self {
            case .open: "KCC returns the position of its open page"
            case .openTwice: "KCC returns the position of its open page at two requests"
            case .openAfterRestart:
                "the daemon starts once more, then KCC returns the position of its open page"
            case .before: "KCC asks again with the position before the open page"
            case .longBefore: "KCC asks again with its oldest position"
            case .sameDate: "KCC asks again with the date that the open page was asked with"
            case .nothing: "KCC asks without a position"
            case .older: "KCC returns the position of an older page that had not come back"
            }
        }

        var position: String? {
            switch self {
            case .open, .openTwice, .openAfterRestart: OldStore.position(4)
            case .before: OldStore.position(2)
            case .longBefore: OldStore.position(1)
            case .sameDate: OldStore.date
            case .nothing: nil
            case .older: OldStore.position(3)
            }
        }

        /// What the request acknowledges besides 1000 and 1001.
        var acknowledges: [String] {
            switch self {
            case .open, .openTwice, .openAfterRestart: ["1004", "1005", "1006"]
            case .before, .longBefore, .sameDate, .nothing: []
            case .older: ["1003"]
            }
        }

        /// What is offered then; 1003 was placed before KCC's date.
        var offers: [String] {
            switch self {
            case .open, .openTwice, .openAfterRestart: ["1007"]
            case .before, .longBefore, .sameDate, .older: ["1004", "1005", "1006", "1007"]
            case .nothing: ["1003", "1004", "1005", "1006", "1007"]
            }
        }
    }

    @Test(arguments: First.allCases)
    func `Upgrade: what KCC has is acknowledged, and what it may lack is offered once, under its reference`(
        _ first: First
    ) async throws {
        try await OldStore.upgraded { daemon, _ in
            if first == .openAfterRestart { try await daemon.restart() }
            try await KCC.calling(daemon) { kcc in
                let page = try await kcc.orders(from: first.position)
                #expect(page.refs == first.offers)
                #expect(try await acknowledged(daemon) == ["1000", "1001"] + first.acknowledges)
                if first == .openTwice {
                    let again = try await kcc.orders(from: first.position)
                    #expect(again.refs == page.refs && again.position == page.position)
                }
                // An order that KCC may lack is offered as it is now, so it has not changed after its hand-off.
                let hasNote = first.offers.contains("1005")
                #expect(page.body.contains("ring twice") == hasNote)
                // A number that the version before had given would acknowledge what that page held.
                let given = (1...4).map(OldStore.position)
                #expect(!given.contains(page.position ?? ""))
                let next = try await kcc.orders(from: page.position)
                #expect(next.refs.isEmpty && next.position == page.position)
                let taken = Set(["1000", "1001"] + first.acknowledges + first.offers)
                #expect(try await acknowledged(daemon) == taken.sorted())
                let edited = "1005 imported acknowledged" + (hasNote ? "" : " [\"note\"]")
                #expect(try await daemon.orders()[5] == edited)
                let served = try await daemon.rows(
                    "SELECT served_revision || ' of ' || revision FROM \"order\" WHERE name = '#1005'"
                )
                #expect(served == [hasNote ? "2 of 2" : "1 of 2"])
                await daemon.pass(120)
                #expect(try await kcc.orders(from: next.position).refs.isEmpty)
            }
        }
    }

    /// What KCC does about the order that it asked for by name.
    enum Named: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case status = "a status names it"
        case statusAfterPages = "KCC polls on, then a status names it"
        case polls = "KCC polls on"
        case date = "KCC asks with a date before it"
        case again = "KCC asks for it by name once more"

        var testDescription: String { rawValue }
    }

    @Test(arguments: Named.allCases)
    func `Upgrade: the order that KCC asked for by name waits for a status and is on no page`(_ named: Named)
        async throws
    {
        try await OldStore.upgraded { daemon, _ in
            try await KCC.calling(daemon) { kcc in
                var offered: [String] = []
                switch named {
                case .status: break
                case .statusAfterPages, .polls:
                    for page in 1...4 { offered += try await kcc.orders(from: OldStore.position(page)).refs }
                case .date: offered = try await kcc.orders(from: "2020-01-01").refs
                case .again: #expect(try await kcc.orders(ids: "1002").refs == ["1002"])
                }
                #expect(!offered.contains("1002") && offered.isEmpty == [.status, .again].contains(named))
                #expect(try await daemon.orders()[2] == "1002 imported waiting")
                guard named == .status || named == .statusAfterPages else { return }
                #expect(try await kcc.status(of: "1002") == 200)
                #expect(try await daemon.orders()[2] == "1002 imported acknowledged")
                offered = try await kcc.orders().refs
                #expect(!offered.contains("1002"))
            }
        }
    }

    // MARK: Other stores

    @Test func `Upgrade: an empty store begins as a new one does`() async throws {
        let now = ManualNow()
        let shop = TestShop(now)
        shop.product("SKU-1", figure: 20)
        try await Installation.run(
            ConfigurationText.linked,
            shops: [ConfigurationText.host: shop],
            now: now,
            seed: OldStore.empty.put
        ) { daemon in
            shop.sell(.paid(1001))
            await daemon.round()
            try await KCC.calling(daemon) { kcc in
                let page = try await kcc.orders()
                #expect(page.refs == ["1001"])
                #expect(try await kcc.orders(from: page.position).refs.isEmpty)
            }
            #expect(try await daemon.orders() == ["1001 imported acknowledged"])
        }
    }

    @Test(arguments: [false, true])
    func `Upgrade: a store with orders and no link goes on, also when its channel is linked now`(linked: Bool)
        async throws
    {
        let now = ManualNow(Instants.now.addingTimeInterval(60))
        let shop = TestShop(now)
        shop.product("SKU-1", figure: 94)
        try await Installation.run(
            linked ? ConfigurationText.linked : ConfigurationText.text(kcc: nil),
            shops: [ConfigurationText.host: shop],
            now: now,
            seed: { path in
                try OldStore.unlinked.put(at: path)
                shop.orders.put(try OldStore.orders(at: path))
            }
        ) { daemon in
            let left = [
                "1001 imported acknowledged", "1002 imported waiting", "1003 skipped none unpaid",
            ]
            #expect(try await daemon.orders() == left)
            await daemon.pass(60)
            #expect(try await daemon.orders() == left)
            shop.edit(.order(1003)) { $0.financialStatus = "PAID" }
            await daemon.pass(15)
            #expect(try await daemon.orders() == left.dropLast() + ["1003 imported waiting"])
            guard linked else { return }
            try await KCC.calling(daemon) { kcc in
                let page = try await kcc.orders()
                #expect(page.refs == ["1002", "1003"])
            }
        }
    }
}
