import Testing

@testable import kccsyncd

/// Records, lists, payments and the shop's address: what in a `[channels.X.kcc]` table is more than one value.
@Suite struct KCCRecordsReaderTests {
    private static let anyWay = "{ id = \"…\" }, { code = \"…\" } or { name = \"…\" }"
    private static let twoWays = "{ id = \"…\" } or { name = \"…\" }"

    @Test(arguments: [
        Case("company_class = 5", "company_class: expected a name in quotes, or \(anyWay), found 5"),
        Case("company_class = {}", "company_class: expected a name in quotes, or \(anyWay), found a table"),
        Case("company_class = \" \"", "company_class: expected a name in quotes, or \(anyWay), found \" \""),
        Case(
            "website = { id = \"1\", name = \"x\" }",
            "website: expected a name in quotes, or \(anyWay), found a table"
        ),
        Case(
            "client = { key = \"x\" }",
            "client: expected a name in quotes, or \(anyWay), found a table"
        ),
        Case(
            "invoice_priority = { id = \"\" }",
            "invoice_priority.id: expected a text in quotes that is not blank, found \"\""
        ),
        Case(
            "invoice_priority = { id = 0 }",
            "invoice_priority.id: expected a text in quotes that is not blank, found 0"
        ),
        Case(
            "invoice_priority = { code = 1 }",
            "invoice_priority.code: expected a text in quotes that is not blank, found 1"
        ),
        Case(
            "brand = { code = \"T\" }",
            "brand: expected a name in quotes, or \(twoWays), found a table"
        ),
        Case(
            "sales_source = { code = \"W\" }",
            "sales_source: expected a name in quotes, or \(twoWays), found a table"
        ),
        Case("sales_source = {}", "sales_source: expected a name in quotes, or \(twoWays), found a table"),
        Case(
            "sales_source = { online = { code = \"W\" } }",
            "sales_source.online: expected a name in quotes, or \(twoWays), found a table"
        ),
        Case("bank_account = true", "bank_account: expected a name in quotes, or \(anyWay), found true"),
        Case("couriers = 1", "couriers: expected a table, [channels.web.kcc.couriers], found 1"),
        Case(
            "couriers = { \"Next day\" = 24 }",
            "couriers.\"Next day\": expected a code in quotes, or \(anyWay), found 24"
        ),
    ])
    func `a record is named in one way`(line: Case) {
        #expect(KCCFixture.fixture(line.lines).sentences == ["channels.web.kcc." + line.sentence])
    }

    private static let codes =
        "stock_codes: expected KCC's kinds of stock code, such as [\"StockCode\", \"OtherRef\", \"Barcode:3\"], found "
    private static let contacts = "\"Surname\", \"Forename\", \"Telephone\" or \"Email\""

    @Test(arguments: [
        Case("stock_codes = []", codes + "an empty list"),
        Case("stock_codes = \"StockCode\"", codes + "\"StockCode\""),
        Case("stock_codes = [\"EAN\"]", codes + "\"EAN\""),
        Case("stock_codes = [\"Stockcode\"]", codes + "\"Stockcode\"; did you mean \"StockCode\"?"),
        Case("stock_codes = [\"WebCode\", \"WebCode\"]", codes + "\"WebCode\" twice in the list"),
        Case("stock_codes = [\"WebCode:3\"]", codes + "\"WebCode:3\"; did you mean \"WebCode\"?"),
        Case("stock_codes = [\"Barcode:\"]", codes + "\"Barcode:\"; did you mean \"Barcode\"?"),
        Case("stock_codes = [\"Barcode: 3\"]", codes + "\"Barcode: 3\""),
        Case("stock_codes = [\":3\"]", codes + "\":3\""),
        Case("stock_codes = [3]", codes + "3 in the list"),
        Case(
            "match_contact_on = [\"Sirname\"]",
            "match_contact_on: expected words of KCC's out of Surname, Forename, Telephone or Email, found \"Sirname\"; did you mean \"Surname\"?"
        ),
        Case(
            "match_contact_on = []",
            "match_contact_on: expected words of KCC's out of Surname, Forename, Telephone or Email, found an empty list"
        ),
        Case(
            "match_contact_on = true",
            "match_contact_on: expected words of KCC's out of Surname, Forename, Telephone or Email, found true"
        ),
        Case(
            "match_address_on = [\"County\"]",
            "match_address_on: expected words of KCC's out of Address1, Address2, Address3, Town or Postcode, found \"County\""
        ),
        Case(
            "match_company_on = [\"Town\", \"CompanyCode\"]",
            "match_company_on: expected words of KCC's out of Address1, Address2, Address3, Town, Postcode, Surname, Forename, Telephone, Email or UseDeliveryAddress, found \"CompanyCode\""
        ),
    ])
    func `lists hold KCC's words`(line: Case) {
        #expect(KCCFixture.fixture(line.lines).sentences == ["channels.web.kcc." + line.sentence])
    }

