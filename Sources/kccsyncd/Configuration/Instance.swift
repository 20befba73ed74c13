import Foundation

/// One of several merchants' kccsyncd on a machine, each with places of its own.
///
/// The folder of the configuration file says which: `/etc/kccsyncd/NAME/kccsyncd.toml` is the instance NAME, run by
/// the unit `kccsyncd@NAME`. Keys in the file go before the places named here.
struct Instance: Sendable, Equatable {
    /// The configuration file.
    let file: String
    private let path: String
    /// The instance's name; nil = the machine's only one, or a file anywhere else.
    let name: String?

    /// What follows from the path of a configuration file, whether it is there or not.
    init(file: String) {
        self.file = file
        path = URL(filePath: file).standardizedFileURL.path(percentEncoded: false)
        let name = path.wholeMatch(of: #/\/etc\/kccsyncd\/([^\/]+)\/kccsyncd\.toml/#).map { String($0.1) }
        self.name = name.flatMap { Self.isName($0) ? $0 : nil }
    }

    /// The instance of that name; nil where it is no name.
    init?(name: String) {
        guard Self.isName(name) else { return nil }
        self.init(file: "/etc/kccsyncd/\(name)/kccsyncd.toml")
    }

    /// The one that this process works for, as its command line says.
    static let ofProcess = Instance(arguments: CommandLine.arguments)

    /// By `--instance` or `--config`; which of them are valid is the parser's to say.
    init(arguments: [String]) {
        let value = { (option: String) -> String? in
            if let index = arguments.lastIndex(of: option) { return arguments.dropFirst(index + 1).first }
            return arguments.last { $0.hasPrefix("\(option)=") }
                .map { String($0.dropFirst(option.count + 1)) }
        }
        self =
            value("--instance").flatMap { Instance(name: $0) }
            ?? Instance(file: value("--config") ?? ConfigurationReader.defaultPath)
    }

    /// What a message says it expected of a name.
    static let expectedName =
        "1 to 32 lower-case letters, digits, \"_\" and \"-\", beginning with a letter or digit"

    /// `credentials` is a folder of the machine's only instance, and cannot be another one's name.
    private static func isName(_ text: String) -> Bool {
        text != "credentials" && text.wholeMatch(of: #/[a-z0-9][a-z0-9_-]{0,31}/#) != nil
    }

    private var suffix: String { name.map { "-\($0)" } ?? "" }

    /// The order store, where the file says nothing else.
    var database: String { "/var/lib/kccsyncd\(suffix)/kccsyncd.sqlite" }
    /// Where commands reach the daemon, where the file says nothing else.
    var controlSocket: String { "/run/kccsyncd\(suffix)/control.sock" }
    /// The folder whose files the unit loads as credentials, so that a new channel needs no change of the unit.
    var credentialsFolder: String { "/etc/kccsyncd/\(name.map { "\($0)/" } ?? "")credentials" }
    /// Whether a unit of the package reads the file; if not, nobody knows who does.
    var hasUnit: Bool { name != nil || path == ConfigurationReader.defaultPath }
    /// What systemctl calls it.
    var unit: String { name.map { "kccsyncd@\($0)" } ?? "kccsyncd" }
}
