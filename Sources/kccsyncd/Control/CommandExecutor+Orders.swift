import Foundation
import Persistence
import SyncEngine

/// What commands do to orders by name.
extension CommandExecutor {
    func orders(_ verb: OrderVerb, _ references: [String]) async throws -> ControlReply {
        var reply = ControlReply()
        for reference in references {
            do {
                let order = try await OrderReference(session.queries).resolve(reference)
                reply.lines += try await perform(verb, order)
            } catch let error as StoreError {
                reply.fail(ExitStatus(error), error.description)
            } catch let error as ShopError {
                reply.fail(ExitStatus(error), error.description)
            }
        }
        return reply
    }

    func perform(_ verb: OrderVerb, _ order: StoredOrder) async throws -> [String] {
        let operations = session.operations
        let now = session.now()
        switch verb {
        case .ignore:
            try await operations.ignore(order, now: now)
            return ["\(order.name): ignored"]
        case .ack:
            try await operations.acknowledge(order, settings(of: order), now: now)
            return ["\(order.name): acknowledged"]
        case .release:
            let obstacle = OfferObstacle(order, session.configuration)
            try await operations.release(
                order,
                settings(of: order),
                doubtRemedy: obstacle?.doubt,
                now: now
            )
            return ["\(order.name): released"]
        case .settle:
            try await operations.settle(order, now: now)
            return ["\(order.name): settled"]
        case .resend:
            // Nobody offers orders of a channel that is gone: the shop's channels decide about it.
            let isGone = settings(of: order) == nil
            let loop = isGone ? session.loop(ofDomain: order.domain) : nil
            // What no channel could offer is rejected for what it is.
            let isOver = order.standing.handOff == .withdrawn || order.standing.redacted
            guard !isGone || loop != nil || isOver else {
                throw StoreError(
                    .refused,
                    "order \(order.name) cannot be offered: \(OfferObstacle.withoutChannel(order))",
                    remedy: OfferObstacle.remedy(without: order)
                )
            }
            try await operations.resend(order, settings(of: order), now: now)
            if let loop {
                _ = try await loop.rejudge(from: order.placedAt, before: order.placedAt.addingTimeInterval(1))
                return [try await outcome(of: order)]
            }
            let obstacle = OfferObstacle(order, session.configuration)
            let again = "\(order.name): offered again"
            guard obstacle?.isOff == true else { return [again] }
            return ["\(again) when its channel is on: \(OfferObstacle.off(order.standing.channel))"]
        case .reimport:
            try await operations.unignore(order, now: now)
            _ = try await shopLoop(of: order)
                .rejudge(from: order.placedAt, before: order.placedAt.addingTimeInterval(1))
            return [try await outcome(of: order)]
        case .refetch:
            _ = try await shopLoop(of: order).refetch([order.id])
            return [try await outcome(of: order)]
        }
    }

    /// What the file says of the order's channel; nil where it does not have it.
    private func settings(of order: StoredOrder) -> ChannelSettings? {
        session.configuration.channel(of: order)
    }

    private func shopLoop(of order: StoredOrder) throws -> ShopLoop {
        guard let loop = session.loop(ofDomain: order.domain) else {
            throw StoreError(
                .refused,
                "order \(order.name): its shop \(order.domain) has no enabled channel",
                remedy: ChannelPresence.adding("that shop")
            )
        }
        return loop
    }

    private func outcome(of order: StoredOrder) async throws -> String {
        let now = try await OrderReference(session.queries).resolve(order.id.gid)
        let why = now.standing.reason.map { " (\($0.rawValue))" } ?? ""
        return "\(now.name): \(now.standing.state.rawValue)\(why)"
    }

    func ignore(channel: String, before: DayOrInstant) async throws -> ControlReply {
        _ = try loop(channel)
        var filter = OrderQueries.Filter(channel: channel)
        filter.before = before.date(in: try await session.zones().zone(ofChannel: channel))
        let orders = try await session.queries.list(filter)
            .filter {
                $0.standing.state != .ignored && $0.standing.handOff != .acknowledged
            }
        for order in orders { try await session.operations.ignore(order, now: session.now()) }
        return ControlReply(lines: ["\(Counted.text(orders.count, "order", "orders")) ignored"])
    }

    func payment(
        _ reference: String,
        _ amount: String,
        _ kind: PaymentKind,
        _ note: String?
    ) async throws -> ControlReply {
        guard let amount = Amount(amount), amount > .zero else {
            return ControlReply(
                .usage,
                error: "amount: expected a number above zero such as 48.20, found \"\(amount)\""
            )
        }
        let order = try await OrderReference(session.queries).resolve(reference)
        let whole = try await session.queries.order(order)
        let figures = OrderFigures(of: whole, settings(of: order)?.money ?? .shop)
        guard figures.money.hasCoins(for: amount) else {
            return ControlReply(
                .usage,
                error:
                    "amount: expected \(figures.money.currency) with at most \(figures.money.digits) decimals, found \"\(amount)\""
            )
        }
        let payment = EnteredPayment(at: session.now(), amount: amount, kind: kind, reference: note)
        let entered = try await session.queries.payments(order) + [payment]
        // What does not count is rejected where it would be stored.
        if !whole.standing(entered).isEmpty, let found = figures.overpaid(by: whole, entered: entered) {
            throw StoreError(
                .refused,
                "order \(order.name): with this one, \(figures.text(found))",
                remedy: "enter what was paid; see: kccsyncd orders show \(order.reference)"
            )
        }
        try await session.operations.enterPayment(payment, for: order)
        return ControlReply(lines: [
            "\(order.name): \(figures.money.number(amount)) \(figures.money.currency) by \(kind.rawValue) entered"
        ])
    }
}
