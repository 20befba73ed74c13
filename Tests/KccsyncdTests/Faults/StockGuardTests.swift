import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Units that an order has taken and KCC's level may not include are held back, in whichever channel and however old.
@Suite(.timeLimit(.minutes(30)))
struct StockGuardTests {
    enum Waiting: CaseIterable, Sendable, CustomTestStringConvertible {
        case threeHours
        case sixDays
        case unpaid
        case withoutCode
        case downloadsOff
        case edited

        var testDescription: String {
            switch self {
            case .threeHours: "placed three hours ago and not taken"
            case .sixDays: "placed six days ago and not taken"
            case .unpaid: "unpaid, so KCC is not offered it"
            case .withoutCode: "failed, because another line has no SKU"
            case .downloadsOff: "pending, because downloads are off"
            case .edited: "edited down to three of five"
            }
        }

        var order: Order {
            switch self {
            case .threeHours, .downloadsOff: .selling(3, ago: 3 * StockFault.hour)
            case .sixDays: .selling(3, ago: 6 * 24 * StockFault.hour)
            case .unpaid: .selling(3, ago: 3 * StockFault.hour).status("PENDING")
            case .withoutCode:
                .selling(3, ago: 3 * StockFault.hour)
                    .with { $0.lines.append(.units(1, of: nil, at: "0", line: 7)) }
            case .edited:
                .selling(5, ago: 3 * StockFault.hour)
                    .with {
                        $0.lines[0].currentQuantity = 3
                        $0.edited = true
                        $0.updatedAt = $0.updatedAt.addingTimeInterval(60)
                    }
            }
        }
    }

    @Test(arguments: Waiting.allCases)
    func `S1: a channel with a link holds back what KCC has not taken, from its first day`(_ order: Waiting)
        async throws
    {
        let lines = order == .downloadsOff ? "download_orders = false" : ""
        try await StockFault.run(ConfigurationText.text(lines), figure: 25, selling: order.order) {
            (daemon, shop) async throws in
            try await KCC.calling(daemon) { (kcc) async throws in
                #expect(try await kcc.stock([(StockFault.sku, 20)]) == 200)
                await daemon.pass(120)
                #expect(shop.offered(StockFault.sku) == 17)
                #expect(try await daemon.target(StockFault.sku) == "17")
                let status = try await daemon.status()
                #expect(status.allSatisfy { !$0.contains("KCC has never confirmed an order") })
            }
        }
    }

    // MARK: Two shops

    private static let other = "other.myshopify.com"

    /// Shops with a channel `a` and `b`; nil = no link.
    private static func two(kccA: String? = nil, b: String = "", kccB: String? = "", more: String = "")
        -> String
    {
        let lines = "order_ref_format = \"B{0}\"\n\(b)"
        return """
            [daemon]
            database = "DATABASE"
            \(ConfigurationText.link)
            \(ConfigurationText.channel("a", kcc: kccA))
            \(ConfigurationText.channel("b", lines, host: other, kcc: kccB))
            \(more)
            """
    }

    enum Neighbour: CaseIterable, Sendable, CustomTestStringConvertible {
        case linked
        case sixDays
        case unpaid
        case sitesNamed
        case bothLinked

        var testDescription: String {
            switch self {
            case .linked: "the other shop is linked and has sold three hours ago"
            case .sixDays: "it has sold six days ago"
            case .unpaid: "its order is unpaid"
            case .sitesNamed: "this shop counts one site of two"
            case .bothLinked: "both shops are linked"
            }
        }

        var text: String {
            switch self {
            case .linked, .sixDays, .unpaid: two()
            case .sitesNamed: two(more: "[channels.a.stock]\nsites = [\"MAIN\"]")
            case .bothLinked: two(kccA: "", more: "")
            }
        }

        var order: Order {
            switch self {
            case .sixDays: .selling(3, ago: 6 * 24 * StockFault.hour)
            case .unpaid: .selling(3, ago: 3 * StockFault.hour).status("PENDING")
            case .linked, .sitesNamed, .bothLinked: .selling(3, ago: 3 * StockFault.hour)
            }
        }
    }

