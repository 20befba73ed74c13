package import Foundation

/// An order's way to the ERP: whether it is offered, who may have which revision of it, and what follows from an event.
///
/// Every transition is one of the mutating functions. Each changes the value and returns what the caller has to do
/// besides; Persistence writes both in one transaction. `docs/hand-off.md` has the diagram.
package struct HandOffState: Sendable, Equatable {
    /// Where the order stands.
    package private(set) var phase: HandOff
    /// Why it is held or withdrawn; nil otherwise.
    package private(set) var reason: ReasonCode?
    /// Who was handed the order; nil while nobody can have it.
    package private(set) var served: Served?
    /// The revision that later ones are compared with; nil while nobody can have the order.
    package private(set) var compared: Int?
    /// When the ERP was first known to have it, by our clock.
    package private(set) var acknowledgedAt: Date?
    /// Since when stock levels may include it, by our clock: the acknowledgement, or with `guard_until = "confirmed"` a
    /// status.
    package private(set) var knownAt: Date?
    /// When KCC asked for it again by name; nil once a status, an operator or a later page has decided.
    package private(set) var requestedAt: Date?
    /// Whether an operator released it in spite of its totals.
    package private(set) var released: Bool
    /// Whether the ERP may have it without our knowing, because the store was restored.
    package private(set) var isInDoubt: Bool
    /// Whether KCC has it, has cancelled it, and has despatched none of it: no stock level will ever include it.
    package var isCancelledInKCC: Bool { phase == .acknowledged && wasCancelled }
    /// Whether KCC's last status of it was a cancellation before any despatch.
    private var wasCancelled: Bool

    /// How an order got to somebody.
    package struct Served: Sendable, Equatable {
        /// The way it went.
        package enum Way: String, Sendable, CaseIterable {
            /// On a page of KCC's.
            case page
            /// By its reference (`SpecificIDs`).
            case name
            /// By `orders export`.
            case export
            /// KCC's status named an order that we did not know to be there.
            case status
            /// `orders ack`.
            case ack
        }

        package var way: Way
        /// The revision; nil where KCC has not taken the page so far.
        package var revision: Int?

        package init(_ way: Way, _ revision: Int?) {
            self.way = way
            self.revision = revision
        }
    }

    /// What decides about the hand-off of an imported order besides its past.
    package struct Circumstances: Sendable, Equatable {
        /// The rules accept it.
        ///
        /// A status or an operator may have acknowledged one that they do not.
        package var isImported = true
        package var isCancelled = false
        /// No unit of it is wanted any more.
        package var isEmpty = false
        /// Deleted in Shopify.
        package var isGone = false
        /// Its parts do not add up, and no adjustment code carries the difference.
        package var totalsDiffer = false
        /// Its personal data was removed.
        package var isRedacted = false
        /// The channel that served it is not in the configuration any more.
        package var isChannelGone = false

        package init() {}
    }

    /// What the caller has to do besides storing the new state.
    package enum Action: Sendable, Equatable {
        /// Give it the next place in the hand-off sequence.
        case offer
        /// Keep a copy of its present revision.
        case keep(Copy)
        /// Work out again what differs from the revision in ``HandOffState/compared``.
        case compare
        /// Nothing differs any more.
        case forgetChanges
        /// Pages that have not come back prove nothing about it any more.
        case voidPages

        /// What a copy of a revision is for.
        package enum Copy: String, Sendable {
            case served
            case settled
        }
    }

    /// Why an operator's command cannot be carried out.
    package enum Rejection: Error, Sendable, Equatable {
        case notImported
        case totalsDiffer
        case withdrawn
        case notHeld
        case inDoubt
        case redacted
        case cancelled
        case handedOver
        case notOffered
    }

    package init(
        _ phase: HandOff = .none,
        reason: ReasonCode? = nil,
        served: Served? = nil,
        compared: Int? = nil,
        acknowledgedAt: Date? = nil,
        knownAt: Date? = nil,
        requestedAt: Date? = nil,
        released: Bool = false,
        isInDoubt: Bool = false,
        wasCancelled: Bool = false
    ) {
        self.phase = phase
        self.reason = reason
        self.served = served
        self.compared = compared
        self.acknowledgedAt = acknowledgedAt
        self.knownAt = knownAt
        self.requestedAt = requestedAt
        self.released = released
        self.isInDoubt = isInDoubt
        self.wasCancelled = wasCancelled
    }

    /// Whether somebody may have some revision of it.
    package var isInSomeHands: Bool { phase == .acknowledged || served?.revision != nil }

    /// What acknowledged an order that the rules do not accept: an operator can acknowledge none of those.
    package var acknowledgement: String {
        served?.way == .page ? "the return of its page" : "a status"
    }

    /// Whether its reference can still change: nobody was ever given it.
    package var isUnserved: Bool { phase != .acknowledged && served == nil && !isInDoubt }

    /// Whether it is held because the ERP may have it: KCC, a status or an operator decides.
    package var mayBeHandedOff: Bool { phase == .held && reason == .maybeHandedOff }
}