    @Test(arguments: [
        Case("payments = 1", "payments: expected a table, [channels.web.kcc.payments], found 1"),
        Case(
            "payments = { paypal = \"card\" }",
            "payments.paypal: expected a table, [channels.web.kcc.payments.paypal], found \"card\""
        ),
        Case(
            "payments = { paypal = { knd = \"card\" } }",
            "payments.paypal.knd: unknown key; did you mean kind?"
        ),
        Case(
            "payments = { paypal = { kind = \"Card\" } }",
            "payments.paypal.kind: expected \"cash\", \"cheque\", \"card\", \"voucher\" or \"bacs\", found \"Card\"; did you mean \"card\"?"
        ),
        Case(
            "payments = { paypal = { card_type = 1 } }",
            "payments.paypal.card_type: expected KCC's card type, of at most 25 characters, found 1"
        ),
        Case(
            "payments = { paypal = { card_type = \"A card type of 26 letters.\" } }",
            "payments.paypal.card_type: expected KCC's card type, of at most 25 characters, found \"A card type of 26 letters.\""
        ),
        Case(
            "payments = { paypal = { bank_account = 1 } }",
            "payments.paypal.bank_account: expected a name in quotes, or \(anyWay), found 1"
        ),
        Case(
            "payments = { paypal = {}, PayPal = {} }",
            "payments.paypal: expected each gateway once, whatever its capitals, found it beside \"PayPal\""
        ),
    ])
    func `payments are checked`(line: Case) {
        #expect(KCCFixture.fixture(line.lines).sentences == ["channels.web.kcc." + line.sentence])
    }

    private static let country = "country: expected a country's code of two letters, such as \"GB\", found "

    @Test(arguments: [
        Case("country = \"uk\"", country + "\"uk\"; write \"GB\""),
        Case("country = \"UK\"", country + "\"UK\"; write \"GB\""),
        Case("country = \"ie\"", country + "\"ie\"; write \"IE\""),
        Case("country = \"Ireland\"", country + "\"Ireland\""),
        Case("country = 44", country + "44"),
        Case("country = \"GB\"\ntown2 = \"x\"", "town2: unknown key; did you mean town?"),
        Case("country = \"GB\"\npostcode = 5", "postcode: expected a text in quotes, found 5"),
        Case("country = \"GB\"\ncompany = true", "company: expected a text in quotes, found true"),
        Case("country = \"GB\"\nline2 = \"\"", "line2: expected a text in quotes, found \"\""),
        Case("country = \"GB\"\ncounty = 1", "county: expected a text in quotes, found 1"),
        Case("country = \"GB\"\ntelephone = 113", "telephone: expected a text in quotes, found 113"),
    ])
    func `the shop's address is checked`(line: Case) {
        let table = "[channels.web.kcc.shop_address]\nline1 = \"1 High Street\"\ntown = \"Leeds\"\n"
        #expect(
            KCCFixture.fixture(table + line.lines).sentences == [
                "channels.web.kcc.shop_address." + line.sentence
            ]
        )
    }

    @Test func `an address without its parts is refused`() {
        #expect(
            KCCFixture.fixture("shop_address = {}").sentences == [
                "channels.web.kcc.shop_address.line1: expected the address's first line, found nothing",
                "channels.web.kcc.shop_address.town: expected the town, found nothing",
                "channels.web.kcc.shop_address.country: expected a country's code of two letters, such as \"GB\", found nothing",
            ]
        )
        #expect(
            KCCFixture.fixture("shop_address = 1").sentences == [
                "channels.web.kcc.shop_address: expected a table, [channels.web.kcc.shop_address], found 1"
            ]
        )
    }
}
