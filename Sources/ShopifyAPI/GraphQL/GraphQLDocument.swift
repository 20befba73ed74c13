/// An operation's text and what it is expected to cost.
///
/// The texts are the `.graphql` files beside the operations, embedded at build time. Each is whole, with the fragments
/// that it uses, so that any tool can validate what is really sent; `scripts/check_graphql.py` sees to it that a
/// fragment reads the same wherever it stands.
struct GraphQLDocument: Sendable {
    let name: String
    let text: String
    /// Points requested, until an answer has told.
    let firstEstimate: Int

    /// - Parameters:
    ///   - name: The operation's name, which its text declares.
    ///   - bytes: The embedded file.
    ///   - firstEstimate: Points at the page sizes that we send, by the model in
    ///     <https://shopify.dev/docs/api/usage/limits>, rounded up.
    init(_ name: String, _ bytes: [UInt8], firstEstimate: Int) {
        self.name = name
        self.firstEstimate = firstEstimate
        text = Self.compact(String(decoding: bytes, as: UTF8.self))
    }

    /// Without indentation, comments and empty lines: the text travels with every request.
    private static func compact(_ text: String) -> String {
        text.split(separator: "\n")
            .map { $0.drop { $0 == " " } }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
            .joined(separator: "\n")
    }
}

extension GraphQLDocument {
    static let shopIdentity = Self("ShopIdentity", PackageResources.ShopIdentity_graphql, firstEstimate: 10)
    static let locations = Self("Locations", PackageResources.Locations_graphql, firstEstimate: 15)
    static let orderList = Self("OrderList", PackageResources.OrderList_graphql, firstEstimate: 15)
    // A plain list of ids costs one node's selection, however long it is.
    static let orderRead = Self("OrderRead", PackageResources.OrderRead_graphql, firstEstimate: 105)
    static let orderLines = Self("OrderLinesPage", PackageResources.OrderLinesPage_graphql, firstEstimate: 60)
    static let orderShipping = Self(
        "OrderShippingPage",
        PackageResources.OrderShippingPage_graphql,
        firstEstimate: 50
    )
    static let orderDiscounts = Self(
        "OrderDiscountsPage",
        PackageResources.OrderDiscountsPage_graphql,
        firstEstimate: 30
    )
    static let refundLines = Self(
        "RefundLinesPage",
        PackageResources.RefundLinesPage_graphql,
        firstEstimate: 30
    )
    static let fulfilmentOrders = Self(
        "FulfilmentOrdersPage",
        PackageResources.FulfilmentOrdersPage_graphql,
        firstEstimate: 105
    )
    static let fulfilmentOrderLines = Self(
        "FulfilmentOrderLinesPage",
        PackageResources.FulfilmentOrderLinesPage_graphql,
        firstEstimate: 15
    )
    static let catalogue = Self("Catalogue", PackageResources.Catalogue_graphql, firstEstimate: 25)
    static let skuLookup = Self("SkuLookup", PackageResources.SkuLookup_graphql, firstEstimate: 25)
    static let inventoryLevels = Self(
        "InventoryLevels",
        PackageResources.InventoryLevels_graphql,
        firstEstimate: 5
    )
    static let inventorySet = Self("InventorySet", PackageResources.InventorySet_graphql, firstEstimate: 12)
    static let inventoryAdjust = Self(
        "InventoryAdjust",
        PackageResources.InventoryAdjust_graphql,
        firstEstimate: 12
    )
    static let inventoryActivate = Self(
        "InventoryActivate",
        PackageResources.InventoryActivate_graphql,
        firstEstimate: 12
    )

    static let fulfilmentView = Self(
        "FulfilmentView",
        PackageResources.FulfilmentView_graphql,
        firstEstimate: 200
    )
    static let fulfilmentViewLines = Self(
        "FulfilmentViewLinesPage",
        PackageResources.FulfilmentViewLinesPage_graphql,
        firstEstimate: 30
    )
    static let fulfilmentViewSent = Self(
        "FulfilmentViewSentPage",
        PackageResources.FulfilmentViewSentPage_graphql,
        firstEstimate: 30
    )
    static let pickupReady = Self("PickupReady", PackageResources.PickupReady_graphql, firstEstimate: 10)
    static let fulfilmentCreate = Self(
        "FulfilmentCreate",
        PackageResources.FulfilmentCreate_graphql,
        firstEstimate: 11
    )
    static let trackingUpdate = Self(
        "TrackingUpdate",
        PackageResources.TrackingUpdate_graphql,
        firstEstimate: 50
    )

    /// All of them, for the tests that check the texts.
    static let all = [
        shopIdentity, locations, orderList, orderRead, orderLines, orderShipping, orderDiscounts, refundLines,
        fulfilmentOrders, fulfilmentOrderLines, fulfilmentView, fulfilmentViewLines, fulfilmentViewSent,
        fulfilmentCreate, pickupReady, trackingUpdate,
        catalogue, skuLookup, inventoryLevels, inventorySet, inventoryAdjust, inventoryActivate,
    ]
}
