import ShopifyAPI
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Uploads that are almost KCC's: what cannot be used is named, and nothing else suffers.
@Suite(.timeLimit(.minutes(30)))
struct OddUploadTests {
    private static func row(_ code: String, _ level: String) -> String {
        #"{"StockCode":"\#(code)","StockID":"\#(code.count)","SiteID":1,"Levels":{"Available":\#(level)}}"#
    }

    @Test(arguments: [
        (#""12,50""#, "12,50"), (#""many""#, "many"), (#""1 000""#, "1 000"), (#""0x10""#, "0x10"),
        ("true", "true"),
    ])
    func `R17: a level that is no number is shown as it was sent, and the last one stays`(
        _ level: String,
        _ shown: String
    ) async throws {
        try await KCC.linked { (daemon, _, kcc) async throws in
            await daemon.round()
            try await kcc.stock([("TEA", 7), ("POT", 8)])
            let status = try await kcc.post(
                #"{"Statuses":[\#(Self.row("TEA", level)),\#(Self.row("POTS", "9"))]}"#,
                to: "web/stock"
            )
            #expect(status == 200)
            let notices = try await daemon.answer(.notices)
            #expect(
                notices.contains {
                    $0.contains(
                        "KCC reports \"\(shown)\" as the level of stock code TEA, and expected is a number such as 12.5; its last level stays"
                    )
                }
            )
            #expect(
                try await daemon.rows("SELECT level_micros / 1000000 || '' FROM kcc_level WHERE sku = 'TEA'")
                    == ["7"]
            )
        }
    }

    @Test func `R21: a stock code with a NUL is rejected by name, and the others are taken`() async throws {
        try await KCC.linked { (daemon, _, kcc) async throws in
            await daemon.round()
            let status = try await kcc.post(
                #"{"Statuses":[\#(Self.row(#"TE\u0000A"#, "5")),\#(Self.row("POT", "9"))]}"#,
                to: "web/stock"
            )
            #expect(status == 200)
            let items =
                #"{"Items":[{"StockID":"1","StockCode":"TE\u0000A"},{"StockID":"2","StockCode":"POT"}],"Deleted":[]}"#
            let taken = try await kcc.post(items, to: "web/items")
            #expect(taken == 200)
            let notices = try await daemon.answer(.notices)
            // One notice for one code, and the last upload that had it.
            #expect(
                notices.filter {
                    $0.contains(
                        "KCC's upload to items has a row that cannot be used: its stock code TE\u{FFFD}A has a NUL (U+0000) in it, shown as \u{FFFD}"
                    )
                }
                .count == 1
            )
            #expect(try await daemon.rows("SELECT sku FROM kcc_level") == ["POT"])
        }
    }

    @Test(arguments: ["gzip", "GZIP", "br", "deflate, gzip"])
    func `R17: a compressed upload is refused with a sentence`(_ coding: String) async throws {
        try await KCC.linked { (daemon, _, kcc) async throws in
            await daemon.round()
            let answer = try await kcc.call(
                "web/stock",
                method: "POST",
                headers: [HTTPHeader("Content-Encoding", coding)],
                body: .init(KCC.stockBody([("TEA", 5)]).utf8)
            )
            #expect(answer.status == 415)
            #expect(
                String(decoding: answer.body, as: UTF8.self)
                    == "expected a body that is not compressed, found one with a Content-Encoding; KCC's uploads go without\n"
            )
            let plain = try await kcc.call(
                "web/stock",
                method: "POST",
                headers: [HTTPHeader("Content-Encoding", "identity")],
                body: .init(KCC.stockBody([("TEA", 5)]).utf8)
            )
            #expect(plain.status == 200)
        }
    }
}
