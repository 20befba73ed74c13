/// The keys of the configuration file: what this version reads, and what only later versions will.
enum KnownKeys {
    /// The tables at the top.
    static let top = ["daemon", "order_types", "carriers", "retention", "channels"]

    /// Inside `[daemon]`.
    static let daemon = ["database", "log_level", "control_socket", "metrics_file", "inbox"]

    /// Inside `[retention]`.
    static let retention = ["finished_jobs"]

    /// Inside each `[[order_types]]`.
    static let orderTypes = ["order_type", "site"]

    /// Inside each `[channels.NAME]`.
    static let channel = [
        "enabled", "shop_url",
        "access_token_credential", "access_token_file", "access_token",
        "client_id", "client_secret_credential", "client_secret_file", "client_secret",
        "api_version", "download_orders", "start_date", "order_ref_format",
        "download_pos_orders", "generic_customer",
        "channel_location", "location_import_site", "only_import_orders_for_chosen_location",
        "location_filter_scope",
        "ignore_financial_status", "import_test_orders", "missing_sku", "adjustment_sku",
        "ca_file", "order_poll_interval",
        "send_shipping_notification", "upload_order_status", "stock",
    ]

    /// Inside each `[channels.NAME.stock]`.
    static let stock = [
        "upload", "sites", "percent", "rounding", "minimum", "maximum", "oversell_guard", "index_lag",
        "guard_settle", "activate_items", "items",
    ]

    /// Inside each `[channels.NAME.stock.items.SKU]`.
    static let stockItem = ["percent", "rounding", "minimum", "maximum"]

    /// Keys whose values are shown to nobody.
    static let secret: Set<String> = ["access_token", "client_secret"]

    /// Part of the documented file, and refused until the version that gives them an effect.
    static let later: [String: Set<String>] = [
        "": ["sites", "kcc"],
        "retention": ["personal_data"],
        "channel": ["kcc", "tip_sku", "duty_sku"],
    ]

    /// The kind of table in which a key would be at home: for the hint about a key in the wrong place.
    static func home(of key: String) -> String? {
        if daemon.contains(key) { return "[daemon]" }
        if channel.contains(key) { return "a [channels.NAME] table" }
        if stock.contains(key) { return "a [channels.NAME.stock] table" }
        if retention.contains(key) { return "[retention]" }
        if orderTypes.contains(key) { return "an [[order_types]] table" }
        return nil
    }
}
