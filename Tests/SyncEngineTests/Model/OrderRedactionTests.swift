import Foundation
import TestSupport
import Testing

@testable import SyncEngine

/// Every field of an order is decided on: a new one fails here until it has a line below.
@Suite struct OrderRedactionTests {
    private enum Fate { case stays, goes }

    private static let fates: [String: Fate] = [
        "id": .stays, "name": .stays, "createdAt": .stays, "processedAt": .stays, "updatedAt": .stays,
        "cancelledAt": .stays, "cancelReason": .stays, "closedAt": .stays, "test": .stays, "edited": .stays,
        "financialStatus": .stays, "fulfilmentStatus": .stays, "sourceName": .stays,
        "sourceIdentifier": .stays, "retailLocation": .stays, "currency": .stays,
        "presentmentCurrency": .stays, "taxesIncluded": .stays, "taxExempt": .stays, "gateways": .stays,
        "email": .goes, "phone": .goes, "note": .goes, "poNumber": .goes, "tags": .goes,
        "customerLocale": .goes, "attributes": .goes, "customer": .goes, "billingAddress": .goes,
        "shippingAddress": .goes, "discountCodes": .goes, "withheld": .goes,
        "lines[].id": .stays, "lines[].name": .stays, "lines[].title": .stays,
        "lines[].variantTitle": .stays, "lines[].sku": .stays, "lines[].quantity": .stays,
        "lines[].currentQuantity": .stays, "lines[].requiresShipping": .stays, "lines[].isGiftCard": .stays,
        "lines[].taxable": .stays, "lines[].unitPrice": .stays, "lines[].total": .stays,
        "lines[].attributes": .goes, "lines[].taxLines": .stays, "lines[].allocations": .stays,
        "shippingLines[].id": .stays, "shippingLines[].title": .stays, "shippingLines[].code": .stays,
        "shippingLines[].carrier": .stays, "shippingLines[].price": .stays,
        "shippingLines[].discountedPrice": .stays, "shippingLines[].currentPrice": .stays,
        "shippingLines[].taxLines": .stays,
        "shippingLines[].allocations": .stays,
        "taxLines[].title": .stays, "taxLines[].ratePercent": .stays, "taxLines[].amount": .stays,
        "discounts[].index": .stays, "discounts[].code": .goes, "discounts[].title": .goes,
        "discounts[].amount": .stays, "discounts[].percent": .stays, "discounts[].method": .stays,
        "discounts[].target": .stays,
        "totals": .stays,
        "transactions[].id": .stays, "transactions[].kind": .stays, "transactions[].status": .stays,
        "transactions[].test": .stays, "transactions[].gateway": .stays,
        "transactions[].gatewayTitle": .stays, "transactions[].processedAt": .stays,
        "transactions[].paymentID": .goes, "transactions[].amount": .stays, "transactions[].parent": .stays,
        "transactions[].cardCompany": .stays,
        "refunds[].id": .stays, "refunds[].createdAt": .stays, "refunds[].note": .goes,
        "refunds[].total": .stays, "refunds[].lines[].line": .stays, "refunds[].lines[].quantity": .stays,
        "refunds[].lines[].restockType": .stays, "refunds[].lines[].restocked": .stays,
        "refunds[].lines[].subtotal": .stays, "refunds[].lines[].tax": .stays,
        "fulfilmentOrders[].id": .stays, "fulfilmentOrders[].status": .stays,
        "fulfilmentOrders[].location": .stays, "fulfilmentOrders[].locationName": .stays,
        "fulfilmentOrders[].lines[].id": .stays, "fulfilmentOrders[].lines[].sku": .stays,
        "fulfilmentOrders[].lines[].quantity": .stays, "fulfilmentOrders[].lines[].remaining": .stays,
    ]

    /// The fields of a value as paths, each with what it holds; an empty one cannot show its parts, so it is refused.
    private static func fields(of value: Any, at path: String = "") -> [String: String] {
        if fates[path] != nil { return [path: String(describing: value)] }
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional:
            guard let inner = mirror.children.first?.value else { return [path: "nil"] }
            return fields(of: inner, at: path)
        case .collection:
            guard let first = mirror.children.first?.value else { return [path: "[]"] }
            return fields(of: first, at: path + "[]")
        case .struct where !mirror.children.isEmpty && !(value is String):
            return mirror.children.reduce(into: [:]) { found, child in
                let name = child.label ?? "?"
                found.merge(fields(of: child.value, at: path.isEmpty ? name : "\(path).\(name)")) { $1 }
            }
        default:
            return [path: String(describing: value)]
        }
    }

    @Test func `every field of an order either stays or goes`() {
        let full = Order.full
        let before = Self.fields(of: full)
        let after = Self.fields(of: full.withoutPersonalData)
        #expect(Set(before.keys) == Set(Self.fates.keys), "decide on each field, and fill it in Order.full")
        for (path, fate) in Self.fates {
            #expect(!["nil", "[]"].contains(before[path]), "\(path) is empty in Order.full")
            switch fate {
            case .stays: #expect(after[path] == before[path], "\(path) was to stay")
            case .goes: #expect(["nil", "[]"].contains(after[path]), "\(path) was to go")
            }
        }
    }

    @Test func `nothing of a person is left in the order's text`() throws {
        let encoder = JSONEncoder()
        let text = String(decoding: try encoder.encode(Order.full.withoutPersonalData), as: UTF8.self)
        #expect(!text.contains("CANARY"))
        #expect(String(decoding: try encoder.encode(Order.full), as: UTF8.self).contains("CANARY"))
    }

    @Test func `doing it twice changes nothing, and the totals still add up`() {
        let once = Order.full.withoutPersonalData
        #expect(once.withoutPersonalData == once)
        #expect(OrderFigures(of: once, .shop) == OrderFigures(of: .full, .shop))
        #expect(once.changes(since: Order.full.withoutPersonalData, nil).isEmpty)
    }

    @Test func `an order without personal data that is let in again is held, or fails and says so`() throws {
        var standing = OrderStanding(
            state: .imported,
            reason: nil,
            channel: "web",
            handOff: HandOffState(.withdrawn)
        )
        standing.redacted = true
        let order = Order.paid().withoutPersonalData
        _ = standing.handOffState.evaluate(
            Judge.circumstances(order, standing, [], OrderFigures(of: order, .shop), nil)
        )
        #expect(standing.handOff == .held)
        #expect(standing.handOffState.reason == .personalDataRemoved)
        let inputs = RuleInputs(order: order, channel: .plain(), redacted: true, ref: "1001")
        let outcome = ImportRule.customerData.evaluate(inputs)
        #expect(outcome.reason == .personalDataRemoved)
        #expect(outcome.text == "its personal data was removed, so nobody could be sent or invoiced anything")
        #expect(outcome.remedy == "enter it in KCC by hand, then run: kccsyncd orders ignore 1001")
    }
}
