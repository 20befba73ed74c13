import Foundation

/// What is to be done about the SKUs that are due: decisions sorted by the request that they need.
struct StockPlan {
    /// A figure to be set, or a difference to be added.
    struct Row {
        var from: StockCase
        var row: StockBatch.Row
        /// What to offer, and when to look again once it is offered.
        var target: Int
        var nextLook: Date?
    }

    struct Read {
        var item: ShopifyID
        var view: StockView?
        var moved: Bool
    }

    struct Activation {
        var from: StockCase
        var item: ShopifyID
        var view: StockView
    }

    private let context: StockContext
    private let now: Date
    private(set) var outcome = StockOutcome()
    private(set) var sets: [Row] = []
    private(set) var adjustments: [Row] = []
    private(set) var reads: [Read] = []
    private(set) var activations: [Activation] = []

    init(_ context: StockContext, now: Date) {
        self.context = context
        self.now = now
    }

    mutating func mark(_ entry: StockCase, _ state: StockState, _ reason: String, dueAt: Date?) {
        outcome.marks.append(
            StockOutcome.Mark(
                sku: entry.sku,
                version: entry.version,
                state: state,
                reason: reason,
                dueAt: dueAt
            )
        )
    }

    /// Decides about a SKU that Shopify has.
    mutating func add(_ entry: StockCase) {
        guard let tracked = tracked(entry) else { return }
        var results: [(item: StockCase.Item, explanation: StockExplanation)] = []
        for item in tracked {
            // A level that is not there cannot be set; whether it is there now is seen by reading.
            if let view = item.view, view.origin != .unknown, view.quantity == nil {
                return notStocked(entry, item.id, view)
            }
            results.append((item, context.explanation(of: entry, item, now: now)))
        }
        sort(entry, results)
    }

    /// The items whose stock Shopify counts; nil where there is none.
    private mutating func tracked(_ entry: StockCase) -> [StockCase.Item]? {
        let tracked = entry.items.filter(\.tracked)
        guard tracked.isEmpty else { return tracked }
        let fresh = now.addingTimeInterval(-20 * 3600)
        let old = entry.items.filter { $0.seenAt < fresh }
        if old.isEmpty {
            mark(
                entry,
                .notTracked,
                "Shopify does not track its quantity",
                dueAt: now.addingTimeInterval(StockStep.day)
            )
        } else {
            reads += old.map { Read(item: $0.id, view: $0.view, moved: false) }
        }
        return nil
    }

    /// Stocks the item once; where that was of no use, or is not wanted, it is looked at again a day later.
    private mutating func notStocked(_ entry: StockCase, _ item: ShopifyID, _ view: StockView) {
        let activates = context.rules.activateItems
        let age = now.addingTimeInterval(context.signals.skew).timeIntervalSince(view.answeredAt)
        if activates, entry.state != .notStocked {
            activations.append(Activation(from: entry, item: item, view: view))
        } else if age > 20 * 3600 {
            reads.append(Read(item: item, view: view, moved: false))
            mark(entry, activates ? .waiting : .notStocked, entry.reason, dueAt: now)
        } else {
            let why =
                activates
                ? (entry.reason.isEmpty ? "it is not stocked at the channel's location" : entry.reason)
                : "it is not stocked at the channel's location, and activate_items is off"
            mark(entry, .notStocked, why, dueAt: now.addingTimeInterval(StockStep.day))
        }
    }

    private mutating func sort(
        _ entry: StockCase,
        _ results: [(item: StockCase.Item, explanation: StockExplanation)]
    ) {
        let newest = context.rules.counted(entry.levels).map(\.arrival).max()
        var mark = StockOutcome.Mark(
            sku: entry.sku,
            version: entry.version,
            state: results.count > 1 ? .duplicateSKU : .confirmed,
            reason: results.count > 1
                ? "\(results.count) variants carry the SKU: together they may sell more than there is" : "",
            dueAt: nil
        )
        var waits = false
        for (item, explanation) in results {
            if !explanation.levels.isEmpty { mark.target = explanation.target }
            let sent = newest.map { StockSent(arrival: $0, target: explanation.target) }
            mark.dueAt = [mark.dueAt, explanation.nextLook].compactMap(\.self).min()
            switch explanation.verdict {
            case .nothing(let why):
                if explanation.levels.isEmpty {
                    (mark.state, mark.reason) = (.notCounted, why)
                } else {
                    // Of several variants all have to offer it.
                    if !waits { mark.sent = sent }
                    mark.confirmed = item.view?.quantity
                    settle(item.view)
                }
            case .wait(let until, let why):
                waits = true
                if mark.state != .duplicateSKU { (mark.state, mark.reason) = (.waiting, why) }
                mark.sent = nil
                mark.dueAt = min(mark.dueAt ?? until, until)
            case .read(let why, let moved):
                waits = true
                if mark.state != .duplicateSKU { (mark.state, mark.reason) = (.waiting, why) }
                mark.sent = nil
                // A figure that was read just now is not read again at once.
                let again =
                    (item.view?.answeredAt).map { $0.addingTimeInterval(2 - context.signals.skew) } ?? now
                if item.view?.origin != .unknown, again > now {
                    mark.dueAt = min(mark.dueAt ?? again, again)
                } else {
                    reads.append(Read(item: item.id, view: item.view, moved: moved))
                    mark.dueAt = now
                }
            case .send(let target, let from):
                waits = true
                sets.append(row(entry, item.id, target, from: from, of: explanation, sent))
            case .adjust(let delta, _):
                waits = true
                adjustments.append(row(entry, item.id, delta, from: nil, of: explanation, sent))
            }
        }
        // What is sent is recorded with its answer.
        let isSent = [sets.last, adjustments.last].contains { $0?.from.sku == entry.sku }
        if !isSent || !waits { outcome.marks.append(mark) }
    }

    private func row(
        _ entry: StockCase,
        _ item: ShopifyID,
        _ quantity: Int,
        from: Int?,
        of explanation: StockExplanation,
        _ sent: StockSent?
    ) -> Row {
        // Of several variants one alone is not all of it: what they offer is compared first.
        let sent = entry.items.count > 1 ? nil : sent
        return Row(
            from: entry,
            row: StockBatch.Row(item: item, sku: entry.sku, quantity: quantity, from: from, sent: sent),
            target: explanation.target,
            nextLook: explanation.nextLook
        )
    }

    /// A view that was found right: what it fell from and how often it had moved no longer matter.
    private mutating func settle(_ view: StockView?) {
        guard var view, view.stale > 0 || view.base != nil else { return }
        view.stale = 0
        view.base = nil
        outcome.views.append(view)
    }
}

extension StockOutcome {
    /// Takes over what was read of an item.
    mutating func take(_ entry: LevelReading.Entry, before: StockView?, at moment: ShopMoment, moved: Bool) {
        switch entry.found {
        case .missing: forgotten.append(entry.item)
        case .level(let quantity, let sku, let tracked):
            seen.append(CatalogueItem(id: entry.item, sku: sku, tracked: tracked))
            let old =
                before
                ?? StockView(
                    item: entry.item,
                    quantity: nil,
                    askedAt: moment.askedAt,
                    answeredAt: moment.answeredAt,
                    origin: .unknown
                )
            views.append(
                old.read(quantity, askedAt: moment.askedAt, answeredAt: moment.answeredAt, moved: moved)
            )
        }
    }
}
