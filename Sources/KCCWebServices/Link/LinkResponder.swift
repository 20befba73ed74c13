import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import SyncEngine

/// Answers one request after another: who may ask, for what, and which part of the module does it.
///
/// Paths are compared byte for byte as they came. Nothing is decoded or put together, so no way of writing a path leads
/// anywhere else.
struct LinkResponder: Sendable {
    private let ports: LinkPorts
    private let limiter = GuessLimiter()
    private let late = LateBodies()
    /// Bodies of more than a mebibyte that are being read or taken.
    private let large = Locked(0)

    /// KCC's first upload of a catalogue has tens of megabytes.
    static let largestBody = 32 << 20
    private static let largeBody = 1 << 20
    private static let mostLarge = 2

    init(_ ports: LinkPorts) {
        self.ports = ports
    }

    /// What is to be done with a request.
    private enum Plan {
        case answer(LinkAnswer)
        case take(UploadEndpoint)
    }

    @concurrent
    func respond(to request: Request, _ writer: consuming ResponseWriter, peer: SocketAddress?) async throws {
        let arrived = ports.now()
        let caller = Caller(peer: peer, headers: request.headers)
        switch await plan(request, caller) {
        case .answer(let answer):
            try await write(answer, request, writer)
        case .take(let endpoint):
            if request.headers[.expect]?.lowercased() == "100-continue" {
                try await writer.writeInformationalHead(HTTPResponse(status: .continue))
            }
            guard let body = try await body(of: request) else {
                let words = "expected a body of at most \(Self.largestBody >> 20) MiB, found a larger one"
                return try await write(LinkAnswer(.contentTooLarge, words), request, writer)
            }
            defer { release(body) }
            let digest = BodyDigest.text(body)
            let answer = await endpoint.take(body, digest: digest, arrived: arrived)
            try await write(answer, request, writer)
            // Thrown before where KCC did not wait for it.
            if answer.status == .ok { ports.store.delivered(digest, channel: endpoint.channel.name) }
        }
    }

