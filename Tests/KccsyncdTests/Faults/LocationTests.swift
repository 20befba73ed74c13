import Foundation
import Persistence
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// A channel whose levels have nowhere to go.
@Suite(.timeLimit(.minutes(30)))
struct LocationTests {
    /// How it comes that a channel receives levels and has no location.
    enum Case: String, CaseIterable, CustomTestStringConvertible {
        case neverChosen = "channel_location was never set"
        case removed = "channel_location was removed after levels were sent"
        case unmappedSite = "KCC reports a site that [sites] does not name"
        case listedItems = "upload is listed, with items"
        case turnedOff = "upload is listed, without items: nothing is missing"

        var testDescription: String { rawValue }

        var channel: String {
            switch self {
            case .listedItems:
                "[channels.web.stock]\nupload = \"listed\"\n[channels.web.stock.items.\"A\"]\nmaximum = 5"
            case .turnedOff: "[channels.web.stock]\nupload = \"listed\""
            case .neverChosen, .removed, .unmappedSite: ""
            }
        }
    }

    private let fact =
        "levels of 2 SKUs were received and are not sent to Shopify: channel_location is not set"
    private let remedy =
        "set channel_location in [channels.web] to one of: Branch, Main Warehouse; then run: kccsyncd reload"

    private func text(_ input: Case, location: Bool) -> String {
        let text = ConfigurationText.text(more: input.channel)
        return location ? text : text.replacing("channel_location = \"Main Warehouse\"", with: "")
    }

    @Test(arguments: Case.allCases)
    func `C7: levels that go nowhere are a problem in status, check, page and journal`(_ input: Case)
        async throws
    {
        let now = ManualNow()
        let shop = TestShop(now)
        for sku in ["A", "B"] { shop.product(sku, figure: 3) }
        try await Installation.run(
            text(input, location: input == .removed),
            shops: [ConfigurationText.host: shop],
            now: now
        ) { daemon in
            await daemon.round()
            try await KCC.calling(daemon) { kcc in
                let site = input == .unmappedSite ? 9 : 1
                let status = try await kcc.stock([("A", 5), ("B", 6)], site: site)
                #expect(status == 200)
            }
            await daemon.round()
            if input == .removed {
                #expect(try await !daemon.status().contains { $0.contains(fact) })
                _ = try await daemon.reload(text(input, location: false))
                await daemon.round()
            }
            let isProblem = input != .turnedOff
            let status = try await daemon.status()
            #expect(status.contains("web: \(fact); \(remedy)") == isProblem)
            let report = try await StatusReport(daemon.holder.session.answerer)
            let page = StatusPage(report: report, days: [], now: now.current)
            #expect(page.html.contains("Levels of 2 SKUs were received") == isProblem)
            _ = daemon.log.drain()
            var watch = LinkWatch()
            for _ in 0..<3 {
                try await LinkDesk(sessions: daemon.holder, log: daemon.log).look(&watch)
                now.advance(by: 15)
            }
            #expect(daemon.log.messages.filter { $0.contains(fact) }.count == (isProblem ? 1 : 0))
            if input == .neverChosen {
                // What was received meanwhile goes out once there is a place for it.
                _ = try await daemon.reload(text(input, location: true))
                await daemon.pass(90)
                #expect(shop.offered("A") == 5 && shop.offered("B") == 6)
                #expect(try await !daemon.status().contains { $0.contains(fact) })
                _ = try await daemon.reload(text(input, location: false))
                await daemon.round()
            }
            let session = await daemon.holder.session
            let check = ChannelCheck(
                settings: session.configuration.channels[0],
                orderTypes: [],
                shop: shop,
                facts: try await session.queries.facts(of: session.configuration.channels)["web"]
            )
            let findings = await check.run()
            #expect(
                findings.all.contains {
                    $0.grade == .warning && $0.text == fact && $0.remedy.contains("Branch")
                }
                    == isProblem
            )
        }
    }

    @Test(arguments: [
        (true, "warning", "set channel_location in [channels.web] to one of: Main Warehouse, Branch"),
        (false, "ok", ""),
    ])
    func `C7: check names the locations of a channel that has none`(
        _ linked: Bool,
        _ grade: String,
        _ remedy: String
    ) async throws {
        var settings = ChannelSettings.plain()
        if linked { settings.kcc = LinkedChannel.plain().kcc }
        let check = ChannelCheck(
            settings: settings,
            orderTypes: [],
            shop: TestShop(ManualNow()),
            facts: ChannelFacts()
        )
        let finding = try #require(await check.run().all.first { $0.text.contains("channel_location") })
        #expect(finding.grade.rawValue == grade && finding.remedy == remedy)
        #expect(
            finding.lines.joined().contains("Main Warehouse") && finding.lines.joined().contains("Branch")
        )
    }

    /// What the store knows when the locations are asked for.
    enum Known: CaseIterable, Sendable {
        case nothing
        case shopWithoutLocations
        case unknownChannel
        case all
    }

    @Test(arguments: Known.allCases)
    func `C7: locations that are not known yet are to be refreshed`(_ known: Known) async throws {
        let now = ManualNow()
        let shop = TestShop(now)
        if known == .shopWithoutLocations {
            shop.orders.identify(as: .plain(["read_orders"]))
        }
        try await Installation.run(
            ConfigurationText.text(kcc: nil),
            shops: [ConfigurationText.host: shop],
            now: now
        ) { daemon in
            if known != .nothing { await daemon.round() }
            let channel = known == .unknownChannel ? "nope" : "web"
            let reply = await daemon.perform(.ask(.locations(channel: channel), json: false))
            switch known {
            case .nothing, .shopWithoutLocations:
                #expect(
                    reply.errors == [
                        "channel web: the locations of its shop are not known yet; run: kccsyncd locations web --refresh"
                    ]
                )
            case .unknownChannel: #expect(reply.errors == ["channel nope: not configured"])
            case .all: #expect(reply.answer?.lines.contains { $0.hasPrefix("*") } == true)
            }
        }
    }

    @Test(
        arguments: [
            ("two of one name", [("Shop", true), ("Shop", true)], "fits 2 locations"),
            ("one of them inactive", [("Shop", true), ("Shop", false)], nil),
            ("only an inactive one", [("Shop", false), ("Other", true)], "is inactive"),
            ("another", [("Depot", true)], "is none of the shop's locations"),
        ] as [(String, [(String, Bool)], String?)]
    )
    func `C7: a location's name means the one that is active`(
        _ what: String,
        _ places: [(String, Bool)],
        _ problem: String?
    ) {
        var facts = ChannelFacts()
        facts.timeZone = "Europe/London"
        facts.locations = places.enumerated()
            .map { ShopLocation(id: .location($0.offset + 1), name: $0.element.0, active: $0.element.1) }
        let settings = ChannelSettings.plain { $0.channelLocation = "Shop" }
        let context = ChannelContext(settings, orderTypes: [], facts: facts, now: Instants.now)
        #expect(context.problems.contains { $0.text.contains(problem ?? "") } == (problem != nil))
        #expect((context.location?.active ?? false) == (problem == nil))
    }
}
