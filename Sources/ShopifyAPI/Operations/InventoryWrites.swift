package import SyncEngine

extension ShopifyShop {
    package func set(_ batch: StockBatch) async throws(ShopError) -> StockAnswer {
        let what = "setting \(batch.rows.count) stock level\(batch.rows.count == 1 ? "" : "s")"
        let reply = try await ask(
            .inventorySet,
            SetVariables(batch),
            as: SetAnswer.self,
            importance: .stock,
            what: what
        )
        return try answer(reply.data.inventorySetQuantities, at: moment(of: reply), what)
    }

    package func adjust(_ batch: StockBatch) async throws(ShopError) -> StockAnswer {
        let what = "adjusting \(batch.rows.count) stock level\(batch.rows.count == 1 ? "" : "s")"
        let reply = try await ask(
            .inventoryAdjust,
            AdjustVariables(batch),
            as: AdjustAnswer.self,
            importance: .stock,
            what: what
        )
        return try answer(reply.data.inventoryAdjustQuantities, at: moment(of: reply), what)
    }

    package func activate(
        _ item: ShopifyID,
        at location: ShopifyID,
        key: String
    ) async throws(ShopError) -> StockRefusal? {
        let what = "stocking an item at the location"
        let reply = try await ask(
            .inventoryActivate,
            ["item": item.gid, "key": key, "location": location.gid],
            as: ActivateAnswer.self,
            importance: .stock,
            what: what
        )
        let answer = try answer(reply.data.inventoryActivate, at: moment(of: reply), what)
        return answer.refusals.first
    }

    private func answer(
        _ payload: InventoryPayload?,
        at moment: ShopMoment,
        _ what: String
    ) throws(ShopError) -> StockAnswer {
        guard let payload else {
            throw ShopError(.unexpectedShape, .retry(after: nil), "\(what): the answer holds no result")
        }
        let changed = (payload.inventoryAdjustmentGroup?.changes ?? []).compactMap(\.item)
        return StockAnswer(
            refusals: payload.userErrors.map(\.refusal),
            skus: Dictionary(changed.map { ($0.id, SKU($0.sku ?? "")) }) { $1 },
            moment: moment
        )
    }
}

/// Variables of the operation InventorySet.
///
/// Every key is written, nulls included: Shopify refuses a row without `changeFromQuantity`.
struct SetVariables: Encodable, Sendable {
    var key: String
    var input: Input

    struct Input: Encodable, Sendable {
        var name = "available"
        var reason = "correction"
        var quantities: [Quantity]
    }

    struct Quantity: Encodable, Sendable {
        var inventoryItemId: ShopifyID
        var locationId: ShopifyID
        var quantity: Int
        var changeFromQuantity: NullableInt
    }

    init(_ batch: StockBatch) {
        key = batch.key
        input = Input(
            quantities: batch.rows.map {
                Quantity(
                    inventoryItemId: $0.item,
                    locationId: batch.location,
                    quantity: $0.quantity,
                    changeFromQuantity: NullableInt(value: $0.from)
                )
            }
        )
    }
}

/// Variables of the operation InventoryAdjust.
struct AdjustVariables: Encodable, Sendable {
    var key: String
    var input: Input

    struct Input: Encodable, Sendable {
        var name = "available"
        var reason = "correction"
        var changes: [Change]
    }

    struct Change: Encodable, Sendable {
        var inventoryItemId: ShopifyID
        var locationId: ShopifyID
        var delta: Int
        var changeFromQuantity: NullableInt
    }

    init(_ batch: StockBatch) {
        key = batch.key
        input = Input(
            changes: batch.rows.map {
                Change(
                    inventoryItemId: $0.item,
                    locationId: batch.location,
                    delta: $0.quantity,
                    changeFromQuantity: NullableInt(value: $0.from)
                )
            }
        )
    }
}

/// A number, or a null that is written out.
struct NullableInt: Encodable, Sendable {
    var value: Int?

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let value { try container.encode(value) } else { try container.encodeNil() }
    }
}

private struct SetAnswer: GraphQLAnswer {
    var inventorySetQuantities: InventoryPayload?
}

private struct AdjustAnswer: GraphQLAnswer {
    var inventoryAdjustQuantities: InventoryPayload?
}

private struct ActivateAnswer: GraphQLAnswer {
    var inventoryActivate: InventoryPayload?
}

/// What the stock mutations return.
struct InventoryPayload: Decodable, Sendable {
    /// Nil where nothing changed; `inventoryActivate` has none.
    var inventoryAdjustmentGroup: Group?
    var userErrors: [Refusal]

    struct Group: Decodable, Sendable {
        var changes: [Change]
    }

    struct Change: Decodable, Sendable {
        var item: Item?
    }

    struct Item: Decodable, Sendable {
        var id: ShopifyID
        var sku: String?
    }

    struct Refusal: Decodable, Sendable {
        /// `inventoryActivate` has none.
        var code: String?
        /// Such as `input`, `quantities`, `3`, `locationId`.
        var field: [String]?
        var message: String

        var refusal: StockRefusal {
            StockRefusal(
                kind,
                row: field?.lazy.compactMap { Int($0) }.first,
                // Sent are ids, figures and a key, so there is nothing of a person that it could repeat.
                message: Quotation.plain(message)
            )
        }

        private var kind: StockRefusal.Kind {
            switch code {
            case "CHANGE_FROM_QUANTITY_STALE", "COMPARE_QUANTITY_STALE": .stale
            case "INVALID_INVENTORY_ITEM": .unknownItem
            case "ITEM_NOT_STOCKED_AT_LOCATION": .notStocked
            case "INVALID_LOCATION": .location
            case nil where field?.last == "locationId": .location
            case "IDEMPOTENCY_CONCURRENT_REQUEST": .concurrent
            case "IDEMPOTENCY_KEY_PARAMETER_MISMATCH": .keyMismatch
            case "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED": .previousFailed
            case "SERVICE_UNAVAILABLE", "ADJUST_QUANTITIES_FAILED": .unavailable
            default: .refused
            }
        }
    }
}