    @Test(arguments: Neighbour.allCases)
    func `S2: what another shop sells from the same site is held back, as stock explain shows`(
        _ neighbour: Neighbour
    ) async throws {
        let now = ManualNow()
        let a = TestShop(now)
        let b = TestShop(now)
        b.identify(as: "2")
        for shop in [a, b] { shop.product(StockFault.sku, figure: 5) }
        let shops = [ConfigurationText.host: a, Self.other: b]
        b.sell(neighbour.order)
        try await Installation.run(neighbour.text, shops: shops, now: now) { (daemon) async throws in
            await daemon.round()
            let reply = await daemon.set(StockFault.sku, 20, site: "MAIN", channel: "a")
            #expect(reply.status == .done)
            await daemon.pass(120)
            #expect(a.offered(StockFault.sku) == 17)
            #expect(try await daemon.target(StockFault.sku, channel: "a") == "17")
        }
    }

    enum Sharing: CaseIterable, Sendable, CustomTestStringConvertible {
        case onlyOneLinked
        case noneLinked
        case bothLinked
        case oneNamesTheSite
        case othersSite
        case stockOff

        var testDescription: String {
            switch self {
            case .onlyOneLinked: "only the second is linked"
            case .noneLinked: "none is linked"
            case .bothLinked: "both are linked"
            case .oneNamesTheSite: "one names the site, the other counts all"
            case .othersSite: "each names a site of its own"
            case .stockOff: "the first has no location, so it sends no stock"
            }
        }

        var warns: Bool { self != .othersSite && self != .stockOff }

