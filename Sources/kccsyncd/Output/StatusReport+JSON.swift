import Foundation
import SyncEngine

extension StatusReport {
    /// As programs read it; `docs/commands.md` lists the keys.
    var json: JSONValue {
        .object([
            "running": .bool(isRunning),
            "changed_after_handoff": .number(changed), "damage": .number(damage),
            "restored": restoration.map {
                .object(["at": .date($0.at), "sign": .text($0.sign.rawValue)])
            } ?? .null,
            "gone_channels": .array(leftovers.map(ChannelText.value)),
            "channels": .array(
                channels.map { channel in
                    let health = channel.health
                    var orders: [String: JSONValue] = [:]
                    for state in OrderState.allCases {
                        orders[state.rawValue] = .number(channel.count(state))
                    }
                    let reasons = Dictionary(
                        channel.counts.compactMap { count in count.reason.map { ($0, count.count) } },
                        uniquingKeysWith: +
                    )
                    return .object([
                        "name": .text(channel.settings.name), "shop": .text(channel.settings.shop.domain),
                        "enabled": .bool(channel.settings.enabled), "last_poll_at": .date(health.lastPollAt),
                        "lag_seconds": .number(
                            health.lastPollAt.map { max(0, Int(at.timeIntervalSince($0))) }
                        ),
                        "last_error": .text(health.error), "error_code": .text(health.errorCode),
                        "remedy": .text(health.remedy), "error_since": .date(health.errorSince),
                        "paused": .bool(health.paused), "warnings": .texts(channel.warnings),
                        "orders": .object(orders),
                        "reasons": .object(reasons.mapValues { .number($0) }),
                        "waiting_for_handoff": .number(channel.waiting),
                        "acknowledged_unimported": .number(channel.acknowledgedUnimported.count),
                        "fading": .number(channel.fading),
                        "budget": budget(channel.budget), "queue": queue(channel.queue),
                        "push_error": .text(channel.pushError), "unmailed": .number(channel.unmailed),
                        "held_shipments": .texts(channel.heldShipments),
                        "stock": stock(channel.stock),
                        "kcc": kcc(channel.link),
                    ])
                }
            ),
        ])
    }

    private func queue(_ depth: QueueDepth) -> JSONValue {
        .object([
            "waiting": .number(depth.waiting), "running": .number(depth.running),
            "parked": .number(depth.parked),
            "oldest_seconds": .number(depth.oldest.map { max(0, Int(at.timeIntervalSince($0))) }),
        ])
    }

    private func stock(_ summary: StockSummary?) -> JSONValue {
        guard let summary else { return .null }
        return .object(
            Dictionary(
                uniqueKeysWithValues: StockState.allCases.map {
                    ($0.rawValue, .number(summary.counts[$0, default: 0]))
                }
            )
        )
    }

    private func kcc(_ link: LinkStanding?) -> JSONValue {
        guard let link else { return .null }
        return .object([
            "last_orders_at": .date(link.ordersAt), "last_reports_at": .date(link.reportsAt),
            "foreign_position": .text(link.foreignPosition),
            "start": .date(link.start), "before_start": .number(link.beforeStart.count),
            "not_sent": .number(link.unmapped.count), "requested": .number(link.requested.count),
            "unconfirmed": .number(link.unconfirmed.count),
            "notices": .array(link.notices.map(KCCText.value)),
        ])
    }

    private func budget(_ budget: LiveShop.Budget?) -> JSONValue {
        guard let budget else { return .null }
        return .object([
            "available": .number(budget.available), "capacity": .number(budget.capacity),
            "restore_rate": .number(budget.restoreRate), "spent": .number(budget.spent),
            "requests": .number(budget.requests),
        ])
    }
}
