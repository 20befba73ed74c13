import Foundation
import KCCWebServices
import ShopifyAPI
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// KCC's cloud, calling an installation's link over HTTP.
struct KCC: Sendable {
    private let base: String
    private let curl: CurlLoop
    private let credentials: String
    /// Where the link listens, on loopback.
    let port: Int

    /// Calls the link of an installation while it listens.
    ///
    /// - Parameter beforeAnswer: Runs when an upload is stored, before it is answered.
    static func calling(
        _ installation: Installation,
        user: String = "khaos",
        password: String = "correct-horse-battery",
        beforeAnswer: @escaping @Sendable () async -> Void = {},
        _ body: (KCC) async throws -> Void
    ) async throws {
        let curl = CurlLoop()
        let holder = installation.holder
        let settings = try #require(await holder.session.configuration.link)
        var place = settings
        place.place = .address(host: "127.0.0.1", port: 0)
        var ports = LinkDesk(sessions: holder, log: installation.log).ports(settings)
        let onNews = ports.onNews
        ports.onNews = {
            await onNews()
            await beforeAnswer()
        }
        let listener = LinkListener(place, ports: ports, socket: nil)
        let (places, found) = AsyncStream<Int>.makeStream()
        let serving = Task { try await listener.run { found.yield($0) } }
        var waiting = places.makeAsyncIterator()
        let port = try #require(await waiting.next())
        let kcc = KCC(
            base: "http://127.0.0.1:\(port)\(URL(string: settings.publicURL)?.path ?? "")",
            curl: curl,
            credentials: Data("\(user):\(password)".utf8).base64EncodedString(),
            port: port
        )
        do {
            try await body(kcc)
        } catch {
            serving.cancel()
            _ = await serving.result
            await curl.stop()
            throw error
        }
        serving.cancel()
        _ = await serving.result
        await curl.stop()
    }

    /// Works with an installation of one shop, and with KCC calling it.
    ///
    /// - Parameter text: The configuration; one channel `web` with a link where none is given.
    static func linked(
        _ text: String = ConfigurationText.linked,
        _ body: (Installation, TestShop, KCC) async throws -> Void
    ) async throws {
        let now = ManualNow()
        let shop = TestShop(now)
        try await Installation.run(text, shops: [ConfigurationText.host: shop], now: now) { daemon in
            try await calling(daemon) { try await body(daemon, shop, $0) }
        }
    }

    /// What an answer to a request for orders holds.
    struct Page: Sendable, Equatable {
        var status: Int
        var position: String?
        /// The orders' associated refs, as served.
        var refs: [String]
        var body: String
    }

    /// Asks for a channel's orders.
    func orders(_ channel: String = "web", from position: String? = nil, ids: String? = nil) async throws
        -> Page
    {
        var headers: [HTTPHeader] = []
        if let position { headers.append(HTTPHeader("Sirion-Continuation", position)) }
        if let ids { headers.append(HTTPHeader("SpecificIDs", ids)) }
        let answer = try await call("\(channel)/orders", headers: headers)
        let body = String(decoding: answer.body, as: UTF8.self)
        return Page(
            status: answer.status,
            position: answer.header("Sirion-Continuation"),
            refs: body.matches(of: /"AssociatedRef":"([^"]*)"/).map { String($0.1) },
            body: body
        )
    }

    /// Reports a level of each SKU at a site; the status of the answer.
    @discardableResult
    func stock(_ levels: [(sku: String, level: Int)], site: Int = 1, to channel: String = "web") async throws
        -> Int
    {
        try await post(Self.stockBody(levels, site: site), to: "\(channel)/stock")
    }

    /// The body of such a report.
    static func stockBody(_ levels: [(sku: String, level: Int)], site: Int = 1) -> String {
        let rows = levels.map {
            #"{"StockCode":"\#($0.sku)","StockID":"\#($0.sku.lowercased())","SiteID":\#(site),"Levels":{"Available":\#($0.level).0,"OnOrder":0}}"#
        }
        return #"{"Statuses":[\#(rows.joined(separator: ","))]}"#
    }

    /// Reports the status of an order.
    @discardableResult
    func status(
        of ref: String,
        _ status: String = "Received",
        shipments: String = "[]",
        to channel: String = "web"
    ) async throws -> Int {
        try await post(
            #"{"Statuses":[{"OrderCode":"SO-\#(ref)","OrderID":"\#(ref)","Status":"\#(status)","AssociatedRef":"\#(ref)","Shipments":\#(shipments)}]}"#,
            to: "\(channel)/statuses"
        )
    }

    @discardableResult
    func post(_ body: String, to path: String) async throws -> Int {
        try await call(path, method: "POST", body: Data(body.utf8)).status
    }

    /// The `Authorization` header's value.
    var authorization: String { "Basic \(credentials)" }

    func call(_ path: String, method: String = "GET", headers: [HTTPHeader] = [], body: Data? = nil)
        async throws -> HTTPAnswer
    {
        try await curl.send(
            HTTPRequest(
                url: "\(base)/\(path)",
                method: method,
                headers: headers + [HTTPHeader("Authorization", authorization)],
                body: body
            )
        )
    }
}
