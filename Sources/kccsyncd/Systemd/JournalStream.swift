import CDispatch
import Foundation
import Glibc

/// Whether standard error ends in the journal, in which case events go there directly, with their fields.
enum JournalStream {
    /// Compares `$JOURNAL_STREAM` (`device:inode`) with what standard error really is (systemd.exec(5)).
    ///
    /// The variable alone proves nothing: it is inherited by whatever a service starts, redirected or not.
    static func isConnected(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        descriptor: CInt = STDERR_FILENO
    ) -> Bool {
        guard let stream = environment["JOURNAL_STREAM"] else { return false }
        let numbers = stream.split(separator: ":", omittingEmptySubsequences: false)
        guard numbers.count == 2, let device = UInt64(numbers[0]), let inode = UInt64(numbers[1]) else {
            return false
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return false }
        return UInt64(status.st_dev) == device && UInt64(status.st_ino) == inode
    }
}
