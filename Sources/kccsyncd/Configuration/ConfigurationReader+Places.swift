import SyncEngine
import TOMLKit

/// Where an installation's daemon and store are, which a file may say although the rest of it is invalid.
struct InstallationPlaces: Equatable {
    var controlSocket: String
    var database: String
}

extension ConfigurationReader {
    /// Where the daemon of this file listens, as far as the file can be read at all; else the default.
    ///
    /// For `reload`, which must reach the daemon although the rest of the file is wrong.
    var controlSocket: String { places?.controlSocket ?? instance.controlSocket }

    /// Where the order store is, as far as the file can be read at all; else the default.
    var databasePath: String { places?.database ?? instance.database }

    /// The places that the file names, be it TOML or not, or the defaults; nil where there is no file that can be read and
    /// trusted.
    var places: InstallationPlaces? {
        guard let (text, _) = try? ConfigurationDocument.read(self.path, files: files) else { return nil }
        let table = try? ConfigurationDocument.parse(text).0
        func path(_ key: String) -> String? {
            let found = table.map { $0["daemon"]?.table?[key]?.string } ?? Self.scanned(key, in: text)
            return found.flatMap { $0.hasPrefix("/") ? $0 : nil }
        }
        return InstallationPlaces(
            controlSocket: path("control_socket") ?? instance.controlSocket,
            database: path("database") ?? instance.database
        )
    }

    /// The plain text behind a key of `[daemon]` in a file that is no TOML; nil where no line has it.
    private static func scanned(_ key: String, in text: String) -> String? {
        var isInside = false
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.trimmingPrefix(while: \.isWhitespace)
            if line.hasPrefix("[") { isInside = line.wholeMatch(of: /\[ *daemon *\]\s*(#.*)?/) != nil }
            guard isInside,
                let match = line.wholeMatch(of: /([a-z_]+)\s*=\s*(?:"([^"\\]*)"|'([^']*)')\s*(?:#.*)?/),
                match.1 == key
            else { continue }
            return (match.2 ?? match.3).map(String.init)
        }
        return nil
    }
}
