import Foundation
import Persistence
import SyncEngine

/// Carries out what commands ask, with a session of whoever holds the lock.
struct CommandExecutor: Sendable {
    let session: SyncSession
    /// Whether no daemon works with the store.
    var isAlone = false

    func execute(_ command: ControlCommand) async -> ControlReply {
        do {
            return try await carryOut(command)
        } catch let error as StoreError {
            return ControlReply(ExitStatus(error), error: error.description)
        } catch let error as ShopError {
            return ControlReply(ExitStatus(error), error: error.description)
        } catch {
            return ControlReply(.internalError, error: "internal error: \(type(of: error))")
        }
    }

    private func carryOut(_ command: ControlCommand) async throws -> ControlReply {
        switch command {
        case .reload:
            return ControlReply(
                .temporary,
                error: "no daemon runs, so there is nothing to reload; it reads its file when it starts"
            )
        case .vitals:
            var reply = ControlReply()
            reply.vitals = session.live
            return reply
        case .orders(let verb, let references):
            return try await orders(verb, references)
        case .ignoreBefore(let channel, let date):
            return try await ignore(channel: channel, before: date)
        case .reimportSince(let channel, let date):
            let zone = try await session.zones().zone(ofChannel: channel)
            return report(try await loop(channel).rejudge(from: date.date(in: zone)))
        case .payment(let reference, let amount, let kind, let note):
            return try await payment(reference, amount, kind, note)
        case .exported(let revisions):
            var reply = ControlReply()
            reply.stale = try await session.operations.served(revisions, now: session.now())
            return reply
        case .customers(let customers):
            let new = try await session.operations.importCustomers(customers, now: session.now())
            return ControlReply(lines: [
                "\(Counted.text(customers.count, "customer", "customers")) read, \(new) of them new"
            ])
        case .backfill(let channel, let from, let to):
            return try await backfill(channel, from, to)
        case .progress(let id):
            var reply = ControlReply()
            reply.backfill = try await session.store.backfill(id: id)
            return reply
        case .ask(let question, let json):
            var reply = ControlReply()
            reply.answer = try await session.answerer.answer(question, json: json)
            return reply
        case .shipments(let told):
            return await PushCommands(session: session).receive(told)
        case .tryShipments(let told):
            return await PushCommands(session: session).receive(told, isDryRun: true)
        case .levels(let told, let source):
            return try await StockCommands(session: session).receive(told, source: source)
        case .tryLevels(let levels):
            return try await StockCommands(session: session).receive(levels, source: .file, isDryRun: true)
        case .forgetLevel(let channel, let sku, let site):
            return try await StockCommands(session: session).forget(sku, channel: channel, site: site)
        case .retryStock(let channel):
            return try await StockCommands(session: session).retry(channel: channel)
        case .queue(let verb, let ids):
            return try await PushCommands(session: session).change(verb, ids)
        case .dismiss(let ids):
            let count = try await SQLiteHandOffStore(session.store).dismiss(ids)
            guard ids.isEmpty || count == Set(ids).count else {
                return ControlReply(
                    .usage,
                    error:
                        "\(count) of \(ids.count) notices dismissed; the others are not on the list; see: kccsyncd kcc list"
                )
            }
            return ControlReply(lines: ["\(count) \(count == 1 ? "notice" : "notices") dismissed"])
        case .doubted(let verb, let channel):
            return try await RestorationCommands(executor: self).decide(verb, channel)
        case .purge:
            return try await PurgeCommands(session: session, isAlone: isAlone).purge(now: session.now())
        case .redact(let customer, let isRehearsal, let user):
            return try await PurgeCommands(session: session, isAlone: isAlone)
                .redact(customer, isRehearsal: isRehearsal, user: user, now: session.now())
        case .confirmRestoration:
            return try await RestorationCommands(executor: self).confirm()
        case .renameChannel(let old, let new):
            return try await ChannelCommands(session: session).rename(old, to: new)
        case .forgetChannel(let name):
            return try await ChannelCommands(session: session).forget(name)
        case .refreshLocations(let channel):
            _ = try await loop(channel).renew()
            return ControlReply()
        }
    }

    private func loop(_ channel: String) throws -> ShopLoop {
        guard let loop = session.loop(ofChannel: channel) else {
            let names = session.configuration.channels.filter(\.enabled).map(\.name).joined(separator: ", ")
            throw StoreError(
                .refused,
                "channel \(channel): not configured, or not enabled",
                remedy: "channels are: \(names)"
            )
        }
        return loop
    }

    // MARK: Orders by name

