import ArgumentParser
import Foundation
import SyncEngine

/// `kccsyncd support-bundle [FILE]`.
struct SupportBundleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "support-bundle",
        abstract: "Write a file that a developer can diagnose this installation with.",
        discussion: """
            A compressed tar archive with versions, the configuration without secrets, figures of the order store, the journal's \
            last lines and the unit's state. No secret and no customer's data is in it; its README says what is. It works with \
            the daemon running or not, and says what it could not get. Run it as root for all of it.
            """
    )

    @OptionGroup var option: ConfigurationOption
    @Option(
        help: ArgumentHelp(
            "The unit whose journal and state to take (default: the instance's).",
            valueName: "name"
        )
    )
    var unit: String?
    @Option(help: ArgumentHelp("How many lines of the journal to take.", valueName: "count"))
    var journalLines = 2000
    @Argument(
        help: "The file; nothing may be there (default: kccsyncd-support-TIME.tar.gz in the current folder)."
    )
    var file: String?

    func validate() throws {
        guard (1...100_000).contains(journalLines) else {
            throw ValidationError("--journal-lines: expected 1 to 100000, found \(journalLines)")
        }
    }

    func run() async throws {
        umask(0o077)
        let now = Date()
        let folder =
            "kccsyncd-support-" + now.formatted(.iso8601.dateSeparator(.omitted).timeSeparator(.omitted))
        let path = file ?? "\(folder).tar.gz"
        try await reporting {
            let archive = try BundleArchive(path: path)
            let bundle = await BundleGathering(
                option: option,
                unit: unit ?? Instance(file: option.config).unit,
                journalLines: journalLines,
                now: now
            )
            .bundle()
            try archive.write(bundle.complete(at: now), folder: folder)
            for gap in bundle.missing { Terminal.complain("not in it: \(gap)") }
            print(
                "\(path): written; it holds no secret and no customer's data, and its README says what it does hold"
            )
        }
    }
}
