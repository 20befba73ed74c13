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
            return await PushCommands(session: session).receive(together: told, isDryRun: true)
        case .allShipments(let told):
            return await PushCommands(session: session).receive(together: told, isDryRun: false)
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

    func loop(_ channel: String) throws -> ShopLoop {
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
        if let problem = BackfillSpan.problem(from: first, to: end, now: session.now(), zone) {
            return ControlReply(.usage, error: problem)
        }
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
