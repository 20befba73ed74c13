import Foundation
import Glibc
import SyncEngine
import Testing

@testable import kccsyncd

@Suite struct KCCReaderTests {
    private static func settings(_ lines: String) throws -> KCCSettings {
        try #require(try KCCFixture.fixture(lines).read().channels[0].kcc)
    }

    private static var plain: KCCSettings {
        KCCSettings(
            username: "khaos",
            password: Secret(KCCFixture.password),
            companyClass: .name("Web"),
            salesSource: .name("WEB"),
            site: "MAIN"
        )
    }

    @Test func `what is not given has its default`() throws {
        #expect(try Self.settings("") == Self.plain)
        #expect(KCCFixture.fixture("").warnings == [])
        #expect(try ConfigurationFixture.web("").read().channels[0].kcc == nil)
    }

    @Test func `all keys are read`() throws {
        let lines = """
            username = "kåos"
            company_class = { id = "3" }
            sales_source = { name = "WEB" }
            site = "SHOP1"
            brand = { id = "7" }
            website = { code = "W" }
            client = { name = "Shop" }
            invoice_priority = "Normal"
            calc_method = "automatic"
            money = "presentment"
            stock_codes = ["Barcode:3", "StockCode", "OtherRef", "Barcode", "WebCode", "Automatic"]
            bank_account = { code = "B" }
            match_company_on = ["Surname", "Email", "UseDeliveryAddress"]
            match_address_on = ["Address1", "Address2", "Address3", "Town", "Postcode"]
            match_contact_on = ["Telephone"]
            discontinued_items = "abort"
            run_to_zero_items = "skip"
            import_as_unconfirmed = true
            time_zone = "America/New_York"
            send_discount_codes = true
            note_tags = true
            note_attributes = true
            unpaid_on_account = true
            guard_until = "confirmed"
            confirm_after = "90min"
            [channels.web.kcc.couriers]
            "Next day" = "RM24"
            Slow = { id = 9 }
            [channels.web.kcc.payments.paypal]
            kind = "card"
            card_type = "PayPal"
            bank_account = "Till"
            [channels.web.kcc.payments."Bank Deposit"]
            kind = "bacs"
            [channels.web.kcc.payments.other]
            [channels.web.kcc.shop_address]
            company = "Teas"
            line1 = "1 High Street"
            line2 = "Floor 2"
            town = "Leeds"
            county = "Yorkshire"
            postcode = "LS1 1AA"
            country = "GB"
            telephone = "0113 4960000"
            """
        #expect(KCCFixture.fixture(lines).sentences == [])
        var kcc = KCCSettings(
            username: "kåos",
            password: Secret(KCCFixture.password),
            companyClass: .id("3"),
            salesSource: .name("WEB"),
            site: "SHOP1"
        )
        kcc.brand = .id("7")
        kcc.website = .code("W")
        kcc.client = .name("Shop")
        kcc.invoicePriority = .name("Normal")
        kcc.calcMethod = .automatic
        kcc.money = .presentment
        kcc.stockCodes = [
            KCCSettings.StockCodeKind(mapping: "Barcode", item: "3"),
            KCCSettings.StockCodeKind(mapping: "StockCode", item: nil),
            KCCSettings.StockCodeKind(mapping: "OtherRef", item: nil),
            KCCSettings.StockCodeKind(mapping: "Barcode", item: nil),
            KCCSettings.StockCodeKind(mapping: "WebCode", item: nil),
            KCCSettings.StockCodeKind(mapping: "Automatic", item: nil),
        ]
        kcc.bankAccount = .code("B")
        kcc.matchCompanyOn = ["Surname", "Email", "UseDeliveryAddress"]
        kcc.matchAddressOn = ["Address1", "Address2", "Address3", "Town", "Postcode"]
        kcc.matchContactOn = ["Telephone"]
        kcc.discontinuedItems = .abort
        kcc.runToZeroItems = .skip
        kcc.importAsUnconfirmed = true
        kcc.timeZone = "America/New_York"
        kcc.sendDiscountCodes = true
        kcc.noteTags = true
        kcc.noteAttributes = true
        kcc.unpaidOnAccount = true
        kcc.guardUntil = .confirmed
        kcc.confirmAfter = .seconds(90 * 60)
        kcc.couriers = ["Next day": .code("RM24"), "Slow": .id("9")]
        kcc.payments = [
            "paypal": KCCSettings.PaymentRule(kind: .card, cardType: "PayPal", bankAccount: .name("Till")),
            "Bank Deposit": KCCSettings.PaymentRule(kind: .bacs),
            "other": KCCSettings.PaymentRule(),
        ]
        var address = PostalAddress()
        address.company = "Teas"
        address.address1 = "1 High Street"
        address.address2 = "Floor 2"
        address.city = "Leeds"
        address.province = "Yorkshire"
        address.zip = "LS1 1AA"
        address.countryCode = "GB"
        address.phone = "0113 4960000"
        kcc.shopAddress = address
        #expect(try Self.settings(lines) == kcc)
    }

