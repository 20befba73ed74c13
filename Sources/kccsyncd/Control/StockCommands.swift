import Foundation
import Persistence
import SyncEngine

/// Carries out the commands that feed stock.
struct StockCommands: Sendable {
    let session: SyncSession

    /// Takes levels in; what is wrong with one holds up no other.
    func tell(_ levels: [ToldLevel], source: StockLevel.Source) async throws(StoreError) -> ControlReply {
        var reply = ControlReply()
        // A second's grace: times travel to the second, and a file may be written this very moment.
        let latest = session.now().addingTimeInterval(1)
        let zones = try await session.zones()
        let senders = Set(session.configuration.channels.filter(\.sendsStock).map(\.name))
        var taken: [StockLevel] = []
        for told in levels {
            if !senders.contains(told.channel) {
                reply.fail(
                    .usage,
                    "stock of \(told.sku): channel \(told.channel) sends no stock; it needs a channel_location in [channels.\(told.channel)]"
                )
            } else if told.asOf > latest {
                reply.fail(
                    .usage,
                    "stock of \(told.sku): is as of \(told.asOf.shown(in: zones.zone(ofChannel: told.channel))), which has not come yet; a level from the future would hide every sale until then"
                )
            } else {
                taken.append(
                    StockLevel(
                        channel: told.channel,
                        sku: told.sku,
                        site: told.site,
                        level: told.level,
                        toldAt: told.asOf,
                        source: source
                    )
                )
            }
        }
        let report = try await session.stock.setLevels(taken, now: session.now())
        reply.levels = LevelCounts(changed: report.changed, same: report.same, older: report.older)
        if source == .command {
            reply.lines = taken.map { "\($0.channel): \($0.sku) is \($0.level)" }
            if report.older > 0 { reply.lines = ["a later level is known already; nothing changed"] }
        }
        session.wakePushes()
        return reply
    }
}
