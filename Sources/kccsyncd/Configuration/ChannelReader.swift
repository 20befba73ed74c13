import SyncEngine
import TOMLKit

/// Reads one `[channels.NAME]` table.
struct ChannelReader {
    /// The oldest version for which the requests of this program are written.
    static let oldestAPIVersion = "2026-04"
    /// The newest one they have been checked against, and the default.
    static let defaultAPIVersion = "2026-07"
    /// Below this a poll could overtake the one before.
    static let shortestInterval = Duration.seconds(5)
    /// Above this a shop would look dead.
    static let longestInterval = Duration.seconds(86_400)

    /// What a message says it expected of a name.
    static let expectedName =
        "a channel's name of 1 to 32 lower-case letters, digits, \"_\" and \"-\", beginning with a letter or digit"

    /// Whether a channel can be called that.
    static func isName(_ text: String) -> Bool {
        text.wholeMatch(of: #/[a-z0-9][a-z0-9_-]{0,31}/#) != nil
    }

    /// The table's name in the file.
    let name: String
    /// The table.
    let table: TableReader
    /// Reads the keys about the credential.
    let credentials: CredentialReader
    /// Makes readers of other secrets.
    let secrets: (TableReader) -> SecretReader
    /// Where `ca_file` is looked at.
    let files: FileAccess

    /// The channel; nil if anything that it cannot do without is wrong.
    ///
    /// Whatever is wrong, vital or not, has been noted as a problem.
    func read() -> ChannelSettings? {
        table.refuseUnknownKeys(known: KnownKeys.channel, later: KnownKeys.later["channel"] ?? [])
        let isNamed = checkName()
        let shop = shop()
        let credential = credentials.read()
        let version = apiVersion()
        var channel = ChannelSettings(
            name: name,
            shop: shop ?? ShopAddress(scheme: "https", host: ""),
            credential: credential ?? .token(Secret("")),
            apiVersion: version ?? Self.defaultAPIVersion
        )
        channel.enabled = table.flag("enabled") ?? channel.enabled
        channel.downloadOrders = table.flag("download_orders") ?? channel.downloadOrders
        channel.startDate = startDate()
        channel.orderRefFormat = orderRefFormat() ?? channel.orderRefFormat
        readTillSales(&channel)
        readLocation(&channel)
        channel.ignoreFinancialStatus = table.flag("ignore_financial_status") ?? channel.ignoreFinancialStatus
        channel.importTestOrders = table.flag("import_test_orders") ?? channel.importTestOrders
        channel.missingSKU = table.text("missing_sku", expected: "a stock code in quotes")
        channel.adjustmentSKU = table.text("adjustment_sku", expected: "a stock code in quotes")
        channel.caFile = caFile()
        let interval = table.span(
            "order_poll_interval",
            Self.shortestInterval...Self.longestInterval,
            example: "\"15s\" or \"5min\""
        )
        channel.pollInterval = interval ?? channel.pollInterval
        channel.sendShippingNotification =
            table.flag("send_shipping_notification") ?? channel.sendShippingNotification
        channel.uploadOrderStatus = table.flag("upload_order_status") ?? channel.uploadOrderStatus
        channel.stock = StockRulesReader(channel: table).read()
        channel.tipSKU = table.text("tip_sku", expected: "a stock code in quotes")
        channel.dutySKU = table.text("duty_sku", expected: "a stock code in quotes")
        channel.kcc = KCCReader(channel: table, secrets: secrets).read()
        return isNamed && shop != nil && credential != nil && version != nil ? channel : nil
    }

    private func checkName() -> Bool {
        if Self.isName(name) { return true }
        table.problem(expected: Self.expectedName, found: FoundValue.text(name))
        return false
    }

    private func shop() -> ShopAddress? {
        guard table.has("shop_url") else {
            table.problem("shop_url", expected: ShopURL.expected, found: "nothing")
            return nil
        }
        guard let text = table.text("shop_url", expected: ShopURL.expected) else { return nil }
        do throws(ShopURL.Refusal) {
            return try ShopURL.parse(text)
        } catch {
            table.problem(
                "shop_url",
                expected: ShopURL.expected,
                found: ShopURL.shown(text),
                hint: error.hint
            )
            return nil
        }
    }

    private func apiVersion() -> String? {
        let expected = "a version of Shopify's Admin API, such as \"\(Self.defaultAPIVersion)\""
        guard table.has("api_version") else { return Self.defaultAPIVersion }
        guard let version = table.text("api_version", expected: expected) else { return nil }
        guard version.wholeMatch(of: #/20[0-9]{2}-(01|04|07|10)/#) != nil else {
            let hint = "a version is YYYY-MM, and the month 01, 04, 07 or 10"
            table.problem("api_version", expected: expected, found: FoundValue.text(version), hint: hint)
            return nil
        }
        // Texts of this form compare as dates do.
        guard version >= Self.oldestAPIVersion else {
            table.problem(
                "api_version",
                expected: "\"\(Self.oldestAPIVersion)\" or later",
                found: FoundValue.text(version)
            )
            return nil
        }
        return version
    }

    private func startDate() -> CalendarDay? {
        guard let value = table.value("start_date") else { return nil }
        guard let date = value.date else {
            let isQuoted = value.string?.wholeMatch(of: #/[0-9]{4}-[0-9]{2}-[0-9]{2}/#) != nil
            return table.refuse(
                "start_date",
                expected: "a date, such as 2026-11-16",
                value,
                hint: isQuoted ? "write it without quotes" : nil
            )
        }
        return CalendarDay(year: date.year, month: date.month, day: date.day)
    }

    private func orderRefFormat() -> String? {
        let key = "order_ref_format"
        let expected = "a text with {0} in it, such as \"{0}\" or \"WEB-{0}\""
        guard let format = table.text(key, expected: expected) else { return nil }
        let count = format.ranges(of: "{0}").count
        guard count == 1 else {
            let found = FoundValue.text(format) + (count == 0 ? ", without it" : ", with \(count) of them")
            table.problem(key, expected: expected, found: found)
            return nil
        }
        guard !format.contains(","), !format.contains("\"") else {
            table.problem(
                key,
                expected: "a text without commas and quotation marks",
                found: FoundValue.text(format)
            )
            return nil
        }
        // KCC's field holds 50 characters; 20 are left for Shopify's order name.
        let length = format.count - "{0}".count
        guard length <= 30 else {
            table.problem(
                key,
                expected: "at most 30 characters beside {0}",
                found: "\(length) in \(FoundValue.text(format))"
            )
            return nil
        }
        return format
    }

    private func caFile() -> String? {
        let expected = "a readable file of certificates in PEM"
        guard let path = table.path("ca_file") else { return nil }
        func refuse(_ reason: String) -> String? {
            table.problem("ca_file", expected: expected, found: "\(FoundValue.text(path)), \(reason)")
            return nil
        }
        switch files.status(path) {
        case .success(let status) where status.kind == .directory: return refuse("which is a directory")
        case .success(let status) where status.kind == .other: return refuse("which is no regular file")
        default: break
        }
        switch files.contents(path, 4 << 20) {
        case .failure(let trouble): return refuse("which cannot be read (\(trouble))")
        case .success(let bytes):
            let text = String(decoding: bytes, as: UTF8.self)
            return text.contains("-----BEGIN CERTIFICATE-----") ? path : refuse("which holds no certificate")
        }
    }
}

// MARK: - Till sales and locations

extension ChannelReader {
    private func readTillSales(_ channel: inout ChannelSettings) {
        let modes = POSMode.allCases.map { (name: $0.rawValue, value: $0) }
        channel.posOrders = table.choice("download_pos_orders", modes) ?? channel.posOrders
        let expected = "KCC's customer code (URN): up to 10 upper-case letters, digits and \"-\""
        if let urn = table.text("generic_customer", expected: expected) {
            if urn.wholeMatch(of: #/[A-Z0-9-]{1,10}/#) != nil {
                channel.genericCustomer = urn
            } else {
                table.problem("generic_customer", expected: expected, found: FoundValue.text(urn))
            }
        }
        if channel.posOrders != .doNotDownload, !table.has("generic_customer") {
            table.problem(
                "generic_customer",
                expected: "the URN of the customer that till sales go to, "
                    + "because download_pos_orders is \"\(channel.posOrders.rawValue)\"",
                found: "nothing"
            )
        }
    }

    private func readLocation(_ channel: inout ChannelSettings) {
        channel.channelLocation = channelLocation()
        channel.locationImportSite = table.text(
            "location_import_site",
            expected: "the name of a KCC site in quotes"
        )
        channel.onlyChosenLocation =
            table.flag("only_import_orders_for_chosen_location") ?? channel.onlyChosenLocation
        let scopes = LocationFilterScope.allCases.map { (name: $0.rawValue, value: $0) }
        channel.locationFilterScope =
            table.choice("location_filter_scope", scopes) ?? channel.locationFilterScope
        if channel.onlyChosenLocation, !table.has("channel_location") {
            table.problem(
                "channel_location",
                expected: "the location to choose, because only_import_orders_for_chosen_location is true",
                found: "nothing",
                hint: "run: kccsyncd locations \(name)"
            )
        }
        if channel.locationFilterScope == .all, !channel.onlyChosenLocation {
            table.warning(
                "location_filter_scope",
                "has no effect while only_import_orders_for_chosen_location is false"
            )
        }
    }

    private func channelLocation() -> String? {
        let key = "channel_location"
        let expected = "a location's name or id, such as \"Main Warehouse\" or 106000032786"
        guard let value = table.value(key) else { return nil }
        if let number = value.int {
            return number > 0 ? String(number) : table.refuse(key, expected: expected, value)
        }
        guard let text = table.text(key, expected: expected) else { return nil }
        if text.hasPrefix("gid:"), text.wholeMatch(of: #/gid://shopify/Location/[1-9][0-9]*/#) == nil {
            let hint = "a location's gid is written like gid://shopify/Location/106000032786"
            return table.refuse(key, expected: expected, value, hint: hint)
        }
        return text
    }
}
