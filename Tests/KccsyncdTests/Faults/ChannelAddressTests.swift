import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import Persistence
@testable import kccsyncd

/// Whom KCC's calls to a channel's addresses reach when names change hands, and what is kept of settings that are gone.
@Suite(.timeLimit(.minutes(30)))
struct ChannelAddressTests {
    private static let otherHost = "other.myshopify.com"
    private static let renamed = ConfigurationText.linked.replacing("[channels.web", with: "[channels.shop")
    private static let rename = ControlCommand.renameChannel(old: "web", new: "shop")

    /// A channel `shop` that was `web` until now, with a level of 50 that came to the old address.
    private func afterRename(
        _ body: (Installation, _ shop: TestShop, _ other: TestShop, KCC) async throws -> Void
    ) async throws {
        let now = ManualNow()
        let shop = TestShop(now)
        let other = TestShop(now)
        other.identify(as: "2")
        for place in [shop, other] {
            place.product("SKU-1", figure: 20)
            place.place([.warehouse, .branch])
        }
        let shops = [ConfigurationText.host: shop, Self.otherHost: other]
        try await Installation.run(ConfigurationText.linked, shops: shops, now: now) { daemon in
            await daemon.round()
            try await KCC.calling(daemon) { kcc in
                try await kcc.stock([("SKU-1", 50)])
                await daemon.pass(60)
                #expect(shop.offered("SKU-1") == 50)
                _ = await daemon.perform(Self.rename)
                _ = try await daemon.reload(Self.renamed)
                try await body(daemon, shop, other, kcc)
            }
        }
    }

    enum Newcomer: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case otherShop = "of another shop, with the same password"
        case otherPassword = "of another shop, with another password"
        case sameShop = "of the same shop"
        case off = "that is off"

        var testDescription: String { rawValue }

