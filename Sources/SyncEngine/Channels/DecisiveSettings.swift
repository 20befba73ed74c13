import Foundation

/// The settings that decide what becomes of an order, encoded so that two versions of a file can be compared.
///
/// Every key decides, a new one too, except those that ``undeciding`` names.
package enum DecisiveSettings {
    /// Keys that change no decision, by their path in the encoded ``ChannelSettings``.
    package static let undeciding: Set<String> = [
        // How the shop is reached.
        "shop", "credential", "apiVersion", "caFile", "pollInterval",
        // What goes to Shopify.
        "stock", "sendShippingNotification", "uploadOrderStatus",
        // How KCC reaches us, and when an order counts as known to it.
        "kcc.username", "kcc.password", "kcc.guardUntil", "kcc.confirmAfter",
    ]

    /// A channel's deciding settings.
    package static func text(_ settings: ChannelSettings) -> String {
        var value = object(settings)
        for path in undeciding { remove(path.split(separator: ".")[...], from: &value) }
        return text(value)
    }

    /// The deciding settings of channels that share a shop, in the file's order, which decides too.
    package static func text(_ channels: [ChannelSettings], _ orderTypes: [OrderTypeRule]) -> String {
        channels.map(text).joined(separator: "\n") + "\n" + text(orderTypes)
    }

    static func text(_ orderTypes: [OrderTypeRule]) -> String {
        orderTypes.map { text(object($0)) }.joined(separator: "\n")
    }

    private static func object(_ value: some Encodable) -> [String: Any] {
        let encoded = try? JSONEncoder().encode(value)
        return encoded.flatMap { try? JSONSerialization.jsonObject(with: $0) as? [String: Any] } ?? [:]
    }

    private static func text(_ object: [String: Any]) -> String {
        let data = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])
        return String(decoding: data ?? Data(), as: UTF8.self)
    }

    private static func remove(_ path: ArraySlice<Substring>, from object: inout [String: Any]) {
        guard let key = path.first.map(String.init) else { return }
        guard path.count > 1, var inner = object[key] as? [String: Any] else {
            if path.count == 1 { object[key] = nil }
            return
        }
        remove(path.dropFirst(), from: &inner)
        object[key] = inner
    }
}

extension ChannelContext {
    /// All that decides in this channel: its settings, and what they mean in its shop.
    var decisive: String {
        [
            DecisiveSettings.text(settings), DecisiveSettings.text(orderTypes),
            startDate.map { String(Int($0.timeIntervalSince1970.rounded())) } ?? "rests",
            location?.id.gid ?? "", String(seesFulfilmentOrders), zone.identifier,
        ]
        .joined(separator: "\n")
    }
}

extension Judge {
    /// Tells apart what could decide an order differently; short enough to be stored.
    package var digest: String {
        // What older versions decided by other arithmetic is decided again: theirs had a lower number in front, or none.
        "3 " + StableHash.text((configured.sorted() + channels.map(\.decisive)).joined(separator: "\n"))
    }
}
