import Foundation
import SyncEngine

/// An order as the JSON text that is stored of it, with a hash that finds bit rot.
struct Snapshot: Sendable {
    var text: String
    var hash: Int64

    init(of order: Order) throws {
        try self.init(of: order, by: Self.encoder)
    }

    private init(of order: Order, by encoder: JSONEncoder) throws {
        let data = try encoder.encode(order)
        text = String(decoding: data, as: UTF8.self)
        hash = data.withUnsafeBytes { Self.hash($0) }
    }

    /// Encodes a batch's orders, side by side: it is the dearest part of an import, and no part of its transaction.
    ///
    /// - Returns: One for each entry that is an order and has a JSON form.
    static func snapshots(of entries: [OrderReading.Entry]) async -> [ShopifyID: Snapshot] {
        let half = entries.count / 2
        async let first = some(of: entries[..<half])
        let second = await some(of: entries[half...])
        return await first.merging(second) { $1 }
    }

    @concurrent
    private static func some(of entries: ArraySlice<OrderReading.Entry>) async -> [ShopifyID: Snapshot] {
        let encoder = Self.encoder
        var snapshots: [ShopifyID: Snapshot] = [:]
        for case .order(let order) in entries {
            snapshots[order.id] = try? Snapshot(of: order, by: encoder)
        }
        return snapshots
    }

    /// Reads a stored order.
    static func order(_ text: String) throws -> Order {
        try decoder.decode(Order.self, from: Data(text.utf8))
    }

    /// What a stored text must have: SQLite's own checks miss most flipped bits in a text column.
    static func hash(_ bytes: UnsafeRawBufferPointer) -> Int64 {
        Int64(bitPattern: StableHash.of(bytes))
    }

    // Sorted keys make equal orders equal texts, whatever the process's hashing seed.
    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return encoder
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }
}

extension Date {
    /// Milliseconds since 1970, as every time is stored.
    var milliseconds: Int64 {
        Int64((timeIntervalSince1970 * 1000).rounded())
    }

    init(milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}
