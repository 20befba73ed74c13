import SyncEngine

/// What the configuration file says, checked as a whole: a value of this type is always usable.
struct Configuration: Sendable, Equatable {
    /// `[daemon]`.
    let daemon: DaemonSettings
    /// `[[order_types]]`, in the file's order.
    let orderTypes: [OrderTypeRule]
    /// `[channels.NAME]`, in the file's order, which decides between the channels of one shop.
    let channels: [ChannelSettings]
    /// What is accepted and yet looks like a mistake.
    let warnings: [ConfigurationProblem]

    /// A short name for everything that decides which orders `channel` imports, and as what.
    ///
    /// It is the same in every run of every version that knows the same rules, so a changed digest means that
    /// stored orders have to be judged again. Secrets and the shop's address are no part of it.
    func ruleDigest(of channel: ChannelSettings) -> String {
        var parts = [
            "name=\(channel.name)",
            "enabled=\(channel.enabled)",
            "download_orders=\(channel.downloadOrders)",
            "start_date=\(channel.startDate?.description ?? "")",
            "order_ref_format=\(channel.orderRefFormat)",
            "download_pos_orders=\(channel.posOrders.rawValue)",
            "generic_customer=\(channel.genericCustomer ?? "")",
            "channel_location=\(channel.channelLocation ?? "")",
            "location_import_site=\(channel.locationImportSite ?? "")",
            "only_import_orders_for_chosen_location=\(channel.onlyChosenLocation)",
            "location_filter_scope=\(channel.locationFilterScope.rawValue)",
            "ignore_financial_status=\(channel.ignoreFinancialStatus)",
            "import_test_orders=\(channel.importTestOrders)",
            "missing_sku=\(channel.missingSKU ?? "")",
            "adjustment_sku=\(channel.adjustmentSKU ?? "")",
        ]
        parts += orderTypes.map { "order_type=\($0.orderType)=\($0.site ?? "")" }
        return Self.fingerprint(parts.joined(separator: "\n"))
    }

    /// FNV-1a over the text's UTF-8: Swift's own hash differs from run to run.
    private static func fingerprint(_ text: String) -> String {
        let hash = text.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// What concerns the daemon itself: `[daemon]`.
struct DaemonSettings: Sendable, Equatable {
    /// The order store's file; the default is `/var/lib/kccsyncd/kccsyncd.sqlite`.
    var database = "/var/lib/kccsyncd/kccsyncd.sqlite"
    /// The least severe level that is logged; the default is `info`.
    var logLevel = LogLevel.info
    /// Where commands reach the running daemon; the default is `/run/kccsyncd/control.sock`.
    var controlSocket = "/run/kccsyncd/control.sock"
}
