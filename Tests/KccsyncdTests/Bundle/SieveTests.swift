import Foundation
import SyncEngine
import Testing

@testable import kccsyncd

@Suite struct SieveTests {
    private let sieve = Sieve(secrets: [Secret("correct-horse"), Secret("correct-horse-battery"), Secret("")])

    @Test(arguments: [
        ("password correct-horse-battery.", "password •••."),
        ("twice: correct-horse, correct-horse", "twice: •••, •••"),
        ("another token, shpat_0123abcd, too", "another token, shpat_•••, too"),
        ("from nell.hargreave@example.org, and <a+b@example.com>", "from …, and <…>"),
        ("/home/nell@example.org/file", "/home/…/file"),
        (
            "kccsyncd@acme.service and kccsyncd-backup@acme.service",
            "kccsyncd@acme.service and kccsyncd-backup@acme.service"
        ),
        ("web: order #1042 imported", "web: order #1042 imported"),
    ])
    func `secrets and e-mail addresses do not pass`(_ text: String, _ expected: String) {
        #expect(sieve.passed(text) == expected)
    }

    @Test(arguments: [
        ("parked: Shopify refuses it: Nell of OL14; mend it", "parked: Shopify refuses it: …"),
        ("web: asking: Shopify says: no stock for Nell", "web: asking: Shopify says: …"),
        ("reading 2 orders: HTTP 400: Nell: unknown", "reading 2 orders: HTTP 400: …"),
        ("web: order #1042 failed: line_without_sku", "web: order #1042 failed: line_without_sku"),
    ])
    func `somebody else's words do not pass`(_ text: String, _ expected: String) {
        #expect(sieve.sentence(text) == expected)
    }

    @Test func `of a journal entry the known fields are kept`() {
        let said = """
            {"MESSAGE":"web: paused: Shopify says: Nell","PRIORITY":"4","_HOSTNAME":"till3","_CMDLINE":"x","KCC_ORDER":"#1042"}
            {"MESSAGE":[78,101],"PRIORITY":"6"}
            {"MESSAGE":"/x: 1 problem: found \\"swordfish\\"","MESSAGE_ID":"\(EventKind.startRefused.messageID)"}
            {"MESSAGE":"web: fulfilment of #1 sent: 1 line, RM 123456789GB, no mail","MESSAGE_ID":"\(EventKind.fulfilmentSent.messageID)"}
            {"MESSAGE":"web: KCC despatched Nell","MESSAGE_ID":"\(EventKind.linkNotice.messageID)","KCC_REASON":"order_unknown"}
            no JSON
            """
        #expect(
            JournalExcerpt(sieve: sieve).kept(Data(said.utf8)) == """
                {"KCC_ORDER":"#1042","MESSAGE":"web: paused: Shopify says: …","PRIORITY":"4"}
                {"PRIORITY":"6"}
                {"MESSAGE":"/x: 1 problem: found \\"…\\"","MESSAGE_ID":"\(EventKind.startRefused.messageID)"}
                {"MESSAGE":"web: fulfilment of #1 sent: …","MESSAGE_ID":"\(EventKind.fulfilmentSent.messageID)"}
                {"KCC_REASON":"order_unknown","MESSAGE":"…","MESSAGE_ID":"\(EventKind.linkNotice.messageID)"}

                """
        )
    }

    @Test func `a program that is missing, fails or speaks`() throws {
        #expect(throws: Program.Trouble.self) { try Program("no-such-program").run([]) }
        let failure = #expect(throws: Program.Trouble.self) { try Program("false").run([]) }
        #expect(failure?.description == "false ended with status 1")
        #expect(try Program("printf").text(["%s", "a b"]) == "a b")
    }
}
