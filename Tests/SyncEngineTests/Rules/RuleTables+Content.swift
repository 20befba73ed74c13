import Foundation
import SyncEngine
import TestSupport

/// Situations of the rules about customers, refs, lines and totals.
extension RuleTables {
    private static func withheld(_ paths: String, _ inputs: String) -> RuleOutcome {
        .refuse(
            .customerData,
            .customerDataWithheld,
            "Shopify withholds \(paths)",
            remedy:
                "the shop's plan or the app's access to protected customer data does not allow it; change that, or send such orders to a generic customer",
            inputs: ["withheld": inputs]
        )
    }

    static let customer: [RuleCase] = [
        RuleCase("nothing withheld", .pass(.customerData, "")),
        RuleCase("the note withheld, which is nobody's name", .pass(.customerData, "")) {
            $0.order = .paid().withholding("note")
        },
        RuleCase("the phone withheld, name and address there", .pass(.customerData, "")) {
            $0.order.withheld = ["customer.phone"]
        },
        RuleCase("all withheld", withheld("email, shippingAddress", "email shippingAddress")) {
            $0.order = .paid().withholding("shippingAddress", "email")
        },
        RuleCase("a till sale for details, withheld", withheld("customer", "customer")) {
            $0.till(.customerDetails)
            $0.order.withheld = ["customer"]
        },
        RuleCase(
            "withheld, but going to the generic customer",
            .notApplicable(.customerData, "goes to the generic customer")
        ) {
            $0.till(.genericCustomer)
            $0.order.withheld = ["customer"]
        },
        RuleCase(
            "a till sale for details that names nobody",
            .notApplicable(.customerMissing, "goes to the generic customer")
        ) { $0.till(.customerDetails) },
        RuleCase("web, complete", .pass(.customerMissing, "", inputs: named(true, true, true))),
        RuleCase("web, no address", missing(true, true)) {
            $0.order.customer = OrderCustomer(id: .customer(1))
            $0.order.customer?.firstName = "Ann"
            $0.order.billingAddress = nil
            $0.order.shippingAddress = nil
        },
        RuleCase("web, an address with a name and no place", missing(true, false)) {
            $0.order.email = nil
            $0.order.billingAddress = .of("Ann", "Archer", "", nil, nil)
            $0.order.shippingAddress = nil
        },
        RuleCase("web, nothing", missing(false, false)) {
            $0.order.email = nil
            $0.order.billingAddress = nil
            $0.order.shippingAddress = nil
        },
        RuleCase(
            "web, an address that names nobody",
            .pass(.customerMissing, "", inputs: named(false, true, true))
        ) {
            $0.order.billingAddress = .of(nil, nil, "1 High Street", nil, nil)
            $0.order.shippingAddress = nil
        },
        RuleCase(
            "a till sale with an e-mail only",
            .pass(.customerMissing, "", inputs: named(false, true, false))
        ) {
            $0.till(.customerDetails)
            $0.order.email = "ann@example.com"
        },
    ]

    private static func named(_ person: Bool, _ email: Bool, _ address: Bool) -> [String: String] {
        ["person": "\(person)", "email": "\(email)", "address": "\(address)"]
    }

    private static func missing(_ person: Bool, _ email: Bool) -> RuleOutcome {
        .refuse(
            .customerMissing,
            .customerMissing,
            "no address, so nothing could be sent or invoiced",
            remedy: "give the order an address in Shopify; it is looked at again when it changes",
            inputs: named(person, email, false)
        )
    }

    static let content: [RuleCase] = [
        RuleCase("a free ref", .pass(.ref, "1001", inputs: ["ref": "1001"])),
        RuleCase(
            "a ref that is taken",
            .refuse(
                .ref,
                .refTaken,
                "the associated ref 1001 is order #77's already",
                remedy:
                    "give the channels different order_ref_format values, then: kccsyncd orders reimport gid://shopify/Order/1001",
                inputs: ["ref": "1001", "holder": "#77"]
            )
        ) { $0.holder = "#77" },
        RuleCase("a ref with a comma", unusable("10,01")) { $0.order.name = "#10,01" },
        RuleCase("a ref with a line break", unusable("10\n01")) { $0.order.name = "#10\n01" },
        RuleCase("a ref of 51 characters", unusable(String(repeating: "9", count: 51))) {
            $0.order.name = String(repeating: "9", count: 51)
        },
        RuleCase("one line", .pass(.lines, "1 line")),
        RuleCase("two lines", .pass(.lines, "2 lines")) {
            $0.order.lines.append(.units(1, of: "B", at: "1"))
        },
        RuleCase("a line without SKU", bare("gid://shopify/LineItem/10010")) { $0.order.lines[0].sku = nil },
        RuleCase("a line whose SKU is blank", bare("gid://shopify/LineItem/10010")) {
            $0.order.lines[0].sku = " \t"
        },
        RuleCase(
            "a line without SKU, and a stand-in",
            .pass(.lines, "line 1 \"Thing\" has no SKU; MISC stands in", inputs: ["missing_sku": "MISC"])
        ) {
            $0.order.lines[0].sku = ""
            $0.settings.missingSKU = "MISC"
        },
        RuleCase("a line without SKU that nobody wants any more", .pass(.lines, "0 lines")) {
            $0.order.lines[0].sku = nil
            $0.order.lines[0].currentQuantity = 0
        },
        RuleCase("totals that agree", .pass(.totals, "lines 20.00 + delivery 5.00 + tax 5.00 = 30.00 GBP")),
        RuleCase("totals that differ", differing()) { $0.order = $0.order.total("31.5") },
        RuleCase("totals that differ, and an adjustment code", differing(adjusted: true)) {
            $0.order = $0.order.total("31.5")
            $0.settings.adjustmentSKU = "ADJ"
        },
    ]

    private static func unusable(_ ref: String) -> RuleOutcome {
        .refuse(
            .ref,
            .refUnusable,
            "the associated ref \(ref.debugDescription) holds a comma, a quote or a line break, or is longer than 50",
            remedy: "KCC cannot take it; rename the order's format in Shopify or change order_ref_format",
            inputs: ["ref": ref]
        )
    }

    private static func bare(_ line: String) -> RuleOutcome {
        .refuse(
            .lines,
            .lineWithoutSKU,
            "line 1 \"Thing\" has no SKU",
            remedy:
                "set missing_sku for the channel, or give the product a SKU and run: kccsyncd orders refetch 1001",
            inputs: ["line": line]
        )
    }

    private static func differing(adjusted: Bool = false) -> RuleOutcome {
        var outcome = RuleOutcome.pass(
            .totals,
            "Shopify's current total is 1.50 GBP more than the sum of its parts: lines 20.00 + delivery 5.00 + tax 5.00 = 30.00 GBP, Shopify says 31.50",
            inputs: [
                "difference": "1.50", "money": "shop", "currency": "GBP", "parts": "30.00", "total": "31.50",
                "tolerance": "0.01", "tolerance_reason": "one coin for rounding",
            ]
        )
        outcome.reason = .totalsDiffer
        if adjusted {
            outcome.text += "; ADJ carries it as a line"
            outcome.inputs["adjustment_sku"] = "ADJ"
        } else {
            outcome.remedy = "held from KCC until: kccsyncd orders release 1001"
        }
        return outcome
    }
}
