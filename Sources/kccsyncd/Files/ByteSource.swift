import Foundation

/// Bytes of a file or of memory, one after another, of which only a piece is held at a time.
struct ByteSource {
    private var piece: [UInt8]
    private var position = 0
    private let file: FileHandle?
    /// What went wrong while reading; the bytes before it were delivered.
    private(set) var failure: String?

    /// Bytes that are read from a file at once.
    private static let pieceSize = 256 << 10

    init(_ data: Data) {
        piece = Array(data)
        file = nil
    }

    init(_ file: FileHandle) {
        piece = []
        self.file = file
    }

    /// The next byte, which stays the next one; nil at the end.
    mutating func peek() -> UInt8? {
        if position < piece.count { return piece[position] }
        guard refill() else { return nil }
        return piece[position]
    }

    /// Goes past the byte that was peeked at.
    mutating func skip() { position += 1 }

    /// The next bytes, as many as are at hand, without going past them: for looking at a file's beginning.
    mutating func start() -> ArraySlice<UInt8> {
        if position >= piece.count { _ = refill() }
        return piece[position...]
    }

    private mutating func refill() -> Bool {
        guard let file, failure == nil else { return false }
        do {
            guard let next = try file.read(upToCount: Self.pieceSize), !next.isEmpty else { return false }
            piece = Array(next)
            position = 0
            return true
        } catch {
            failure = "cannot be read further"
            return false
        }
    }
}
