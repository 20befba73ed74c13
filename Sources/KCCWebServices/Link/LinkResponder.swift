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
    private let gate: LinkGate
    private let intake = BodyIntake()
    private let turns = PageTurns()

    init(_ ports: LinkPorts) {
        self.ports = ports
        gate = LinkGate(log: ports.log, now: ports.now)
    }

    /// What is to be done with a request.
    private enum Plan {
        case answer(LinkAnswer)
        case serve(OrdersEndpoint)
        case take(UploadEndpoint)
    }

    @concurrent
    func respond(to request: Request, _ writer: consuming ResponseWriter, on channel: any Channel)
        async throws
    {
        let arrived = ports.now()
        let caller = Caller(peer: channel.remoteAddress, headers: request.headers)
        switch await plan(request, caller) {
        case .answer(let answer):
            try await write(answer, request, writer)
        case .serve(let endpoint):
            let name = endpoint.channel.name
            guard turns.begin(name) else { return try await write(PageTurns.refusal, request, writer) }
            defer { turns.end(name) }
            try await write(await orders(endpoint, request), request, writer)
            // Until it is read it takes up memory.
            _ = try? await DeliveryHandler.hasDelivered(on: channel)
        case .take(let endpoint):
            let arrival = ports.store.arrive(at: arrived)
            if request.headers[.expect]?.lowercased() == "100-continue" {
                try await writer.writeInformationalHead(HTTPResponse(status: .continue))
            }
            var digest = ""
            let answer = try await intake.withBody(of: request) { body in
                // With the length an accident cannot make two bodies alike, and only KCC could do it on purpose.
                digest = String(body.withUnsafeBytes { StableHash.of($0) }, radix: 16) + "-\(body.count)"
                return await endpoint.take(body, digest: digest, arrival: arrival)
            }
            try await write(answer, request, writer)
            // What KCC did not wait for it sends again.
            if answer.status == .ok, try await DeliveryHandler.hasDelivered(on: channel) {
                ports.store.delivered(digest, channel: endpoint.channel.name)
                // At once: if the process ended before, a new report of the same content would count as this one. Where the
                // store is in trouble it is tried again later.
                try? await ports.store.settleDeliveries()
            }
        }
    }

    @concurrent
    private func write(_ answer: LinkAnswer, _ request: Request, _ writer: consuming ResponseWriter)
        async throws
    {
        guard request.method != .head else { return try await writer.writeResponse(answer.head) }
        try await writer.write(response: answer.head, body: ResponseBody(byteBuffer: answer.body))
    }

    private func plan(_ request: Request, _ caller: Caller) async -> Plan {
        let path = request.head.path.map { $0.prefix { $0 != "?" && $0 != "#" } } ?? ""
        let settings = await ports.settings()
        if let leaf = PageEndpoint.Leaf(rawValue: String(path)) {
            let endpoint = PageEndpoint(pages: ports.pages, gate: gate)
            return .answer(await endpoint.answer(leaf, settings, request, caller))
        }
        let parts = path.dropFirst(settings.path.count)
            .split(separator: "/", omittingEmptySubsequences: false)
        guard path.hasPrefix(settings.path + "/"), parts.count == 3, parts[0].isEmpty,
            let leaf = Leaf(rawValue: String(parts[2]))
        else { return .answer(.nothingHere) }
        switch await ports.side(String(parts[1])) {
        case .channel(let channel, let zone):
            return await plan(leaf, channel, zone, settings, request, caller)
        case .unsettled:
            return .answer(.later("not now; the daemon's status says why"))
        case .nobody:
            return .answer(.nothingHere)
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

        var methods: [HTTPRequest.Method] {
            switch self {
            case .jsonConfiguration, .xmlConfiguration: [.get, .head]
            // A look at the head alone must not take up what the position proves.
            case .orders: [.get]
            case .statuses, .stock, .items: [.post]
            }
        }
    }

    private func plan(
        _ leaf: Leaf,
        _ channel: LinkedChannel,
        _ zone: TimeZone,
        _ settings: LinkSettings,
        _ request: Request,
        _ caller: Caller
    ) async -> Plan {
        if let refusal = await gate.refusal(request, caller, .channel(channel)) { return .answer(refusal) }
        guard leaf.methods.contains(request.method) else {
            return .answer(.wrongMethod(allowed: leaf.methods))
        }
        switch leaf {
        case .jsonConfiguration:
            return .answer(document(of: channel, settings, .json))
        case .xmlConfiguration:
            return .answer(document(of: channel, settings, .xml))
        case .orders:
            return .serve(OrdersEndpoint(ports: ports, settings: settings, channel: channel, zone: zone))
        case .statuses: return take(.statuses, channel, zone, request)
        case .stock: return take(.stock, channel, zone, request)
        case .items: return take(.items, channel, zone, request)
        }
    }

    private func take(
        _ kind: UploadEndpoint.Kind,
        _ channel: LinkedChannel,
        _ zone: TimeZone,
        _ request: Request
    ) -> Plan {
        if let refusal = intake.refusal(request) { return .answer(refusal) }
        return .take(UploadEndpoint(ports: ports, channel: channel, zone: zone, kind: kind))
    }

    private func document(of channel: LinkedChannel, _ settings: LinkSettings, _ format: WireFormat)
        -> LinkAnswer
    {
        LinkAnswer(
            EndpointDocument.text(settings, channel: channel.name, format: format),
            type: format.contentType
        )
    }

    private func orders(_ endpoint: OrdersEndpoint, _ request: Request) async -> LinkAnswer {
        do throws(StoreError) {
            return try await endpoint.answer(
                continuation: request.headers[.continuation],
                specificIDs: request.headers[.specificIDs]
            )
        } catch {
            if error.code != .cancelled {
                ports.record(
                    .error,
                    endpoint.channel,
                    "KCC cannot be served orders: \(error)",
                    .databaseTrouble
                )
            }
            return .later("orders cannot be served now; please ask again")
        }
    }
}
