import Foundation
import SyncEngine

/// Every event of an order's hand-off, with the circumstances that decide its outcome.
enum HandOffEvent: CaseIterable, Sendable {
    case accepted, acceptedCancelled, acceptedEmpty, acceptedGone, acceptedDiffering, acceptedRedacted
    case acceptedWithoutChannel
    case rejected, deleted, restored
    case served, notTaken, notTakenCancelled, returned, named, status
    case ack, release, releaseDiffering, resend, resendCancelled, settle, ignore, export

    /// What the diagram calls it.
    var label: String {
        switch self {
        case .accepted: "accepted"
        case .acceptedCancelled: "accepted, cancelled"
        case .acceptedEmpty: "accepted, nothing left"
        case .acceptedGone: "accepted, gone"
        case .acceptedDiffering: "accepted, totals differ"
        case .acceptedRedacted: "accepted, personal data removed"
        case .acceptedWithoutChannel: "accepted, its channel is gone"
        case .rejected: "rejected"
        case .deleted: "deleted"
        case .restored: "store restored"
        case .served: "served on a page"
        case .notTaken: "page not taken"
        case .notTakenCancelled: "page not taken, cancelled"
        case .returned: "position returned"
        case .named: "asked for by name"
        case .status: "status received"
        case .ack: "orders ack"
        case .release: "orders release"
        case .releaseDiffering: "orders release, totals differ"
        case .resend: "orders resend"
        case .resendCancelled: "orders resend, cancelled"
        case .settle: "orders settle"
        case .ignore: "orders ignore"
        case .export: "orders export"
        }
    }

    private var circumstances: HandOffState.Circumstances {
        var found = HandOffState.Circumstances()
        switch self {
        case .acceptedCancelled, .notTakenCancelled, .resendCancelled: found.isCancelled = true
        case .acceptedEmpty: found.isEmpty = true
        case .acceptedGone: found.isGone = true
        case .acceptedDiffering, .releaseDiffering: found.totalsDiffer = true
        case .acceptedRedacted: found.isRedacted = true
        case .acceptedWithoutChannel: found.isChannelGone = true
        default: break
        }
        return found
    }

    static let now = Date(timeIntervalSince1970: 1_800_000_000)

    /// Lets it happen; throws where the state machine rejects an operator's command.
    func happen(to state: inout HandOffState, revision: Int) throws(HandOffState.Rejection)
        -> [HandOffState.Action]
    {
        switch self {
        case .accepted, .acceptedCancelled, .acceptedEmpty, .acceptedGone, .acceptedDiffering,
            .acceptedRedacted,
            .acceptedWithoutChannel:
            return state.evaluate(circumstances)
        case .rejected: state.reject()
        case .deleted: state.delete()
        case .restored: state.doubt()
        case .served: return state.serve(revision: revision)
        case .notTaken, .notTakenCancelled: return state.pageNotTaken(circumstances)
        case .returned: return state.pageReturned(revision: revision, at: Self.now, known: true)
        case .named: return state.serveByName(revision: revision, at: Self.now)
        case .status: return state.statusReceived(page: nil, current: revision, at: Self.now)
        case .ack: return try state.acknowledge(revision: revision, at: Self.now)
        case .release, .releaseDiffering: return try state.release(circumstances)
        case .resend, .resendCancelled: return try state.resend(circumstances)
        case .settle: return state.resolve(revision: revision)
        case .ignore: try state.ignore()
        case .export: return state.export(revision: revision)
        }
        return []
    }
}
