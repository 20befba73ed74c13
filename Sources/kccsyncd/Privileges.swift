import CDispatch
import Foundation
import SyncEngine

/// Gives up root for the database's owner.
///
/// A command run by root would leave `-wal` and `-shm` files behind that the daemon's user cannot
/// open; so nothing of the store is touched as root that belongs to somebody else.
enum Privileges {
    /// Becomes the owner of the database, or of its folder where there is none yet.
    ///
    /// - Throws: `.cannotOpen` where the change fails: going on as root would do the damage.
    static func becomeOwner(of database: String) throws(StoreError) {
        guard geteuid() == 0 else { return }
        var status = stat()
        let folder = (database as NSString).deletingLastPathComponent
        guard stat(database, &status) == 0 || stat(folder, &status) == 0, status.st_uid != 0 else { return }
        guard let user = getpwuid(status.st_uid) else {
            return try drop(status.st_uid, status.st_gid, name: nil)
        }
        try drop(status.st_uid, user.pointee.pw_gid, name: user.pointee.pw_name)
    }

    private static func drop(_ user: uid_t, _ group: gid_t, name: UnsafePointer<CChar>?) throws(StoreError) {
        let groups = name.map { initgroups($0, group) } ?? setgroups(0, nil)
        guard groups == 0, setgid(group) == 0, setuid(user) == 0 else {
            throw StoreError(
                .cannotOpen,
                "cannot become user \(user), who owns the database: \(String(cString: strerror(errno)))",
                remedy: "run the command as that user"
            )
        }
    }
}
