import Foundation
import SyncEngine
import TOMLKit

/// Reads a channel's `kcc` table.
struct KCCReader {
    /// The channel's table.
    let channel: TableReader
    /// Makes a reader of a table's secrets.
    let secrets: (TableReader) -> SecretReader

    /// The settings; nil where there is no such table, or anything that the link cannot do without is wrong, which has then been
    /// noted.
    func read() -> KCCSettings? {
        guard let value = channel.value("kcc"), let table = channel.table("kcc", value) else { return nil }
        table.refuseUnknownKeys(known: KnownKeys.channelKCC)
        let username = username(table)
        let password = password(table)
        let items = DataItemReader(table: table)
        let companyClass = items.item("company_class", required: "KCC's class of the customers that it makes")
        let (source, sources) = items.salesSources()
        let site = required(table, "site", "the name of a KCC site in [sites]")
        guard let username, let password, let companyClass, let site, source != nil || !sources.isEmpty else {
            return nil
        }
        var kcc = KCCSettings(
            username: username,
            password: password,
            companyClass: companyClass,
            salesSource: source,
            site: site
        )
        kcc.salesSources = sources
        kcc.brand = items.item("brand", ways: [.id, .name])
        kcc.website = items.item("website")
        kcc.client = items.item("client")
        kcc.invoicePriority = items.item("invoice_priority")
        readMapping(table, items, &kcc)
        readMatching(table, &kcc)
        readNotes(table, &kcc)
        kcc.guardUntil =
            table.choice("guard_until", KCCSettings.GuardUntil.allCases.map { ($0.rawValue, $0) })
            ?? kcc.guardUntil
        kcc.confirmAfter =
            table.span("confirm_after", .seconds(600)...(.seconds(86_400) * 30), example: "\"4h\" or \"1d\"")
            ?? kcc.confirmAfter
        return kcc
    }

    private func required(_ table: TableReader, _ key: String, _ expected: String) -> String? {
        guard table.has(key) else {
            table.problem(key, expected: expected, found: "nothing")
            return nil
        }
        return table.text(key, expected: expected)
    }

    private func username(_ table: TableReader) -> String? {
        let expected = "the user name that is typed into KCC's channel screen, without a colon"
        guard let name = required(table, "username", expected) else { return nil }
        guard !name.contains(":") else {
            table.problem("username", expected: expected, found: FoundValue.text(name))
            return nil
        }
        return name
    }

    /// Below this a password can be guessed over the network.
    private static let shortestPassword = 12

    private func password(_ table: TableReader) -> Secret? {
        let ways = SecretWays("password")
        guard
            let password = secrets(table)
                .one(of: ways, "the password that is typed into KCC's channel screen")
        else { return nil }
        if !password.isEmpty, password.reveal().utf8.count < Self.shortestPassword {
            let key = ways.all.first(where: table.has) ?? ways.value
            table.warning(
                key,
                "the password has fewer than \(Self.shortestPassword) characters, and customers' addresses lie behind it",
                hint: "make a longer one and enter it in KCC as well"
            )
        }
        return password
    }

    private func readMapping(_ table: TableReader, _ items: DataItemReader, _ kcc: inout KCCSettings) {
        let methods = KCCSettings.CalcMethod.allCases.map { ($0.rawValue, $0) }
        kcc.calcMethod = table.choice("calc_method", methods) ?? kcc.calcMethod
        kcc.money =
            table.choice("money", KCCSettings.MoneySet.allCases.map { ($0.rawValue, $0) }) ?? kcc.money
        kcc.stockCodes = stockCodes(table) ?? kcc.stockCodes
        kcc.couriers = items.items(under: "couriers", text: { .code($0) })
        kcc.bankAccount = items.item("bank_account")
        kcc.payments = payments(table)
        let kinds = KCCSettings.ErrorItems.allCases.map { ($0.rawValue, $0) }
        kcc.discontinuedItems = table.choice("discontinued_items", kinds) ?? kcc.discontinuedItems
        kcc.runToZeroItems = table.choice("run_to_zero_items", kinds) ?? kcc.runToZeroItems
        kcc.importAsUnconfirmed = table.flag("import_as_unconfirmed") ?? kcc.importAsUnconfirmed
        kcc.unpaidOnAccount = table.flag("unpaid_on_account") ?? kcc.unpaidOnAccount
        kcc.sendDiscountCodes = table.flag("send_discount_codes") ?? kcc.sendDiscountCodes
        kcc.timeZone = timeZone(table)
        kcc.shopAddress = shopAddress(table)
    }

    private func readNotes(_ table: TableReader, _ kcc: inout KCCSettings) {
        kcc.noteTags = table.flag("note_tags") ?? kcc.noteTags
        kcc.noteAttributes = table.flag("note_attributes") ?? kcc.noteAttributes
    }

