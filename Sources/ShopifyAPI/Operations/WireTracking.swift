import SyncEngine

/// Tracking details as Shopify takes them: one number with its link, or lists of both, never one beside a list.
///
/// See <https://shopify.dev/docs/api/admin-graphql/latest/input-objects/FulfillmentTrackingInput>.
struct WireTracking: Encodable, Sendable {
    var company: String?
    var number: String?
    var numbers: [String]?
    var url: String?
    /// The links of the first numbers: Shopify gives them to the numbers by their places.
    var urls: [String]?

    init(_ tracking: Tracking) {
        company = tracking.company
        let linked = tracking.parcels.filter { $0.link != nil }
        let parcels = linked + tracking.parcels.filter { $0.link == nil }
        if parcels.count > 1 {
            numbers = parcels.map(\.number)
            urls = linked.isEmpty ? nil : linked.compactMap(\.link)
        } else {
            number = parcels.first?.number
            url = parcels.first?.link
        }
    }
}
