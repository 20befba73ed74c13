import Foundation
import SyncEngine
import TestSupport

@testable import kccsyncd

/// What the tests of stock share: one installation, one SKU, and how it is read.
enum StockFault {
    static let sku = "SKU-1"
    static let hour: TimeInterval = 3600

    /// One channel `web` with a link, and whatever else its tables have.
    ///
    /// - Parameter order: There before the first poll: one that shows up later makes the order search look slow.
    static func run(
        _ text: String = ConfigurationText.linked,
        figure: Int = 5,
        selling order: Order? = nil,
        _ body: (Installation, TestShop) async throws -> Void
    ) async throws {
        let now = ManualNow()
        let shop = TestShop(now)
        shop.product(sku, figure: figure)
        if let order { shop.sell(order) }
        try await Installation.run(text, shops: [ConfigurationText.host: shop], now: now) {
            (daemon) async throws in
            await daemon.round()
            try await body(daemon, shop)
        }
    }
}

extension Order {
    /// A paid web order of some units of one SKU.
    static func selling(
        _ units: Int,
        of sku: String = StockFault.sku,
        _ number: Int = 1001,
        ago: TimeInterval
    )
        -> Order
    {
        selling(units, of: sku, number, at: Instants.now.addingTimeInterval(-ago))
    }

    static func selling(_ units: Int, of sku: String = StockFault.sku, _ number: Int = 1001, at placed: Date)
        -> Order
    {
        paid(number, at: placed)
            .with {
                $0.lines = [.units(units, of: sku, at: "10", line: number * 10)]
                let total = MoneyBag.both("\(units * 10 + 10)")
                $0.totals = OrderTotals(total: total, current: total)
            }
    }
}

extension Installation {
    /// Sets levels as `stock set` does.
    func set(_ sku: String, _ level: Int, site: String = "", channel: String = "web") async -> ControlReply {
        await perform(
            .levels(
                [
                    ToldLevel(
                        channel: channel,
                        sku: SKU(sku),
                        site: site,
                        level: Amount(micros: Int64(level) * 1_000_000),
                        asOf: now.current
                    )
                ],
                source: .command
            )
        )
    }

    /// Imports a file of levels as `stock import` does.
    func file(_ text: String, asOf: Date? = nil) async throws -> FileImport.Report {
        let configuration = await holder.session.configuration
        let files = FileImport(
            name: "levels.csv",
            channels: configuration.stockChannels,
            perform: { await self.perform($0) }
        )
        return try await files.stock(ByteSource(Data(text.utf8)), asOf: asOf ?? now.current)
    }

    /// The lines of `stock list`, without its heading.
    func stockList(trouble: Bool = false) async throws -> [String] {
        Array(try await answer(.stock(channel: nil, trouble: trouble)).dropFirst())
    }

    /// The target that `stock explain` shows.
    func target(_ sku: String, channel: String = "web") async throws -> String? {
        try await answer(.stockExplanation(channel: channel, sku: SKU(sku)))
            .first { $0.hasPrefix("target") }?
            .split(separator: " ").last.map(String.init)
    }
}
