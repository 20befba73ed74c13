@preconcurrency import Dispatch
import Glibc
import SyncEngine

/// Ends the program in order at Ctrl-C and its like: the terminal shows again what is typed, and no file is left half made.
///
/// One lives as long as the program: a signal that Dispatch has taken over has no effect of its own any more.
final class Interruptions: Sendable {
    private enum Stage {
        case asking
        /// Files are being put in place, which takes no time and is not broken off.
        case writing
        case written
    }

    private struct State {
        /// The terminal as it was before it hid what is typed.
        var terminal: termios?
        /// How far the program has come.
        var stage = Stage.asking
    }

    private let state = Locked(State())
    private let sources: [any DispatchSourceSignal]

    /// Takes over the signals that end a program.
    init() {
        let queue = DispatchQueue(label: "kccsyncd.interruptions")
        let registered = DispatchGroup()
        sources = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
            .map { number in
                let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
                registered.enter()
                source.setRegistrationHandler { @Sendable in registered.leave() }
                return source
            }
        for (source, number) in zip(sources, [SIGINT, SIGTERM, SIGHUP, SIGQUIT]) {
            source.setEventHandler { @Sendable [state] in
                let stage = state.withLock { state in
                    Self.restore(&state)
                    return state.stage
                }
                if stage == .writing { return }
                if stage == .asking { Terminal.complain("\ninterrupted; nothing was written") }
                _exit(128 + number)
            }
            source.resume()
        }
        _ = registered.wait(timeout: .now() + .seconds(5))
    }

    /// Runs a body while the terminal does not show what is typed; a line's end is shown.
    func hidden<Value>(_ body: () throws(SetupError) -> Value) throws(SetupError) -> Value {
        state.withLock { state in
            var terminal = termios()
            guard tcgetattr(STDIN_FILENO, &terminal) == 0 else { return }
            state.terminal = terminal
            terminal.c_lflag &= ~tcflag_t(ECHO)
            terminal.c_lflag |= tcflag_t(ECHONL)
            // A shell does not hide it again when a stopped program goes on.
            withUnsafeMutableBytes(of: &terminal.c_cc) { $0[Int(VSUSP)] = 0 }
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &terminal)
        }
        defer { state.withLock { Self.restore(&$0) } }
        return try body()
    }

    /// Runs the body that puts files in place, which is not broken off.
    func writing(_ body: () throws(SetupError) -> Void) throws(SetupError) {
        state.withLock { $0.stage = .writing }
        defer { state.withLock { $0.stage = .written } }
        try body()
    }

    private static func restore(_ state: inout State) {
        guard var terminal = state.terminal else { return }
        tcsetattr(STDIN_FILENO, TCSANOW, &terminal)
        state.terminal = nil
    }
}
