import Foundation
import KCCWebServices
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// On whose clock times are shown, and whose midnight a day means.
@Suite(.timeLimit(.minutes(30)))
struct ZoneTests {
    /// A shop's zone and how the plain order's time, 2026-11-23T11:00:00Z, reads there.
    enum Zone: String, CaseIterable, CustomTestStringConvertible {
        case sydney = "Australia/Sydney"
        case newYork = "America/New_York"
        case kathmandu = "Asia/Kathmandu"
        case auckland = "Pacific/Auckland"
        case london = "Europe/London"

        var testDescription: String { rawValue }

        var placed: String {
            switch self {
            case .sydney: "23 Nov 2026 22:00 GMT+11"
            case .newYork: "23 Nov 2026 06:00 GMT-5"
            case .kathmandu: "23 Nov 2026 16:45 GMT+5:45"
            case .auckland: "24 Nov 2026 00:00 GMT+13"
            case .london: "23 Nov 2026 11:00 GMT"
            }
        }
    }

    private func shop(in zone: String, number: Int = 1, _ now: ManualNow) -> TestShop {
        let shop = TestShop(now)
        var identity = ShopIdentity.plain()
        identity.id = ShopifyID(kind: "Shop", number: String(number))
        identity.timeZone = zone
        shop.orders.identify(as: identity)
        return shop
    }

    @Test(arguments: Zone.allCases)
    func `C3: a time is shown on the shop's clock, and is UTC in JSON`(_ zone: Zone) async throws {
        let now = ManualNow()
        let shop = shop(in: zone.rawValue, now)
        shop.orders.put(.paid(1001))
        try await Installation.run(ConfigurationText.linked, shops: [ConfigurationText.host: shop], now: now)
        { daemon in
            await daemon.round()
            let list = Question.orders(channel: nil, state: nil, reason: nil, since: nil)
            #expect(try await daemon.answer(list).contains { $0.contains("  \(zone.placed)  ") })
            let heading = "placed \(zone.placed)"
            #expect(try await daemon.answer(.order(reference: "1001"))[0].contains(heading))
            let explanation = try await daemon.answer(.explanation(reference: "1001"))
            #expect(explanation[0].contains(heading))
            #expect(explanation.contains { $0.hasPrefix("start date") && $0.contains(heading) })
            for question in [list, .order(reference: "1001"), .explanation(reference: "1001")] {
                let json = try await daemon.answer(question, json: true).joined()
                #expect(json.contains(#""placed_at" : "2026-11-23T11:00:00Z""#))
            }
        }
    }

