/// The forms that KCC reads and writes, by the words of its contract.
package enum WireFormat: String, Sendable, CaseIterable {
    case json = "JSON"
    case xml = "XML"

    var contentType: String {
        switch self {
        case .json: "application/json; charset=utf-8"
        case .xml: "application/xml; charset=utf-8"
        }
    }
}
