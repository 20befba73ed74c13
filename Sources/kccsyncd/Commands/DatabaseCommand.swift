import ArgumentParser
import Foundation
import Persistence
import SyncEngine

/// `kccsyncd db …`.
struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db",
        abstract: "Back up, restore and examine the order store.",
        subcommands: [Backup.self, Restore.self, Confirm.self, Check.self, Purge.self]
    )

    /// `kccsyncd db backup FILE`.
    struct Backup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copy the order store while it is in use.",
            discussion:
                "The copy is checked before it gets its name; it holds customers' data, so keep it encrypted."
        )

        @OptionGroup var option: ConfigurationOption
        @Argument(help: "The copy's path; nothing may be there.") var file: String

        func run() async throws {
            let configuration = try option.storeSettings()
            let store = try await reporting { try ReadOnlyStore(configuration) }
            // A relative path is the caller's; reading needs no lock, so the copy is made here.
            try await reporting {
                try await DatabaseCare(store.database)
                    .backUp(to: (file as NSString).standardizingPath) { done, all in
                        Terminal.progress(all == 0 ? 1 : Double(done) / Double(all), "pages copied")
                    }
                Terminal.endProgress()
            }
            print("\(file): backup made and checked")
        }
    }

    /// `kccsyncd db restore FILE`.
    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a copy of the order store in its place.",
            discussion: """
                The daemon must not run. The copy is examined first, and the store that was there is kept beside it. Until \
                `kccsyncd db confirm`, orders that KCC may have been given are held, shipments are compared with Shopify before \
                they are told, and a stock level is sent only once it has been told again.
                """
        )

        @OptionGroup var option: ConfigurationOption
        @Argument(help: "A copy that `kccsyncd db backup` made.") var file: String

        func run() async throws {
            let configuration = try option.storeSettings()
            let path = configuration.daemon.database
            // Whoever may read the copy need not be the one who owns the store.
            let copy = FileHandle(forReadingAtPath: file)
            let outcome = try await reporting {
                guard let copy else {
                    throw StoreError(
                        .cannotOpen,
                        "\(file): cannot be read: \(String(cString: strerror(errno)))",
                        remedy: "name a file that kccsyncd db backup made"
                    )
                }
                try Privileges.becomeOwner(of: path)
                let lock = try InstanceLock(database: path)
                let outcome = try await DatabaseRestore(path: path)
                    .restore(from: copy, named: file, now: Date())
                _ = consume lock
                return outcome
            }
            let store = try await reporting { try OrderDatabase.openReadOnly(path: path) }
            let zones = try await reporting {
                try await OrderQueries(store).zones(of: configuration.channels)
            }
            Terminal.print(Self.lines(outcome, path, zones.shared))
        }

        static func lines(_ outcome: DatabaseRestore.Outcome, _ path: String, _ zone: TimeZone) -> [String] {
            var lines = [
                "\(path): restored, \(Spoken.count(outcome.orders, "order", "orders"))"
                    + (outcome.newest.map { ", the newest read \($0.shown(in: zone))" } ?? "")
            ]
            if let replaced = outcome.replaced {
                lines.append("the store that was there is kept: \(replaced)")
            }
            let doubtful = Spoken.count(
                outcome.doubtful,
                "order that waits for KCC",
                "orders that wait for KCC"
            )
            lines += [
                "held until you decide, for KCC may have been given them: \(doubtful)",
                "next: start the daemon, see kccsyncd status, and when all is right run: kccsyncd db confirm",
            ]
            return lines
        }
    }

    /// `kccsyncd db confirm`.
    struct Confirm: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that a restored store is right, so that all goes on as usual.",
            discussion:
                "Orders that are held as maybe_handed_off stay held: kccsyncd orders ack --maybe-handed-off or kccsyncd orders resend --maybe-handed-off decides about them."
        )

        @OptionGroup var option: ConfigurationOption

        func run() async throws {
            try await Control(option: option).performAndPrint(.confirmRestoration)
        }
    }

    /// `kccsyncd db check`.
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Examine the file and every stored order.")

        @OptionGroup var option: ConfigurationOption

        func run() async throws {
            let configuration = try option.storeSettings()
            try await reporting {
                let store = try ReadOnlyStore(configuration)
                let problems = try await DatabaseCare(store.database).check()
                guard problems.isEmpty else {
                    Terminal.print(problems)
                    throw StoreError(
                        .corrupt,
                        "\(store.database.path): \(Spoken.count(problems.count, "problem", "problems")) found",
                        remedy: "stop the daemon, keep a copy of the file, and restore the last backup"
                    )
                }
                print("\(store.database.path): ok")
            }
        }
    }
}
