/// What became of a request for a fulfilment whose answer never came.
///
/// Asked once the request has certainly ended. Nothing is sent again unless it is certain that it was not executed.
struct FulfilmentReadback {
    let request: FulfilmentRequest
    /// The order's fulfilments before the request, of whatever status.
    let before: [ShopifyID]
    /// The request's lines before the request; nil where an older version wrote it down.
    let lines: [FulfilmentIntent.LineUnits]?
    let record: ShipmentRecord
    let view: FulfilmentView

    enum Finding: Equatable {
        /// The fulfilment that it made, which may have been cancelled since.
        case made(ShopifyID)
        /// It was not executed; why units are gone all the same, if they are.
        case nothing(String?)
        /// It may have been executed; in words.
        case doubtful(String)
    }

    var finding: Finding {
        if let made = new.first(where: isOurs) { return .made(made.id) }
        if view.cuts.contains(.sent), let cut = view.cutText { return .doubtful(cut) }
        // Nothing is sent of a cancelled order any more, and its units are no longer unfulfilled.
        guard let lines, !view.cancelled else { return .nothing(nil) }
        var gone: [String] = []
        for line in lines {
            guard let now = view.lines.first(where: { $0.id == line.line }) else {
                if let cut = view.cutText { return .doubtful(cut) }
                gone.append("a line is gone from the order")
                continue
            }
            let name = now.sku?.text ?? "line \(line.line.number)"
            let removed = (line.current ?? 0) - (now.current ?? 0)
            let byShipments = Self.units(of: line.line, in: later.filter { !new.contains($0) })
            let byOthers = Self.units(of: line.line, in: new)
            let unexplained = line.unfulfilled - now.unfulfilled - removed - byShipments - byOthers
            guard unexplained <= 0 else {
                return .doubtful("\(unexplained) of \(name) went, and Shopify shows no fulfilment of them")
            }
            if removed > 0 { gone.append("\(removed) of \(name) refunded or removed") }
            if byOthers > 0 { gone.append("\(byOthers) of \(name) fulfilled by somebody else") }
        }
        let moved = request.parts.contains { part in
            view.parts.first { $0.id == part.id }.map { $0.isClosed } ?? true
        }
        if moved, gone.isEmpty { gone.append("its fulfilment order was closed or moved") }
        return .nothing(gone.isEmpty ? nil : gone.joined(separator: "; "))
    }

    /// Units of a line in fulfilments that stand.
    private static func units(of line: ShopifyID, in sent: [FulfilmentView.Sent]) -> Int {
        sent.filter { $0.status == "SUCCESS" }.flatMap(\.lines).filter { $0.line == line }
            .reduce(0) { $0 + $1.quantity }
    }

    /// Fulfilments that were not there before, those of other shipments included.
    private var later: [FulfilmentView.Sent] { view.sent.filter { !before.contains($0.id) } }

    /// Those of them that are no shipment's yet, so that this one may have made them.
    private var new: [FulfilmentView.Sent] {
        later
            .filter { sent in
                !record.others.contains(sent.id)
                    && !record.fulfilments.contains { $0.id == sent.id }
            }
            // One that stands first: it may have been made again by hand after it was cancelled.
            .sorted { ($0.status == "SUCCESS" ? 0 : 1, $0.id) < ($1.status == "SUCCESS" ? 0 : 1, $1.id) }
    }

    private func isOurs(_ sent: FulfilmentView.Sent) -> Bool {
        let numbers = request.tracking?.numbers ?? []
        // A fulfilment has its numbers from the beginning: one without is not of a request that had some.
        guard numbers.isEmpty else { return sent.tracking.numbers.contains { numbers.contains($0) } }
        return sent.tracking.numbers.isEmpty && hasLines(sent)
    }

    private func hasLines(_ sent: FulfilmentView.Sent) -> Bool {
        request.lines.sorted { $0.line < $1.line } == sent.lines.sorted { $0.line < $1.line }
    }
}
