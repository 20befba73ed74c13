import Foundation
import SyncEngine

extension StatusReport {
    /// What is the matter with the order store itself.
    var storeTroubles: [Trouble] {
        var troubles: [Trouble] = []
        if damage > 0 {
            troubles.append(
                Trouble(
                    nil,
                    "the order store is damaged: \(Spoken.count(damage, "problem was", "problems were")) found",
                    remedy:
                        "see: kccsyncd db check; then stop the daemon and restore the last backup, FILE: kccsyncd db restore FILE"
                )
            )
        }
        let doubted = channels.reduce(0) { sum, channel in
            sum
                + channel.counts.reduce(0) {
                    $1.reason == ReasonCode.maybeHandedOff.rawValue ? $0 + $1.count : $0
                }
        }
        if let restoration {
            var trouble = Trouble(
                nil,
                "the order store was restored (\(restoration.recognition)): levels wait to be told again, and shipments are compared with Shopify first",
                remedy: "when all is right run: kccsyncd db confirm"
            )
            trouble.since = restoration.at
            trouble.zone = zone
            troubles.append(trouble)
        }
        if doubted > 0 {
            troubles.append(
                Trouble(
                    nil,
                    "\(Spoken.count(doubted, "order", "orders")) may have been handed over before the store was restored, and \(doubted == 1 ? "is" : "are") held",
                    remedy:
                        "look in KCC for those of: kccsyncd orders list --reason maybe_handed_off; if it has all of them run: kccsyncd orders ack --maybe-handed-off; if it has none: kccsyncd orders resend --maybe-handed-off"
                )
            )
        }
        return troubles
    }

    var failures: [Trouble] {
        troubles(of: failed, "failed", "failed") + troubles(of: held, "is held", "are held")
    }

    /// A line for each reason, with the first orders.
    private func troubles(of orders: [StoredOrder], _ one: String, _ many: String) -> [Trouble] {
        Dictionary(grouping: orders, by: { $0.standing.reason?.rawValue ?? "unknown" })
            .sorted { $0.key < $1.key }
            .map { reason, orders in
                let names =
                    orders.prefix(Self.mostNamed).map(\.name).joined(separator: ", ")
                    + (orders.count > Self.mostNamed ? ", …" : "")
                let noun = Spoken.count(orders.count, "order", "orders")
                var trouble = Trouble(
                    nil,
                    "\(noun) \(orders.count == 1 ? one : many): \(reason) (\(names))",
                    remedy: "kccsyncd orders explain \(references[orders[0].row] ?? orders[0].reference)"
                )
                trouble.joint = ". "
                return trouble
            }
    }

    var changes: [Trouble] {
        guard changed > 0 else { return [] }
        return [
            Trouble(
                nil,
                "\(Spoken.count(changed, "order changed after its", "orders changed after their")) hand-off",
                remedy: "see: kccsyncd orders list --state imported"
            )
        ]
    }

    /// The first orders of a channel that wait for Shopify to show whom they are for, as commands find them.
    func withheld(of channel: String) -> [String] {
        failed.filter { $0.standing.reason == .customerDataWithheld && $0.standing.channel == channel }
            .compactMap { references[$0.row] }
    }
}
