import Foundation
import Persistence
import SyncEngine

/// What an operator decides about a store that was restored.
struct RestorationCommands: Sendable {
    let executor: CommandExecutor
    private var session: SyncSession { executor.session }

    func decide(_ verb: OrderVerb, _ channel: String?) async throws -> ControlReply {
        try await session.answerer.known(channel)
        let orders = try await inDoubt(channel)
        var reply = ControlReply()
        for order in orders {
            do {
                reply.lines += try await executor.perform(verb, order)
            } catch let error as StoreError {
                reply.fail(ExitStatus(error), error.description)
            }
        }
        if orders.isEmpty { reply.lines = ["no order is in doubt"] }
        return reply
    }

    func confirm() async throws -> ControlReply {
        guard try await session.store.confirmRestoration(now: session.now()) else {
            return ControlReply(lines: [
                "the store was not restored, or that was confirmed before; nothing to do"
            ])
        }
        session.wakePushes()
        session.log.record(
            Event(
                .notice,
                "the restored store was confirmed; all goes on as usual",
                kind: .restorationConfirmed
            )
        )
        let left = try await inDoubt(nil).count
        var reply = ControlReply(lines: ["confirmed; stock and shipments go on as usual"])
        if left > 0 {
            reply.lines.append(
                "\(Spoken.count(left, "order is", "orders are")) still held as maybe_handed_off: kccsyncd orders list --reason maybe_handed_off"
            )
        }
        return reply
    }

    private func inDoubt(_ channel: String?) async throws -> [StoredOrder] {
        var filter = OrderQueries.Filter(channel: channel, state: .imported)
        filter.reason = .maybeHandedOff
        return try await session.queries.list(filter)
    }
}
