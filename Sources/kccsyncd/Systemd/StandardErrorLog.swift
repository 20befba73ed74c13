import Foundation
import Glibc
import SyncEngine

/// Writes events to standard error, a line each: for a terminal, a container or a test.
struct StandardErrorLog: EventLog {
    private let minimum: LogLevel
    private let now: @Sendable () -> Date
    private let write: @Sendable (String) -> Void

    /// A log of everything at least as severe as `minimum`.
    init(
        minimum: LogLevel = .info,
        now: @escaping @Sendable () -> Date = { Date() },
        write: @escaping @Sendable (String) -> Void = Self.writeToStandardError
    ) {
        self.minimum = minimum
        self.now = now
        self.write = write
    }

    /// Writes the event at once.
    func record(_ event: Event) {
        guard event.level <= minimum else { return }
        write(Self.line(event, at: now()) + "\n")
    }

    /// `2026-11-23T10:00:00Z warning web: … (KCC_ORDER=#1042)`.
    ///
    /// The channel is left out of the parenthesis where the message begins with it.
    static func line(_ event: Event, at time: Date) -> String {
        let message = VisibleText.line(event.message)
        let fields = EventField.allCases.compactMap { field -> String? in
            guard let value = event.fields[field] else { return nil }
            guard field != .channel || !message.hasPrefix("\(value): ") else { return nil }
            return "\(field.rawValue)=\(VisibleText.line(value))"
        }
        let details = fields.isEmpty ? "" : " (\(fields.joined(separator: ", ")))"
        return "\(time.formatted(.iso8601)) \(event.level.name) \(message)\(details)"
    }

    @Sendable
    private static func writeToStandardError(_ line: String) {
        var rest = Array(line.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            // A closed or full pipe: there is nobody left to tell.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