    @Test(arguments: Zone.allCases)
    func `C3: stock, the queue, the link's start and the page are on the shop's clock, too`(_ zone: Zone)
        async throws
    {
        let now = ManualNow(Instants.placed)
        let shop = shop(in: zone.rawValue, now)
        shop.product("SKU-1", figure: 20)
        try await Installation.run(ConfigurationText.linked, shops: [ConfigurationText.host: shop], now: now)
        { daemon in
            await daemon.round()
            let level = ToldLevel(
                channel: "web",
                sku: "SKU-1",
                site: "MAIN",
                level: Amount("7") ?? .zero,
                asOf: Instants.placed
            )
            #expect(await daemon.perform(.levels([level], source: .command)).status == .done)
            let stock = try await daemon.answer(.stockExplanation(channel: "web", sku: "SKU-1"))
            #expect(stock.contains { $0.hasPrefix("level") && $0.contains("as of \(zone.placed)") })
            var later = level
            later.asOf = Instants.placed.addingTimeInterval(86_400)
            let rejected = await daemon.perform(.levels([later], source: .command))
            #expect(rejected.errors.contains { $0.contains(zone.placed.dropFirst(2).prefix(9)) })
            #expect(rejected.errors.contains { $0.contains(zone.placed.suffix(6)) })
            try await KCC.calling(daemon) { kcc in
                _ = try await kcc.orders(from: "2026-11-23T11:00:00Z")
            }
            #expect(
                daemon.log.events.contains {
                    $0.message.contains("KCC asks for the orders since \(zone.placed)")
                }
            )
            let page = await DaemonPages(sessions: daemon.holder).status()
            #expect(page.text.contains(zone.placed.prefix(12)))
        }
    }

    /// A day as an operator writes it, with the orders of 23 November that are on or after it.
    struct Day: CustomTestStringConvertible, Sendable {
        var text: String
        var zone: String
        /// Of the orders that are placed at 0:30, 6:30, 12:30 and 18:30 UTC.
        var found: [String]
        var testDescription: String { "\(text) in \(zone)" }

        static let all = [
            Day(text: "2026-11-23", zone: "Europe/London", found: ["#1", "#2", "#3", "#4"]),
            Day(text: "2026-11-24", zone: "Australia/Sydney", found: ["#4"]),
            Day(text: "2026-11-23", zone: "America/New_York", found: ["#2", "#3", "#4"]),
            Day(text: "2026-11-24", zone: "Pacific/Auckland", found: ["#3", "#4"]),
            Day(text: "2026-11-23T12:30:00Z", zone: "Pacific/Auckland", found: ["#3", "#4"]),
        ]
    }

    @Test(arguments: Day.all)
    func `C3: a day without a zone begins at the shop's midnight`(_ day: Day) async throws {
        let now = ManualNow(Instants.now.addingTimeInterval(10 * 3600))
        let shop = shop(in: day.zone, now)
        for (index, hour) in [0.5, 6.5, 12.5, 18.5].enumerated() {
            shop.orders.put(
                .paid(1000 + index)
                    .with {
                        $0.name = "#\(index + 1)"
                        $0.processedAt = Date(timeIntervalSince1970: 1_795_392_000 + hour * 3600)
                    }
            )
        }
        let given = try #require(DayOrInstant(day.text))
        try await Installation.run(
            ConfigurationText.text(kcc: nil),
            shops: [ConfigurationText.host: shop],
            now: now
        ) { daemon in
            await daemon.round()
            for channel in ["web", nil] {
                let list = Question.orders(channel: channel, state: nil, reason: nil, since: given)
                let names = try await daemon.answer(list).dropFirst().map { String($0.prefix(2)) }
                #expect(names.sorted() == day.found)
            }
            let ignored = await daemon.perform(.ignoreBefore(channel: "web", date: given))
            #expect(ignored.lines == ["\(Counted.text(4 - day.found.count, "order", "orders")) ignored"])
        }
    }

    @Test func `C3: every shop is on its own clock, and what concerns several on this machine's`()
        async throws
    {
        let now = ManualNow()
        let shops = [
            "a.myshopify.com": shop(in: "Australia/Sydney", number: 1, now),
            "b.myshopify.com": shop(in: "America/New_York", number: 2, now),
        ]
        for (host, number) in [("a.myshopify.com", 1), ("b.myshopify.com", 2)] {
            shops[host]?.orders.put(.paid(number))
        }
        let text = """
            [daemon]
            database = "DATABASE"
            \(ConfigurationText.channel("a", host: "a.myshopify.com", kcc: nil))
            \(ConfigurationText.channel("b", host: "b.myshopify.com", kcc: nil))
            """
        try await Installation.run(text, shops: shops, now: now) { daemon in
            await daemon.round()
            let lines = try await daemon.answer(
                .orders(channel: nil, state: nil, reason: nil, since: nil)
            )
            #expect(lines.contains { $0.contains("  a  ") && $0.contains("22:00 GMT+11") })
            #expect(lines.contains { $0.contains("  b  ") && $0.contains("06:00 GMT-5") })
            let zones = try await daemon.holder.session.zones()
            #expect(zones.shared == .current)
            #expect(zones.zone(ofChannel: "a").identifier == "Australia/Sydney")
            #expect(zones.zone(ofChannel: "gone") == .current)
        }
    }

    @Test(arguments: [
        "2026-02-29", "2026-02-31", "2026-04-31", "2026-13-01", "2026-1-1", "16 Nov 2026", "", "2026-11-00",
    ])
    func `C3: a day that no calendar has is not taken for another`(_ text: String) {
        #expect(DayOrInstant(text) == nil)
    }
}
