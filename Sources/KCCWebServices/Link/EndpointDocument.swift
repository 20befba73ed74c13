import SyncEngine

/// What KCC reads once a day to learn where to call: its "EndpointConfig".
enum EndpointDocument {
    /// The document in the form of its own address.
    static func text(_ settings: LinkSettings, channel: String, format: WireFormat) -> [UInt8] {
        func entry(_ leaf: String, frequency: Int? = nil) -> WireValue {
            .record([
                "URL": .text("\(settings.publicURL)/\(channel)/\(leaf)"),
                "Format": .text(settings.format.rawValue),
                "Frequency": frequency.map { .whole($0) },
            ])
        }
        let minutes = Int(settings.frequency.components.seconds / 60)
        let endpoints = WireValue.record([
            "OrderDownload": entry("orders", frequency: minutes),
            "OrderStatusUpload": entry("statuses"),
            "StockStatusUpload": entry("stock"),
            "StockUpload": entry("items"),
        ])
        return switch format {
        case .json: JSONText.bytes(.record(["EndpointConfig": endpoints]))
        case .xml: XMLText.bytes(endpoints, root: "EndpointConfig")
        }
    }
}
