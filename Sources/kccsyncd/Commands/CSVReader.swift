import Foundation

/// Splits CSV or tab-separated text into records, RFC 4180 with what spreadsheets add to it.
///
/// A byte-order mark, CR LF, and quotes round any field are taken; the separator is the first line's:
/// a tab where it has one, else a comma.
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
    }

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private let separator: UInt8

    init(_ text: Data) {
        var bytes = Array(text)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        let firstLine = bytes.prefix { $0 != UInt8(ascii: "\n") }
        separator = firstLine.contains(UInt8(ascii: "\t")) ? UInt8(ascii: "\t") : UInt8(ascii: ",")
        self.bytes = bytes
    }

    /// The next record that is not blank; nil at the end.
    ///
    /// - Throws: ``Malformed`` for a quote that is never closed or text behind a closing quote; reading
    ///   may go on behind the line that it names.
    mutating func next() throws(Malformed) -> Record? {
        while position < bytes.count {
            let record = try record()
            if record.fields != [""] { return record }
        }
        return nil
    }

    private mutating func record() throws(Malformed) -> Record {
        let begin = line
        var fields: [String] = []
        while true {
            fields.append(try field(begin))
            guard position < bytes.count, bytes[position] == separator else { break }
            position += 1
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: "\r") { position += 1 }
        if position < bytes.count, bytes[position] == UInt8(ascii: "\n") {
            position += 1
            line += 1
        }
        return Record(line: begin, fields: fields)
    }

    private mutating func field(_ begin: Int) throws(Malformed) -> String {
        if position < bytes.count, bytes[position] == UInt8(ascii: "\"") { return try quoted(begin) }
        let start = position
        while position < bytes.count, !isEnd(bytes[position]) { position += 1 }
        return try text(bytes[start..<position], begin)
    }

    private mutating func quoted(_ begin: Int) throws(Malformed) -> String {
        var content: [UInt8] = []
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") {
                if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
                    content.append(byte)
                    position += 1
                    continue
                }
                guard position == bytes.count || isEnd(bytes[position]) else {
                    skipLine()
                    throw Malformed(line: begin, reason: "text behind a closing quote")
                }
                return try text(content[...], begin)
            }
            if byte == UInt8(ascii: "\n") { line += 1 }
            content.append(byte)
        }
        throw Malformed(line: begin, reason: "a quote that is never closed")
    }

    private func isEnd(_ byte: UInt8) -> Bool {
        byte == separator || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    private mutating func skipLine() {
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
        if position < bytes.count {
            position += 1
            line += 1
        }
    }

    private func text(_ bytes: ArraySlice<UInt8>, _ begin: Int) throws(Malformed) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Malformed(line: begin, reason: "not UTF-8")
        }
        return text
    }
}
