import Foundation
import Persistence
import SyncEngine

extension Metrics {
    /// How the channels' links to KCC are.
    mutating func addLink(_ source: Answerer) async throws {
        let channels = source.configuration.channels.filter(\.enabled)
        let standings = try await HandOffQueries(source.database)
            .standings(
                channels.compactMap { channel in channel.kcc.map { (channel.name, $0.confirmAfter) } },
                now: source.now()
            )
        add(
            "kccsyncd_kcc_last_call_timestamp_seconds",
            .gauge,
            "When KCC last asked for orders.",
            standings.compactMap { standing in
                standing.ordersAt.map {
                    ([("channel", standing.channel)], $0.timeIntervalSince1970.rounded())
                }
            }
        )
        add(
            "kccsyncd_kcc_silence_limit_seconds",
            .gauge,
            "How long KCC may be silent.",
            source.configuration.link.map { link in
                standings.map { ([("channel", $0.channel)], StatusReport.longestSilence(link)) }
            } ?? []
        )
        add(
            "kccsyncd_kcc_orders_unconfirmed",
            .gauge,
            "Orders that KCC took long ago and that no status has named.",
            standings.map { ([("channel", $0.channel)], Double($0.unconfirmed.count)) }
        )
        add(
            "kccsyncd_kcc_orders_unmapped",
            .gauge,
            "Orders that cannot be sent to KCC as they are.",
            standings.map { ([("channel", $0.channel)], Double($0.unmapped.count)) }
        )
        add(
            "kccsyncd_kcc_notices",
            .gauge,
            "What KCC told that needs a person.",
            standings.map { ([("channel", $0.channel)], Double($0.notices.count)) }
        )
    }
}
