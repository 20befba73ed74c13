import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// What the tests of repeated reports share: an installation, KCC's bodies, and the ways in which an answer is lost.
enum RepetitionFault {
    /// An installation with the products OLD, NEW, A and B, at 30 each in Shopify.
    static func run(
        _ text: String = ConfigurationText.linked,
        _ body: (Installation, TestShop, KCC) async throws -> Void
    ) async throws {
        let now = ManualNow()
        let shop = TestShop(now)
        for sku in ["OLD", "NEW", "A", "B"] { shop.product(sku, figure: 30) }
        try await Installation.run(text, shops: [ConfigurationText.host: shop], now: now) {
            (daemon) async throws in
            await daemon.round()
            try await KCC.calling(daemon) { try await body(daemon, shop, $0) }
        }
    }

    /// An upload of KCC's, with the part of a channel's address that it is sent to.
    struct Upload: Sendable, Equatable {
        var body: String
        var leaf: String
    }

    static func level(_ code: String, _ level: Int, id: String = "31", site: Int = 1) -> Upload {
        Upload(
            body:
                #"{"Statuses":[{"StockCode":"\#(code)","StockID":"\#(id)","SiteID":\#(site),"Levels":{"Available":\#(level)}}]}"#,
            leaf: "stock"
        )
    }

    static func item(_ code: String, id: String = "31") -> Upload {
        Upload(body: #"{"Items":[{"StockID":"\#(id)","StockCode":"\#(code)"}],"Deleted":[]}"#, leaf: "items")
    }

    static func deletion(_ id: String = "31") -> Upload {
        Upload(body: #"{"Items":[],"Deleted":[{"StockID":"\#(id)"}]}"#, leaf: "items")
    }

    /// How KCC comes not to have its answer.
    enum Loss: CaseIterable, Sendable, CustomTestStringConvertible {
        case refused
        case unanswered

        var testDescription: String {
            switch self {
            case .refused: "it was not stored, and answered 503"
            case .unanswered: "it was stored, and the daemon ended before it could note the answer"
            }
        }
    }
}

extension KCC {
    /// Sends uploads that are answered.
    func send(_ uploads: RepetitionFault.Upload..., to channel: String = "web") async throws {
        for upload in uploads {
            #expect(try await post(upload.body, to: "\(channel)/\(upload.leaf)") == 200, "\(upload.body)")
        }
    }

    /// Sends an upload whose answer KCC does not have.
    func lose(_ upload: RepetitionFault.Upload, _ loss: RepetitionFault.Loss, _ daemon: Installation)
        async throws
    {
        switch loss {
        case .refused:
            try await daemon.execute(
                "CREATE TRIGGER broken BEFORE INSERT ON kcc_channel BEGIN SELECT RAISE(ABORT, 'broken'); END"
            )
            let status = try await post(upload.body, to: "web/\(upload.leaf)")
            try await daemon.execute("DROP TRIGGER broken")
            #expect(status == 503)
        case .unanswered:
            try await daemon.execute(
                """
                CREATE TABLE seen AS SELECT * FROM kcc_undelivered WHERE 0;
                CREATE TRIGGER seeing AFTER INSERT ON kcc_undelivered BEGIN
                    INSERT INTO seen VALUES (NEW.channel, NEW.digest, NEW.at_ms, NEW.arrival, NEW.uploads); END
                """
            )
            try await send(upload)
            try await daemon.execute("DROP TRIGGER seeing")
            // Of one connection the next request is read when the last one is done with.
            _ = try await orders("nobody")
            try await daemon.execute(
                "INSERT OR REPLACE INTO kcc_undelivered SELECT * FROM seen; DROP TABLE seen"
            )
        }
    }
}

extension Installation {
    /// The channel's levels, as `SKU site figure`.
    func levels() async throws -> [String] {
        try await rows(
            "SELECT sku || ' ' || site || ' ' || (level_micros / 1000000) FROM stock_level ORDER BY sku, site"
        )
    }

    /// Forgets levels, which has to find some.
    func forget(_ sku: SKU, site: String? = nil) async {
        let reply = await perform(.forgetLevel(channel: "web", sku: sku, site: site))
        #expect(reply.status == .done, "\(reply.errors)")
    }
}
