import Foundation

/// Why an upload cannot be read, in words for KCC's operator and ours; without anything of its content.
struct UnreadableError: Error, Equatable, CustomStringConvertible {
    let description: String
}

/// The body of an upload: JSON or XML, whichever it is, whatever its content type says.
enum ReceivedBody {
    /// Reads it as an upload of one kind.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8, or UTF-16 with a byte-order mark.
    ///   - root: The root element that the upload has in XML; JSON has none.
    static func read<Upload: Decodable>(_ type: Upload.Type, _ bytes: [UInt8], root: String)
        throws(UnreadableError)
        -> Upload
    {
        guard !bytes.starts(with: [0x1F, 0x8B]) else {
            throw UnreadableError(description: "expected JSON or XML as it is, found it compressed by gzip")
        }
        var bytes = try utf8(bytes)
        switch bytes.first(where: { !isBlank($0) }) {
        case UInt8(ascii: "<"): bytes = try XMLToJSON.convert(bytes, root: root)
        case UInt8(ascii: "{"): break
        case nil: throw UnreadableError(description: "expected JSON or XML, found nothing")
        default:
            throw UnreadableError(
                description: "expected JSON or XML, found neither \"{\" nor \"<\" at the beginning"
            )
        }
        try BodyShape.check(bytes)
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as UnreadableError {
            throw error
        } catch DecodingError.dataCorrupted {
            throw UnreadableError(
                description: "expected JSON, found an error in it or a body that is cut off"
            )
        } catch {
            throw UnreadableError(
                description: "expected an object with the upload's lists, found something else"
            )
        }
    }

    /// The body in UTF-8, and in nothing else.
    private static func utf8(_ bytes: [UInt8]) throws(UnreadableError) -> [UInt8] {
        if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) {
            return try transcoded(bytes, .utf16, "UTF-16 after its byte-order mark")
        }
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        switch declaredEncoding(body) {
        // .NET's StringWriter declares UTF-16, and what it wrote is sent as UTF-8.
        case nil, "utf-8", "us-ascii", "ascii", "utf-16", "unicode":
            guard String(validating: body, as: UTF8.self) != nil else {
                throw UnreadableError(description: "expected UTF-8, found bytes that are not")
            }
            return body
        case "iso-8859-1": return try transcoded(body, .isoLatin1, "ISO-8859-1 as declared")
        case "windows-1252": return try transcoded(body, .windowsCP1252, "Windows-1252 as declared")
        default: throw UnreadableError(description: "expected XML in UTF-8, found another encoding")
        }
    }

    /// The encoding that an XML declaration names, in lower case; nil where there is none.
    private static func declaredEncoding(_ bytes: [UInt8]) -> String? {
        let start = bytes.drop(while: isBlank).prefix(200)
        guard start.starts(with: Array("<?xml".utf8)), let end = start.firstRange(of: Array("?>".utf8)) else {
            return nil
        }
        let declaration = String(decoding: start[..<end.lowerBound], as: UTF8.self)
        return declaration.firstMatch(of: #/encoding\s*=\s*["']([^"']*)["']/#).map { $0.1.lowercased() }
    }

    private static func transcoded(_ bytes: [UInt8], _ encoding: String.Encoding, _ what: String)
        throws(UnreadableError)
        -> [UInt8]
    {
        guard let text = String(bytes: bytes, encoding: encoding) else {
            throw UnreadableError(description: "expected \(what), found something else")
        }
        // The declaration names an encoding that the text no longer has.
        let start = text.firstIndex(of: "<") ?? text.startIndex
        guard text[start...].hasPrefix("<?xml"), let end = text.range(of: "?>") else {
            return Array(text.utf8)
        }
        return Array(text[end.upperBound...].utf8)
    }

    static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}
