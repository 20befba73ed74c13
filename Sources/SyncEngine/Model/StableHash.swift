/// FNV-1a with 64 bits: the same in every process, unlike Swift's own hashing, and no protection against anybody.
package enum StableHash {
    /// The hash of some bytes.
    package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return hash
    }

    /// The hash of a text's UTF-8, in hexadecimal.
    package static func text(_ text: String) -> String {
        String(Array(text.utf8).withUnsafeBytes { of($0) }, radix: 16)
    }
}