    private func orders(_ verb: OrderVerb, _ references: [String]) async throws -> ControlReply {
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
            try await operations.acknowledge(order, now: now)
            return ["\(order.name): acknowledged"]
        case .release:
            try await operations.release(order, adjusts: adjusts(order), now: now)
            return ["\(order.name): released"]
        case .settle:
            try await operations.settle(order, now: now)
            return ["\(order.name): settled"]
        case .resend:
            // Nobody offers orders of a channel that is gone: the shop's channels decide about it.
            let isGone = !session.configuration.channels.contains { $0.name == order.standing.channel }
            let loop = isGone ? session.loop(ofDomain: order.domain) : nil
            guard !isGone || loop != nil else {
                throw StoreError(
                    .refused,
                    "order \(order.name) cannot be offered: its channel \(order.standing.channel) is not in the configuration, and \(order.domain) has no other at work",
                    remedy: "add a channel of that shop to the file and run: kccsyncd reload"
                )
            }
            try await operations.resend(order, adjusts: adjusts(order), now: now)
            if let loop {
                _ = try await loop.rejudge(from: order.placedAt, before: order.placedAt.addingTimeInterval(1))
                return [try await outcome(of: order)]
            }
            return ["\(order.name): offered again"]
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

    /// Whether the order's channel has a code that carries a difference.
    private func adjusts(_ order: StoredOrder) -> Bool {
        session.configuration.channels
            .contains { $0.name == order.standing.channel && $0.adjustmentSKU != nil }
    }

    private func shopLoop(of order: StoredOrder) throws -> ShopLoop {
        guard let loop = session.loop(ofDomain: order.domain) else {
            throw StoreError(
                .refused,
                "order \(order.name): its shop \(order.domain) has no enabled channel",
                remedy: "enable a channel for it and reload"
            )
        }
        return loop
    }

    private func outcome(of order: StoredOrder) async throws -> String {
        let now = try await OrderReference(session.queries).resolve(order.id.gid)
        let why = now.standing.reason.map { " (\($0.rawValue))" } ?? ""
        return "\(now.name): \(now.standing.state.rawValue)\(why)"
    }

    private func ignore(channel: String, before: DayOrInstant) async throws -> ControlReply {
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

    private func payment(
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
        let payment = EnteredPayment(at: session.now(), amount: amount, kind: kind, reference: note)
        try await session.operations.enterPayment(payment, for: order)
        return ControlReply(lines: [
            "\(order.name): \(amount.text(currency: order.currency)) \(order.currency) by \(kind.rawValue) entered"
        ])
    }

    private func backfill(_ channel: String, _ from: DayOrInstant, _ to: DayOrInstant) async throws
        -> ControlReply
    {
        let loop = try loop(channel)
        let shop = try await loop.renew()
        let contexts = try await session.answerer.contexts()
        if let rest = contexts.first(where: { $0.settings.name == channel })?.rest {
            throw StoreError(.refused, "channel \(channel): \(rest.text)", remedy: rest.remedy)
        }
        // Only now is the zone of a shop known that was never synced before.
        let zone = try await session.zones().zone(ofChannel: channel)
        let (first, end) = (from.date(in: zone), to.date(in: zone))
        guard first < end else { return ControlReply(.usage, error: "--to must be later than --from") }
        let backfill = try await session.store.beginBackfill(
            channel: channel,
            shop: shop,
            from: first,
            to: end
        )
        loop.wake()
        var reply = ControlReply()
        reply.number = backfill.id
        return reply
    }

    private func report(_ report: ImportReport) -> ControlReply {
        let moved = report.events.filter { $0.change == .judged }
        return ControlReply(
            lines: moved.map {
                "\($0.name): \($0.state.rawValue)\($0.reason.map { " (\($0.rawValue))" } ?? "")"
            }
                + [
                    "\(Counted.text(moved.count, "order", "orders")) decided differently, \(report.unchanged) as before"
                ]
        )
    }
}

/// Finds the one order that a person means.
struct OrderReference: Sendable {
    private let queries: OrderQueries

    init(_ queries: OrderQueries) {
        self.queries = queries
    }

    /// - Throws: `.refused` where none fits, or several do, with the list.
    func resolve(_ reference: String) async throws(StoreError) -> StoredOrder {
        let found = try await queries.find(reference)
        if found.count == 1 { return found[0] }
        if found.isEmpty {
            throw StoreError(
                .refused,
                "order \(reference): not in the store",
                remedy: "a REF is the associated ref, Shopify's name, or the gid; see: kccsyncd orders list"
            )
        }
        let list = found.map { "\($0.id.gid) (\($0.standing.channel), \($0.name))" }.joined(separator: ", ")
        throw StoreError(
            .refused,
            "order \(reference): fits several orders: \(list)",
            remedy: "name one by its gid"
        )
    }
}
