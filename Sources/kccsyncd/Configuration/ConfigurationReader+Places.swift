import SyncEngine
import TOMLKit

extension ConfigurationReader {
    /// Where the daemon of this file listens, as far as the file can be read at all; else the default.
    ///
    /// For `reload`, which must reach the daemon although the rest of the file is wrong.
    var controlSocket: String {
        daemonText("control_socket") ?? instance.controlSocket
    }

    /// Where the order store is, as far as the file can be read at all; else the default.
    var databasePath: String {
        daemonText("database") ?? instance.database
    }

    private func daemonText(_ key: String) -> String? {
        let document = try? ConfigurationDocument.open(path, files: files)
        return document?.table["daemon"]?.table?[key]?.string
    }
}
