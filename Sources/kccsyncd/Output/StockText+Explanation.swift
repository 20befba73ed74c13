import Foundation
import Persistence
import SyncEngine

extension StockText {
    /// How the figure of a SKU is calculated, by the very function that decides.
    func explanation(channel name: String, sku: SKU, _ json: Bool) async throws -> Answer {
        let presence = try await presence()
        let shown = try await shown(presence)
        let obstacle = presence.obstacle(name)
        let settings = configuration.channel(name)
        let shop: ShopRecord? =
            if let settings { try await queries.shop(domain: settings.shop.domain) } else { nil }
        guard let settings, let shop else {
            guard let obstacle else {
                throw StoreError(.refused, "channel \(name): its shop was never synced")
            }
            return try await stored(name, sku, obstacle, shown, json)
        }
        guard let context = try await context(of: settings) else {
            if let obstacle { return try await stored(name, sku, obstacle, shown, json) }
            throw StoreError(
                .refused,
                "channel \(name): has no channel_location that is known, so its stock does not sync",
                remedy: "see: kccsyncd locations \(name)"
            )
        }
        guard let entry = try await stock.find(sku, context, now: now()),
            let row = try await stock.row(of: sku, channel: name, shown)
        else { throw Self.none(sku, name) }
        let unnamed = try await stock.unnamed(sku, channel: name)
        let next = obstacle.map { "nothing: \($0)" }
        let items: [StockCase.Item?] = entry.items.isEmpty ? [nil] : entry.items
        let found = items.map { context.explanation(of: entry, $0, now: now()) }
        if json {
            return try Answer(
                json: .object([
                    "channel": .text(name), "sku": .text(sku.text),
                    "location": .text(context.location.id.gid),
                    "state": .text(row.state.rawValue),
                    "reason": .text(Self.reason(row, [], obstacle)),
                    "sent_for": .date(entry.levels.first { $0.arrival == entry.sent?.arrival }?.toldAt),
                    "items": .array(zip(items, found).map { Self.value($0.0, $0.1, next) }),
                    "unnamed_sites": Self.unnamed(unnamed),
                ])
            )
        }
        var lines = ["\(name), \(sku) at \(context.location.name)"]
        for (item, explanation) in zip(items, found) {
            if items.count > 1, let item { lines.append("variant \(item.id.gid)") }
            lines += Self.lines(explanation, settings, shop.zone, next)
        }
        lines += unnamed.map(Self.line(unnamed:))
        let state = row.state.rawValue + (row.reason.isEmpty ? "" : ": \(row.reason)")
        return Answer(lines: lines + ["state         \(state)"])
    }

    /// What is stored of a SKU whose channel sends nothing and cannot be calculated with.
    private func stored(
        _ name: String,
        _ sku: SKU,
        _ obstacle: String,
        _ shown: StockStateColumn,
        _ json: Bool
    ) async throws -> Answer {
        guard let row = try await stock.row(of: sku, channel: name, shown) else { throw Self.none(sku, name) }
        let unnamed = try await stock.unnamed(sku, channel: name)
        let next = "nothing: \(obstacle)"
        if json {
            return try Answer(
                json: .object([
                    "channel": .text(name), "sku": .text(sku.text), "location": .null,
                    "state": .text(row.state.rawValue), "reason": .text(obstacle), "sent_for": .null,
                    "items": .array([]), "levels": Self.levels(row.levels), "next": .text(next),
                    "unnamed_sites": Self.unnamed(unnamed),
                ])
            )
        }
        let zone = try await queries.zones(of: configuration.channels).zone(ofChannel: name)
        return Answer(
            lines: ["\(name), \(sku)"] + row.levels.map { Self.line($0, zone) }
                + unnamed.map(Self.line(unnamed:)) + ["next          \(next)"]
        )
    }

    private static func none(_ sku: SKU, _ channel: String) -> StoreError {
        StoreError(
            .refused,
            "stock of \(sku): no level is stored for channel \(channel)",
            remedy: "see: kccsyncd stock list --channel \(channel)"
        )
    }

