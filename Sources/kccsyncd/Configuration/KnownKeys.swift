/// The keys of the configuration file: what this version reads, and what only later versions will.
enum KnownKeys {
    /// The tables at the top.
    static let top = ["daemon", "order_types", "carriers", "retention", "sites", "kcc", "channels"]

    /// Inside `[daemon]`.
    static let daemon = ["database", "log_level", "control_socket", "metrics_file", "inbox"]

    /// Inside `[retention]`.
    static let retention = ["finished_jobs", "personal_data"]

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
        "send_shipping_notification", "upload_order_status", "stock", "kcc", "tip_sku", "duty_sku",
    ]

    /// Inside `[kcc]`.
    static let kcc = [
        "listen", "public_url", "format", "frequency", "tls_certificate", "tls_key",
        "status_password_credential", "status_password_file", "status_password",
    ]

    /// Inside each `[channels.NAME.kcc]`.
    static let channelKCC = [
        "username", "password_credential", "password_file", "password",
        "company_class", "sales_source", "site", "brand", "website", "client", "invoice_priority",
        "calc_method", "money", "stock_codes", "couriers", "bank_account", "payments",
        "match_company_on", "match_address_on", "match_contact_on", "discontinued_items", "run_to_zero_items",
        "import_as_unconfirmed", "time_zone", "send_discount_codes", "note_tags", "note_attributes",
        "unpaid_on_account", "shop_address", "guard_until", "confirm_after",
    ]

    /// Inside each `[channels.NAME.kcc.payments.GATEWAY]`.
    static let paymentRule = ["kind", "card_type", "bank_account"]

    /// Inside `[channels.NAME.kcc.shop_address]`.
    static let shopAddress = [
        "company", "line1", "line2", "town", "county", "postcode", "country", "telephone",
    ]

    /// Inside each `[channels.NAME.stock]`.
    static let stock = [
        "upload", "sites", "percent", "rounding", "minimum", "maximum", "oversell_guard", "index_lag",
        "guard_settle", "activate_items", "items",
    ]

    /// Inside each `[channels.NAME.stock.items.SKU]`.
    static let stockItem = ["percent", "rounding", "minimum", "maximum"]

    /// Keys whose values are shown to nobody.
    static let secret: Set<String> = ["access_token", "client_secret", "password", "status_password"]

    /// Part of the documented file, and refused until the version that gives them an effect.
    static let later: [String: Set<String>] = [:]

    /// The kind of table in which a key would be at home: for the hint about a key in the wrong place.
    static func home(of key: String) -> String? {
        if daemon.contains(key) { return "[daemon]" }
        if channel.contains(key) { return "a [channels.NAME] table" }
        if channelKCC.contains(key) { return "a [channels.NAME.kcc] table" }
        if kcc.contains(key) { return "[kcc]" }
        if stock.contains(key) { return "a [channels.NAME.stock] table" }
        if retention.contains(key) { return "[retention]" }
        if orderTypes.contains(key) { return "an [[order_types]] table" }
        return nil
    }
}
