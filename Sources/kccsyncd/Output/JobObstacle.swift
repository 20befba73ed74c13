import Persistence
import SyncEngine

/// Why a job that waits is not worked now, whatever it sends.
struct JobObstacle {
    private let shipments: ShipmentObstacle
    private let stock: ChannelPresence

    init(_ source: Answerer) async throws(StoreError) {
        shipments = try await ShipmentObstacle(source)
        stock = try await ChannelPresence(source)
    }

    /// Nil for one that does not wait, or that is worked when it is due.
    func text(_ job: PushJob) -> String? {
        guard job.state.waits else { return nil }
        return switch job.kind {
        case .fulfilment: shipments.text(channel: job.channel, shop: job.shop)
        case .stock: stock.obstacle(job.channel)
        }
    }

    /// The same, with what to do where it is not to be sent.
    func remedy(_ job: PushJob) -> String? {
        text(job).map { job.kind == .fulfilment ? ShipmentObstacle.whole($0, job: job.id) : $0 }
    }
}
