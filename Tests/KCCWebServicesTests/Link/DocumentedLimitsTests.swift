import Foundation
import NIOCore
import Testing

@testable import KCCWebServices

/// The link's limits are documented as they are.
struct DocumentedLimitsTests {
    private static func document() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "docs/kcc.md"), encoding: .utf8)
    }

    private static func number(_ count: Int) -> String {
        count.formatted(.number.locale(Locale(identifier: "en_GB")))
    }

    static var rows: [String] {
        let patience = SlowClientHandler.Patience()
        func seconds(_ nanoseconds: Int64) -> String { "\(nanoseconds / 1_000_000_000) s" }
        let orders = number(OrdersEndpoint.mostOrders)
        return [
            "| orders on a page, and names in one request for orders by name | \(orders) |",
            "| an upload | \(BodyIntake.largestBody >> 20) MiB; of those above 1 MiB two at a time, others wait |",
            "| values in an upload, and rows with nothing in them | \(number(BodyShape.mostValues)); \(number(BodyShape.mostEmptyRows)) |",
            "| in XML: depth, attributes of an element, one tag or comment | \(XMLToJSON.deepest); \(XMLToJSON.mostAttributes); \(XMLEvents.longestTag >> 10) KiB |",
            "| time for a request's head, the handshake included | \(seconds(patience.head.nanoseconds)) |",
            "| time for a body, and for reading an answer | \(seconds(patience.body.nanoseconds)) and a second more for each \(patience.bodyRate >> 10) KiB |",
            "| time between two requests | \(seconds(patience.idle.nanoseconds)) |",
            "| pages of a channel's orders that are made or read at once | \(PageTurns.most), more get 503 |",
            "| connections | \(LinkListener.mostConnections), more are closed |",
        ]
    }

    @Test(arguments: rows)
    func `each limit of the link stands in its table`(_ row: String) throws {
        #expect(try Self.document().contains("\n\(row)\n"))
    }
}
