import CExpat
import Foundation

/// Turns KCC's XML into the JSON that it would have sent, so that one set of readers serves both.
///
/// An element without children is a text, one with children or attributes an object, and one that the contract has as a list
/// an array of its children, whatever those are called. An object's own text is its `Name`: so KCC writes couriers. What KCC
/// never sends is rejected where it begins: document types, and with them every entity that is not built in, and processing
/// instructions.
struct XMLToJSON {
    /// Elements that the contract has as lists.
    private static let lists: Set = ["Statuses", "Shipments", "Items", "Packages", "Barcodes", "Deleted"]
    /// Deeper than anything of KCC's.
    static let deepest = 32
    /// More than any element of KCC's has.
    static let mostAttributes = 32

    private struct Element {
        var name: String
        var attributes: [XMLEvents.Attribute]
        var text: [UInt8] = []
        /// Whether its bracket has been written.
        var isOpen = false
        var isEmpty = true
        /// `xsi:nil`: there is no value, whatever stands in it.
        var isNil = false
        var isList: Bool { XMLToJSON.lists.contains(name) }
    }

    private let root: String
    private var stack: [Element] = []
    private var json: [UInt8] = []

    /// The JSON of an XML document.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8, whatever the XML declaration says.
    ///   - root: What its root element must be called.
    static func convert(_ bytes: [UInt8], root: String) throws(UnreadableError) -> [UInt8] {
        var converter = XMLToJSON(root: root)
        do throws(XMLProblem) {
            try XMLEvents.read(bytes) { event throws(XMLProblem) in try converter.take(event) }
        } catch {
            throw UnreadableError(description: "expected XML with the root \(root), found \(error.found)")
        }
        return converter.json
    }

    private init(root: String) {
        self.root = root
    }

    // MARK: Events

    private mutating func take(_ event: XMLEvents.Event) throws(XMLProblem) {
        switch event {
        case .start(let name, let attributes): try start(name, attributes)
        case .text(let text):
            guard let last = stack.indices.last else { return }
            stack[last].text += text
        case .end: end()
        }
    }

    private mutating func start(_ name: String, _ attributes: [XMLEvents.Attribute]) throws(XMLProblem) {
        guard stack.count < Self.deepest else {
            throw XMLProblem(found: "elements nested deeper than \(Self.deepest)")
        }
        guard attributes.count <= Self.mostAttributes else {
            throw XMLProblem(found: "an element with more than \(Self.mostAttributes) attributes")
        }
        if stack.isEmpty, name != root { throw XMLProblem(found: "another root") }
        if let parent = stack.indices.last { open(parent) }
        separate(name)
        let kept = attributes.filter { !$0.name.hasPrefix("xmlns") && !$0.name.hasPrefix("xsi:") }
        var element = Element(name: name, attributes: kept.sorted { $0.name < $1.name })
        element.isNil = attributes.contains { $0.name == "xsi:nil" && $0.value.lowercased() == "true" }
        stack.append(element)
        if stack.count == 1 { open(0) }
    }

    private mutating func end() {
        guard let last = stack.indices.last else { return }
        let text = String(decoding: stack[last].text, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        if !stack[last].isOpen {
            let element = stack[last]
            if let whole = whole(element, text) {
                stack.removeLast()
                return json.append(contentsOf: whole)
            }
            open(last)
        }
        let element = stack.removeLast()
        if !element.isList, !text.isEmpty, !element.attributes.contains(where: { $0.name == "Name" }) {
            if !element.isEmpty { json.append(UInt8(ascii: ",")) }
            json += Self.quoted("Name") + [UInt8(ascii: ":")] + Self.quoted(text)
        }
        json.append(UInt8(ascii: element.isList ? "]" : "}"))
    }

    // MARK: Writing

    /// The value of an element that has nothing but a text, if that.
    private func whole(_ element: Element, _ text: String) -> [UInt8]? {
        if element.isNil { return Array("null".utf8) }
        guard element.attributes.isEmpty else { return nil }
        return element.isList && text.isEmpty ? Array("[]".utf8) : Self.quoted(text)
    }

    /// Writes an element's bracket and attributes, now that it is known to have something in it.
    private mutating func open(_ index: Int) {
        guard !stack[index].isOpen else { return }
        stack[index].isOpen = true
        guard !stack[index].isList else { return json.append(UInt8(ascii: "[")) }
        json.append(UInt8(ascii: "{"))
        for attribute in stack[index].attributes {
            if !stack[index].isEmpty { json.append(UInt8(ascii: ",")) }
            stack[index].isEmpty = false
            json += Self.quoted(attribute.name) + [UInt8(ascii: ":")] + Self.quoted(attribute.value)
        }
    }

    /// Writes what stands before a child's value.
    private mutating func separate(_ name: String) {
        guard let parent = stack.indices.last else { return }
        if !stack[parent].isEmpty { json.append(UInt8(ascii: ",")) }
        stack[parent].isEmpty = false
        guard !stack[parent].isList else { return }
        json += Self.quoted(name) + [UInt8(ascii: ":")]
    }

    private static func quoted(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                bytes += Array("\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
        return bytes
    }
}
