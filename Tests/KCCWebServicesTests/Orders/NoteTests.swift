import KCCWebServices
import SyncEngine
import TestSupport
import Testing

struct NoteTests {
    private func note(_ change: (inout Situation) -> Void) throws -> String? {
        try Situation(change).sent()["Header"]?["OrderNote"]?.string
    }

    @Test func `no note is left out`() throws {
        #expect(try note { $0.order.shippingLines[0].title = " " } == nil)
    }

    @Test func `the note is told in a fixed order`() throws {
        let all: (inout Situation) -> Void = {
            $0.order.note = "Leave at the\u{0} door\r\n\r\nplease\n"
            $0.order.attributes = [
                OrderAttribute(key: "Gift", value: "yes\nno"), OrderAttribute(key: "Bare", value: nil),
                OrderAttribute(key: " ", value: " "),
            ]
            $0.order.tags = ["vip", " "]
            $0.order.discountCodes = ["TEN", "SUMMER"]
        }
        #expect(
            try note(all)
                == "Leave at the door\n\nplease\nDiscount codes: TEN, SUMMER\nDelivery: Standard"
        )
        #expect(
            try note {
                all(&$0)
                $0.kcc.noteAttributes = true
                $0.kcc.noteTags = true
            }
                == "Leave at the door\n\nplease\nGift: yes no\nBare\nTags: vip\n"
                + "Discount codes: TEN, SUMMER\nDelivery: Standard"
        )
    }
}
