/// What the configuration says of one channel: `[channels.NAME]`.
package struct ChannelSettings: Sendable, Equatable, Encodable {
    /// The table's name, `[a-z0-9][a-z0-9_-]{0,31}`.
    package var name: String
    package var enabled = true
    package var shop: ShopAddress
    package var credential: ShopCredential
    /// Such as `2026-07`.
    package var apiVersion: String
    package var downloadOrders = true
    /// Midnight of this day in the shop's zone; nil = seven days before the first sync.
    package var startDate: CalendarDay?
    /// `{0}` stands for Shopify's order name without a leading `#`.
    package var orderRefFormat = "{0}"
    package var posOrders = POSMode.doNotDownload
    /// KCC's URN of the customer that till sales go to.
    package var genericCustomer: String?
    /// A location's name, number or gid.
    package var channelLocation: String?
    /// The site of EPOS orders.
    package var locationImportSite: String?
    package var onlyChosenLocation = false
    package var locationFilterScope = LocationFilterScope.epos
    package var ignoreFinancialStatus = false
    package var importTestOrders = false
    /// Stands in for a line without SKU.
    package var missingSKU: String?
    /// Carries the difference where an order's parts do not add up to its total.
    package var adjustmentSKU: String?
    /// A file of CA certificates in PEM, for shops behind a private CA.
    package var caFile: String?
    package var pollInterval = Duration.seconds(15)
    /// Whether Shopify mails the customer the tracking details.
    package var sendShippingNotification = true
    /// False: fulfilments are queued and not sent.
    package var uploadOrderStatus = true
    package var stock = StockRules()
    /// Carries a tip to KCC as a line.
    package var tipSKU: String?
    /// Carries duties to KCC as a line.
    package var dutySKU: String?
    /// The link to KCC; nil = orders are handed off in another way.
    package var kcc: KCCSettings?

    package init(name: String, shop: ShopAddress, credential: ShopCredential, apiVersion: String = "2026-07")
    {
        self.name = name
        self.shop = shop
        self.credential = credential
        self.apiVersion = apiVersion
    }

    /// Whether levels told for the channel go to Shopify.
    package var sendsStock: Bool { enabled && takesStock }

    /// Whether levels are stored for the channel, which goes on while it is off.
    package var takesStock: Bool { stockObstacle == nil }

    /// Why no levels are stored for the channel, whether it is on or off; nil where they are.
    package var stockObstacle: String? {
        guard channelLocation != nil else { return "it needs a channel_location in [channels.\(name)]" }
        guard !wantsStock else { return nil }
        return
            "upload in [channels.\(name).stock] is \"listed\" and no items are: list the SKUs, or set upload = \"all\""
    }

    /// Whether its stock is to sync at all: `upload = "listed"` without items turns it off.
    package var wantsStock: Bool { stock.upload == .all || !stock.items.isEmpty }
}

/// Where a shop is reached: `https://mystore.myshopify.com`, or plain HTTP on loopback.
package struct ShopAddress: Hashable, Sendable, Encodable, CustomStringConvertible {
    /// `https`, or `http` for loopback hosts only.
    package let scheme: String
    package let host: String
    package let port: Int?

    package init(scheme: String, host: String, port: Int? = nil) {
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    /// The shop's name in messages, log fields and the order store: host, and port where there is one.
    package var domain: String { port.map { "\(host):\($0)" } ?? host }
    package var description: String { "\(scheme)://\(domain)" }
}

/// How the shop knows us.
package enum ShopCredential: Sendable, Hashable, Encodable {
    /// A static Admin API access token.
    case token(Secret)
    /// The client credentials grant of a Dev Dashboard app, whose tokens last a day.
    case client(id: String, secret: Secret)

    /// Whether the secret is one that this process could not see, and left empty.
    package var isUnseen: Bool {
        switch self {
        case .token(let secret), .client(_, let secret): secret.isEmpty
        }
    }
}

/// What becomes of till sales: `download_pos_orders`.
package enum POSMode: String, Sendable, Encodable, CaseIterable {
    case doNotDownload = "do_not_download"
    case genericCustomer = "generic_customer"
    case customerDetails = "customer_details"
}

/// Which orders the location filter looks at: `location_filter_scope`.
package enum LocationFilterScope: String, Sendable, Encodable, CaseIterable {
    case epos
    case all
}

/// A day of the calendar, which becomes an instant only in a shop's zone.
package struct CalendarDay: Hashable, Sendable, Codable, CustomStringConvertible {
    package let year: Int
    package let month: Int
    package let day: Int

    package init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    package var description: String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
        return "\(year)-\(two(month))-\(two(day))"
    }
}

/// A row of KCC's order types grid: `[[order_types]]`.
package struct OrderTypeRule: Sendable, Equatable, Encodable {
    /// `epos`, `draft`, `online`, or a Shopify `sourceName`.
    package var orderType: String
    /// The site of such orders; nil leaves it to the channel.
    package var site: String?

    package init(orderType: String, site: String?) {
        self.orderType = orderType
        self.site = site
    }
}
