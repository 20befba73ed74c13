import Foundation
import GRDB
import KCCWebServices
import ShopifyAPI
import SyncEngine
import TestSupport

@testable import Persistence
@testable import kccsyncd

/// The daemon without its process: from the text of a configuration to the shops, KCC and commands.
///
/// Real are the reader of the file, the sessions and their loops, the order store on a file, the link with its HTTP, and
/// the code behind the commands. In memory are the file, the shops and the clock, which stands still until a test moves it.
final class Installation: Sendable {
    let now: ManualNow
    let log = CollectingLog()
    let shops: [String: TestShop]
    let folder: TemporaryFolder
    private let text: Locked<String>
    private let parts: Locked<Parts?>

    /// What a restart replaces.
    private struct Parts: Sendable {
        var database: OrderDatabase
        var holder: SessionHolder
    }

    /// Works with a daemon that is configured by this text, and ends it.
    ///
    /// - Parameters:
    ///   - text: The configuration file; `DATABASE` stands for the store's path.
    ///   - shops: By host.
    ///   - seed: Makes the store's file, before the daemon opens it for the first time.
    static func run(
        _ text: String,
        shops: [String: TestShop],
        now: ManualNow = ManualNow(),
        seed: (_ path: String) throws -> Void = { _ in },
        _ body: (Installation) async throws -> Void
    ) async throws {
        let installation = try Installation(text, shops: shops, now: now)
        try seed(installation.path)
        try await installation.start()
        do {
            try await body(installation)
        } catch {
            try? await installation.end()
            throw error
        }
        try await installation.end()
    }

    private init(_ text: String, shops: [String: TestShop], now: ManualNow) throws {
        self.now = now
        self.shops = shops
        folder = try TemporaryFolder()
        self.text = Locked(text)
        parts = Locked(nil)
    }

    // MARK: Its life

    var path: String { folder.path("orders.sqlite") }

    /// - Parameter opens: False = as far as before the link is opened, which takes the daemon a moment.
    func start(opens: Bool = true) async throws {
        let reader = reader
        let configuration = try reader.read()
        let database = try OrderDatabase.open(path: path)
        let shops = shops
        let now = now
        let holder = SessionHolder(
            configuration: configuration,
            reader: reader,
            database: database,
            shops: ShopConnector { plan, _ in shops[plan.domain] },
            log: AdjustableLog(log, minimum: .debug),
            service: ServiceManager(),
            now: { now.current }
        )
        parts.set(Parts(database: database, holder: holder))
        if opens { await holder.openLink() }
    }

    func end() async throws {
        if let holder = parts.current?.holder { await LinkDesk(sessions: holder, log: log).finish() }
        let parts = parts.withLock { parts in
            defer { parts = nil }
            return parts
        }
        try parts?.database.close()
    }

    func restart() async throws {
        try await end()
        try await start()
    }

    var holder: SessionHolder {
        guard let holder = parts.current?.holder else { preconditionFailure("the daemon does not run") }
        return holder
    }

    var database: OrderDatabase {
        guard let database = parts.current?.database else { preconditionFailure("the daemon does not run") }
        return database
    }

    // MARK: Its configuration

    private var reader: ConfigurationReader {
        let file = Array(text.current.replacing("DATABASE", with: path).utf8)
        let access = FileAccess(
            status: { path in
                switch path {
                case ConfigurationReader.defaultPath: .success(FileStatus(kind: .file, mode: 0o600))
                case "/etc/kccsyncd": .success(FileStatus(kind: .directory, mode: 0o755))
                default: .failure(.systemError(ENOENT))
                }
            },
            contents: { path, _ in
                path == ConfigurationReader.defaultPath ? .success(file) : .failure(.systemError(ENOENT))
            }
        )
        return ConfigurationReader(environment: [:], files: access)
    }

    /// Writes the file; nobody reads it yet.
    func write(_ text: String) { self.text.set(text) }

    /// Writes the file and reloads.
    func reload(_ text: String) async throws -> ControlReply {
        write(text)
        let reply = await holder.reload(with: reader)
        await holder.openLink()
        return reply
    }
}
