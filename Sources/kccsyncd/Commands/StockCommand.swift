import ArgumentParser
import Foundation
import SyncEngine

/// `kccsyncd stock …`.
struct StockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stock",
        abstract: "Stock levels: tell them, list them, explain them.",
        subcommands: [Set.self, Import.self, List.self, Explain.self]
    )

    /// `kccsyncd stock set CHANNEL SKU QTY`.
    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Tell one SKU's level.")

        @OptionGroup var option: ConfigurationOption
        @Argument(help: "The channel.") var channel: String
        @Argument(help: "The SKU, byte for byte as in Shopify.") var sku: String
        @Argument(help: "KCC's level, such as 41 or 2.5.") var quantity: String
        @Option(help: "KCC's site.") var site = ""
        @Option(help: "When the level was right, not in the future.") var asOf: DayOrInstant?

        func run() async throws {
            guard let level = Amount(quantity) else {
                Terminal.complain("QTY: expected a number such as 41 or 2.5, found \"\(quantity)\"")
                throw ExitStatus.usage.code
            }
            let time = try await AsOf.checked(asOf, channel: channel, option)
            let told = ToldLevel(channel: channel, sku: sku, site: site, level: level, asOf: time ?? Date())
            try await Control(option: option).performAndPrint(.levels([told], source: .command))
        }
    }

    /// `kccsyncd stock import FILE.csv`.
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell the levels of a CSV or tab-separated file.",
            discussion:
                "Columns by name: STOCK_CODE, STOCK_LEVEL, and SITE and CHANNEL where wanted. The file's modification time is when its levels were right, unless --as-of says otherwise."
        )

        @OptionGroup var option: ConfigurationOption
        @Argument(help: "The file.") var file: String
        @Option(help: "When the levels were right, not in the future.") var asOf: DayOrInstant?
        @Flag(help: "Take nothing if a single line cannot be taken.") var strict = false

        func run() async throws {
            let configuration = try option.read(credentials: .tolerated)
            let input = try InputFile(file)
            let time = try await AsOf.checked(asOf, channel: nil, option) ?? input.modified
            let control = Control(option: option)
            let files = FileImport(
                name: file,
                channels: configuration.channels.filter(\.sendsStock).map(\.name),
                perform: { try await control.perform($0) }
            )
            if files.channels.isEmpty {
                Terminal.complain("no channel sends stock: each needs a channel_location")
                throw ExitStatus.configuration.code
            }
            if strict {
                let check = files.checkStock(try input.source())
                if check.refused > 0 {
                    for line in check.lines { Terminal.complain(line) }
                    Terminal.complain("\(file): nothing was taken, because of --strict")
                    throw ExitStatus.usage.code
                }
            }
            let report = try await files.stock(try input.source(), asOf: time)
            try report.finish()
        }
    }

    /// `kccsyncd stock list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List levels and what became of them.")

        @OptionGroup var inquiry: Inquiry
        @Option(help: "Only this channel.") var channel: String?
        @Flag(help: "Only what does not reach Shopify.") var trouble = false

        func run() async throws {
            try await inquiry.ask(.stock(channel: channel, trouble: trouble))
        }
    }

    /// `kccsyncd stock explain CHANNEL SKU`.
    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show every term of what Shopify is told of a SKU."
        )

        @OptionGroup var inquiry: Inquiry
        @Argument(help: "The channel.") var channel: String
        @Argument(help: "The SKU.") var sku: String

        func run() async throws {
            try await inquiry.ask(.stockExplanation(channel: channel, sku: sku))
        }
    }
}

/// The time at which told levels were right.
enum AsOf {
    /// - Parameter channel: Whose shop's midnight a day means; nil = that of all shops.
    /// - Throws: A usage error for a time in the future, which would hide every sale until then.
    static func checked(_ given: DayOrInstant?, channel: String?, _ option: ConfigurationOption) async throws
        -> Date?
    {
        guard let given else { return nil }
        let zones = await Inquiry.zones(option)
        let zone = channel.map(zones.zone(ofChannel:)) ?? zones.shared
        let time = given.date(in: zone)
        if time > Date() {
            Terminal.complain("--as-of: expected a time that has passed, found \(time.shown(in: zone))")
            throw ExitStatus.usage.code
        }
        return time
    }
}
