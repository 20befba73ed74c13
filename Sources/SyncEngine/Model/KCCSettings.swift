/// What a channel's link to Khaos Control Cloud needs to know: `[channels.NAME.kcc]`.
///
/// The names in quotes are KCC's, from its public web-services contract (`khaoscontrol/kcc-web-services`).
package struct KCCSettings: Sendable, Equatable, Encodable {
    /// The user name that is typed into KCC's channel screen.
    package var username: String
    package var password: Secret
    /// "CompanyClass": the classification of customers that KCC makes.
    package var companyClass: DataItem
    /// "SalesSource", by order type; the one without a type is for all that have none of their own.
    package var salesSource: DataItem?
    package var salesSources: [String: DataItem] = [:]
    /// "Site" of orders for which nothing else says one; a name in `[sites]`.
    package var site: String
    /// The contract's "Brand".
    package var brand: DataItem?
    /// The contract's "Website".
    package var website: DataItem?
    /// The contract's "Client".
    package var client: DataItem?
    /// The contract's "InvoicePriority".
    package var invoicePriority: DataItem?
    /// The contract's "CalcMethod".
    package var calcMethod = CalcMethod.asPriced
    /// Which of Shopify's two currencies every figure of an order is in.
    package var money = MoneySet.shop
    /// "Mapping" and "AlternateMapping": where KCC looks for a SKU, in this order; never empty.
    package var stockCodes = [StockCodeKind(mapping: "StockCode", item: nil)]
    /// "Courier", by the title or the code of Shopify's delivery charge.
    package var couriers: [String: DataItem] = [:]
    /// "BankAccount" of payments whose own rule names none.
    package var bankAccount: DataItem?
    /// How payments of a gateway are entered, by Shopify's name of the gateway.
    package var payments: [String: PaymentRule] = [:]
    /// "MatchCompanyOn", for orders whose customer has no URN.
    package var matchCompanyOn = ["Address1", "Town", "Postcode"]
    /// The contract's "MatchAddressOn".
    package var matchAddressOn = ["Address1", "Postcode"]
    /// The contract's "MatchContactOn".
    package var matchContactOn = ["Surname", "Forename"]
    /// The contract's "DiscontinuedItems".
    package var discontinuedItems = ErrorItems.importAndHold
    /// The contract's "RunToZeroErrorItems".
    package var runToZeroItems = ErrorItems.importAndHold
    /// "ImportAsUnconfirmed": KCC does not process unconfirmed orders.
    package var importAsUnconfirmed = false
    /// The zone of "OrderDate"; nil = the shop's.
    package var timeZone: String?
    /// Whether discount codes travel as "DiscountCodes"; KCC discounts a code that it knows a second time.
    package var sendDiscountCodes = false
    /// Whether tags go into "OrderNote".
    package var noteTags = false
    /// Whether the order's custom attributes go into "OrderNote".
    package var noteAttributes = false
    /// "RemainderOnAccount" of orders without any payment.
    package var unpaidOnAccount = false
    /// Stands in for a generic customer's order that has no address at all.
    package var shopAddress: PostalAddress?
    /// When an order counts as known to KCC for the stock it takes.
    package var guardUntil = GuardUntil.taken
    /// Taken for so long and named by no status: KCC may have failed to import it, and never says so.
    package var confirmAfter = Duration.seconds(4 * 3600)

    package init(
        username: String,
        password: Secret,
        companyClass: DataItem,
        salesSource: DataItem?,
        site: String
    ) {
        self.username = username
        self.password = password
        self.companyClass = companyClass
        self.salesSource = salesSource
        self.site = site
    }

    /// The sales source of an order type; nil where none is configured.
    package func salesSource(of orderType: String) -> DataItem? {
        salesSources[orderType] ?? salesSource
    }

    /// "CalcMethod": how KCC works a customer's prices out.
    package enum CalcMethod: String, Sendable, Encodable, CaseIterable {
        /// 2 (gross) where Shopify's prices include tax, else 1 (net).
        case asPriced = "as_priced"
        /// 0: KCC decides.
        case automatic
    }

    /// One of the two currencies of a Shopify order.
    package enum MoneySet: String, Sendable, Encodable, CaseIterable {
        case shop
        case presentment
    }

    /// What KCC does with a line whose item it no longer sells.
    package enum ErrorItems: String, Sendable, Encodable, CaseIterable {
        case abort
        case importAndHold = "import_and_hold"
        case skip

        /// The word of KCC's contract.
        package var word: String {
            switch self {
            case .abort: "Abort"
            case .importAndHold: "ImportAndHold"
            case .skip: "Skip"
            }
        }
    }

    /// What makes an order known to KCC.
    package enum GuardUntil: String, Sendable, Encodable, CaseIterable {
        /// Its page was taken.
        case taken
        /// A status named it.
        case confirmed
    }

    /// One of KCC's kinds of stock code, "MappingType".
    package struct StockCodeKind: Sendable, Equatable, Encodable {
        /// `StockCode`, `OtherRef`, `Barcode`, `WebCode` or `Automatic`.
        package var mapping: String
        /// "MappingItem": which barcode type, by its id.
        package var item: String?

        package init(mapping: String, item: String?) {
            self.mapping = mapping
            self.item = item
        }
    }

    /// How payments of one gateway are entered in KCC.
    package struct PaymentRule: Sendable, Equatable, Encodable {
        /// Nil = as Shopify's transaction suggests.
        package var kind: PaymentKind?
        /// "CardType", at most 25 characters; nil = the card's brand, else the gateway's name.
        package var cardType: String?
        package var bankAccount: DataItem?

        package init(kind: PaymentKind? = nil, cardType: String? = nil, bankAccount: DataItem? = nil) {
            self.kind = kind
            self.cardType = cardType
            self.bankAccount = bankAccount
        }
    }
}

/// Names a record of KCC's, by one of the three ways that its contract has ("DataItem").
package enum DataItem: Sendable, Hashable, Codable {
    case id(String)
    case code(String)
    case name(String)
}