    func signals(of settings: ChannelSettings) -> StockSignals {
        var signals = StockSignals()
        guard let state = live.first(where: { $0.domain == settings.shop.domain }) else { return signals }
        signals.polledAt = state.listedAt
        signals.skew = state.clockSkew
        signals.indexLag = .seconds(state.indexLag)
        signals.linkSteadySince = state.linkSteadySince[settings.name]
        return signals
    }

    private static func line(_ level: StockLevel, _ zone: TimeZone) -> String {
        let site = level.site.isEmpty ? "" : " \(level.place)"
        return
            "level         \(level.level)\(site), by \(level.source.rawValue), as of \(level.toldAt.shown(in: zone))"
    }

    private static func line(unnamed level: StockLevel) -> String {
        "not counted   \(level.level) at KCC's site \(level.site), which is not in [sites]"
    }

    /// - Parameter next: What is done next where the calculation does not say it.
    private static func lines(
        _ explanation: StockExplanation,
        _ settings: ChannelSettings,
        _ zone: TimeZone,
        _ next: String?
    ) -> [String] {
        var lines = explanation.levels.map { line($0, zone) }
        for level in explanation.uncounted {
            lines.append("not counted   \(level.level) \(level.place), by \(level.source.rawValue)")
        }
        if explanation.levels.count > 1 { lines.append("sum           \(explanation.level)") }
        if explanation.hasTarget { lines += figures(explanation, settings) }
        if let view = explanation.view {
            let figure = view.quantity.map(String.init) ?? "not stocked there"
            let how = view.origin == .unknown ? ", not certain" : ", \(view.origin.rawValue)"
            lines.append("at Shopify    \(figure)\(how) at \(view.answeredAt.shown(in: zone))")
        } else {
            lines.append("at Shopify    never read")
        }
        lines.append("next          \(next ?? explanation.verdict.text)")
        return lines
    }

    /// What the rules and the orders make of the levels.
    private static func figures(_ explanation: StockExplanation, _ settings: ChannelSettings) -> [String] {
        var lines = ["by the rules  \(explanation.offered)"]
        if settings.stock.oversellGuard {
            lines.append("held back     \(explanation.heldBack)")
            for term in explanation.terms {
                lines.append("    \(term.counts ? "" : "not ")\(term.units) of \(term.order): \(term.why)")
            }
        } else {
            lines.append("held back     nothing: oversell_guard is off")
        }
        return lines + ["target        \(explanation.target)"]
    }

    private static func unnamed(_ levels: [StockLevel]) -> JSONValue {
        .array(levels.map { .object(["site_id": .text($0.site), "level": .text($0.level.description)]) })
    }

    private static func levels(_ levels: [StockLevel]) -> JSONValue {
        .array(
            levels.map {
                .object([
                    "site": .text($0.site), "level": .text($0.level.description),
                    "as_of": .date($0.toldAt), "source": .text($0.source.rawValue),
                ])
            }
        )
    }

    private static func value(_ item: StockCase.Item?, _ explanation: StockExplanation, _ next: String?)
        -> JSONValue
    {
        .object([
            "item": .text(item?.id.gid), "level": .text(explanation.level.description),
            "levels": levels(explanation.levels),
            "not_counted": .array(
                explanation.uncounted.map {
                    .object(["site": .text($0.site), "level": .text($0.level.description)])
                }
            ),
            "by_rules": .number(explanation.hasTarget ? explanation.offered : nil),
            "held_back": .number(explanation.hasTarget ? explanation.heldBack : nil),
            "orders": .array(
                explanation.terms.map {
                    .object([
                        "order": .text($0.order), "channel": .text($0.channel), "units": .number($0.units),
                        "counts": .bool($0.counts), "why": .text($0.why),
                    ])
                }
            ),
            "target": .number(explanation.hasTarget ? explanation.target : nil),
            "offered": .number(explanation.view?.quantity),
            "offered_at": .date(explanation.view?.answeredAt),
            "next": .text(next ?? explanation.verdict.text),
        ])
    }
}
