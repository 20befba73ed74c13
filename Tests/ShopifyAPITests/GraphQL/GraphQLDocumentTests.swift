import Testing

@testable import ShopifyAPI

struct GraphQLDocumentTests {
    @Test(arguments: GraphQLDocument.all)
    func `a document holds each fragment that it uses, once, and no other`(document: GraphQLDocument) throws {
        let lines = document.text.split(separator: "\n")
        let used = Set(lines.compactMap { $0.wholeMatch(of: /\.\.\.(\w+)/)?.1 })
        let defined = lines.compactMap { $0.prefixMatch(of: /fragment\ (\w+)\ on\ /)?.1 }
        #expect(Set(defined) == used)
        #expect(defined.count == used.count)
        let kinds = ["query \(document.name)", "mutation \(document.name)"]
        #expect(kinds.contains { document.text.hasPrefix($0) })
        #expect(document.text.count { $0 == "{" } == document.text.count { $0 == "}" })
        #expect(!document.text.contains("#"))
        #expect(!document.text.contains("  "))
    }

    @Test func `the page sizes that set the price of a batch are as they were priced`() {
        let text = GraphQLDocument.orderRead.text
        for part in [
            "lineItems(first: 50)", "lineItems(first: 20)", "discountApplications(first: 5)",
            "shippingLines(first: 3)",
            "transactions(first: 250)", "refunds(first: 250)", "refundLineItems(first: 5)",
            "fulfillmentOrders(first: 3)",
        ] {
            #expect(text.contains(part))
        }
    }
}