        var text: String {
            switch self {
            case .onlyOneLinked: two()
            case .noneLinked:
                two(
                    kccB: nil,
                    more: "[channels.a.stock]\nsites = [\"MAIN\"]\n[channels.b.stock]\nsites = [\"MAIN\"]"
                )
                .replacing(/\[kcc\]\n.*\n.*\n/, with: "")
            case .bothLinked: two(kccA: "")
            case .oneNamesTheSite: two(more: "[channels.b.stock]\nsites = [\"SHOP1\"]")
            case .othersSite:
                two(more: "[channels.a.stock]\nsites = [\"MAIN\"]\n[channels.b.stock]\nsites = [\"SHOP1\"]")
            case .stockOff:
                two().replacing(/(shop_url = "https:\/\/test.*\n.*\n)channel_location.*\n/) { "\($0.1)" }
            }
        }
    }

    @Test(arguments: Sharing.allCases)
    func `S2: two shops that draw on one site are warned of`(_ sharing: Sharing) async throws {
        let now = ManualNow()
        let shops = [ConfigurationText.host: TestShop(now), Self.other: TestShop(now)]
        try await Installation.run(sharing.text, shops: shops, now: now) { (daemon) async throws in
            let warnings = await daemon.holder.session.configuration.warnings
                .filter { "\($0)".contains("both can sell its last unit between two polls") }
            #expect(warnings.isEmpty != sharing.warns, "\(warnings)")
        }
    }

    // MARK: A changed configuration

    enum Change: CaseIterable, Sendable, CustomTestStringConvertible {
        case linkAdded
        case linkRemoved
        case linkAddedToOtherShop
        case siteLeftOut
        case itemCapped
        case guardOff

        var testDescription: String {
            switch self {
            case .linkAdded: "a link is added to the channel"
            case .linkRemoved: "the link is removed"
            case .linkAddedToOtherShop: "a link is added to a channel of another shop"
            case .siteLeftOut: "a site is left out"
            case .itemCapped: "the item gets a maximum"
            case .guardOff: "the guard is switched off"
            }
        }

        var before: String {
            switch self {
            case .linkAdded: two(b: "enabled = false", kccB: nil)
            case .linkRemoved: two(kccA: "", b: "enabled = false", kccB: nil)
            case .linkAddedToOtherShop: two(kccB: nil)
            case .siteLeftOut, .itemCapped, .guardOff: two(kccA: "", b: "enabled = false", kccB: nil)
            }
        }

        var after: String {
            switch self {
            case .linkAdded: Change.linkRemoved.before
            case .linkRemoved: Change.linkAdded.before
            case .linkAddedToOtherShop: two(kccB: "")
            case .siteLeftOut: before + "\n[channels.a.stock]\nsites = [\"SHOP1\"]"
            case .itemCapped: before + "\n[channels.a.stock.items.\"SKU-1\"]\nmaximum = 4"
            case .guardOff: before + "\n[channels.a.stock]\noversell_guard = false"
            }
        }

        /// Levels are 20 at MAIN and 4 at SHOP1, and three units wait.
        var offered: (before: Int, after: Int) {
            switch self {
            case .linkAdded: (24, 21)
            case .linkRemoved: (21, 24)
            case .linkAddedToOtherShop: (24, 21)
            case .siteLeftOut: (21, 1)
            case .itemCapped: (21, 1)
            case .guardOff: (21, 24)
            }
        }
    }

    enum Trust: CaseIterable, Sendable, CustomTestStringConvertible {
        case levelBefore
        case levelAfter
        case restarted
        case byCommand

        var testDescription: String {
            switch self {
            case .levelBefore: "KCC's level came before the change"
            case .levelAfter: "KCC's level comes after the change"
            case .restarted: "the daemon restarts after the change"
            case .byCommand: "the level is of a command"
            }
        }
    }

    @Test(arguments: Trust.allCases)
    func `S3: an order that is trusted later is known since its acknowledgement`(_ trust: Trust) async throws
    {
        let confirmed = ConfigurationText.text(kcc: "guard_until = \"confirmed\"")
        try await StockFault.run(confirmed, figure: 25, selling: .selling(3, ago: 3600)) {
            (daemon, shop) async throws in
            try await KCC.calling(daemon) { (kcc) async throws in
                #expect(try await kcc.stock([(StockFault.sku, 20)]) == 200)
                let page = try await kcc.orders()
                _ = try await kcc.orders(from: page.position)
                await daemon.pass(120)
                #expect(shop.offered(StockFault.sku) == 17, "acknowledged, and not confirmed")
                let report = { () async throws in
                    if trust == .byCommand {
                        _ = await daemon.set(StockFault.sku, 17, site: "MAIN")
                    } else {
                        #expect(try await kcc.stock([(StockFault.sku, 17)]) == 200)
                    }
                    await daemon.pass(120)
                }
                if trust != .levelAfter {
                    try await report()
                    #expect(shop.offered(StockFault.sku) == 14)
                }
                #expect(try await daemon.reload(ConfigurationText.linked).status == .done)
                if trust == .levelAfter {
                    await daemon.pass(60)
                    #expect(shop.offered(StockFault.sku) == 17, "the level came before the acknowledgement")
                    try await report()
                }
            }
            if trust == .restarted { try await daemon.restart() }
            await daemon.pass(120)
            #expect(shop.offered(StockFault.sku) == 17)
        }
    }

    @Test(arguments: Change.allCases)
    func `S3: whatever decides a figure and changes has the figure decided again`(_ change: Change)
        async throws
    {
        let now = ManualNow()
        let a = TestShop(now)
        let b = TestShop(now)
        b.identify(as: "2")
        for shop in [a, b] { shop.product(StockFault.sku, figure: 5) }
        let shops = [ConfigurationText.host: a, Self.other: b]
        (change == .linkAddedToOtherShop ? b : a).sell(.selling(3, ago: StockFault.hour))
        try await Installation.run(change.before, shops: shops, now: now) { (daemon) async throws in
            await daemon.round()
            _ = await daemon.set(StockFault.sku, 20, site: "MAIN", channel: "a")
            _ = await daemon.set(StockFault.sku, 4, site: "SHOP1", channel: "a")
            await daemon.pass(120)
            #expect(a.offered(StockFault.sku) == change.offered.before)
            let reply = try await daemon.reload(change.after)
            #expect(reply.status == .done, "\(reply.errors)")
            await daemon.pass(120)
            #expect(a.offered(StockFault.sku) == change.offered.after)
        }
    }
}
