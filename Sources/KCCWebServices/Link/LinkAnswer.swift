import HTTPTypes
import Hummingbird
import NIOCore

/// What a request is answered with.
struct LinkAnswer: Sendable {
    var status: HTTPResponse.Status
    var type = "text/plain; charset=utf-8"
    var fields: [(HTTPField.Name, String)] = []
    var body = ByteBuffer()

    /// A sentence.
    init(_ status: HTTPResponse.Status, _ sentence: String) {
        self.status = status
        body = ByteBuffer(string: sentence + "\n")
    }

    init(_ body: [UInt8], type: String, status: HTTPResponse.Status = .ok) {
        self.status = status
        self.type = type
        self.body = ByteBuffer(bytes: body)
    }

    static let nothingHere = LinkAnswer(.notFound, "there is nothing at this address")

    /// What cannot be done now and can be later.
    static func later(_ sentence: String) -> LinkAnswer {
        var answer = LinkAnswer(.serviceUnavailable, sentence)
        answer.fields.append((.retryAfter, "30"))
        return answer
    }

    static func wrongMethod(allowed methods: [HTTPRequest.Method]) -> LinkAnswer {
        let allowed = methods.map(\.rawValue).joined(separator: ", ")
        var answer = LinkAnswer(.methodNotAllowed, "this address takes \(allowed)")
        answer.fields.append((.allow, allowed))
        return answer
    }

    var head: HTTPResponse {
        var head = HTTPResponse(status: status)
        head.headerFields[.contentType] = type
        head.headerFields[.contentLength] = String(body.readableBytes)
        head.headerFields[.cacheControl] = "no-store"
        for (name, value) in fields { head.headerFields[name] = value }
        return head
    }
}
