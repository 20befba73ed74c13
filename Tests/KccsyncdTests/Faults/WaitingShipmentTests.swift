import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Shipments that nobody works now: every command that shows or takes one says why, and what it names helps.
@Suite(.timeLimit(.minutes(30)))
struct WaitingShipmentTests {
    private static let other = "other.myshopify.com"
    private static let second = ConfigurationText.channel("second", host: other, kcc: nil)
    private static let head = "[daemon]\ndatabase = \"DATABASE\"\n"

    private static func file(_ lines: String) -> String {
        head + ConfigurationText.channel("web", lines, kcc: nil) + "\n" + second
    }

    /// What keeps the shipments.
    enum Way: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case removed = "its table is taken out of the file"
        case off = "the channel is off"
        case withheld = "upload_order_status is off"
        case withheldAndGone = "upload_order_status is off, and then the channel gives way to another"
        case scope = "the app has lost the scope"

        var testDescription: String { rawValue }

        /// The files that become active one after another.
        var files: [String] {
            switch self {
            case .removed: [head + second]
            case .off: [file("enabled = false")]
            case .withheld: [file("upload_order_status = false")]
            case .withheldAndGone:
                [
                    file("upload_order_status = false"),
                    head + ConfigurationText.channel("shop", kcc: nil) + "\n" + second,
                ]
            case .scope: [file("")]
            }
        }

        var why: String {
            switch self {
            case .removed:
                "channel web is not in the configuration, and test.myshopify.com has no other at work, so its shipments are not sent to Shopify; add a channel of test.myshopify.com to the file, or turn one on, and run: kccsyncd reload"
            case .off:
                "channel web is off (enabled = false), so its shipments are not sent to Shopify; to turn it on set enabled = true in [channels.web] and run: kccsyncd reload"
            case .withheld:
                "channel web has upload_order_status = false, so its shipments are queued and not sent to Shopify; to send them set upload_order_status = true in [channels.web] and run: kccsyncd reload"
            case .withheldAndGone:
                "channel web is not in the configuration, and had upload_order_status = false, so its shipments are not sent to Shopify; to send them bring [channels.web] back with upload_order_status = true and run: kccsyncd reload"
            case .scope:
                "scope write_merchant_managed_fulfillment_orders is missing, so shipments are not sent to Shopify; add this scope to the app and reinstall it"
            }
        }

