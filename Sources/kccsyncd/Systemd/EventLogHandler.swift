import Logging
import SyncEngine

/// Lets the packages that speak swift-log write into our log.
///
/// What they say is of their own making, so only warnings and worse get through unless somebody asks for
/// more.
struct EventLogHandler: LogHandler {
    /// The least severe level that passes.
    var logLevel = Logger.Level.warning
    /// Said with every message.
    var metadata: Logger.Metadata = [:]
    /// Gives more of the same at the time of the message.
    var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let log: any EventLog

    /// A handler for the logger called `label`.
    init(label: String, log: any EventLog) {
        self.label = label
        self.log = log
    }

    /// One of ``metadata``.
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Passes the message on as an event without a kind.
    func log(event: LogEvent) {
        var details = metadata
        details.merge(metadataProvider?.get() ?? [:]) { $1 }
        details.merge(event.metadata ?? [:]) { $1 }
        // The journal takes no field names but its own kind, so the details go into the text.
        let text = details.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let error = event.error.map { ": \($0)" } ?? ""
        log.record(Event(Self.level(of: event.level), "\(label): \(event.message)\(error)\(text)"))
    }

    /// Our level for one of theirs; `trace` has no equal and becomes `debug`.
    static func level(of level: Logger.Level) -> LogLevel {
        switch level {
        case .trace, .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error, .critical: .error
        }
    }
}
