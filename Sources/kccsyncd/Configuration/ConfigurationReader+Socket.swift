import SyncEngine
import TOMLKit

extension ConfigurationReader {
    /// Where the daemon of this file listens, as far as the file can be read at all; else the default.
    ///
    /// For `reload`, which must reach the daemon although the rest of the file is wrong.
    var controlSocket: String {
        let fallback = instance.controlSocket
        guard let document = try? ConfigurationDocument.open(path, files: files) else { return fallback }
        return document.table["daemon"]?.table?["control_socket"]?.string ?? fallback
    }
}
