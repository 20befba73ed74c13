import Persistence
import SyncEngine

/// Opens the order store at the daemon's start, and waits where waiting helps.
///
/// A full disk would otherwise end every start within seconds, and systemd gives a unit up that does so ten times.
struct StoreOpening: Sendable {
    let path: String
    let service: ServiceManager
    let log: any EventLog

    /// The lock and the store that it guards.
    struct Opened: ~Copyable {
        let lock: InstanceLock
        let database: OrderDatabase
    }

    private static let pause = Duration.seconds(2)
    /// What systemd is asked to allow for a try: a migration of a large store outlasts the time that it gives a start.
    private static let patience = Duration.seconds(600)

    /// Opens it, after a full or read-only disk has been mended and a program that holds the file has ended.
    ///
    /// SIGTERM ends the process meanwhile, since there is nothing to finish yet.
    ///
    /// - Throws: What does not pass by itself; `.busy` where another kccsyncd works with the store.
    func run() async throws(StoreError) -> Opened {
        let lock = try await patiently([.full, .readOnly]) { () throws(StoreError) in
            try InstanceLock(database: path)
        }
        let database = try await patiently([.full, .readOnly, .busy]) { () throws(StoreError) in
            try OrderDatabase.open(path: path)
        }
        return Opened(lock: lock, database: database)
    }

    private func patiently<Value: ~Copyable>(
        _ passing: Set<StoreError.Code>,
        _ attempt: () throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        var said: StoreError?
        while true {
            service.extendTimeout(Self.patience)
            do throws(StoreError) {
                let value = try attempt()
                if said != nil {
                    log.record(Event(.notice, "the database answers again", kind: .databaseRecovered))
                }
                return value
            } catch {
                guard passing.contains(error.code), !Task.isCancelled else { throw error }
                if error != said {
                    log.record(
                        Event(.error, "the start waits: \(error.description)", kind: .databaseTrouble)
                    )
                    service.status("the start waits: \(error.message)")
                    said = error
                }
            }
            try? await Task.sleep(for: Self.pause)
        }
    }
}
