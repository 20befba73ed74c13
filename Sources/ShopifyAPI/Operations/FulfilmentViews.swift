import Foundation
package import SyncEngine

/// The view of orders at push time, made from Shopify's answer.
extension ShopifyShop {
    /// Pages of lines or fulfilment orders that are read of one order; what is more is cut.
    static var mostViewPages: Int { 10 }

    package func fulfilments(of orders: [ShopifyID]) async throws(ShopError) -> [FulfilmentReading] {
        let what =
            orders.count == 1
            ? "reading an order's fulfilments" : "reading the fulfilments of \(orders.count) orders"
        let reply = try await views(of: orders, what)
        guard reply.data.nodes.count == orders.count else {
            throw ShopError(
                .unexpectedShape,
                .retry(after: nil),
                "\(what): expected as many entries in nodes, found \(reply.data.nodes.count)"
            )
        }
        var readings: [FulfilmentReading] = []
        for (index, node) in reply.data.nodes.enumerated() {
            if let failure = reply.failures[index] {
                readings.append(.failed(failure))
                continue
            }
            switch node {
            case .missing: readings.append(.missing)
            case .unreadable(let problem):
                readings.append(
                    .failed(
                        ShopError(
                            .unexpectedShape,
                            .retry(after: nil),
                            "reading an order's fulfilments: unexpected shape: \(problem)"
                        )
                    )
                )
            case .order(let order):
                if let withheld = reply.withheld.first(where: { $0.index == index }) {
                    readings.append(.failed(self.withheld(withheld, what)))
                    continue
                }
                do throws(ShopError) {
                    readings.append(try await completed(order))
                } catch {
                    guard error.code == .scopeMissing else { throw error }
                    readings.append(.failed(error))
                }
            }
        }
        return readings
    }

    /// - Parameters:
    ///   - linesAfter: Where the page of lines before ended.
    ///   - partsAfter: Where the page of fulfilment orders before ended.
    private func views(
        of orders: [ShopifyID],
        linesAfter: String? = nil,
        partsAfter: String? = nil,
        _ what: String
    ) async throws(ShopError) -> Reply<FulfilmentViewAnswer> {
        let reply = try await ask(
            .fulfilmentView,
            FulfilmentViewVariables(ids: orders, linesAfter: linesAfter, partsAfter: partsAfter),
            as: FulfilmentViewAnswer.self,
            importance: .fulfilment,
            what: what
        )
        return reply
    }

    /// Why an order is of no use of which Shopify withholds a field.
    private func withheld(_ withheld: Withheld, _ what: String) -> ShopError {
        ShopError(
            .scopeMissing,
            .pause,
            "\(what): Shopify withholds \(withheld.path)",
            remedy: granted.current.missingForHiddenUnits.map { "add \($0) to the app and reinstall it" }
                ?? "check the permissions of the user who installed the app, then reinstall it"
        )
    }

    /// The order with what its first page left out; one that changes meanwhile fails alone.
    private func completed(_ first: WireFulfilments) async throws(ShopError) -> FulfilmentReading {
        let what = "reading an order's fulfilments"
        var lines = first.lineItems.nodes
        var parts = first.fulfillmentOrders.nodes
        var cuts: Set<FulfilmentView.List> = []
        var (linesAfter, partsAfter) = (
            first.lineItems.pageInfo.endCursor, first.fulfillmentOrders.pageInfo.endCursor
        )
        var (hasLines, hasParts) = (
            first.lineItems.pageInfo.hasNextPage, first.fulfillmentOrders.pageInfo.hasNextPage
        )
        var pages = 1
        while hasLines || hasParts {
            guard pages < Self.mostViewPages else {
                if hasLines { cuts.insert(.lines) }
                if hasParts { cuts.insert(.parts) }
                break
            }
            pages += 1
            // A list that has ended gives an empty page behind its last cursor.
            let reply = try await views(of: [first.id], linesAfter: linesAfter, partsAfter: partsAfter, what)
            if let failure = reply.failures[0] { return .failed(failure) }
            if let withheld = reply.withheld.first { return .failed(self.withheld(withheld, what)) }
            guard case .order(let more)? = reply.data.nodes.first else { return .failed(Self.changing(what)) }
            if hasLines {
                lines += more.lineItems.nodes
                linesAfter = try more.lineItems.pageInfo.next(after: linesAfter, what) ?? linesAfter
                hasLines = more.lineItems.pageInfo.hasNextPage
            }
            if hasParts {
                parts += more.fulfillmentOrders.nodes
                partsAfter = try more.fulfillmentOrders.pageInfo.next(after: partsAfter, what) ?? partsAfter
                hasParts = more.fulfillmentOrders.pageInfo.hasNextPage
            }
        }
        var view = FulfilmentView(cancelled: first.cancelledAt != nil, lines: lines.map(\.line), parts: [])
        for wire in parts {
            guard let part = try await completed(wire, what) else { return .failed(Self.changing(what)) }
            view.parts.append(part)
        }
        for wire in first.fulfillments {
            guard let sent = try await completed(wire, what) else { return .failed(Self.changing(what)) }
            view.sent.append(sent)
        }
        view.sentCount = first.fulfillmentsCount?.count
        // Without a count a list of the longest length may be cut.
        if view.sentCount.map({ $0 > view.sent.count }) ?? (view.sent.count >= 250) { cuts.insert(.sent) }
        view.cuts = cuts
        return .view(view)
    }

    /// A fulfilment order with all its lines; nil where it is gone meanwhile.
    private func completed(_ wire: WireFulfilments.Part, _ what: String) async throws(ShopError)
        -> FulfilmentView.Part?
    {
        var part = wire.part
        var after = try wire.lineItems.pageInfo.next(after: nil, what)
        while let cursor = after {
            let reply = try await ask(
                .fulfilmentViewLines,
                FulfilmentLinesVariables(id: wire.id, after: cursor),
                as: FulfilmentViewLinesAnswer.self,
                importance: .fulfilment,
                what: what
            )
            guard let page = reply.data.fulfillmentOrder?.lineItems else { return nil }
            part.lines += page.nodes.map(\.line)
            after = try page.pageInfo.next(after: cursor, what)
        }
        return part
    }

    /// A fulfilment with all its lines; nil where it is gone meanwhile.
    private func completed(_ wire: WireFulfilments.Sent, _ what: String) async throws(ShopError)
        -> FulfilmentView.Sent?
    {
        var wire = wire
        var after = try wire.fulfillmentLineItems.pageInfo.next(after: nil, what)
        while let cursor = after {
            let reply = try await ask(
                .fulfilmentViewSent,
                FulfilmentLinesVariables(id: wire.id, after: cursor),
                as: FulfilmentViewSentAnswer.self,
                importance: .fulfilment,
                what: what
            )
            guard let page = reply.data.fulfillment?.fulfillmentLineItems else { return nil }
            wire.fulfillmentLineItems.nodes += page.nodes
            after = try page.pageInfo.next(after: cursor, what)
        }
        return wire.sent
    }

    private static func changing(_ what: String) -> ShopError {
        ShopError(.incomplete, .retry(after: nil), "\(what): the order changes while it is read")
    }
}

// MARK: Variables

private struct FulfilmentViewVariables: Encodable, Sendable {
    var ids: [ShopifyID]
    var linesAfter: String?
    var partsAfter: String?
}

private struct FulfilmentLinesVariables: Encodable, Sendable {
    var id: ShopifyID
    var after: String
}
