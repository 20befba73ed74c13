import Foundation
import FoundationXML

/// Turns KCC's XML into the JSON that it would have sent, so that one set of readers serves both.
///
/// An element without children is a text, one with children or attributes an object, and one that the contract has as a list
/// an array of its children, whatever those are called. An object's own text is its `Name`: so KCC writes couriers. libxml2
/// parses; a document type is refused before it sees one, and with it every entity that is not built in.
final class XMLToJSON: NSObject, XMLParserDelegate {
    /// Elements that the contract has as lists.
    private static let lists: Set = ["Statuses", "Shipments", "Items", "Packages", "Barcodes", "Deleted"]
    /// Deeper than anything of KCC's.
    private static let deepest = 32

    private struct Element {
        var name: String
        var attributes: [(name: String, value: String)]
        var text = ""
        /// Whether its bracket has been written.
        var isOpen = false
        var isEmpty = true
        /// `xsi:nil`: there is no value, whatever stands in it.
        var isNil = false
    }

    private let root: String
    private var stack: [Element] = []
    private var json: [UInt8] = []
    private var problem: String?

    private init(root: String) {
        self.root = root
    }

    /// The JSON of an XML document.
    ///
    /// - Parameters:
    ///   - bytes: Valid UTF-8.
    ///   - root: What its root element must be called.
    static func convert(_ bytes: [UInt8], root: String) throws(UnreadableError) -> [UInt8] {
        try checkProlog(bytes)
        let converter = XMLToJSON(root: root)
        let parser = XMLParser(data: Data(bytes))
        parser.shouldResolveExternalEntities = false
        parser.delegate = converter
        guard parser.parse(), parser.parserError == nil, converter.problem == nil, !converter.json.isEmpty
        else {
            let found = converter.problem ?? "an error in line \(parser.lineNumber)"
            throw UnreadableError(description: "expected XML with the root \(root), found \(found)")
        }
        return converter.json
    }

    // MARK: The prolog

    /// Allows what may stand before the root element, but no document type: it is what entities are declared in.
    private static func checkProlog(_ bytes: [UInt8]) throws(UnreadableError) {
        var rest = bytes[...].drop(while: ReceivedBody.isBlank)
        while true {
            let end: [UInt8]
            if rest.starts(with: Array("<?".utf8)) {
                end = Array("?>".utf8)
            } else if rest.starts(with: Array("<!--".utf8)) {
                end = Array("-->".utf8)
            } else if rest.starts(with: Array("<!".utf8)) {
                throw UnreadableError(description: "expected XML without a document type, found one")
            } else {
                return
            }
            guard let close = rest.firstRange(of: end) else {
                throw UnreadableError(description: "expected XML, found a prolog without an end")
            }
            rest = rest[close.upperBound...].drop(while: ReceivedBody.isBlank)
        }
    }

    // MARK: XMLParserDelegate

    func parser(
        _ parser: XMLParser,
        didStartElement name: String,
        namespaceURI: String?,
        qualifiedName: String?,
        attributes: [String: String]
    ) {
        guard stack.count < Self.deepest else {
            return abort(parser, "elements nested deeper than \(Self.deepest)")
        }
        if stack.isEmpty, name != root { return abort(parser, "another root") }
        if let parent = stack.indices.last { open(parent) }
        let kept = attributes.filter { !$0.key.hasPrefix("xmlns") && !$0.key.hasPrefix("xsi:") }
        separate(name)
        var element = Element(
            name: name,
            attributes: kept.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        )
        element.isNil = attributes["xsi:nil"]?.lowercased() == "true"
        stack.append(element)
        if stack.count == 1 { open(0) }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        guard let last = stack.indices.last else { return }
        stack[last].text += string
    }

    func parser(_ parser: XMLParser, foundCDATA block: Data) {
        guard let last = stack.indices.last else { return }
        stack[last].text += String(decoding: block, as: UTF8.self)
    }

    func parser(
        _ parser: XMLParser,
        didEndElement name: String,
        namespaceURI: String?,
        qualifiedName: String?
    ) {
        guard var element = stack.popLast() else { return }
        let text = element.text.trimmingCharacters(in: .whitespacesAndNewlines)
        let isList = Self.lists.contains(element.name)
        if !element.isOpen {
            if element.isNil { return json.append(contentsOf: "null".utf8) }
            if isList, element.attributes.isEmpty, text.isEmpty { return json.append(contentsOf: "[]".utf8) }
            if element.attributes.isEmpty { return write(text) }
            stack.append(element)
            open(stack.count - 1)
            element = stack.removeLast()
        }
        if !isList, !text.isEmpty, !element.attributes.contains(where: { $0.name == "Name" }) {
            if !element.isEmpty { json.append(UInt8(ascii: ",")) }
            write("Name")
            json.append(UInt8(ascii: ":"))
            write(text)
        }
        json.append(UInt8(ascii: isList ? "]" : "}"))
    }

    // MARK: Writing

    private func abort(_ parser: XMLParser, _ found: String) {
        problem = problem ?? found
        parser.abortParsing()
    }

    /// Writes an element's bracket and attributes, now that it is known to have something in it.
    private func open(_ index: Int) {
        guard !stack[index].isOpen else { return }
        stack[index].isOpen = true
        guard !Self.lists.contains(stack[index].name) else { return json.append(UInt8(ascii: "[")) }
        json.append(UInt8(ascii: "{"))
        for attribute in stack[index].attributes {
            if !stack[index].isEmpty { json.append(UInt8(ascii: ",")) }
            stack[index].isEmpty = false
            write(attribute.name)
            json.append(UInt8(ascii: ":"))
            write(attribute.value)
        }
    }

    /// Writes what stands before a child's value.
    private func separate(_ name: String) {
        guard let parent = stack.indices.last else { return }
        if !stack[parent].isEmpty { json.append(UInt8(ascii: ",")) }
        stack[parent].isEmpty = false
        guard !Self.lists.contains(stack[parent].name) else { return }
        write(name)
        json.append(UInt8(ascii: ":"))
    }

    private func write(_ text: String) {
        json.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): json += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                json.append(contentsOf: "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
            default: json.append(byte)
            }
        }
        json.append(UInt8(ascii: "\""))
    }
}
