import ArgumentParser
import SyncEngine

/// `kccsyncd queue …`.
struct QueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "What is still to be told to Shopify.",
        subcommands: [List.self, Retry.self, Discard.self]
    )

    /// `kccsyncd queue list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List jobs that are not done.")

        @OptionGroup var inquiry: Inquiry
        @Flag(help: "Done and discarded ones, too.") var all = false

        func run() async throws {
            try await inquiry.ask(.queue(finished: all))
        }
    }

    /// `kccsyncd queue retry ID|--all`.
    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Try parked or waiting jobs again now.")

        @OptionGroup var option: ConfigurationOption
        @Argument(help: "Jobs' numbers.") var ids: [Int64] = []
        @Flag(help: "All that are parked or wait, but not those that Shopify may have done already.")
        var all = false

        func validate() throws {
            guard ids.isEmpty == all else { throw ValidationError("name jobs by number, or say --all") }
        }

        func run() async throws {
            try await Control(option: option).performAndPrint(.queue(.retry, ids: ids))
        }
    }

    /// `kccsyncd queue discard ID`.
    struct Discard: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give up jobs for good: they are not sent any more."
        )

        @OptionGroup var option: ConfigurationOption
        @Argument(help: "Jobs' numbers.") var ids: [Int64]

        func run() async throws {
            try await Control(option: option).performAndPrint(.queue(.discard, ids: ids))
        }
    }
}
