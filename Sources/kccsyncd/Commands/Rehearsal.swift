import Foundation
import Persistence
import ShopifyAPI
import SyncEngine

/// What `--dry-run` does: reads Shopify, judges by what is stored, prints, and writes nothing.
struct Rehearsal {
    let option: ConfigurationOption

    /// One poll of every shop.
    func poll() async throws {
        try await rehearse { plan, sync in
            for warning in try await sync.prepare().lines {
                Terminal.complain("\(plan.domain): \(warning)")
            }
            return try await sync.poll()
        }
    }

    /// A whole backfill of one channel.
    func backfill(_ channel: String, from: DayOrInstant, to: DayOrInstant) async throws {
        try await rehearse(only: channel) { _, sync in
            let zone = TimeZone.ofShop(try await sync.prepare().identity.timeZone)
            let (first, end) = (from.date(in: zone), to.date(in: zone))
            if let problem = BackfillSpan.problem(from: first, to: end, now: Date(), zone) {
                throw StoreError(.refused, problem)
            }
            var backfill = Backfill(id: 0, shop: 0, channel: channel, from: first, to: end)
            var report = ImportReport()
            while backfill.finishedAt == nil {
                report += try await sync.rehearseStep(&backfill)
                BackfillCommand.show(backfill)
            }
            Terminal.endProgress()
            return report
        }
    }

    /// Lets a body work on each shop, or on one channel's, with an engine that cannot write.
    private func rehearse(
        only channel: String? = nil,
        _ body: (ShopPlan, ShopSync) async throws -> ImportReport
    ) async throws {
        let configuration = try option.read(credentials: .refused)
        try await reporting {
            let plans = ShopPlan.plans(channels: configuration.channels, orderTypes: configuration.orderTypes)
                .filter { plan in channel == nil || plan.channels.contains { $0.name == channel } }
            if let channel, plans.isEmpty {
                throw StoreError(.refused, "channel \(channel): not configured, or not enabled")
            }
            let path = configuration.daemon.database
            try Privileges.becomeOwner(of: path)
            let database =
                FileManager.default.fileExists(atPath: path)
                ? try OrderDatabase.openReadOnly(path: path) : try OrderDatabase.inMemory()
            let curl = CurlLoop()
            for plan in plans {
                guard let shop = ShopConnector.shopify(over: curl).connect(plan, option.quietLog) else {
                    continue
                }
                let ports = SyncPorts(
                    shop: shop,
                    store: SQLiteOrderStore(database),
                    log: option.quietLog,
                    now: { Date() },
                    stop: StopSignal()
                )
                let sync = ShopSync(plan: plan, ports: ports, rehearsing: true)
                Terminal.print(
                    Self.lines(
                        try await ShopError.naming(plan.channels.first?.name) { try await body(plan, sync) },
                        of: plan
                    )
                )
            }
            await curl.stop()
        }
    }

    private static func lines(_ report: ImportReport, of plan: ShopPlan) -> [String] {
        var table = TextTable(["ORDER", "CHANNEL", "WOULD BE", "WHY"])
        for event in report.events {
            let why = [event.reason?.rawValue ?? "", event.detail].filter { !$0.isEmpty }
                .joined(separator: ": ")
            table.add([event.name, event.channel, event.state.rawValue, why])
        }
        let summary =
            "\(plan.domain): \(Counted.text(report.events.count, "order", "orders")) would change, \(report.unchanged) would not; nothing was written"
        return (table.isEmpty ? [] : table.lines) + [summary]
    }
}