// MARK: The rules

extension HandOffState {
    /// The rules accept the order, as it is now.
    package mutating func evaluate(_ now: Circumstances) -> [Action] {
        if phase == .acknowledged { return [] }
        // The ERP may have it: it is neither offered nor withdrawn until that is known.
        if isInDoubt || now.isChannelGone { return move(.held, .maybeHandedOff) }
        // What was served is in somebody's hands: it is reported as changed, not withdrawn.
        if served?.revision == nil {
            if now.isGone { return move(.withdrawn, .gone) }
            if now.isCancelled { return move(.withdrawn, .cancelledBeforeHandOff) }
            if now.isEmpty { return move(.withdrawn, .nothingLeft) }
        }
        if now.totalsDiffer, !released { return move(.held, .totalsDiffer) }
        if now.isRedacted { return move(.held, .personalDataRemoved) }
        return move(.waiting, nil)
    }

    /// The rules do not accept the order; one that the ERP has stays acknowledged.
    package mutating func reject() {
        guard phase != .acknowledged else { return }
        _ = move(.none, nil)
        isInDoubt = false
    }

    /// Shopify no longer has the order.
    package mutating func delete() {
        guard [.waiting, .held, .withdrawn].contains(phase), !isInDoubt, !isInSomeHands else { return }
        _ = move(.withdrawn, .gone)
    }

    /// The ERP may have been given the order by a store that was lost.
    package mutating func doubt() {
        guard phase != .acknowledged else { return }
        isInDoubt = true
        if phase == .waiting || phase == .held { _ = move(.held, .maybeHandedOff) }
    }

    private mutating func move(_ phase: HandOff, _ reason: ReasonCode?) -> [Action] {
        let isNew = phase == .waiting && self.phase != .waiting
        self.phase = phase
        self.reason = reason
        return isNew ? [.offer] : []
    }
}

// MARK: KCC

extension HandOffState {
    /// The order is on a page that is about to be answered.
    package mutating func serve(revision: Int) -> [Action] {
        guard phase == .waiting, served?.revision != revision else { return [] }
        // What was exported first stays what later revisions are compared with.
        if served?.revision == nil || served?.way == .page {
            served = Served(.page, revision)
            compared = revision
            return [.keep(.served), .forgetChanges]
        }
        return [.keep(.served)]
    }

    /// KCC asks again without having taken a page that the order is on: what it gets next is new to it.
    package mutating func pageNotTaken(_ now: Circumstances) -> [Action] {
        guard phase != .acknowledged, served?.way == .page, served?.revision != nil else { return [] }
        served?.revision = nil
        compared = nil
        return [.forgetChanges] + evaluate(now)
    }

    /// KCC's position proves that it took a page with this revision.
    ///
    /// - Parameter known: Whether that is enough for stock levels to include the order.
    package mutating func pageReturned(revision: Int, at now: Date, known: Bool) -> [Action] {
        if phase == .acknowledged {
            // A status said that KCC has the order, and not in which revision.
            guard served?.way == .status, compared == served?.revision else { return [] }
            served = Served(.page, revision)
            compared = revision
            return [.compare]
        }
        served = Served(.page, revision)
        compared = revision
        acknowledge(at: now, known: known)
        return [.compare]
    }

    /// KCC asks for the order by its reference: its import failed, and it is given this revision.
    package mutating func serveByName(revision: Int, at now: Date) -> [Action] {
        guard phase == .waiting || phase == .acknowledged else { return [] }
        phase = .waiting
        reason = nil
        served = Served(.name, revision)
        compared = revision
        acknowledgedAt = nil
        knownAt = nil
        requestedAt = now
        return [.keep(.served), .forgetChanges, .voidPages]
    }

