import CSystemd
import Glibc
import SyncEngine

/// Writes events to systemd's journal, with their fields.
///
/// Events less severe than the minimum are dropped here, because the journal would keep them. Where the
/// journal does not take an entry, the entry goes to standard error: a full log disk must not silence an
/// alarm.
struct JournalLog: EventLog {
    private let minimum: LogLevel
    private let fallback: StandardErrorLog

    /// A log of everything at least as severe as `minimum`.
    init(minimum: LogLevel = .info) {
        self.minimum = minimum
        self.fallback = StandardErrorLog(minimum: minimum)
    }

    /// Sends the event at once.
    func record(_ event: Event) {
        guard event.level <= minimum else { return }
        guard Self.send(JournalEntry(event)) < 0 else { return }
        fallback.record(event)
    }

    /// Hands an entry to the journal in one datagram (sd_journal_sendv(3)).
    ///
    /// - Parameter entry: The entry.
    /// - Returns: 0, or a negative `errno`.
    private static func send(_ entry: JournalEntry) -> CInt {
        // All fields lie in one buffer, so that one pointer is valid for all of the vector during the call.
        var bytes: [UInt8] = []
        var ranges: [Range<Int>] = []
        for field in entry.fields {
            let start = bytes.count
            bytes += field.utf8
            ranges.append(start..<bytes.count)
        }
        return bytes.withUnsafeMutableBytes { buffer -> CInt in
            guard let base = buffer.baseAddress else { return 0 }
            let vector = ranges.map { iovec(iov_base: base + $0.lowerBound, iov_len: $0.count) }
            return sd_journal_sendv(vector, CInt(vector.count))
        }
    }
}
