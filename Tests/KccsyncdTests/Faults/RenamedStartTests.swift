import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Orders older than the start of the channel that takes them over, after a rename in the file.
@Suite(.timeLimit(.minutes(30)))
struct RenamedStartTests {
    private static func shop(_ lines: String = "", _ name: String = "shop") -> String {
        ConfigurationText.text(lines).replacing("[channels.web", with: "[channels.\(name)")
    }

    /// An order that is older than the new name's start, and what becomes of it.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var order = Order.paid(1001)
        /// Days that pass before the file is changed.
        var days: Double = 20
        /// Brought in by a backfill, because it was placed 20 days before the first sync.
        var isBackfilled = false
        /// Each text of the file, one after the other.
        var files = [shop()]
        /// Whether the order is paid when the last one is active.
        var isPaidLater = false
        var expected = "1001 imported waiting"

        static let all = [
            Case(testDescription: "an order waits"),
            Case(
                testDescription: "an order is held for its totals",
                order: .paid(1001).total("31"),
                days: 10,
                expected: "1001 imported held totals_differ"
            ),
            Case(
                testDescription: "an order is unpaid",
                order: .paid(1001).status("PENDING"),
                expected: "1001 skipped none unpaid"
            ),
            Case(
                testDescription: "an order is unpaid, and paid later",
                order: .paid(1001).status("PENDING"),
                isPaidLater: true
            ),
            Case(
                testDescription: "an order waits that a backfill brought in",
                order: .paid(1001, at: Instants.now.addingTimeInterval(-20 * 86_400)),
                isBackfilled: true
            ),
            Case(
                testDescription: "the new name has a later start_date",
                files: [shop("start_date = 2026-12-10")]
            ),
            Case(
                testDescription: "the old date is written down after 113 days, and rejected",
                days: 113,
                files: [shop("start_date = 2026-11-16")]
            ),
            Case(
                testDescription: "the channel gets three names, one after the other",
                files: [shop(), shop("", "mall"), shop("start_date = 2026-12-12", "store")]
            ),
            Case(
                testDescription: "an unpaid order, three names",
                order: .paid(1001).status("PENDING"),
                files: [shop(), shop("", "mall"), shop("", "store")],
                isPaidLater: true
            ),
            // A date that the operator wrote counts for what was never imported, as it does without a rename.
            Case(
                testDescription: "an order is unpaid, and the new name has a later start_date",
                order: .paid(1001).status("PENDING"),
                files: [shop("start_date = 2026-12-10")],
                isPaidLater: true,
                expected: "1001 skipped none before_start_date"
            ),
            Case(
                testDescription: "a till sale that was left out, and the new name downloads them",
                order: .till(1001),
                files: [
                    shop("download_pos_orders = \"generic_customer\"\ngeneric_customer = \"POSSALES\"")
                ],
                isPaidLater: true,
                expected: "1001 skipped none before_start_date"
            ),
            Case(
                testDescription: "an order is older than the old name's start, too",
                order: .paid(1001, at: Instants.now.addingTimeInterval(-20 * 86_400)),
                expected: "1001 skipped none before_start_date"
            ),
        ]
    }

    @Test(arguments: Case.all)
    func `H4: a rename in the file keeps the start date that an order was accepted by`(_ given: Case)
        async throws
    {
        try await KCC.linked { (daemon, shop, kcc) async throws in
            shop.sell(given.order.with { $0.updatedAt = Instants.now })
            await daemon.round()
            if given.isBackfilled {
                let from = DayOrInstant.instant(Instants.now.addingTimeInterval(-30 * 86_400))
                let reply = await daemon.perform(
                    .backfill(channel: "web", from: from, to: .instant(Instants.now))
                )
                #expect(reply.status == .done, "\(reply.errors)")
                await daemon.pass(60)
            }
            daemon.now.advance(by: given.days * 86_400)
            await daemon.round()
            for text in given.files {
                let reply = try await daemon.reload(text)
                #expect(reply.status == .done, "\(reply.errors)")
                #expect(
                    !reply.lines.contains { $0.contains("would be decided differently") },
                    "\(reply.lines)"
                )
                await daemon.pass(60)
                daemon.now.advance(by: 20 * 86_400)
                await daemon.pass(60)
            }
            if given.isPaidLater {
                shop.edit(.order(1001)) { $0.financialStatus = "PAID" }
                await daemon.pass(30)
            }
            #expect(try await daemon.orders() == [given.expected])
            let waits = given.expected.hasSuffix("waiting")
            let channel = given.files.last?.firstMatch(of: /\[channels\.([a-z]+)\]/).map { String($0.1) }
            let page = try await kcc.orders(channel ?? "")
            #expect(page.refs == (waits ? ["1001"] : []))
            if waits {
                let explained = try await daemon.answer(.explanation(reference: "1001"))
                #expect(
                    explained.contains {
                        $0.hasPrefix("start date")
                            && $0.hasSuffix(
                                "n/a      its date was accepted by a channel that is not in the configuration any more"
                            )
                    },
                    "\(explained)"
                )
            }
        }
    }

    @Test func `H4: units of an old order are held back under the channel's new name`() async throws {
        try await StockFault.run { (daemon, shop) async throws in
            shop.sell(.selling(3, ago: 60))
            await daemon.round()
            daemon.now.advance(by: 20 * 86_400)
            await daemon.pass(60)
            try await KCC.calling(daemon) { kcc in try await kcc.stock([("SKU-1", 20)]) }
            await daemon.pass(120)
            #expect(shop.offered("SKU-1") == 17)
            _ = try await daemon.reload(Self.shop())
            await daemon.pass(60)
            try await KCC.calling(daemon) { kcc in try await kcc.stock([("SKU-1", 20)], to: "shop") }
            await daemon.pass(180)
            #expect(shop.offered("SKU-1") == 17)
        }
    }

    @Test(arguments: [nil, "2026-11-16"])
    func `H4: channels rename after the reload decides again what the new name's start skipped`(
        _ date: String?
    ) async throws {
        try await KCC.linked { (daemon, shop, kcc) async throws in
            await daemon.round()
            daemon.now.advance(by: 113 * 86_400)
            await daemon.round()
            let reload = try await daemon.reload(Self.shop(date.map { "start_date = \($0)" } ?? ""))
            #expect(reload.lines.contains { $0.contains("is rejected") } == (date != nil), "\(reload.lines)")
            await daemon.pass(60)
            // One that polling had missed, and one from before every start.
            shop.sell(.paid(1001).with { $0.updatedAt = daemon.now.current })
            let old = Instants.now.addingTimeInterval(-20 * 86_400)
            shop.sell(.paid(1002, at: old).with { $0.updatedAt = daemon.now.current })
            await daemon.pass(60)
            let before = try await daemon.orders()
            #expect(
                before
                    == (date == nil
                        ? ["1001 skipped none before_start_date", "1002 skipped none before_start_date"] : [])
            )
            let reply = await daemon.perform(.renameChannel(old: "web", new: "shop"))
            #expect(reply.status == .done, "\(reply.errors)")
            if date != nil { await daemon.pass(60) }
            #expect(
                try await daemon.orders() == ["1001 imported waiting", "1002 skipped none before_start_date"]
            )
            let page = try await kcc.orders("shop")
            #expect(page.refs == ["1001"])
        }
    }

    /// A rename in the file that is regretted: what is done, one after the other.
    enum Step: Sendable {
        case file(String)
        case rename(String, String)
        case forget(String)
    }

    static let regrets: [[Step]] = [
        [.file("mall"), .rename("mall", "web"), .file("web")],
        [.file("mall"), .file("web"), .rename("mall", "web")],
        [.file("mall"), .file("web"), .file("mall"), .rename("mall", "web"), .file("web")],
        [.file("mall"), .file("web"), .rename("mall", "web"), .forget("mall")],
        [.file("mall"), .file("shop"), .rename("mall", "shop"), .rename("shop", "web"), .file("web")],
    ]

    @Test(arguments: regrets.indices)
    func `H4: a channel that gets its name back by the command has its first start`(_ place: Int) async throws
    {
        try await KCC.linked { (daemon, shop, _) async throws in
            shop.sell(.paid(1001).status("PENDING").with { $0.updatedAt = Instants.now })
            await daemon.round()
            daemon.now.advance(by: 20 * 86_400)
            await daemon.round()
            for step in Self.regrets[place] {
                switch step {
                case .file(let name): _ = try await daemon.reload(Self.shop("", name))
                case .rename(let old, let new): _ = await daemon.perform(.renameChannel(old: old, new: new))
                case .forget(let name): _ = await daemon.perform(.forgetChannel(name: name))
                }
                await daemon.pass(60)
            }
            shop.edit(.order(1001)) { $0.financialStatus = "PAID" }
            await daemon.pass(60)
            #expect(try await daemon.orders() == ["1001 imported waiting"])
        }
    }
}