    /// A status of KCC's names the order: it is there, in whatever state it is here.
    ///
    /// - Parameters:
    ///   - page: The revision on the oldest page that has not come back; nil where it is on none. Of several pages KCC may
    ///     have any: the position that it returns decides, and until then a difference is rather shown than missed.
    ///   - current: The order's present revision.
    package mutating func statusReceived(page: Int?, current: Int, at now: Date) -> [Action] {
        requestedAt = nil
        if phase == .acknowledged {
            knownAt = wasCancelled ? nil : knownAt ?? now
            return []
        }
        var actions: [Action] = []
        if served?.revision == nil || served?.way == .page {
            let revision = page ?? served?.revision
            served = Served(.status, revision ?? current)
            compared = revision ?? current
            actions = revision == nil ? [.keep(.served)] : [.compare]
        }
        acknowledge(at: now, known: !wasCancelled)
        return actions
    }

    private mutating func acknowledge(at now: Date, known: Bool) {
        phase = .acknowledged
        reason = nil
        acknowledgedAt = now
        knownAt = known ? now : nil
        requestedAt = nil
        isInDoubt = false
    }

    /// From now on stock levels may include what is acknowledged, without waiting for a status.
    package mutating func trustAcknowledgement() {
        if !isCancelledInKCC { knownAt = knownAt ?? acknowledgedAt }
    }
}

// MARK: Operators

extension HandOffState {
    /// `orders ack`: the operator knows that the ERP has it.
    package mutating func acknowledge(revision current: Int, at now: Date) throws(Rejection) -> [Action] {
        switch phase {
        case .acknowledged: return []
        case .none: throw .notImported
        case .withdrawn: throw .withdrawn
        case .held where reason == .totalsDiffer: throw .totalsDiffer
        case .waiting, .held: break
        }
        var actions: [Action] = []
        // The ERP has what was served first; what came later is a change to be resolved.
        if served?.revision == nil {
            served = Served(.ack, current)
            compared = current
            actions.append(.keep(.served))
        }
        acknowledge(at: now, known: true)
        return actions
    }

    /// `orders release`: hand it off in spite of its totals.
    ///
    /// Totals may have come to differ since it was offered or taken, which keeps it from being offered again.
    package mutating func release(_ now: Circumstances) throws(Rejection) -> [Action] {
        let isKeptBack = [.waiting, .acknowledged].contains(phase) && now.totalsDiffer && !released
        guard phase == .held || isKeptBack else { throw .notHeld }
        if reason == .personalDataRemoved { throw .redacted }
        if mayBeHandedOff, !now.totalsDiffer || released { throw .inDoubt }
        released = true
        return evaluate(now)
    }

    /// `orders resend`: offer the present revision again, as if nobody had taken the order.
    package mutating func resend(_ now: Circumstances) throws(Rejection) -> [Action] {
        if now.isRedacted { throw .redacted }
        guard now.isImported, phase == .waiting || phase == .acknowledged || mayBeHandedOff else {
            throw .notOffered
        }
        if now.isCancelled || now.isEmpty || now.isGone { throw .cancelled }
        if now.totalsDiffer, !released { throw .totalsDiffer }
        self = HandOffState(.waiting, released: released)
        return [.offer, .forgetChanges, .voidPages]
    }

    /// `orders settle`: the operator has dealt with a change after the hand-off.
    package mutating func resolve(revision current: Int) -> [Action] {
        compared = current
        return [.keep(.settled), .forgetChanges]
    }

    /// `orders ignore`: never hand it off.
    package mutating func ignore() throws(Rejection) {
        guard phase != .acknowledged else { throw .handedOver }
        _ = move(.none, nil)
        isInDoubt = false
        requestedAt = nil
    }

    /// `orders export`: this revision was printed.
    package mutating func export(revision: Int) -> [Action] {
        // What is on a page that KCC may not have taken is certainly somebody's now.
        let isOpen = served?.way == .page && phase != .acknowledged
        guard served?.revision == nil || isOpen else { return [] }
        served = Served(.export, revision)
        compared = revision
        return [.keep(.served), .forgetChanges]
    }
}
