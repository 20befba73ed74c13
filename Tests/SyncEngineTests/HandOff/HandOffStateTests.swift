import Foundation
import SyncEngine
import TestSupport
import Testing

/// The state machine of an order on its way to the ERP.
struct HandOffStateTests {
    // MARK: What holds after any events

    @Test(arguments: 1...40)
    func `what holds, holds after any events in any order`(seed: Int) {
        var chance = SeededGenerator(seed: UInt64(seed))
        for _ in 1...200 {
            var state = HandOffState()
            var path: [HandOffEvent] = []
            for _ in 1...25 {
                guard let event = HandOffEvent.allCases.randomElement(using: &chance) else { continue }
                let revision = Int.random(in: 1...4, using: &chance)
                path.append(event)
                let before = state
                let actions: [HandOffState.Action]
                do throws(HandOffState.Rejection) {
                    actions = try event.happen(to: &state, revision: revision)
                } catch {
                    #expect(state == before, "a rejected command changed the state: \(path)")
                    continue
                }
                Self.check(before, event, state, actions, path)
            }
        }
    }

    private static func check(
        _ before: HandOffState,
        _ event: HandOffEvent,
        _ after: HandOffState,
        _ actions: [HandOffState.Action],
        _ path: [HandOffEvent]
    ) {
        #expect((after.phase == .acknowledged) == (after.acknowledgedAt != nil), "\(path)")
        #expect(after.knownAt == nil || after.phase == .acknowledged, "\(path)")
        switch after.phase {
        case .held:
            #expect([.totalsDiffer, .maybeHandedOff, .personalDataRemoved].contains(after.reason), "\(path)")
        case .withdrawn:
            #expect([.gone, .cancelledBeforeHandOff, .nothingLeft].contains(after.reason), "\(path)")
        case .none, .waiting, .acknowledged: #expect(after.reason == nil, "\(path)")
        }
        if before.phase == .acknowledged, after.phase != .acknowledged {
            #expect([.named, .resend].contains(event), "an acknowledged order was taken back: \(path)")
        }
        if before.phase != .acknowledged, after.phase == .acknowledged {
            #expect([.returned, .status, .ack].contains(event), "acknowledged without a proof: \(path)")
        }
        if before.isInDoubt, after.phase == .waiting {
            #expect([.resend].contains(event), "offered although the ERP may have it: \(path)")
        }
        if before.served?.revision != nil, after.phase == .withdrawn, before.phase != .withdrawn {
            #expect(
                [.notTaken, .notTakenCancelled].contains(event),
                "withdrawn from somebody's hands: \(path)"
            )
        }
        let isOffered = before.phase != .waiting && after.phase == .waiting && event != .named
        #expect(actions.contains(.offer) == (isOffered || event == .resend), "\(path)")
        if after.compared != before.compared, after.compared != nil {
            let keeps = actions.contains { action in
                if case .keep = action { return true }
                return action == .compare
            }
            #expect(keeps, "compared with a revision of which there is no copy: \(path)")
        }
    }

    // MARK: Events

    private func state(after events: HandOffEvent...) throws -> HandOffState {
        var state = HandOffState()
        for event in events { _ = try event.happen(to: &state, revision: 1) }
        return state
    }

    @Test func `the first return of a position acknowledges the revision that the page had`() throws {
        var state = try state(after: .accepted, .served)
        let actions = state.pageReturned(revision: 1, at: HandOffEvent.now, known: false)
        #expect(state.phase == .acknowledged && state.compared == 1 && state.knownAt == nil)
        #expect(actions == [.compare])
    }

    @Test func `a page that was withdrawn meanwhile is acknowledged all the same`() throws {
        var state = try state(after: .accepted, .served, .notTakenCancelled)
        #expect(state.phase == .withdrawn && state.served == HandOffState.Served(.page, nil))
        _ = state.pageReturned(revision: 1, at: HandOffEvent.now, known: true)
        #expect(state.phase == .acknowledged && state.compared == 1)
    }

    @Test func `what is asked for by name waits for a status, and its pages prove nothing`() throws {
        var state = try state(after: .accepted, .served, .returned)
        let actions = state.serveByName(revision: 2, at: HandOffEvent.now)
        #expect(state.phase == .waiting && state.requestedAt == HandOffEvent.now)
        #expect(actions.contains(.voidPages) && !actions.contains(.offer))
        _ = state.statusReceived(page: nil, current: 2, at: HandOffEvent.now)
        #expect(state.phase == .acknowledged && state.requestedAt == nil && state.compared == 2)
    }

    @Test func `of several pages that have not come back the position says which revision KCC has`() throws {
        var state = try state(after: .accepted)
        _ = state.serve(revision: 1)
        _ = state.pageNotTaken(HandOffState.Circumstances())
        _ = state.serve(revision: 2)
        #expect(state.statusReceived(page: 1, current: 2, at: HandOffEvent.now) == [.compare])
        #expect(state.phase == .acknowledged && state.compared == 1)
        #expect(state.pageReturned(revision: 2, at: HandOffEvent.now, known: true) == [.compare])
        #expect(state.compared == 2 && state.served == HandOffState.Served(.page, 2))
        #expect(state.pageReturned(revision: 1, at: HandOffEvent.now, known: true) == [])
    }

    @Test func `an export keeps what it printed first`() throws {
        var state = try state(after: .accepted, .export)
        #expect(state.export(revision: 3) == [])
        #expect(state.compared == 1)
        _ = state.serve(revision: 3)
        #expect(state.served == HandOffState.Served(.export, 1))
    }

    @Test func `a channel that comes back ends the doubt that its absence caused`() throws {
        var state = try state(after: .accepted, .served, .acceptedWithoutChannel)
        #expect(state.mayBeHandedOff && !state.isInDoubt)
        #expect(state.evaluate(HandOffState.Circumstances()) == [.offer])
        #expect(state.phase == .waiting)
    }

    @Test(
        arguments: [
            ([], .ack, .notImported),
            ([.acceptedCancelled], .ack, .withdrawn),
            ([.acceptedDiffering], .ack, .totalsDiffer),
            ([.accepted], .release, .notHeld),
            ([.acceptedRedacted], .release, .redacted),
            ([.accepted, .restored], .release, .inDoubt),
            ([.accepted, .served, .acceptedWithoutChannel], .release, .inDoubt),
            ([.accepted], .resendCancelled, .cancelled),
            ([.acceptedCancelled], .resend, .notOffered),
            ([], .resend, .notOffered),
            ([.accepted, .served, .returned], .ignore, .handedOver),
        ] as [([HandOffEvent], HandOffEvent, HandOffState.Rejection)]
    )
    func `a command that cannot be carried out is rejected with the reason`(
        _ before: [HandOffEvent],
        _ command: HandOffEvent,
        _ expected: HandOffState.Rejection
    ) throws {
        var state = HandOffState()
        for event in before { _ = try event.happen(to: &state, revision: 1) }
        #expect(throws: expected) { try command.happen(to: &state, revision: 1) }
    }
}
