import Glibc

/// How many files and connections the process may have open at once (RLIMIT_NOFILE, getrlimit(2)).
enum DescriptorLimit {
    /// The store, its log and the socket take twenty, each shop and each call of KCC's a few more.
    static let least: UInt = 128

    /// What is wrong with it, and what to do; nil = nothing.
    ///
    /// Below ``least`` connections and the store would fail by turns.
    static var shortage: String? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < least
        else { return nil }
        return
            "the limit of open files is \(limit.rlim_cur), and at least \(least) are needed; set LimitNOFILE=4096 in the unit, or ulimit -n 4096 in a shell"
    }
}
