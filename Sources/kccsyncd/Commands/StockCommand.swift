import ArgumentParser
import Foundation
import SyncEngine

/// `kccsyncd stock …`.
struct StockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stock",
        abstract: "Stock levels: set, import, list, explain, forget and retry them.",
        subcommands: [Set.self, Import.self, List.self, Explain.self, Forget.self, Retry.self]
    )

    /// `kccsyncd stock set CHANNEL SKU QTY`.
    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Set the stock level of one SKU.")

        @OptionGroup var option: ConfigurationOption
        @Argument(help: "The channel.") var channel: String
        @Argument(help: "The SKU as in Shopify; white space at its ends does not matter.") var sku: String
        @Argument(help: ArgumentHelp("KCC's level, such as 41 or 2.5; not negative.", valueName: "qty"))
        var quantity: String
        @Option(help: "KCC's site.") var site = ""
        @Option(help: "When the level was right, not in the future.") var asOf: DayOrInstant?

        func run() async throws {
            guard let level = Amount(quantity) else {
                Terminal.complain("QTY: expected a number such as 41 or 2.5, found \"\(quantity)\"")
                throw ExitStatus.usage.code
            }
            guard level >= .zero else {
                Terminal.complain(CommandLineComplaint.negative("QTY", quantity))
                throw ExitStatus.usage.code
            }
            let sku = try StockCode.checked(sku)
            let time = try await AsOf.checked(asOf, channel: channel, option)
            let told = ToldLevel(channel: channel, sku: sku, site: site, level: level, asOf: time ?? Date())
            try await Control(option: option).performAndPrint(.levels([told], source: .command))
        }
    }

    /// `kccsyncd stock import FILE.csv`.
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Import the stock levels of a CSV or tab-separated file.",
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
            let given = try await AsOf.checked(asOf, channel: nil, option)
            if given == nil,
                let complaint = input.complaint(now: Date(), in: await Inquiry.zones(option).shared)
            {
                Terminal.complain(complaint)
                throw ExitStatus.usage.code
            }
            let time = given ?? input.modified
            let control = Control(option: option)
            let files = FileImport(
                name: file,
                channels: configuration.stockChannels,
                perform: { try await control.perform($0) }
            )
            if files.channels.isEmpty {
                Terminal.complain(FileImport.noChannels)
                throw ExitStatus.configuration.code
            }
            if strict {
                let check = try await files.checkStock(try input.source(), asOf: time)
                if check.refused > 0 || check.status != .done {
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
        static let configuration = CommandConfiguration(
            abstract: "List stock levels and whether Shopify has them."
        )

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
            abstract: "Show how the stock figure sent to Shopify is calculated."
        )

        @OptionGroup var inquiry: Inquiry
        @Argument(help: "The channel.") var channel: String
        @Argument(help: "The SKU.") var sku: String

        func run() async throws {
            try await inquiry.ask(.stockExplanation(channel: channel, sku: try StockCode.checked(sku)))
        }
    }

    /// `kccsyncd stock forget CHANNEL SKU`.
    struct Forget: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove the stock levels of one SKU, or the level at one site.",
            discussion:
                "What Shopify offers stays as it is until another level counts. KCC's next report of the SKU brings its level back."
        )

        @OptionGroup var option: ConfigurationOption
        @Argument(help: "The channel.") var channel: String
        @Argument(help: "The SKU.") var sku: String
        @Option(help: "Only the level at this site, or at this SiteID of KCC's that [sites] does not name.")
        var site: String?

        func run() async throws {
            let sku = try StockCode.checked(sku)
            try await Control(option: option)
                .performAndPrint(.forgetLevel(channel: channel, sku: sku, site: site))
        }
    }

    /// `kccsyncd stock retry [CHANNEL]`.
    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Try SKUs again that do not reach Shopify.",
            discussion: "See which with: kccsyncd stock list --trouble"
        )

        @OptionGroup var option: ConfigurationOption
        @Argument(help: "Only this channel.") var channel: String?

        func run() async throws {
            try await Control(option: option).performAndPrint(.retryStock(channel: channel))
        }
    }
}

/// A SKU given on the command line.
enum StockCode {
    /// - Throws: A usage error for a blank one.
    static func checked(_ text: String) throws -> SKU {
        guard let sku = SKU(given: text) else {
            Terminal.complain("SKU: expected a stock code, found \"\(text)\"")
            throw ExitStatus.usage.code
        }
        return sku
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
