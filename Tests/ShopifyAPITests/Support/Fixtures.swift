import Foundation

@testable import ShopifyAPI

/// JSON texts written for these tests.
enum Fixtures {
    /// An order with every kind of part, as the operation OrderRead returns it.
    static func completeOrder() throws -> String {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: folder.appending(path: "Fixtures/order-complete.json"), encoding: .utf8)
    }

    /// The order with an id of its own.
    static func order(_ number: Int, _ changes: (String, String)...) throws -> String {
        var text = try completeOrder()
            .replacing("gid://shopify/Order/5100000000001", with: "gid://shopify/Order/\(number)")
        for (old, new) in changes {
            guard text.contains(old) else { throw CocoaError(.fileReadCorruptFile) }
            text = text.replacing(old, with: new, maxReplacements: 1)
        }
        return text
    }

    static let cost = """
        "extensions":{"cost":{"requestedQueryCost":99,"actualQueryCost":60,"throttleStatus":\
        {"maximumAvailable":2000.0,"currentlyAvailable":1940,"restoreRate":100.0}}}
        """

    /// An answer of the operation OrderRead.
    static func nodes(_ nodes: String..., errors: String? = nil) -> String {
        "{\"data\":{\"nodes\":[\(nodes.joined(separator: ","))]},"
            + (errors.map { "\"errors\":[\($0)]," } ?? "") + cost + "}"
    }

    static func answer(_ body: String, headers: [(String, String)] = []) -> HTTPAnswer {
        answer(200, headers: headers, body)
    }

    static func answer(
        _ status: Int,
        headers: [(String, String)] = [],
        _ body: String
    ) -> HTTPAnswer {
        HTTPAnswer(
            status: status,
            headers: headers.map { HTTPHeader($0.0, $0.1) },
            body: Data(body.utf8),
            elapsed: .milliseconds(20)
        )
    }
}
