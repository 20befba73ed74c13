import ArgumentParser
import Foundation
import Persistence
import ShopifyAPI
import SyncEngine

/// `--config F` or `--instance NAME`, and what every command does with it.
struct ConfigurationOption: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            "The configuration file (default: \(ConfigurationReader.defaultPath)).",
            valueName: "file"
        )
    )
    var file: String?
    @Option(
        help: ArgumentHelp(
            "One of several merchants on this machine: short for --config /etc/kccsyncd/NAME/kccsyncd.toml.",
            valueName: "name"
        )
    )
    var instance: String?

    func validate() throws {
        guard let instance else { return }
        guard file == nil else { throw ValidationError("--config and --instance: give one of them") }
        guard Instance(name: instance) != nil else {
            throw ValidationError(
                "--instance: expected \(Instance.expectedName), found \(FoundValue.text(instance))"
            )
        }
    }

    /// The configuration file's path.
    var config: String {
        file ?? instance.flatMap(Instance.init(name:))?.file ?? ConfigurationReader.defaultPath
    }

    /// Reads the file; prints every problem and ends with 78 if there is one.
    ///
    /// - Parameter credentials: `.tolerated` for commands that do not talk to Shopify.
    func read(credentials: UnseenCredentials) throws -> Configuration {
        do {
            return try ConfigurationReader(path: config, unseenCredentials: credentials).read()
        } catch {
            Terminal.complain(error.lines)
            throw ExitStatus.configuration.code
        }
    }

    /// The log of a command: warnings and worse, on standard error.
    var quietLog: any EventLog { StandardErrorLog(minimum: .warning) }
}

/// Runs a command's body and turns its errors into a line and an exit status.
func reporting<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
        return try await body()
    } catch let error as StoreError {
        Terminal.complain(error.description)
        throw ExitStatus(error).code
    } catch let error as ShopError {
        Terminal.complain(error.description)
        throw ExitStatus(error).code
    }
}

/// The order store, opened to be read.
struct ReadOnlyStore {
    let database: OrderDatabase

    /// - Throws: `.cannotOpen` where it is not there, or not for this user.
    init(_ configuration: Configuration) throws {
        try self.init(path: configuration.daemon.database)
    }

    /// - Throws: The same.
    init(path: String) throws {
        try Privileges.becomeOwner(of: path)
        guard FileManager.default.fileExists(atPath: path) else {
            throw StoreError(
                .cannotOpen,
                "\(path): is not there yet, or not to be seen by this user",
                remedy: "start the daemon, run kccsyncd run --once, or run this as root"
            )
        }
        database = try OrderDatabase.openReadOnly(path: path)
    }
}

/// Has a command carried out by the running daemon, or by this process under the daemon's lock.
struct Control {
    let option: ConfigurationOption

    func perform(_ command: ControlCommand) async throws -> ControlReply {
        let settings = try option.settings()
        let curl = CurlLoop()
        let client = ControlClient(path: settings.places.controlSocket, curl: curl)
        do throws(ControlClient.Absence) {
            let reply = try await client.send(command)
            await curl.stop()
            if case .invalid(let invalid) = settings {
                invalid.warn(using: InvalidConfiguration.usingDaemon)
            }
            return reply
        } catch {
            if case .unreachable(let why, let status) = error { return ControlReply(status, error: why) }
        }
        let reply = try await locally(command, curl)
        await curl.stop()
        return reply
    }

    /// Has the running daemon carry a command out; nil where none runs, or none that answers.
    func daemon(_ command: ControlCommand) async throws -> ControlReply? {
        let curl = CurlLoop()
        let client = ControlClient(path: try option.settings().places.controlSocket, curl: curl)
        let reply = try? await client.send(command)
        await curl.stop()
        return reply
    }

    /// Nobody else is there: the lock is ours for as long as the command takes.
    private func locally(_ command: ControlCommand, _ curl: CurlLoop) async throws -> ControlReply {
        if case .vitals = command { return ControlReply(.temporary, error: "no daemon runs") }
        let configuration = try option.read(credentials: .refused)
        return try await reporting {
            try Privileges.becomeOwner(of: configuration.daemon.database)
            let lock = try InstanceLock(database: configuration.daemon.database)
            let database = try OrderDatabase.open(path: configuration.daemon.database)
            let session = SyncSession(
                configuration: configuration,
                database: database,
                shops: .shopify(over: curl),
                log: option.quietLog
            )
            _ = try await session.carryOutRenames()
            let reply = await CommandExecutor(session: session, isAlone: true).execute(command)
            if case .backfill = command, let id = reply.number { try await finishBackfill(id, session) }
            try database.close()
            _ = consume lock
            return reply
        }
    }

    /// Without a daemon nobody would work on the backfill later, so it is done now.
    private func finishBackfill(_ id: Int64, _ session: SyncSession) async throws {
        while let backfill = try await session.store.backfill(id: id), backfill.finishedAt == nil {
            BackfillCommand.show(backfill)
            guard let loop = session.loop(ofChannel: backfill.channel) else { return }
            _ = await loop.round()
            if let code = loop.state.health.errorCode {
                throw StoreError(
                    .full,
                    "backfill interrupted: \(loop.state.health.error ?? code)",
                    remedy: "run it again; it goes on where it stopped"
                )
            }
        }
    }

    /// Performs, prints, and ends with the reply's status.
    func performAndPrint(_ command: ControlCommand) async throws {
        let reply = try await perform(command)
        Terminal.print(reply.lines)
        for warning in reply.warnings { Terminal.complain("warning: \(warning)") }
        for error in reply.errors { Terminal.complain(error) }
        if reply.status != .done { throw reply.status.code }
    }
}

extension DayOrInstant: ExpressibleByArgument {
    /// `2026-11-16` (midnight in the shop's zone) or RFC 3339.
    package init?(argument: String) { self.init(argument) }
}
