import ArgumentParser
import SyncEngine

/// `kccsyncd status`.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how each channel is doing."
    )

    @OptionGroup var inquiry: Inquiry

    func run() async throws {
        try await inquiry.ask(.status)
    }
}
