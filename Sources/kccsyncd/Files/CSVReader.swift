import Foundation

/// Splits CSV or tab-separated text into records, RFC 4180 with what spreadsheets add to it.
///
/// A byte-order mark, CR LF, and quotes round any field are taken; the separator is the first line's:
/// a tab where it has one, else a comma. A file is read piece by piece, so its size does not matter.
struct CSVReader {
    /// One record and the line it begins on, counted from 1.
    struct Record: Equatable {
        var line: Int
        var fields: [String]
    }

    /// What cannot be split.
    struct Malformed: Error, Equatable {
        var line: Int
        var reason: String
        /// The fields before the one that cannot be read.
        var fields: [String] = []
    }

    /// No field of ours is longer; a quote that is never closed must not gather the rest of the file.
    private static let longestField = 64 << 10

    private var bytes: ByteSource
    private var line = 1
    private let separator: UInt8
    private let isUTF16: Bool
    private let spansLines: Bool

    init(_ text: Data) {
        self.init(ByteSource(text))
    }

    /// - Parameter spansLines: Whether a quoted field may hold line ends. Where none ever does, a quote that is never
    ///   closed is the trouble of its line alone.
    init(_ source: ByteSource, spansLines: Bool = true) {
        bytes = source
        self.spansLines = spansLines
        let start = bytes.start()
        isUTF16 = start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF])
        if start.starts(with: [0xEF, 0xBB, 0xBF]) {
            for _ in 0..<3 { bytes.skip() }
        }
        let firstLine = bytes.start().prefix { $0 != UInt8(ascii: "\n") }
        separator = firstLine.contains(UInt8(ascii: "\t")) ? UInt8(ascii: "\t") : UInt8(ascii: ",")
    }

    /// The next record that is not blank; nil at the end.
    ///
    /// - Throws: ``Malformed`` for a quote that is never closed or text behind a closing quote; reading
    ///   may go on behind the line that it names.
    mutating func next() throws(Malformed) -> Record? {
        if isUTF16, line == 1 {
            line += 1
            throw Malformed(line: 1, reason: "the file is UTF-16; save it as UTF-8")
        }
        while bytes.peek() != nil {
            let record = try record()
            if record.fields != [""] { return record }
        }
        if let failure = bytes.failure { throw Malformed(line: line, reason: failure) }
        return nil
    }

    private mutating func record() throws(Malformed) -> Record {
        let begin = line
        var fields: [String] = []
        while true {
            do throws(Malformed) {
                fields.append(try field(begin))
            } catch {
                skipLine()
                throw Malformed(line: error.line, reason: error.reason, fields: fields)
            }
            guard bytes.peek() == separator else { break }
            bytes.skip()
        }
        if bytes.peek() == UInt8(ascii: "\r") { bytes.skip() }
        if bytes.peek() == UInt8(ascii: "\n") {
            bytes.skip()
            line += 1
        }
        return Record(line: begin, fields: fields)
    }

    private mutating func field(_ begin: Int) throws(Malformed) -> String {
        if bytes.peek() == UInt8(ascii: "\"") { return try quoted(begin) }
        var content: [UInt8] = []
        while let byte = bytes.peek(), !isEnd(byte) {
            bytes.skip()
            try append(byte, to: &content, begin)
        }
        return try text(content, begin)
    }

    private mutating func quoted(_ begin: Int) throws(Malformed) -> String {
        var content: [UInt8] = []
        bytes.skip()
        while let byte = bytes.peek(), spansLines || byte != UInt8(ascii: "\n") {
            bytes.skip()
            if byte == UInt8(ascii: "\"") {
                if bytes.peek() == UInt8(ascii: "\"") {
                    content.append(byte)
                    bytes.skip()
                    continue
                }
                if let next = bytes.peek(), !isEnd(next) {
                    throw Malformed(line: begin, reason: "text behind a closing quote")
                }
                return try text(content, begin)
            }
            if byte == UInt8(ascii: "\n") { line += 1 }
            try append(byte, to: &content, begin)
        }
        throw Malformed(line: begin, reason: "a quote that is never closed")
    }

    private func append(_ byte: UInt8, to content: inout [UInt8], _ begin: Int) throws(Malformed) {
        guard content.count < Self.longestField else {
            throw Malformed(line: begin, reason: "a field of more than \(Self.longestField) bytes")
        }
        content.append(byte)
    }

    private func isEnd(_ byte: UInt8) -> Bool {
        byte == separator || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    private mutating func skipLine() {
        while let byte = bytes.peek(), byte != UInt8(ascii: "\n") { bytes.skip() }
        if bytes.peek() != nil {
            bytes.skip()
            line += 1
        }
    }

    private func text(_ bytes: [UInt8], _ begin: Int) throws(Malformed) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Malformed(line: begin, reason: "not UTF-8; save the file as UTF-8")
        }
        return text
    }
}
