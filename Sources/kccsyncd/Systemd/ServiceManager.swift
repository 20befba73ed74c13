import CDispatch
import CSystemd
import Glibc
import SyncEngine

/// Tells systemd how we are doing (sd_notify(3)); does nothing where systemd did not start us.
struct ServiceManager: Sendable {
    /// Start-up is over: units ordered after ours may start.
    func ready() {
        notify("READY=1")
    }

    /// The one line that `systemctl status` shows.
    func status(_ text: String) {
        notify("STATUS=\(VisibleText.line(text))")
    }

    /// A new configuration is being read; followed by ``ready()`` whether it was taken or not.
    func reloading() {
        // systemd 253 and later ignore the message without the time of the monotonic clock at this very
        // moment.
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let microseconds = Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
        notify("RELOADING=1\nMONOTONIC_USEC=\(microseconds)")
    }

    /// The daemon is ending on purpose.
    func stopping() {
        notify("STOPPING=1")
    }

    /// A sign of life, due at least every ``watchdogInterval``.
    func watchdog() {
        notify("WATCHDOG=1")
    }

    /// Asks for this much more time, from now, to start or stop: for migrations and long transfers.
    func extendTimeout(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        guard seconds >= 0, !overflow else { return }
        notify("EXTEND_TIMEOUT_USEC=\(whole + attoseconds / 1_000_000_000_000)")
    }

    /// The unit's `WatchdogSec`; nil where nobody watches.
    ///
    /// Half of it is a good time between two signs of life.
    var watchdogInterval: Duration? {
        var microseconds: UInt64 = 0
        guard sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
        return .microseconds(Int64(clamping: microseconds))
    }

    /// The socket that systemd listens on for us; nil where it handed none over (sd_listen_fds(3)).
    var listenSocket: CInt? {
        sd_listen_fds(0) > 0 ? SD_LISTEN_FDS_START : nil
    }

    /// A message that cannot be delivered is systemd's loss: it judges us by those that arrive.
    private func notify(_ state: String) {
        _ = sd_notify(0, state)
    }
}
