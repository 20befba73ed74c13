import Foundation
import SyncEngine
import TestSupport
import Testing

struct CustomerMatchTests {
    struct MatchCase: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var keys: CustomerKeys
        var known: [KnownCustomer]
        var choice: CustomerChoice
    }

    private static let ann = CustomerKeys(
        shopifyCustomer: .customer(1),
        email: "ann@example.com",
        address: "1highst|leeds|ls11aa",
        person: "ann|archer"
    )

    private static func known(
        _ id: Int64,
        email: String? = nil,
        address: String? = nil,
        person: String? = nil,
        linked: Bool = false,
        generic: Bool = false
    ) -> KnownCustomer {
        KnownCustomer(
            id: id,
            urn: "URN\(id)",
            linked: linked,
            keys: CustomerKeys(email: email, address: address, person: person),
            generic: generic
        )
    }

    private static func found(_ id: Int64, _ step: CustomerChoice.MatchStep) -> CustomerChoice {
        .existing(id: id, urn: "URN\(id)", by: step)
    }

    static let cases: [MatchCase] = [
        MatchCase(testDescription: "nobody known", keys: ann, known: [], choice: .new),
        MatchCase(
            testDescription: "linked beats e-mail of a lower id",
            keys: ann,
            known: [known(1, email: ann.email), known(2, linked: true)],
            choice: found(2, .linked)
        ),
        MatchCase(
            testDescription: "e-mail beats address of a lower id",
            keys: ann,
            known: [known(1, address: ann.address, person: ann.person), known(2, email: ann.email)],
            choice: found(2, .email)
        ),
        MatchCase(
            testDescription: "address with name",
            keys: ann,
            known: [known(4, address: ann.address, person: ann.person)],
            choice: found(4, .address)
        ),
        MatchCase(
            testDescription: "address of somebody else",
            keys: ann,
            known: [known(4, address: ann.address, person: "bob|archer")],
            choice: .new
        ),
        MatchCase(
            testDescription: "name at another address",
            keys: ann,
            known: [known(4, address: "2highst|leeds|ls11aa", person: ann.person)],
            choice: .new
        ),
        MatchCase(
            testDescription: "lowest id, whatever the order",
            keys: ann,
            known: [known(9, email: ann.email), known(3, email: ann.email), known(5, email: ann.email)],
            choice: found(3, .email)
        ),
        MatchCase(
            testDescription: "a generic customer is never matched",
            keys: ann,
            known: [
                known(
                    1,
                    email: ann.email,
                    address: ann.address,
                    person: ann.person,
                    linked: true,
                    generic: true
                )
            ],
            choice: .new
        ),
        MatchCase(
            testDescription: "no names on either side are no match by address",
            keys: CustomerKeys(address: ann.address),
            known: [known(1, address: ann.address)],
            choice: .new
        ),
        MatchCase(
            testDescription: "no e-mail on either side is no match",
            keys: CustomerKeys(),
            known: [known(1)],
            choice: .new
        ),
    ]

    @Test(arguments: cases)
    func `the first that matches wins`(_ example: MatchCase) {
        #expect(CustomerChoice.match(example.keys, among: example.known) == example.choice)
    }

    @Test(
        arguments: [
            ("Ann@Example.COM", "ann@example.com"), ("  ann@example.com\n", "ann@example.com"),
            ("ANN+SHOP@EXAMPLE.COM", "ann+shop@example.com"), ("", nil), ("   ", nil), (nil, nil),
        ] as [(String?, String?)]
    )
    func `an e-mail is told by its letters, not their case`(_ typed: String?, _ key: String?) {
        #expect(CustomerKeys.emailKey(typed) == key)
    }

    @Test(
        arguments: [
            ["1 High Street", "Leeds", "LS1 1AA"], ["1, HIGH STREET.", "leeds", "ls11aa"],
            ["1 High-Street", " Leeds ", "LS1-1AA"], ["1  hígh  strëet", "Lèeds", "LS1  1AA"],
            ["1 High\tStreet", "LEEDS,", "l s 1 1 a a"],
        ])
    func `an address is told by its letters and digits`(_ parts: [String]) {
        let key = CustomerKeys.addressKey(line1: parts[0], town: parts[1], postcode: parts[2])
        #expect(key == "1highstreet|leeds|ls11aa")
    }

    @Test func `two parts of an address are none, and punctuation is no part`() {
        #expect(CustomerKeys.addressKey(line1: "1 High Street", town: "Leeds", postcode: nil) == nil)
        #expect(CustomerKeys.addressKey(line1: "1 High Street", town: "--", postcode: "LS1 1AA") == nil)
        #expect(CustomerKeys.personKey(forename: " ", surname: nil) == nil)
        #expect(CustomerKeys.personKey(forename: "Zoë", surname: "O'Brien") == "zoe|obrien")
        #expect(CustomerKeys.personKey(forename: nil, surname: "Archer") == "|archer")
        #expect(CustomerKeys.personKey(forename: "李", surname: "小龍") == "李|小龍")
    }

    @Test func `the invoice address speaks before the delivery's`() {
        let order = Order.paid()
            .with {
                $0.shippingAddress = .of("Bob", "Baker", "2 Low Road", "York", "YO1 1AA")
            }
        let keys = CustomerKeys(of: order)
        #expect(keys.person == "ann|archer")
        #expect(keys.address == "1001highstreet|leeds|ls11aa")
        let elsewhere = CustomerKeys(of: order.with { $0.billingAddress = .of("Ann", nil, nil, nil, nil) })
        #expect(elsewhere.address == "2lowroad|york|yo11aa")
        #expect(elsewhere.person == "bob|baker")
    }

    @Test func `an empty e-mail on the order leaves the customer's`() {
        var order = Order.paid().with { $0.email = "" }
        order.customer = OrderCustomer(id: .customer(1))
        order.customer?.email = "Ann@example.com"
        #expect(CustomerKeys(of: order).email == "ann@example.com")
    }

    // MARK: Till sales

    struct TillCase: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var mode: POSMode
        var known: [KnownCustomer] = []
        var choice: CustomerChoice
        var change: @Sendable (inout Order) -> Void = { _ in }
    }

    private static let generic = CustomerChoice.generic(urn: "POSSALES")
    private static let annAtHome = KnownCustomer(
        id: 7,
        urn: "ANN",
        keys: CustomerKeys(email: "ann@example.com"),
        hasAddress: true
    )

    static let tills: [TillCase] = [
        TillCase(testDescription: "generic mode, nobody named", mode: .genericCustomer, choice: generic),
        TillCase(
            testDescription: "generic mode, somebody known",
            mode: .genericCustomer,
            known: [annAtHome],
            choice: generic
        ) { $0.email = "ann@example.com" },
        TillCase(testDescription: "details, nobody named", mode: .customerDetails, choice: generic),
        TillCase(
            testDescription: "details, e-mail of a customer with an address",
            mode: .customerDetails,
            known: [annAtHome],
            choice: .existing(id: 7, urn: "ANN", by: .email)
        ) { $0.email = "ann@example.com" },
        TillCase(
            testDescription: "details, e-mail of a customer without an address",
            mode: .customerDetails,
            known: [KnownCustomer(id: 7, keys: CustomerKeys(email: "ann@example.com"), hasAddress: false)],
            choice: generic
        ) { $0.email = "ann@example.com" },
        TillCase(testDescription: "details, an unknown e-mail", mode: .customerDetails, choice: generic) {
            $0.email = "ann@example.com"
        },
        TillCase(testDescription: "details, name and address, unknown", mode: .customerDetails, choice: .new)
        {
            $0.billingAddress = .of("Ann", "Archer", "1 High Street", "Leeds", "LS1 1AA")
        },
    ]

    @Test(arguments: tills)
    func `a till sale finds its customer, or the generic one`(_ example: TillCase) throws {
        var facts = MemoryFacts()
        facts.known = example.known
        let context = ChannelContext.plain {
            $0.posOrders = example.mode
            $0.genericCustomer = "POSSALES"
        }
        let judgement = try #require(
            try Judge(channels: [context])
                .judge(Order.till().with(example.change), standing: nil, facts: facts)
        )
        #expect(judgement.state == .imported)
        #expect(judgement.customer == example.choice)
    }
}
