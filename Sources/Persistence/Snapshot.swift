import Foundation
import SyncEngine

/// An order as the JSON text that is stored of it, with a hash that finds bit rot.
struct Snapshot {
    var text: String
    var hash: Int64

    init(of order: Order) throws {
        let data = try Self.encoder.encode(order)
        text = String(decoding: data, as: UTF8.self)
        hash = Self.hash(data)
    }

    /// Reads a stored order.
    static func order(_ text: String) throws -> Order {
        try decoder.decode(Order.self, from: Data(text.utf8))
    }

    /// FNV-1a with 64 bits: SQLite's own checks miss most flipped bits in a text column.
    static func hash(_ bytes: some Sequence<UInt8>) -> Int64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        return Int64(bitPattern: hash)
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
