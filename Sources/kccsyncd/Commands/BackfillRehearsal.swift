import Foundation
import Persistence
import ShopifyAPI
import SyncEngine

/// Shows what a backfill would bring in.
struct BackfillRehearsal {
    let option: ConfigurationOption
    let channel: String

    func run(from: Date, to: Date) async throws {
        let configuration = try option.read(credentials: .refused)
        try await reporting {
            let plans = ShopPlan.plans(channels: configuration.channels, orderTypes: configuration.orderTypes)
            guard let plan = plans.first(where: { $0.channels.contains { $0.name == channel } }) else {
                throw StoreError(.refused, "channel \(channel): not configured, or not enabled")
            }
            let path = configuration.daemon.database
            try Privileges.becomeOwner(of: path)
            let database =
                FileManager.default.fileExists(atPath: path)
                ? try OrderDatabase.openReadOnly(path: path) : try OrderDatabase.inMemory()
            let curl = CurlLoop()
            guard let shop = SyncSession.shop(of: plan, curl: curl, log: option.quietLog) else { return }
            let ports = SyncPorts(
                shop: shop,
                store: SQLiteOrderStore(database),
                log: option.quietLog,
                now: { Date() },
                stop: StopSignal()
            )
            let sync = ShopSync(plan: plan, ports: ports, rehearsing: true)
            _ = try await sync.prepare()
            var backfill = Backfill(id: 0, shop: 0, channel: channel, from: from, to: to)
            var report = ImportReport()
            while backfill.finishedAt == nil {
                report += try await sync.rehearseStep(&backfill)
                BackfillCommand.show(backfill)
            }
            Terminal.endProgress()
            await curl.stop()
            Terminal.print(RunCommand.lines(report, of: plan))
        }
    }
}
