import SyncEngine

/// A log whose least severe level can be changed while it is in use: `log_level` is read again at each reload.
struct AdjustableLog: EventLog {
    private let log: any EventLog
    private let minimum: Locked<LogLevel>

    /// - Parameter log: Takes everything; what is not severe enough does not get there.
    init(_ log: any EventLog, minimum: LogLevel) {
        self.log = log
        self.minimum = Locked(minimum)
    }

    func record(_ event: Event) {
        guard event.level <= minimum.current else { return }
        log.record(event)
    }

    /// Changes the level from the next event on.
    func adjust(to level: LogLevel) {
        minimum.set(level)
    }
}