        var text: String {
            let host = self == .sameShop ? ConfigurationText.host : otherHost
            let lines = self == .off ? "enabled = false" : ""
            let location =
                self == .sameShop ? "channel_location = \"Branch\"" : "channel_location = \"Main Warehouse\""
            let table = ConfigurationText.channel("web", lines, host: host)
                .replacing("channel_location = \"Main Warehouse\"", with: location)
            return renamed + "\n"
                + (self == .otherPassword
                    ? table.replacing("correct-horse-battery", with: "another-horse-battery") : table)
        }
    }

    @Test(arguments: Newcomer.allCases)
    func `H4: a new channel with a former name takes neither the calls nor the levels of the one that had it`(
        _ newcomer: Newcomer
    ) async throws {
        try await afterRename { daemon, shop, other, kcc in
            let problem =
                "web: is the former name of channel shop, whose KCC may still call it, so the link answers nobody there; give this channel another name, or, when KCC has the addresses of shop, run: kccsyncd channels forget web"
            let reply = try await daemon.reload(newcomer.text)
            #expect(reply.lines.contains("warning: \(problem)"), "\(reply.lines) \(reply.errors)")
            #expect(daemon.log.messages.contains(problem))
            await daemon.pass(60)
            let status = try await daemon.status()
            #expect(status.contains { $0.hasPrefix("web: is the former name of channel shop") }, "\(status)")
            #expect(try await kcc.stock([("SKU-1", 7)]) == 503)
            #expect(try await kcc.orders("web").status == 503)
            #expect(try await kcc.status(of: "1001") == 503)
            #expect(try await kcc.stock([("SKU-1", 40)], to: "shop") == 200)
            await daemon.pass(60)
            #expect(shop.offered("SKU-1") == 40)
            #expect(other.offered("SKU-1") == 20)
            let given = await daemon.perform(.forgetChannel(name: "web"))
            #expect(
                given.lines == [
                    "web: not a name of channel shop any more; it must be called by its own addresses"
                ],
                "\(given.errors)"
            )
            guard newcomer != .otherPassword else { return }
            #expect(try await kcc.stock([("SKU-1", 7)]) == 200)
            let levels = try await daemon.rows(
                "SELECT channel || ' ' || (level_micros / 1000000) FROM stock_level ORDER BY channel"
            )
            #expect(levels == ["shop 40", "web 7"])
            let after = try await daemon.status()
            #expect(!after.contains { $0.contains("former name") }, "\(after)")
        }
    }

    @Test func `H4: a new channel without a link may have a former name, and KCC's calls go on`() async throws
    {
        try await afterRename { daemon, shop, _, kcc in
            let table = ConfigurationText.channel("web", host: Self.otherHost, kcc: nil)
            let reply = try await daemon.reload(Self.renamed + "\n" + table)
            #expect(!reply.lines.contains { $0.contains("former name") }, "\(reply.lines)")
            #expect(try await kcc.stock([("SKU-1", 40)]) == 200)
            await daemon.pass(60)
            #expect(shop.offered("SKU-1") == 40)
        }
    }

    @Test func `H4: a third channel cannot be renamed to a former name, and the one that had it can`()
        async throws
    {
        try await afterRename { daemon, _, _, _ in
            let third = ConfigurationText.channel("pos", host: Self.otherHost)
            _ = try await daemon.reload(Self.renamed + "\n" + third)
            let refused = await daemon.perform(.renameChannel(old: "pos", new: "web"))
            #expect(
                refused.errors == [
                    "channel pos cannot be renamed to web: that is the former name of channel shop, whose KCC may still call it; when KCC has the addresses of shop run: kccsyncd channels forget web"
                ]
            )
            let back = await daemon.perform(.renameChannel(old: "shop", new: "web"))
            #expect(
                back.lines == [
                    "recorded: shop becomes web when the file has [channels.web] instead of [channels.shop] and is reloaded"
                ],
                "\(back.errors)"
            )
            let reply = try await daemon.reload(ConfigurationText.linked + "\n" + third)
            #expect(reply.lines.contains { $0.hasPrefix("channel shop is web now:") }, "\(reply.lines)")
        }
    }

    @Test func `H4: KCC is not answered before a recorded rename is carried out`() async throws {
        try await afterRename { daemon, shop, _, _ in
            let back = await daemon.perform(.renameChannel(old: "shop", new: "web"))
            #expect(back.status == .done, "\(back.errors)")
            try await daemon.end()
            daemon.write(ConfigurationText.linked)
            try await daemon.start(opens: false)
            try await KCC.calling(daemon) { kcc in
                let early = [
                    try await kcc.stock([("SKU-1", 30)], to: "shop"),
                    try await kcc.stock([("SKU-1", 30)], to: "web"),
                ]
                #expect(early == [503, 503])
                await daemon.holder.openLink()
                let late = try await kcc.stock([("SKU-1", 30)], to: "shop")
                #expect(late == 200)
                await daemon.pass(60)
                #expect(shop.offered("SKU-1") == 30)
            }
            #expect(try await daemon.rows("SELECT DISTINCT channel FROM stock_level") == ["web"])
        }
    }

    @Test func `H4: what was being answered while its channel was renamed stores nothing under the old name`()
        async throws
    {
        try await KCC.linked { daemon, _, _ in
            await daemon.round()
            let session = await daemon.holder.session
            let old = try #require(session.linked.first)
            _ = await daemon.perform(Self.rename)
            _ = try await daemon.reload(Self.renamed)
            let handOff = daemon.holder.handOff
            let problem = StoreError(
                .busy,
                "channel web is shop now",
                remedy: "KCC asks again by itself"
            )
            await #expect(throws: problem) {
                _ = try await handOff.take(
                    [OrderReport](),
                    of: old,
                    now: daemon.now.current
                )
            }
            await #expect(throws: problem) {
                _ = try await handOff.beginPage(old, .firstContact, limit: 10, now: daemon.now.current)
            }
            #expect(
                try await daemon.rows("SELECT channel FROM kcc_channel WHERE channel = 'web'") == []
            )
        }
    }

    @Test func `H4: a channel that cannot be renamed any more is not told to be`() async throws {
        try await KCC.linked { daemon, shop, kcc in
            shop.sell(.paid(1001))
            await daemon.round()
            #expect(try await kcc.orders().refs == ["1001"])
            _ = try await daemon.reload(Self.renamed)
            shop.sell(.paid(1002))
            await daemon.pass(15)
            #expect(try await kcc.orders("shop").refs == ["1002"])
            let status = try await daemon.status()
            #expect(
                status.contains {
                    $0.contains("web: is not in the configuration any more")
                        && !$0.contains("channels rename")
                },
                "\(status)"
            )
            #expect(
                status.contains { $0.contains("decide each order: kccsyncd orders list --channel web") },
                "\(status)"
            )
        }
    }

    // MARK: Settings that are gone

    enum Gone: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case removed = "its table is taken out"
        case off = "it is off"
        case renamed = "it is renamed"
        case restarted = "its table is taken out and the daemon starts again"

        var testDescription: String { rawValue }

        var text: String {
            let pos = ConfigurationText.channel("pos", kcc: nil)
                .replacing("channel_location = \"Main Warehouse\"", with: "")
            let web = ConfigurationText.channel("web", "upload_order_status = false", kcc: nil)
            return switch self {
            case .removed, .restarted: head + pos
            case .off: head + pos + "\n" + web.replacing("upload_", with: "enabled = false\nupload_")
            case .renamed: head + pos + "\n" + web.replacing("channels.web", with: "channels.shop")
            }
        }

        static var before: String {
            head + ConfigurationText.channel("web", "upload_order_status = false", kcc: nil)
        }
        private static let head = "[daemon]\ndatabase = \"DATABASE\"\n"
        private var head: String { Self.head }
    }

    @Test(arguments: Gone.allCases)
    func `H4: shipments that a channel withheld are not sent when it is gone`(_ gone: Gone) async throws {
        let now = ManualNow()
        let shop = TestShop(now)
        try await Installation.run(Gone.before, shops: [ConfigurationText.host: shop], now: now) { daemon in
            shop.sell(.paid(1001))
            await daemon.round()
            var despatch = ToldShipment(order: "1001", reference: "S1")
            despatch.tracking = ["JD1"]
            let told = await daemon.perform(.shipments([despatch]))
            #expect(told.status == .done, "\(told.errors)")
            await daemon.pass(60)
            #expect(shop.sent(.order(1001)).isEmpty)
            if gone == .renamed { _ = await daemon.perform(Self.rename) }
            _ = try await daemon.reload(gone.text)
            if gone == .restarted { try await daemon.restart() }
            await daemon.pass(60)
            #expect(shop.sent(.order(1001)).isEmpty)
            // Nothing is lost: they go out when the setting allows it.
            _ = try await daemon.reload(Gone.before.replacing("= false", with: "= true"))
            await daemon.pass(120)
            if gone != .renamed { #expect(shop.sent(.order(1001)).map(\.tracking) == [["JD1"]]) }
        }
    }
}
