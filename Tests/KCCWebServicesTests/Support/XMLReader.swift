import Foundation
import FoundationXML

/// An element as an independent parser reads it.
final class XMLNode: Equatable {
    let name: String
    let attributes: [String: String]
    fileprivate(set) var text = ""
    fileprivate(set) var children: [XMLNode] = []

    fileprivate init(_ name: String, _ attributes: [String: String]) {
        self.name = name
        self.attributes = attributes
    }

    subscript(name: String) -> XMLNode? { children.first { $0.name == name } }

    static func == (left: XMLNode, right: XMLNode) -> Bool {
        left.name == right.name && left.attributes == right.attributes && left.text == right.text
            && left.children == right.children
    }
}

/// Reads a document, or throws where it is not well-formed.
final class XMLReader: NSObject, XMLParserDelegate {
    private var open: [XMLNode] = []
    private var root: XMLNode?

    static func read(_ bytes: [UInt8]) throws -> XMLNode {
        let reader = XMLReader()
        let parser = XMLParser(data: Data(bytes))
        parser.delegate = reader
        guard parser.parse(), let root = reader.root else {
            throw parser.parserError ?? CocoaError(.fileReadCorruptFile)
        }
        return root
    }

    func parser(
        _ parser: XMLParser,
        didStartElement name: String,
        namespaceURI: String?,
        qualifiedName: String?,
        attributes: [String: String]
    ) {
        let node = XMLNode(name, attributes)
        open.last?.children.append(node)
        open.append(node)
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        open.last?.text += string
    }

    func parser(
        _ parser: XMLParser,
        didEndElement name: String,
        namespaceURI: String?,
        qualifiedName: String?
    ) {
        root = open.popLast()
    }
}
