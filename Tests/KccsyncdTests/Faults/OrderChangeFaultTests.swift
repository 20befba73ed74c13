import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Settings that change while orders wait, and orders that change after the hand-off.
@Suite(.timeLimit(.minutes(30)))
struct OrderChangeFaultTests {
    // MARK: Settings

    enum Setting: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case format = "order_ref_format"
        case site = "the site of the link"
        case type = "the site of an order type"
        case both = "order_ref_format and the site"

        var testDescription: String { rawValue }

        var text: String {
            switch self {
            case .format: ConfigurationText.text("order_ref_format = \"W-{0}\"")
            case .site:
                ConfigurationText.linked.replacing("site = \"MAIN\"", with: "site = \"SHOP1\"")
            case .type:
                ConfigurationText.text(more: "[[order_types]]\norder_type = \"online\"\nsite = \"SHOP1\"")
            case .both:
                ConfigurationText.text("order_ref_format = \"W-{0}\"")
                    .replacing("site = \"MAIN\"", with: "site = \"SHOP1\"")
            }
        }

        var isRef: Bool { self == .format || self == .both }
    }

    @Test(arguments: Setting.allCases)
    func `H8: orders that nobody was served follow a changed setting, and reload says how many`(
        _ setting: Setting
    ) async throws {
        try await KCC.linked { daemon, shop, kcc in
            shop.sell(.paid(1001))
            await daemon.round()
            _ = try await kcc.orders(from: try await kcc.orders().position)
            shop.sell(.paid(1002))
            await daemon.pass(15)
            // Served, and its answer may have been lost: KCC may know it by its reference.
            #expect(try await kcc.orders().refs == ["1002"])
            shop.sell(.paid(1003))
            shop.sell(.paid(1004).total("31"))
            shop.sell(.paid(1005).status("PENDING"))
            await daemon.pass(15)
            let reply = try await daemon.reload(setting.text)
            #expect(
                reply.lines.contains(
                    "\(ConfigurationText.host): 2 orders not handed off yet follow the new settings (channel, reference, site or type)"
                ),
                "\(reply.lines)"
            )
            await daemon.pass(15)
            let new = setting.isRef ? "W-" : ""
            let site = setting == .format ? "MAIN" : "SHOP1"
            #expect(
                try await daemon.rows(
                    "SELECT ref || ' ' || site FROM \"order\" WHERE ref IS NOT NULL ORDER BY name"
                ) == ["1001 MAIN", "1002 MAIN", "\(new)1003 \(site)", "\(new)1004 \(site)"]
            )
            #expect(try await kcc.orders().refs == ["1002", "\(new)1003"])
            let again = try await daemon.reload(setting.text)
            #expect(!again.lines.contains { $0.contains("not handed off yet") })
        }
    }

    // MARK: Changes after the hand-off

    enum Change: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case quantity = "a quantity"
        case address = "the delivery address"
        case note = "a note that was empty"
        case cancelled = "a cancellation"
        case shipping = "the price of delivery"

        var testDescription: String { rawValue }

        func apply(_ order: inout Order) {
            switch self {
            case .quantity: order.lines[0].currentQuantity = 1
            case .address: order.shippingAddress?.address1 = "2 Low Street"
            case .note: order.note = "ring twice"
            case .cancelled:
                order.cancelledAt = order.createdAt
                order.cancelReason = "CUSTOMER"
            case .shipping: order.shippingLines[0].discountedPrice = .both("4")
            }
        }

        var seen: (field: String, was: String, now: String) {
            switch self {
            case .quantity: ("lines", "2 x SKU-1 at 10.00", "1 x SKU-1 at 10.00")
            case .address:
                (
                    "shipping_address", "Ann, Archer, 1001 High Street, Leeds, LS1 1AA, GB",
                    "Ann, Archer, 2 Low Street, Leeds, LS1 1AA, GB"
                )
            case .note: ("note", "", "ring twice")
            case .cancelled: ("cancelled", "", "cancelled, customer")
            case .shipping: ("shipping", "Standard 5.00", "Standard 4.00")
            }
        }
    }

    @Test(arguments: Change.allCases)
    func `H9: a change after the hand-off shows its field, the old value and the new one`(_ change: Change)
        async throws
    {
        try await KCC.linked { daemon, shop, kcc in
            shop.sell(.paid(1001))
            await daemon.round()
            _ = try await kcc.orders(from: try await kcc.orders().position)
            shop.edit(.order(1001), change.apply)
            await daemon.pass(15)
            let (field, was, now) = change.seen
            let before = was.isEmpty ? "was not set" : was
            for question in [Question.explanation(reference: "1001"), .order(reference: "1001")] {
                let lines = try await daemon.answer(question)
                #expect(
                    lines.contains { $0.contains(field) && $0.contains(before) && $0.contains(now) },
                    "\(lines)"
                )
                let json = try await daemon.answer(question, json: true).joined()
                let found = try JSONDecoder().decode(Shown.self, from: Data(json.utf8)).changes
                #expect(found.contains(Shown.Change(field: field, was: was, now: now)), "\(found)")
            }
            _ = await daemon.perform(.orders(.settle, references: ["1001"]))
            let json = try await daemon.answer(.order(reference: "1001"), json: true).joined()
            let left = try JSONDecoder().decode(Shown.self, from: Data(json.utf8)).changes
            #expect(left.isEmpty)
        }
    }

    private struct Shown: Decodable {
        struct Change: Decodable, Equatable {
            var field: String
            var was: String
            var now: String

            enum CodingKeys: String, CodingKey {
                case field, was
                case now = "is"
            }
        }

        var changes: [Change]
    }
}