        private var head: String { WaitingShipmentTests.head }
        private var second: String { WaitingShipmentTests.second }
        private func file(_ lines: String) -> String { WaitingShipmentTests.file(lines) }
    }

    /// 1001 has a shipment that Shopify did not take at once; 1002 has none.
    private func keeping(_ way: Way, _ body: (Installation, TestShop) async throws -> Void) async throws {
        let now = ManualNow()
        let (here, there) = (TestShop(now), TestShop(now))
        there.identify(as: "2")
        here.product("SKU-1", figure: 50)
        try await Installation.run(
            Self.file(""),
            shops: [ConfigurationText.host: here, Self.other: there],
            now: now
        ) { (daemon) async throws in
            here.sell(.paid(1001))
            here.sell(.paid(1002))
            await daemon.round()
            here.sending.onRequest { _ in .rejects("busy") }
            await daemon.ship(order: "1001", id: "S1", "T1")
            here.sending.onRequest { _ in nil }
            if way == .scope {
                here.orders.identify(as: .plain(["read_orders", "read_locations", "read_products"]))
                _ = await daemon.perform(.refreshLocations(channel: "web"))
            }
            for file in way.files {
                _ = try await daemon.reload(file)
                await daemon.pass(120)
            }
            try await body(daemon, here)
        }
    }

    @Test(arguments: Way.allCases.filter { $0 != .withheldAndGone })
    func `H4: what shows or takes a shipment that is not worked says why, and how it is`(_ way: Way)
        async throws
    {
        try await keeping(way) { (daemon, shop) async throws in
            #expect(shop.sent(.order(1001)).isEmpty)
            var told = ToldShipment(order: "1002", reference: "S2")
            told.tracking = ["T2"]
            let reply = await daemon.perform(.shipments([told]))
            #expect(reply.lines == ["#1002: shipment queued"])
            #expect(reply.warnings == ["1 shipment waits: \(way.why)"])
            let again = await daemon.perform(.shipments([told]))
            #expect(again.warnings == ["1 shipment waits: \(way.why)"])
            await daemon.pass(120)
            #expect(shop.sent(.order(1002)).isEmpty)

            let one = await daemon.perform(.queue(.retry, ids: [2]))
            #expect(one.lines == ["1 job waits: \(way.why)"])
            let all = await daemon.perform(.queue(.retry, ids: []))
            #expect(all.lines == ["2 jobs wait: \(way.why)"])

            func whole(_ job: Int) -> String {
                "\(way.why); if it is not to be sent run: kccsyncd queue discard \(job)"
            }
            let queue = try await daemon.answer(.queue(finished: false))
            #expect(
                queue.count == 3 && queue[1].hasSuffix(whole(1)) && queue[2].hasSuffix(whole(2)),
                "\(queue)"
            )
            let shipments = try await daemon.answer(.shipments)
            #expect(shipments[1].hasSuffix(whole(2)) && shipments[2].hasSuffix(whole(1)), "\(shipments)")
            let explained = try await daemon.answer(.explanation(reference: "1002"))
            #expect(
                explained.contains { $0.hasPrefix("shipment S2: ") && $0.hasSuffix(whole(2)) },
                "\(explained)"
            )
            for line in queue + explained { try await RemedyCommandTests.check(line, daemon) }

            let discard = await daemon.perform(.queue(.discard, ids: [1]))
            #expect(discard.errors.isEmpty)
            let status = try await daemon.status()
            switch way {
            case .off, .withheld, .scope:
                #expect(status.contains("web: 1 shipment waits: \(way.why)"), "\(status)")
            case .removed:
                #expect(
                    status.contains(
                        "web: is not in the configuration any more, and the order store still has of it: 2 orders that are not handed off, 1 shipment; decide each order: kccsyncd orders list --channel web; acknowledge those that KCC has and ignore the others, or add a channel of test.myshopify.com to the file, or turn one on, and run: kccsyncd reload; see its shipments: kccsyncd queue list"
                    ),
                    "\(status)"
                )
            case .withheldAndGone: break
            }
            for line in status { try await RemedyCommandTests.check(line, daemon) }
        }
    }

    @Test func `H4: a shipment that a channel withheld says so when its shop has another channel`()
        async throws
    {
        let why = Way.withheldAndGone.why
        try await keeping(.withheldAndGone) { (daemon, shop) async throws in
            #expect(shop.sent(.order(1001)).isEmpty)
            let retry = await daemon.perform(.queue(.retry, ids: [1]))
            #expect(retry.lines == ["1 job waits: \(why)"])
            let whole = "\(why); if it is not to be sent run: kccsyncd queue discard 1"
            let queue = try await daemon.answer(.queue(finished: false))
            #expect(queue.count == 2 && queue[1].hasSuffix(whole), "\(queue)")
            var told = ToldShipment(order: "1001", reference: "S1")
            told.tracking = ["T1"]
            let again = await daemon.perform(.shipments([told]))
            #expect(again.warnings == ["1 shipment waits: \(why)"])
            let status = try await daemon.status()
            #expect(
                status.contains {
                    $0.hasPrefix("web: ") && $0.hasSuffix("see its shipments: kccsyncd queue list")
                },
                "\(status)"
            )
            // What comes for an order of the other channel goes.
            _ = await daemon.ship(order: "1002", id: "S2", "T2")
            await daemon.pass(120)
            #expect(shop.sent(.order(1002)).count == 1)
        }
    }

    @Test(arguments: Way.allCases)
    func `H4: shipments that were not worked go out once what is named was done`(_ way: Way) async throws {
        try await keeping(way) { (daemon, shop) async throws in
            if way == .scope { shop.orders.identify(as: .plain()) }
            _ = await daemon.perform(.refreshLocations(channel: "web"))
            _ = try await daemon.reload(Self.file("upload_order_status = true"))
            await daemon.pass(120)
            #expect(shop.sent(.order(1001)).map { $0.tracking.numbers } == [["T1"]])
            let queue = try await daemon.answer(.queue(finished: false))
            #expect(queue == ["nothing is waiting"])
        }
    }

    @Test func `H4: channels forget asks for what is open, orders or shipments`() async throws {
        try await keeping(.removed) { (daemon, _) async throws in
            func forget() async -> [String] {
                await daemon.perform(.forgetChannel(name: "web")).errors
            }
            let orders =
                "see: kccsyncd orders list --channel web; acknowledge each order that KCC has, and ignore the others"
            let shipments =
                "see: kccsyncd queue list; discard each shipment that is not to be sent; the others are sent once a channel of the shop is at work"
            #expect(
                await forget() == [
                    "channel web: 2 orders and 1 shipment of it are open; \(orders); \(shipments)"
                ]
            )
            _ = await daemon.perform(.orders(.ignore, references: ["1001", "1002"]))
            #expect(await forget() == ["channel web: 1 shipment of it is open; \(shipments)"])
            let status = try await daemon.status()
            #expect(
                status.contains(
                    "web: is not in the configuration any more, and the order store still has of it: 1 shipment; add a channel of test.myshopify.com to the file, or turn one on, and run: kccsyncd reload; see its shipments: kccsyncd queue list"
                ),
                "\(status)"
            )
            _ = await daemon.perform(.queue(.discard, ids: [1]))
            #expect(
                await forget() == ["channel web: nothing is left of it; see: kccsyncd channels list"]
            )
            #expect(try await !daemon.status().contains { $0.hasPrefix("web: ") })
        }
    }
}
