import ArgumentParser

/// The program's entry: `kccsyncd SUBCOMMAND`.
@main
struct Kccsyncd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kccsyncd",
        abstract: "Keeps Shopify stores and Khaos Control Cloud in step.",
        version: Version.number,
        subcommands: [
            RunCommand.self, CheckConfigCommand.self, ReloadCommand.self, CheckCommand.self,
            SetupCommand.self,
            StatusCommand.self,
            ChannelsCommand.self, LocationsCommand.self, OrdersCommand.self, CustomersCommand.self,
            StockCommand.self, ShipmentsCommand.self, QueueCommand.self, KCCCommand.self,
            BackfillCommand.self,
            DatabaseCommand.self, SupportBundleCommand.self,
        ]
    )

    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if let complaint = CommandLineComplaint.text(about: arguments) {
            Terminal.complain("Error: \(complaint)")
            exit(withError: ExitStatus.usage.code)
        }
        await main(arguments)
    }
}
