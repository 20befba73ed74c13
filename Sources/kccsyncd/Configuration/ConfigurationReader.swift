import Foundation
import SyncEngine
import TOMLKit

/// Reads the configuration file, checks all of it, and reports everything that is wrong at once.
///
/// Each call of ``read()`` reads the file afresh, and the secret files it names; systemd's credentials are
/// as they were when the daemon was started.
struct ConfigurationReader: Sendable {
    /// Where the file is, unless `--config` says otherwise.
    static let defaultPath = "/etc/kccsyncd/kccsyncd.toml"

    /// The file.
    let path: String
    /// For `$CREDENTIALS_DIRECTORY`.
    let environment: [String: String]
    /// The file system.
    let files: FileAccess
    /// What becomes of credentials that only the daemon can see.
    let unseenCredentials: UnseenCredentials
    /// Read in place of `$CREDENTIALS_DIRECTORY` outside systemd.
    let credentialsFolder: String
    /// Whose file it is.
    let instance: Instance

    /// A reader of the file at `path`.
    ///
    /// - Parameter credentialsFolder: The instance's, if nil.
    init(
        path: String = Self.defaultPath,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        files: FileAccess = .system,
        unseenCredentials: UnseenCredentials = .refused,
        credentialsFolder: String? = nil
    ) {
        instance = Instance(file: path)
        self.path = path
        self.environment = environment
        self.files = files
        self.unseenCredentials = unseenCredentials
        self.credentialsFolder = credentialsFolder ?? instance.credentialsFolder
    }

    /// The configuration.
    ///
    /// - Throws: ``ConfigurationError`` with every problem found, in the file's order.
    func read() throws(ConfigurationError) -> Configuration {
        let document: ConfigurationDocument
        do throws(ConfigurationProblem) {
            document = try ConfigurationDocument.open(path, files: files)
        } catch {
            throw ConfigurationError(file: path, problems: [error])
        }
        let collector = ProblemCollector(outline: document.outline)
        let top = TableReader(document.table, at: [], collector: collector)
        top.refuseUnknownKeys(known: KnownKeys.top, later: KnownKeys.later[""] ?? [])
        let daemon = daemon(top, collector)
        let orderTypes = OrderTypesReader(top: top, collector: collector).read()
        let pushes = PushSettingsReader(top: top, collector: collector)
        let carriers = pushes.carriers()
        let retention = pushes.retention()
        let link = LinkReader(top: top, secrets: { secrets($0, document) }, files: files)
        let sites = link.sites()
        let settings = link.link()
        let channels = channels(top, document, collector)
            .map { channel in
                var channel = channel
                channel.stock.namedSites = sites.keys.sorted()
                return channel
            }
        ChannelComparison(channels: channels, collector: collector).run()
        LinkComparison(
            channels: channels,
            orderTypes: orderTypes,
            sites: sites,
            hasLink: top.has("kcc"),
            collector: collector
        )
        .run()
        guard collector.problems.isEmpty else {
            throw ConfigurationError(file: path, problems: Self.sorted(collector.problems))
        }
        return Configuration(
            daemon: daemon,
            orderTypes: orderTypes,
            carriers: carriers,
            retention: retention,
            sites: sites,
            link: settings,
            channels: channels,
            warnings: Self.sorted(collector.warnings)
        )
    }

    private func daemon(_ top: TableReader, _ collector: ProblemCollector) -> DaemonSettings {
        var settings = DaemonSettings(of: instance)
        guard let value = top.value("daemon") else { return settings }
        guard let table = value.table else {
            return top.refuse("daemon", expected: "a table, [daemon]", value) ?? settings
        }
        let reader = TableReader(table, at: ["daemon"], collector: collector)
        reader.refuseUnknownKeys(known: KnownKeys.daemon, later: KnownKeys.later["daemon"] ?? [])
        settings.database = reader.path("database") ?? settings.database
        let levels = LogLevel.allCases.reversed().map { (name: $0.name, value: $0) }
        settings.logLevel = reader.choice("log_level", levels) ?? settings.logLevel
        if let socket = reader.path("control_socket") {
            // sun_path of unix(7) has 108 bytes, the last of them NUL.
            if socket.utf8.count > 107 {
                let found = "\(socket.utf8.count) in \(FoundValue.text(socket))"
                reader.problem("control_socket", expected: "a path of at most 107 bytes", found: found)
            }
            settings.controlSocket = socket
        }
        settings.metricsFile = reader.path("metrics_file")
        settings.inbox = reader.path("inbox")
        return settings
    }

    private func channels(
        _ top: TableReader,
        _ document: ConfigurationDocument,
        _ collector: ProblemCollector
    ) -> [ChannelSettings] {
        let expected = "at least one channel, [channels.NAME]"
        guard let value = top.value("channels") else {
            top.problem("channels", expected: expected, found: "none")
            return []
        }
        guard let table = value.table else { return top.refuse("channels", expected: expected, value) ?? [] }
        let reader = TableReader(table, at: ["channels"], collector: collector)
        let names = document.ordered(reader.keys, under: "channels")
        if names.isEmpty { top.problem("channels", expected: expected, found: "none") }
        return names.compactMap { name in
            guard let channel = reader.value(name)?.table else {
                // `[channels]` with a channel's keys right under it: the name is missing.
                let hint = KnownKeys.channel.contains(name) ? "write the channel's name: [channels.web]" : nil
                reader.problem(
                    name,
                    expected: "a channel's table, [channels.\(VisibleText.line(name))]",
                    found: reader.value(name).map { FoundValue.kind(of: $0.type) }
                        ?? "a name with a NUL in it",
                    hint: hint
                )
                return nil
            }
            return self.channel(
                name,
                TableReader(channel, at: ["channels", name], collector: collector),
                document
            )
        }
    }

    private func channel(
        _ name: String,
        _ table: TableReader,
        _ document: ConfigurationDocument
    ) -> ChannelSettings? {
        let credentials = CredentialReader(
            table: table,
            source: source,
            fileMode: document.mode,
            file: path,
            unseen: unseenCredentials
        )
        return ChannelReader(
            name: name,
            table: table,
            credentials: credentials,
            secrets: { secrets($0, document) },
            files: files
        )
        .read()
    }

    private var source: SecretSource {
        SecretSource(
            credentialsDirectory: environment["CREDENTIALS_DIRECTORY"],
            folder: credentialsFolder,
            unit: instance.unit,
            files: files
        )
    }

    /// A reader of the secrets that a table names.
    private func secrets(_ table: TableReader, _ document: ConfigurationDocument) -> SecretReader {
        SecretReader(
            table: table,
            source: source,
            fileMode: document.mode,
            file: path,
            unseen: unseenCredentials
        )
    }

    /// By line; those without one come first, and equals stay as they were found.
    private static func sorted(_ problems: [ConfigurationProblem]) -> [ConfigurationProblem] {
        problems.enumerated()
            .sorted { ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset) }
            .map(\.element)
    }
}
