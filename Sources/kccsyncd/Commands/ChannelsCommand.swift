import ArgumentParser

/// `kccsyncd channels …`.
struct ChannelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "channels",
        abstract: "Channels of the configuration and of the order store.",
        subcommands: [List.self, Rename.self, Forget.self]
    )

    /// `kccsyncd channels list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List channels, also those that the configuration does not have any more."
        )

        @OptionGroup var inquiry: Inquiry

        func run() async throws {
            try await inquiry.ask(.channels)
        }
    }

    /// `kccsyncd channels rename OLD NEW`.
    struct Rename: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give all that the order store holds of a channel to its new name.",
            discussion: """
                Rename the channel's table in the file, too. The order of the two does not matter: before the reload the \
                rename is recorded, and carried out by the reload. Addresses of the old name keep working for KCC.
                """
        )

        @OptionGroup var option: ConfigurationOption
        @Argument(help: "The channel's name until now.") var old: String
        @Argument(help: "Its new name.") var new: String

        func run() async throws {
            try await Control(option: option).performAndPrint(.renameChannel(old: old, new: new))
        }
    }

    /// `kccsyncd channels forget NAME`.
    struct Forget: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget the stock levels and KCC's position of a channel that is gone.",
            discussion: "Its orders stay. It is rejected while orders or shipments of the channel are open."
        )

        @OptionGroup var option: ConfigurationOption
        @Argument(help: "The channel's name.") var name: String

        func run() async throws {
            try await Control(option: option).performAndPrint(.forgetChannel(name: name))
        }
    }
}
