import Foundation
import SyncEngine
import Testing

@testable import ShopifyAPI

/// Answers of a live shop, where a folder of them is at hand.
///
/// They are reference data and no part of the project: `KCCSYNCD_CAPTURES` names the folder.
struct CapturesTests {
    private static let folder = ProcessInfo.processInfo.environment["KCCSYNCD_CAPTURES"]

    /// Only its place in an answer matters here, not its contents.
    private struct Anything: GraphQLAnswer {
        init(from decoder: any Decoder) throws {}
    }

    @Test(.enabled(if: folder != nil, "set KCCSYNCD_CAPTURES to the folder of captured answers"))
    func `the cost, errors and warnings of every captured answer are read`() throws {
        let folder = URL(filePath: try #require(Self.folder))
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "json" }
        #expect(!files.isEmpty)
        var envelopes: [Envelope<Anything>] = []
        for file in files {
            try Self.collect(try JSONSerialization.jsonObject(with: Data(contentsOf: file)), into: &envelopes)
        }
        #expect(envelopes.count > files.count)
        #expect(envelopes.contains { $0.cost?.throttleStatus?.restoreRate == 100 })
        #expect(envelopes.contains { !$0.searchWarnings.isEmpty })
        #expect(envelopes.contains { !$0.errors.isEmpty })
        for envelope in envelopes {
            #expect(envelope.errors.allSatisfy { !$0.message.isEmpty })
            #expect(envelope.errorText == nil)
        }
    }

    @Test(.enabled(if: folder != nil, "set KCCSYNCD_CAPTURES to the folder of captured answers"))
    func `every captured answer to a stock mutation is understood`() throws {
        let folder = URL(filePath: try #require(Self.folder))
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.lastPathComponent.hasPrefix("inventory-") }
        var payloads: [InventoryPayload] = []
        for file in files {
            try Self.payloads(try JSONSerialization.jsonObject(with: Data(contentsOf: file)), into: &payloads)
        }
        #expect(payloads.contains { $0.userErrors.isEmpty })
        let refusals = payloads.flatMap(\.userErrors).map(\.refusal)
        #expect(!refusals.isEmpty)
        #expect(refusals.allSatisfy { !$0.message.isEmpty })
    }

    /// What the stock mutations returned, wherever it lies in a capture.
    private static func payloads(_ value: Any, into found: inout [InventoryPayload]) throws {
        if let list = value as? [Any] { return try list.forEach { try payloads($0, into: &found) } }
        guard let object = value as? [String: Any] else { return }
        for name in ["inventorySetQuantities", "inventoryAdjustQuantities", "inventoryActivate"] {
            guard let payload = object[name] as? [String: Any], payload["userErrors"] != nil else { continue }
            let data = try JSONSerialization.data(withJSONObject: payload)
            found.append(try JSONDecoder().decode(InventoryPayload.self, from: data))
        }
        for part in object.values { try payloads(part, into: &found) }
    }

    /// Every object that looks like an answer, wherever it lies in a capture.
    private static func collect(_ value: Any, into envelopes: inout [Envelope<Anything>]) throws {
        if let list = value as? [Any] { return try list.forEach { try collect($0, into: &envelopes) } }
        guard let object = value as? [String: Any] else { return }
        if object["data"] != nil || object["errors"] is [Any], object["query"] == nil {
            let data = try JSONSerialization.data(withJSONObject: object)
            envelopes.append(try JSONDecoder().decode(Envelope<Anything>.self, from: data))
        }
        for part in object.values { try collect(part, into: &envelopes) }
    }
}
