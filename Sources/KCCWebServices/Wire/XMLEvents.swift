import CExpat

/// Why an XML document cannot be read: what was found, without anything of its content.
struct XMLProblem: Error, Equatable {
    var found: String
}

/// Reads an XML document from a stranger, event by event, over expat.
///
/// expat is made for hostile input. It is given UTF-8 whatever the document declares, and a piece at a time, so that what is longer
/// than anything of KCC's is rejected before its end has come. See <https://libexpat.github.io/doc/api/latest/>.
final class XMLEvents {
    /// One attribute of an element.
    struct Attribute {
        var name: String
        var value: String
    }

    enum Event {
        case start(String, [Attribute])
        /// Some of an element's text, entities resolved; UTF-8.
        case text([UInt8])
        case end
    }

    /// Bytes of one tag or comment at most.
    ///
    /// expat begins an incomplete one again with each piece.
    static let longestTag = 64 << 10
    private static let piece = 16 << 10

    private let parser: XML_Parser
    private let take: (Event) throws(XMLProblem) -> Void
    private var problem: XMLProblem?

    /// Reads a whole document.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8, with or without an XML declaration.
    ///   - take: Throws to end the reading.
    static func read(_ bytes: [UInt8], _ take: (Event) throws(XMLProblem) -> Void) throws(XMLProblem) {
        guard let parser = XML_ParserCreate("UTF-8") else {
            throw XMLProblem(found: "no memory for an XML parser")
        }
        defer { XML_ParserFree(parser) }
        let result = withoutActuallyEscaping(take) { take in
            let events = XMLEvents(parser, take)
            events.listen()
            return Result { () throws(XMLProblem) in try events.feed(bytes) }
        }
        try result.get()
    }

    private init(_ parser: XML_Parser, _ take: @escaping (Event) throws(XMLProblem) -> Void) {
        self.parser = parser
        self.take = take
    }

    private func feed(_ bytes: [UInt8]) throws(XMLProblem) {
        var fed = 0
        while true {
            let end = min(fed + Self.piece, bytes.count)
            let status = bytes[fed..<end]
                .withUnsafeBytes { piece in
                    piece.withMemoryRebound(to: CChar.self) {
                        XML_Parse(parser, $0.baseAddress, CInt($0.count), end == bytes.count ? 1 : 0)
                    }
                }
            fed = end
            if let problem { throw problem }
            guard status == XML_STATUS_OK else {
                throw XMLProblem(found: "an error in line \(XML_GetCurrentLineNumber(parser))")
            }
            if fed == bytes.count { return }
            // expat has read up to the beginning of what is not complete yet.
            let waiting = fed - max(0, Int(XML_GetCurrentByteIndex(parser)))
            guard waiting <= Self.longestTag + Self.piece else {
                throw XMLProblem(
                    found:
                        "a tag or comment of more than \(Self.longestTag >> 10) KiB in line \(XML_GetCurrentLineNumber(parser))"
                )
            }
        }
    }

    // MARK: expat's callbacks

    private func listen() {
        XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        XML_SetElementHandler(
            parser,
            { context, name, attributes in
                guard let name, let events = XMLEvents.of(context) else { return }
                events.pass(.start(String(cString: name), XMLEvents.attributes(attributes)))
            },
            { context, _ in XMLEvents.of(context)?.pass(.end) }
        )
        XML_SetCharacterDataHandler(parser) { context, text, count in
            guard let text else { return }
            let bytes = UnsafeBufferPointer(start: text, count: Int(count)).map { UInt8(bitPattern: $0) }
            XMLEvents.of(context)?.pass(.text(bytes))
        }
        XML_SetProcessingInstructionHandler(parser) { context, _, _ in
            XMLEvents.of(context)?.stop(XMLProblem(found: "a processing instruction"))
        }
        XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in
            XMLEvents.of(context)?.stop(XMLProblem(found: "a document type"))
        }
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> XMLEvents? {
        context.map { Unmanaged<XMLEvents>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Names and values in turn, ended by null.
    private static func attributes(_ list: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?) -> [Attribute] {
        guard let list else { return [] }
        var found: [Attribute] = []
        var place = 0
        while let name = list[place], let value = list[place + 1] {
            found.append(Attribute(name: String(cString: name), value: String(cString: value)))
            place += 2
        }
        return found
    }

    private func pass(_ event: Event) {
        // expat may call once more after it was stopped.
        guard problem == nil else { return }
        do throws(XMLProblem) { try take(event) } catch { stop(error) }
    }

    private func stop(_ problem: XMLProblem) {
        self.problem = self.problem ?? problem
        XML_StopParser(parser, 0)
    }
}
