import Foundation
import Persistence
import SyncEngine

/// What `run --once` does between opening the order store and closing it.
struct OneCycle {
    let session: SyncSession

    /// Polls every shop and pushes all that is due.
    ///
    /// - Returns: The worst outcome. A push that failed counts although others went out after it, and so does one that waits
    ///   for a scope.
    func run() async throws -> ExitStatus {
        var failed = await round()
        if let wait = try await stockWait() {
            try await Task.sleep(for: wait)
            failed.formUnion(await round())
        }
        // A channel that rests imports nothing until the file is put right.
        let isResting = try await session.answerer.contexts().contains { $0.rest != nil }
        let codes = session.supervisor.loops.compactMap { $0.state.health.errorCode } + failed
        let worst = codes.map { ExitStatus(shopErrorCode: $0) }.max() ?? .done
        return isResting ? max(worst, .configuration) : worst
    }

    /// Polls every shop, then pushes all that is due.
    ///
    /// - Returns: The codes of the pushes that failed, or wait for an operator.
    private func round() async -> Set<String> {
        await withTaskGroup(of: Void.self) { group in
            for loop in session.supervisor.loops {
                group.addTask { _ = await loop.poll() }
            }
        }
        return await withTaskGroup(of: Set<String>.self) { group in
            for loop in session.supervisor.pushes {
                group.addTask { await loop.runWhatIsDue() }
            }
            return await group.reduce(into: []) { $0.formUnion($1) }
        }
    }

    /// How long until a sale that is in Shopify's figures shows in its order search; nil where no level waits for that.
    private func stockWait() async throws -> Duration? {
        let senders = session.configuration.channels.filter { $0.sendsStock && $0.stock.oversellGuard }
        var wait: Duration?
        for channel in senders where try await session.stock.hasWaiting(channel: channel.name) {
            wait = max(wait ?? .zero, channel.stock.indexLag + .seconds(3))
        }
        return wait
    }
}
