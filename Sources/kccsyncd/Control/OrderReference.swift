import Persistence
import SyncEngine

/// Finds the one order that a person means.
struct OrderReference: Sendable {
    private let queries: OrderQueries

    init(_ queries: OrderQueries) {
        self.queries = queries
    }

    /// - Throws: `.refused` where none fits, or several do, with the list.
    func resolve(_ reference: String) async throws(StoreError) -> StoredOrder {
        let found = try await queries.find(reference)
        if found.count == 1 {
            var order = found[0]
            order.typed = reference
            return order
        }
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