    @concurrent
    private func write(_ answer: LinkAnswer, _ request: Request, _ writer: consuming ResponseWriter)
        async throws
    {
        guard request.method != .head else { return try await writer.writeResponse(answer.head) }
        let body = ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body))
        try await writer.write(response: answer.head, body: body)
    }

    // MARK: Who asks for what

    private func plan(_ request: Request, _ caller: Caller) async -> Plan {
        let path = request.head.path.map { $0.prefix { $0 != "?" && $0 != "#" } } ?? ""
        let settings = await ports.settings()
        switch path {
        case "/", "/metrics", "/healthz":
            return .answer(await page(String(path), settings, request, caller))
        default:
            let parts = path.dropFirst(settings.path.count)
                .split(separator: "/", omittingEmptySubsequences: false)
            guard path.hasPrefix(settings.path + "/"), parts.count == 3, parts[0].isEmpty,
                let leaf = Leaf(rawValue: String(parts[2])),
                let (channel, zone) = await ports.channel(String(parts[1]))
            else { return .answer(LinkAnswer(.notFound, "there is nothing at this address")) }
            return await plan(leaf, channel, zone, settings, request, caller)
        }
    }

    /// What lies below a channel's address.
    private enum Leaf: String {
        case jsonConfiguration = "config.json"
        case xmlConfiguration = "config.xml"
        case orders
        case statuses
        case stock
        case items

        var upload: UploadEndpoint.Kind? { UploadEndpoint.Kind(rawValue: rawValue) }
    }

    private func plan(
        _ leaf: Leaf,
        _ channel: LinkedChannel,
        _ zone: TimeZone,
        _ settings: LinkSettings,
        _ request: Request,
        _ caller: Caller
    ) async -> Plan {
        if let refusal = await refusal(request, caller, channel) { return .answer(refusal) }
        let methods: [HTTPRequest.Method] = leaf.upload == nil ? [.get, .head] : [.post]
        guard methods.contains(request.method) else { return .answer(Self.wrongMethod(methods)) }
        if let kind = leaf.upload {
            if let answer = tooLarge(request) { return .answer(answer) }
            return .take(UploadEndpoint(ports: ports, channel: channel, zone: zone, kind: kind, late: late))
        }
        switch leaf {
        case .jsonConfiguration, .xmlConfiguration:
            let format: WireFormat = leaf == .jsonConfiguration ? .json : .xml
            let text = EndpointDocument.text(settings, channel: channel.name, format: format)
            return .answer(LinkAnswer(text, type: format.contentType))
        default:
            return .answer(await orders(channel, zone, settings, request))
        }
    }

    private func orders(
        _ channel: LinkedChannel,
        _ zone: TimeZone,
        _ settings: LinkSettings,
        _ request: Request
    ) async -> LinkAnswer {
        // A look at the head alone must not take up what the position proves.
        guard request.method == .get else { return Self.wrongMethod([.get]) }
        do throws(StoreError) {
            return try await OrdersEndpoint(ports: ports, settings: settings, channel: channel, zone: zone)
                .answer(
                    continuation: request.headers[.continuation],
                    specificIDs: request.headers[.specificIDs]
                )
        } catch {
            if error.code != .cancelled {
                ports.log.record(
                    Event(
                        .error,
                        "\(channel.name): KCC cannot be served orders: \(error)",
                        kind: .databaseTrouble,
                        fields: [.channel: channel.name]
                    )
                )
            }
            var answer = LinkAnswer(.serviceUnavailable, "orders cannot be served now; please ask again")
            answer.fields.append((.retryAfter, "30"))
            return answer
        }
    }

    private static func wrongMethod(_ methods: [HTTPRequest.Method]) -> LinkAnswer {
        let allowed = methods.map(\.rawValue).joined(separator: ", ")
        var answer = LinkAnswer(.methodNotAllowed, "this address takes \(allowed)")
        answer.fields.append((.allow, allowed))
        return answer
    }

    // MARK: Passwords

    /// The answer to whoever may not ask; nil for who may.
    private func refusal(_ request: Request, _ caller: Caller, _ channel: LinkedChannel) async -> LinkAnswer?
    {
        guard !limiter.isShutOut(caller.address, at: ports.now()) else { return Self.shutOut }
        let given = Credentials(request.headers[.authorization])
        if given.match(user: channel.kcc.username, password: channel.kcc.password) { return nil }
        return await challenge(given, caller, "channel \(channel.name)", realm: "kccsyncd \(channel.name)")
    }

    private func challenge(_ given: Credentials, _ caller: Caller, _ what: String, realm: String) async
        -> LinkAnswer
    {
        // Some programs send a password only when they are asked for one: that is no attack.
        if given != .missing {
            limiter.failed(caller.address, at: ports.now())
            let from =
                caller.address ?? "behind the proxy, which does not say whose they are (X-Forwarded-For)"
            ports.log.record(
                Event(
                    .warning,
                    "wrong user name or password for \(what) from \(from); if it is KCC, compare its channel screen with the configuration",
                    kind: .linkRefused
                )
            )
            guard await limiter.hold(for: .seconds(1)) else { return Self.shutOut }
        }
        var answer = LinkAnswer(.unauthorized, "expected the user name and password of \(what)")
        answer.fields.append((.wwwAuthenticate, "Basic realm=\"\(realm)\", charset=\"UTF-8\""))
        return answer
    }

    private static var shutOut: LinkAnswer {
        var answer = LinkAnswer(.tooManyRequests, "too many wrong passwords; ask again in a minute")
        answer.fields.append((.retryAfter, "60"))
        return answer
    }

    // MARK: Bodies

    /// Refuses a body before it is sent, where its size is told.
    private func tooLarge(_ request: Request) -> LinkAnswer? {
        guard let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Self.largestBody
        else {
            return nil
        }
        return LinkAnswer(
            .contentTooLarge,
            "expected a body of at most \(Self.largestBody >> 20) MiB, found \(length) bytes"
        )
    }

    /// The whole body; nil where it is larger than what is taken.
    private func body(of request: Request) async throws -> [UInt8]? {
        var body: [UInt8] = []
        body.reserveCapacity(min(request.headers[.contentLength].flatMap { Int($0) } ?? 0, Self.largeBody))
        var isLarge = false
        do {
            for try await piece in request.body {
                body.append(contentsOf: piece.readableBytesView)
                if !isLarge, body.count > Self.largeBody {
                    // A catalogue comes in a few pieces, one after another: what comes beside it waits for its turn.
                    while !claim() { try await Task.sleep(for: .milliseconds(50)) }
                    isLarge = true
                }
                if body.count > Self.largestBody {
                    if isLarge { large.withLock { $0 -= 1 } }
                    return nil
                }
            }
        } catch {
            if isLarge { large.withLock { $0 -= 1 } }
            throw error
        }
        return body
    }

    private func claim() -> Bool {
        large.withLock { count in
            guard count < Self.mostLarge else { return false }
            count += 1
            return true
        }
    }

    private func release(_ body: [UInt8]) {
        if body.count > Self.largeBody { large.withLock { $0 -= 1 } }
    }

    // MARK: Pages for people

    private func page(
        _ path: String,
        _ settings: LinkSettings,
        _ request: Request,
        _ caller: Caller
    ) async -> LinkAnswer {
        guard [.get, .head].contains(request.method) else { return Self.wrongMethod([.get, .head]) }
        if path == "/healthz" {
            let (isWell, line) = await ports.pages.health()
            // Anybody may know that, and nothing else.
            return LinkAnswer(isWell ? .ok : .serviceUnavailable, line)
        }
        let isHere = caller.isLocal && Caller.isLocalHost(request.head.authority)
        if !isHere, let refusal = await pageRefusal(settings, request, caller) { return refusal }
        if path == "/metrics" {
            let text = await ports.pages.metrics()
            return LinkAnswer(
                Array(text.utf8),
                type: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            )
        }
        var answer = LinkAnswer(Array(await ports.pages.status().utf8), type: "text/html; charset=utf-8")
        answer.fields += [
            (
                .contentSecurityPolicy,
                "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
            ),
            (.xContentTypeOptions, "nosniff"), (.referrerPolicy, "no-referrer"),
        ]
        return answer
    }

    private func pageRefusal(_ settings: LinkSettings, _ request: Request, _ caller: Caller) async
        -> LinkAnswer?
    {
        guard let password = settings.statusPassword else {
            return LinkAnswer(.notFound, "there is nothing at this address")
        }
        guard !limiter.isShutOut(caller.address, at: ports.now()) else { return Self.shutOut }
        let given = Credentials(request.headers[.authorization])
        if given.match(user: Self.statusUser, password: password) { return nil }
        return await challenge(given, caller, "the status page", realm: "kccsyncd status")
    }

    /// Who looks at the status page through the proxy.
    static let statusUser = "status"
}

extension HTTPField.Name {
    fileprivate static var referrerPolicy: Self { Self("Referrer-Policy") ?? .date }
}

/// Tells bodies apart.
enum BodyDigest {
    /// FNV-1a over 128 bits in two halves of different beginnings, with the length: an accident cannot make two bodies alike, and
    /// only KCC, which has the password, could do it on purpose.
    static func text(_ body: [UInt8]) -> String {
        let prime: UInt64 = 0x0000_0100_0000_01b3
        var first: UInt64 = 0xcbf2_9ce4_8422_2325
        var second: UInt64 = 0x84222325_cbf29ce4
        for byte in body {
            first = (first ^ UInt64(byte)) &* prime
            second = (second &* prime) ^ UInt64(byte)
        }
        return String(first, radix: 16) + "-" + String(second, radix: 16) + "-" + String(body.count)
    }
}
