@preconcurrency import Dispatch
import Glibc

/// The signals that ask the daemon for something.
enum Signal: Sendable, Equatable, CaseIterable {
    /// SIGTERM: systemd wants us to stop.
    case terminate
    /// SIGINT: Ctrl-C.
    case interrupt
    /// SIGHUP: read the configuration again.
    case hangUp

    fileprivate var number: CInt {
        switch self {
        case .terminate: SIGTERM
        case .interrupt: SIGINT
        case .hangUp: SIGHUP
        }
    }
}

/// Receives signals as values.
enum Signals {
    /// Ignores the signals that would end the process for what is only an error of one call.
    ///
    /// To be called first thing: libcurl, told not to touch signals, leaves SIGPIPE to us, and SIGXFSZ kills
    /// where a file size limit is met that SQLite reports as a full disk.
    static func ignoreFatalWrites() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }

    /// The signals from now on, in the order of their arrival, until the stream is dropped or its task
    /// cancelled.
    ///
    /// Of those that nobody has read yet the newest 32 are kept. Two of one kind in quick succession may be
    /// one, as everywhere in Unix.
    static func stream(_ signals: [Signal] = Signal.allCases) -> AsyncStream<Signal> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Signal.self,
            bufferingPolicy: .bufferingNewest(32)
        )
        let queue = DispatchQueue(label: "kccsyncd.signals")
        let registered = DispatchGroup()
        let sources = signals.map { signal in
            let source = DispatchSource.makeSignalSource(signal: signal.number, queue: queue)
            source.setEventHandler { @Sendable in _ = continuation.yield(signal) }
            registered.enter()
            source.setRegistrationHandler { @Sendable in registered.leave() }
            return source
        }
        // The sources live as long as somebody listens: nothing else holds them.
        continuation.onTermination = { @Sendable _ in sources.forEach { $0.cancel() } }
        sources.forEach { $0.resume() }
        // Until a source is registered its signal would still kill; that takes microseconds.
        _ = registered.wait(timeout: .now() + .seconds(5))
        return stream
    }
}
