import ArgumentParser

extension DatabaseCommand {
    /// `kccsyncd db purge`.
    struct Purge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove finished jobs and personal data that [retention] keeps no longer.",
            discussion: """
                The daemon does the same once a day. With no daemon running the file is written anew whatever its size, so that \
                nothing of what was removed is left in it.
                """
        )

        @OptionGroup var option: ConfigurationOption

        func run() async throws {
            try await Control(option: option).performAndPrint(.purge)
        }
    }
}
