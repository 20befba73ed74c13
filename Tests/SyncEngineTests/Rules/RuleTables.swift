import Foundation
import SyncEngine
import TestSupport

/// Situations of the rules about tills and places.
enum RuleTables {
    static let pos: [RuleCase] = [
        RuleCase("a web order", .notApplicable(.posRouting, "an online order")),
        RuleCase(
            "a till sale that is not wanted",
            .refuse(
                .posRouting,
                .posNotDownloaded,
                "a till sale, and download_pos_orders is do_not_download",
                remedy: "set download_pos_orders to import till sales",
                inputs: ["download_pos_orders": "do_not_download"]
            )
        ) { $0.order = .till() },
        RuleCase(
            "a sale of another source at a retail location is a till sale, too",
            .refuse(
                .posRouting,
                .posNotDownloaded,
                "a till sale, and download_pos_orders is do_not_download",
                remedy: "set download_pos_orders to import till sales",
                inputs: ["download_pos_orders": "do_not_download"]
            )
        ) { $0.order.retailLocation = .location(2) },
        RuleCase(
            "generic customer",
            .pass(
                .posRouting,
                "a till sale, generic_customer",
                inputs: ["download_pos_orders": "generic_customer"]
            )
        ) { $0.till(.genericCustomer) },
        RuleCase(
            "customer details",
            .pass(
                .posRouting,
                "a till sale, customer_details",
                inputs: ["download_pos_orders": "customer_details"]
            )
        ) { $0.till(.customerDetails) },
    ]

    private static let warehouse = "gid://shopify/Location/1"
    private static let branch = "gid://shopify/Location/2"

    static let location: [RuleCase] = [
        RuleCase("no filter", .notApplicable(.location, "the filter is off")),
        RuleCase(
            "web order, filter for tills",
            .notApplicable(.location, "an online order, and the filter is for till sales")
        ) { $0.filterByLocation(.epos) },
        RuleCase(
            "a location that the shop does not have",
            .refuse(
                .location,
                .locationUnknown,
                "channel_location \"Nowhere\" is none of the shop's locations",
                remedy: "see: kccsyncd locations web",
                inputs: ["channel_location": "Nowhere"]
            )
        ) {
            $0.filterByLocation()
            $0.settings.channelLocation = "Nowhere"
            $0.location = nil
        },
        RuleCase(
            "sold here",
            .pass(
                .location,
                "sold at Main Warehouse",
                inputs: ["channel_location": warehouse, "retail_location": warehouse]
            )
        ) {
            $0.till(.genericCustomer)
            $0.filterByLocation(.epos)
        },
        RuleCase(
            "sold elsewhere",
            .refuse(
                .location,
                .otherLocation,
                "sold at another location than Main Warehouse",
                inputs: ["channel_location": warehouse, "retail_location": branch]
            )
        ) {
            $0.till(.genericCustomer)
            $0.order.retailLocation = .location(2)
            $0.filterByLocation(.epos)
        },
        RuleCase(
            "sold nowhere",
            .refuse(
                .location,
                .locationUnknown,
                "a till sale without a location",
                inputs: ["channel_location": warehouse, "retail_location": ""]
            )
        ) {
            $0.till(.genericCustomer)
            $0.order.retailLocation = nil
            $0.filterByLocation(.epos)
        },
        RuleCase("not assigned yet", notAssigned) { $0.filterByLocation() },
        RuleCase("assigned, then cancelled", notAssigned) {
            $0.order = $0.order.assigned(to: .location(1), status: "CANCELLED")
            $0.filterByLocation()
        },
        RuleCase("assigned, all its units moved away", notAssigned) {
            $0.order = $0.order.assigned(to: .location(1), quantity: 0)
            $0.filterByLocation()
        },
        RuleCase(
            "assigned here",
            .pass(
                .location,
                "assigned to Main Warehouse",
                inputs: ["channel_location": warehouse, "assigned_locations": warehouse]
            )
        ) {
            $0.order = $0.order.assigned(to: .location(1))
            $0.filterByLocation()
        },
        RuleCase(
            "one of two parts assigned here",
            .pass(
                .location,
                "assigned to Main Warehouse",
                inputs: ["channel_location": warehouse, "assigned_locations": "\(branch) \(warehouse)"]
            )
        ) {
            $0.order = $0.order.assigned(to: .location(2)).assigned(to: .location(1))
            $0.filterByLocation()
        },
        RuleCase(
            "assigned elsewhere, one part to a location deleted since",
            .refuse(
                .location,
                .otherLocation,
                "assigned to other locations than Main Warehouse",
                inputs: ["channel_location": warehouse, "assigned_locations": "\(branch) deleted"]
            )
        ) {
            $0.order = $0.order.assigned(to: .location(2)).assigned(to: nil)
            $0.filterByLocation()
        },
    ]

    private static let notAssigned = RuleOutcome.refuse(
        .location,
        .locationUnknown,
        "Shopify has not assigned it to a location yet",
        remedy: "it is looked at again for a day",
        inputs: ["channel_location": warehouse, "assigned_locations": ""]
    )
}

extension Situation {
    /// Makes it a till sale that names nobody, in a mode that downloads.
    mutating func till(_ mode: POSMode) {
        order = .till()
        settings.posOrders = mode
        settings.genericCustomer = "POSSALES"
    }
}
