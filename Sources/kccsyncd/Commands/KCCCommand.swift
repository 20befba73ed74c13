import ArgumentParser
import SyncEngine

/// `kccsyncd kcc …`.
struct KCCCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kcc",
        abstract: "What the link to Khaos Control Cloud has to say.",
        subcommands: [List.self, Dismiss.self, Body.self]
    )

    /// `kccsyncd kcc list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List what a person has to look at.")

        @OptionGroup var inquiry: Inquiry

        func run() async throws {
            try await inquiry.ask(.notices)
        }
    }

    /// `kccsyncd kcc dismiss ID|--all`.
    struct Dismiss: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take off the list what has been dealt with."
        )

        @OptionGroup var option: ConfigurationOption
        @Argument(help: "Numbers of the list.") var ids: [Int64] = []
        @Flag(help: "All of them.") var all = false

        func validate() throws {
            guard ids.isEmpty == all else { throw ValidationError("name them by number, or say --all") }
        }

        func run() async throws {
            try await Control(option: option).performAndPrint(.dismiss(ids: ids))
        }
    }

    /// `kccsyncd kcc body CHANNEL ENDPOINT`.
    struct Body: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the last upload of KCC that could not be read."
        )

        @OptionGroup var inquiry: Inquiry
        @Argument(help: "The channel.") var channel: String
        @Argument(help: "statuses, stock or items.") var endpoint: String

        func run() async throws {
            try await inquiry.ask(.unreadableBody(channel: channel, endpoint: endpoint))
        }
    }
}
