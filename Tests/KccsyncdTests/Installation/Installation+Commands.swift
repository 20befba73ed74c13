import Foundation
import GRDB
import SyncEngine
import TestSupport

@testable import Persistence
@testable import kccsyncd

/// What tests do with a daemon that runs.
extension Installation {
    // MARK: Time and work

    /// Polls every shop once, then pushes all that is due.
    func round() async {
        let session = await holder.session
        for loop in session.supervisor.loops { _ = await loop.poll() }
        for loop in session.supervisor.pushes {
            loop.wake()
            await loop.runWhatIsDue()
        }
    }

    /// Lets time pass in steps, with a round after each.
    func pass(_ seconds: TimeInterval, every step: TimeInterval = 15) async {
        var left = seconds
        repeat {
            now.advance(by: min(step, left))
            left -= step
            await round()
        } while left > 0
    }

    // MARK: Commands

    func perform(_ command: ControlCommand) async -> ControlReply { await holder.execute(command) }

    func answer(_ question: Question, json: Bool = false) async throws -> [String] {
        try await holder.session.answerer.answer(question, json: json).lines
    }

    /// `kccsyncd status`, a line each.
    func status() async throws -> [String] { try await answer(.status) }

    /// Each order's name, state, hand-off, reason and changed fields, as in `1001 imported waiting`.
    func orders() async throws -> [String] {
        try await rows(
            """
            SELECT ltrim(name, '#') || ' ' || state || ' ' || hand_off || coalesce(' ' || reason, '')
                || CASE changed_fields WHEN '[]' THEN '' ELSE ' ' || changed_fields END
            FROM "order" ORDER BY name
            """
        )
    }

    /// Changes the store behind the daemon's back.
    func execute(_ sql: String) async throws {
        try await SQLiteOrderStore(database).write { db in try db.execute(sql: sql) }
    }

    func rows(_ sql: String) async throws -> [String] {
        try await SQLiteOrderStore(database).read { db in try String.fetchAll(db, sql: sql) }
    }
}
