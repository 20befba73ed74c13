import HTTPTypes
import Hummingbird
import NIOCore

/// What a request is answered with.
struct LinkAnswer: Sendable {
    var status: HTTPResponse.Status
    var type = "text/plain; charset=utf-8"
    var fields: [(HTTPField.Name, String)] = []
    var body: [UInt8] = []

    /// A sentence.
    init(_ status: HTTPResponse.Status, _ sentence: String) {
        self.status = status
        body = Array((sentence + "\n").utf8)
    }

    init(_ body: [UInt8], type: String) {
        status = .ok
        self.type = type
        self.body = body
    }

    var head: HTTPResponse {
        var head = HTTPResponse(status: status)
        head.headerFields[.contentType] = type
        head.headerFields[.contentLength] = String(body.count)
        head.headerFields[.cacheControl] = "no-store"
        for (name, value) in fields { head.headerFields[name] = value }
        return head
    }
}
