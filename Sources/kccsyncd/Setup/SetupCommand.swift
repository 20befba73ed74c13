import ArgumentParser
import Glibc
import ShopifyAPI
import SyncEngine

/// `kccsyncd setup CHANNEL`: a new channel, or a new secret for one that is there.
struct SetupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "setup",
        abstract: "Set up a channel, or give it a new token.",
        discussion:
            "Asks for what the options leave out, tries it against Shopify, and only then stores the secret and writes the channel's table. Secrets are read from a file, from standard input, or typed; they are never arguments."
    )

    @OptionGroup var option: ConfigurationOption
    @OptionGroup var options: SetupOptions
    @Argument(help: "The channel's name.") var channel: String

    func validate() throws {
        guard ChannelReader.isName(channel) else {
            throw ValidationError("expected \(ChannelReader.expectedName), found \(FoundValue.text(channel))")
        }
    }

    func run() async throws {
        umask(0o077)
        let interruptions = Interruptions()
        let curl = CurlLoop()
        do throws(SetupError) {
            let instance = Instance(file: option.config)
            let file = try SetupFile(
                option.config,
                channel: channel,
                credentialsFolder: options.credentials ?? instance.credentialsFolder
            )
            let setup = ChannelSetup(
                channel: channel,
                file: file,
                answers: SetupAnswers(options: options, console: Console(interruptions)),
                interruptions: interruptions,
                curl: curl
            )
            let outcome = try await setup.run()
            await report(outcome, file, instance)
        } catch {
            await curl.stop()
            Terminal.complain(error.message)
            throw error.status.code
        }
        await curl.stop()
    }

    /// What was done, and what is left to do.
    private func report(_ outcome: ChannelSetup.Outcome, _ file: SetupFile, _ instance: Instance) async {
        print("")
        for name in outcome.credentials { print("stored: \(file.credentialsFolder)/\(name), mode 0600") }
        if outcome.isNew { print("added: [channels.\(channel)] to \(file.path)") }
        let warnings = outcome.configuration.warnings.filter { $0.path.hasPrefix("channels.\(channel).") }
        for warning in warnings { print("warning: \(warning)") }
        if let leftover = outcome.leftover { print("next: \(leftover)") }
        print("next: \(await nextStep(outcome.configuration, instance))")
    }

    private static let why = "it has its credentials from its start"

    /// The daemon has its credentials from systemd, which reads them only when it starts it.
    private func nextStep(_ configuration: Configuration, _ instance: Instance) async -> String {
        let curl = CurlLoop()
        let client = ControlClient(path: configuration.daemon.controlSocket, curl: curl)
        var runs = true
        do throws(ControlClient.Absence) {
            _ = try await client.send(.vitals)
        } catch {
            runs = error != .notRunning
        }
        await curl.stop()
        guard instance.hasUnit else {
            return runs ? "restart the daemon; \(Self.why)" : "kccsyncd run --config \(instance.file)"
        }
        return runs
            ? "systemctl restart \(instance.unit); \(Self.why)" : "systemctl enable --now \(instance.unit)"
    }
}
