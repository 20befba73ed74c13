import ArgumentParser
import SyncEngine

/// What `setup` would ask for, given beforehand; a secret is never an argument, which everybody could see in a list of processes.
struct SetupOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The shop's myshopify.com address.", valueName: "url"))
    var url: String?
    @Option(
        help: ArgumentHelp("A file with the Admin API access token; - is standard input.", valueName: "file")
    )
    var tokenFile: String?
    @Option(
        name: .customLong("client-id"),
        help: ArgumentHelp("A Dev Dashboard app's client id, instead of a token.", valueName: "id")
    )
    var clientID: String?
    @Option(help: ArgumentHelp("A file with its client secret; - is standard input.", valueName: "file"))
    var clientSecretFile: String?
    @Option(
        help: ArgumentHelp("The channel's location, or none.", valueName: "name|id|none")
    )
    var location: String?
    @Option(
        help: ArgumentHelp(
            "Where the secret is kept, in a file of its own (default: what the unit loads, /etc/kccsyncd/credentials).",
            valueName: "folder"
        )
    )
    var credentials: String?

    func validate() throws {
        guard tokenFile == nil || clientID == nil && clientSecretFile == nil else {
            throw ValidationError("--token-file and --client-id: give one of them")
        }
        if let credentials, !credentials.hasPrefix("/") {
            throw ValidationError(
                "--credentials: expected an absolute path, found \(FoundValue.text(credentials))"
            )
        }
    }
}
