import Foundation

/// Reads orders, many at a time.
extension FulfilmentStep {
    /// What the order shows: as it was read a moment ago together with others, or now.
    ///
    /// - Parameter fresh: Whether it has to be read now.
    /// - Returns: Nil where Shopify has no such order.
    func view(of order: ShopifyID, _ job: PushJob, fresh: Bool, _ resting: Set<String>)
        async throws -> FulfilmentView?
    {
        if fresh { views.forget(job.lane) }
        if let view = views.take(job.lane, since: job.nextAt, now: now()) { return view }
        var orders = [order]
        if !fresh, views.batch > 1 {
            let lanes = try await queue.upcoming(
                .fulfilment,
                shop: job.shop,
                resting: resting,
                now: now(),
                limit: views.batch
            )
            // A job's ordering key is its order.
            orders += lanes.filter { $0 != job.lane && !views.has($0, now: now()) }.map { ShopifyID($0) }
        }
        let readings = try await read(orders)
        hasAnswer = true
        for (other, reading) in zip(orders, readings).dropFirst() {
            if case .view(let view) = reading { views.add(view, of: other.gid, readAt: now()) }
        }
        switch readings.first {
        case .view(let view):
            views.mark(job.lane, readAt: now())
            return view
        case .failed(let error): throw UnreadableOrder(reason: error)
        case .missing, nil: return nil
        }
    }

    /// Reads orders together, and where that fails the first of them alone: one that cannot be read must not keep back the others.
    private func read(_ orders: [ShopifyID]) async throws(ShopError) -> [FulfilmentReading] {
        guard orders.count > 1 else { return try await shop.fulfilments(of: orders) }
        do {
            let readings = try await shop.fulfilments(of: orders)
            views.grow()
            return readings
        } catch {
            guard error.mayConcernOneOrder else { throw error }
            views.shrink()
            return try await shop.fulfilments(of: Array(orders.prefix(1)))
        }
    }
}