    private func stockCodes(_ table: TableReader) -> [KCCSettings.StockCodeKind]? {
        let kinds = ["StockCode", "OtherRef", "Barcode", "WebCode", "Automatic"]
        let expected = "KCC's kinds of stock code, such as [\"StockCode\", \"OtherRef\", \"Barcode:3\"]"
        guard let texts = table.texts("stock_codes", expected: expected) else { return nil }
        var codes: [KCCSettings.StockCodeKind] = []
        for text in texts {
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                .map(String.init)
            guard let mapping = parts.first, kinds.contains(mapping),
                parts.count == 1 || mapping == "Barcode" && parts[1].wholeMatch(of: #/[!-~]+/#) != nil
            else {
                let hint = NearestName.of(text, among: kinds).map { "did you mean \"\($0)\"?" }
                table.problem("stock_codes", expected: expected, found: FoundValue.text(text), hint: hint)
                return nil
            }
            codes.append(KCCSettings.StockCodeKind(mapping: mapping, item: parts.count > 1 ? parts[1] : nil))
        }
        guard !codes.isEmpty else {
            table.problem("stock_codes", expected: expected, found: "an empty list")
            return nil
        }
        return codes
    }

    private func payments(_ table: TableReader) -> [String: KCCSettings.PaymentRule] {
        guard let value = table.value("payments"), let gateways = table.table("payments", value) else {
            return [:]
        }
        var rules: [String: KCCSettings.PaymentRule] = [:]
        for gateway in gateways.keys.sorted() {
            if let other = rules.keys.first(where: { $0.lowercased() == gateway.lowercased() }) {
                let found = "it beside \(FoundValue.text(other))"
                gateways.problem(gateway, expected: "each gateway once, whatever its capitals", found: found)
            }
            guard let value = gateways.value(gateway), let table = gateways.table(gateway, value) else {
                continue
            }
            table.refuseUnknownKeys(known: KnownKeys.paymentRule)
            var rule = KCCSettings.PaymentRule()
            rule.kind = table.choice("kind", PaymentKind.allCases.map { ($0.rawValue, $0) })
            let expected = "KCC's card type, of at most 25 characters"
            if let type = table.text("card_type", expected: expected) {
                if type.utf16.count <= 25 {
                    rule.cardType = type
                } else {
                    table.problem("card_type", expected: expected, found: FoundValue.text(type))
                }
            }
            rule.bankAccount = DataItemReader(table: table).item("bank_account")
            rules[gateway] = rule
        }
        return rules
    }

    private func readMatching(_ table: TableReader, _ kcc: inout KCCSettings) {
        let address = ["Address1", "Address2", "Address3", "Town", "Postcode"]
        let contact = ["Surname", "Forename", "Telephone", "Email"]
        func words(_ key: String, _ known: [String]) -> [String]? {
            let expected = "words of KCC's out of \(TableReader.list(known))"
            guard let words = table.texts(key, expected: expected) else { return nil }
            for word in words where !known.contains(word) {
                let hint = NearestName.of(word, among: known).map { "did you mean \"\($0)\"?" }
                table.problem(key, expected: expected, found: FoundValue.text(word), hint: hint)
            }
            if words.isEmpty { table.problem(key, expected: expected, found: "an empty list") }
            return words
        }
        kcc.matchCompanyOn =
            words("match_company_on", address + contact + ["UseDeliveryAddress"]) ?? kcc.matchCompanyOn
        kcc.matchAddressOn = words("match_address_on", address) ?? kcc.matchAddressOn
        kcc.matchContactOn = words("match_contact_on", contact) ?? kcc.matchContactOn
    }

    private func timeZone(_ table: TableReader) -> String? {
        let expected = "a time zone, such as \"Europe/London\""
        guard let name = table.text("time_zone", expected: expected) else { return nil }
        guard TimeZone(identifier: name) != nil else {
            table.problem("time_zone", expected: expected, found: FoundValue.text(name))
            return nil
        }
        return name
    }

    private func shopAddress(_ table: TableReader) -> PostalAddress? {
        guard let value = table.value("shop_address"), let table = table.table("shop_address", value) else {
            return nil
        }
        table.refuseUnknownKeys(known: KnownKeys.shopAddress)
        var address = PostalAddress()
        address.address1 = required(table, "line1", "the address's first line")
        address.city = required(table, "town", "the town")
        address.zip = table.text("postcode")
        let expected = "a country's code of two letters, such as \"GB\""
        if let country = required(table, "country", expected) {
            // ISO 3166 keeps "UK" for no country.
            if country.wholeMatch(of: #/[A-Z]{2}/#) != nil, country != "UK" {
                address.countryCode = country
            } else {
                let code = country.uppercased() == "UK" ? "GB" : country.uppercased()
                let hint = code.wholeMatch(of: #/[A-Z]{2}/#) == nil ? nil : "write \"\(code)\""
                table.problem("country", expected: expected, found: FoundValue.text(country), hint: hint)
            }
        }
        address.company = table.text("company")
        address.address2 = table.text("line2")
        address.province = table.text("county")
        address.phone = table.text("telephone")
        return address
    }
}