    @Test func `a sales source is one for all, or one for each type`() throws {
        let table = "sales_source = { online = \"WEB\", draft = { id = \"2\" }, epos = { name = \"TILL\" } }"
        let kcc = try Self.settings(table)
        #expect(kcc.salesSource == nil)
        #expect(kcc.salesSources == ["online": .name("WEB"), "draft": .id("2"), "epos": .name("TILL")])
        #expect(try Self.settings("sales_source = { id = 5 }").salesSource == .id("5"))
    }

    @Test(arguments: [
        Case(
            "#username",
            "username: expected the user name that is typed into KCC's channel screen, without a colon, found nothing"
        ),
        Case(
            "username = \"a:b\"",
            "username: expected the user name that is typed into KCC's channel screen, without a colon, found \"a:b\""
        ),
        Case(
            "username = 5",
            "username: expected the user name that is typed into KCC's channel screen, without a colon, found 5"
        ),
        Case(
            "#company_class",
            "company_class: expected KCC's class of the customers that it makes, found nothing"
        ),
        Case("#site", "site: expected the name of a KCC site in [sites], found nothing"),
        Case("site = 1", "site: expected the name of a KCC site in [sites], found 1"),
        Case(
            "#sales_source",
            "sales_source: expected KCC's sales source, or a table with one for each order type, found nothing"
        ),
        Case(
            "sales_source = { online = 3 }",
            "sales_source.online: expected a name in quotes, or { id = \"…\" } or { name = \"…\" }, found 3"
        ),
        Case("sites = \"MAIN\"", "sites: unknown key; did you mean site?"),
        Case("shop_url = \"x\"", "shop_url: unknown key here; it belongs in a [channels.NAME] table"),
        Case("calc_method = \"net\"", "calc_method: expected \"as_priced\" or \"automatic\", found \"net\""),
        Case(
            "money = \"shops\"",
            "money: expected \"shop\" or \"presentment\", found \"shops\"; did you mean \"shop\"?"
        ),
        Case(
            "discontinued_items = \"hold\"",
            "discontinued_items: expected \"abort\", \"import_and_hold\" or \"skip\", found \"hold\""
        ),
        Case(
            "run_to_zero_items = 0",
            "run_to_zero_items: expected \"abort\", \"import_and_hold\" or \"skip\", found 0"
        ),
        Case("import_as_unconfirmed = 1", "import_as_unconfirmed: expected true or false, found 1"),
        Case("send_discount_codes = 1", "send_discount_codes: expected true or false, found 1"),
        Case("note_tags = 1", "note_tags: expected true or false, found 1"),
        Case("note_attributes = 1", "note_attributes: expected true or false, found 1"),
        Case(
            "unpaid_on_account = \"true\"",
            "unpaid_on_account: expected true or false, found \"true\"; write it without quotes"
        ),
        Case(
            "time_zone = \"Mars/Olympus\"",
            "time_zone: expected a time zone, such as \"Europe/London\", found \"Mars/Olympus\""
        ),
        Case("time_zone = 0", "time_zone: expected a time zone, such as \"Europe/London\", found 0"),
        Case(
            "guard_until = \"served\"",
            "guard_until: expected \"taken\" or \"confirmed\", found \"served\""
        ),
        Case(
            "confirm_after = \"5min\"",
            "confirm_after: expected a time span of at least 10min, such as \"4h\" or \"1d\", found \"5min\""
        ),
        Case(
            "confirm_after = \"31d\"",
            "confirm_after: expected a time span of at most 30d, such as \"4h\" or \"1d\", found \"31d\""
        ),
        Case(
            "confirm_after = 4",
            "confirm_after: expected a time span of at least 10min, such as \"4h\" or \"1d\", found 4; write it with its unit, as \"4s\""
        ),
    ])
    func `what cannot be is refused`(line: Case) {
        #expect(KCCFixture.fixture(line.lines).sentences == ["channels.web.kcc." + line.sentence])
    }

    @Test func `a link that is no table is refused`() {
        #expect(
            ConfigurationFixture.web("kcc = \"on\"").sentences == [
                "channels.web.kcc: expected a table, [channels.web.kcc], found \"on\""
            ]
        )
    }
}
