import ArgumentParser
import Foundation
import Persistence
import SyncEngine

/// `kccsyncd orders …`.
struct OrdersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orders",
        abstract: "Look at stored orders and decide about them.",
        discussion: "REF is the associated ref, Shopify's order name, or the gid.",
        subcommands: [
            OrdersListCommand.self, OrdersShowCommand.self, OrdersExplainCommand.self,
            OrdersExportCommand.self,
            Ignore.self, Reimport.self, Refetch.self, Ack.self, Release.self, Settle.self, Resend.self,
            Payment.self,
        ]
    )

    /// One or more orders.
    struct References: ParsableArguments {
        @OptionGroup var option: ConfigurationOption
        @Argument(help: ArgumentHelp("Which orders.", valueName: "ref")) var references: [String]

        func perform(_ verb: OrderVerb) async throws {
            try await Control(option: option).performAndPrint(.orders(verb, references: references))
        }
    }

    /// One or more orders, or all that may have been handed over before the store was restored.
    struct DoubtedReferences: ParsableArguments {
        @OptionGroup var option: ConfigurationOption
        @Argument(help: ArgumentHelp("Which orders.", valueName: "ref")) var references: [String] = []
        @Flag(help: "All orders that are held as maybe_handed_off.") var maybeHandedOff = false
        @Option(help: "Only this channel's, with --maybe-handed-off.") var channel: String?

        func validate() throws {
            if references.isEmpty != maybeHandedOff {
                throw ValidationError("give REFs, or --maybe-handed-off")
            }
            if channel != nil, !maybeHandedOff {
                throw ValidationError("--channel goes with --maybe-handed-off")
            }
        }

        func perform(_ verb: OrderVerb) async throws {
            let command: ControlCommand =
                maybeHandedOff ? .doubted(verb, channel: channel) : .orders(verb, references: references)
            try await Control(option: option).performAndPrint(command)
        }
    }

    /// `kccsyncd orders ignore`.
    struct Ignore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Never import these orders.")

        @OptionGroup var option: ConfigurationOption
        @Argument(help: ArgumentHelp("Which orders.", valueName: "ref")) var references: [String] = []
        @Option(help: "All orders of this channel, with --before.") var channel: String?
        @Option(help: "Placed before this day or instant.") var before: DayOrInstant?

        func validate() throws {
            if references.isEmpty == (channel == nil) {
                throw ValidationError("give REFs, or --channel with --before")
            }
            if (channel == nil) != (before == nil) {
                throw ValidationError("--channel and --before go together")
            }
        }

        func run() async throws {
            let control = Control(option: option)
            guard let channel, let before else {
                return try await control.performAndPrint(.orders(.ignore, references: references))
            }
            try await control.performAndPrint(.ignoreBefore(channel: channel, date: before))
        }
    }

    /// `kccsyncd orders reimport`.
    struct Reimport: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Judge stored orders again by the rules and settings of now."
        )

        @OptionGroup var option: ConfigurationOption
        @Argument(help: ArgumentHelp("Which orders.", valueName: "ref")) var references: [String] = []
        @Option(help: "All orders of this channel, with --since.") var channel: String?
        @Option(help: "Placed on or after this day or instant.") var since: DayOrInstant?

        func validate() throws {
            if references.isEmpty == (channel == nil) {
                throw ValidationError("give REFs, or --channel with --since")
            }
            if (channel == nil) != (since == nil) {
                throw ValidationError("--channel and --since go together")
            }
        }

        func run() async throws {
            let control = Control(option: option)
            guard let channel, let since else {
                return try await control.performAndPrint(.orders(.reimport, references: references))
            }
            try await control.performAndPrint(.reimportSince(channel: channel, date: since))
        }
    }

    /// `kccsyncd orders refetch`.
    struct Refetch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Ask Shopify for these orders again.")
        @OptionGroup var orders: References
        func run() async throws { try await orders.perform(.refetch) }
    }

    /// `kccsyncd orders ack`.
    struct Ack: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Record that the ERP has these orders.")
        @OptionGroup var orders: DoubtedReferences
        func run() async throws { try await orders.perform(.ack) }
    }

    /// `kccsyncd orders release`.
    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hand orders off in spite of totals that differ."
        )
        @OptionGroup var orders: References
        func run() async throws { try await orders.perform(.release) }
    }

    /// `kccsyncd orders settle`.
    struct Settle: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that changes after the hand-off have been dealt with."
        )
        @OptionGroup var orders: References
        func run() async throws { try await orders.perform(.settle) }
    }

    /// `kccsyncd orders resend`.
    struct Resend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Offer the current revision of orders again."
        )
        @OptionGroup var orders: DoubtedReferences
        func run() async throws { try await orders.perform(.resend) }
    }

    /// `kccsyncd orders payment`.
    struct Payment: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Enter by hand what an unpaid imported order was paid with.",
            discussion: "It stops counting once Shopify's own transactions cover the order."
        )

        @OptionGroup var option: ConfigurationOption
        @Argument(help: ArgumentHelp("Which order.", valueName: "ref")) var reference: String
        @Argument(help: "Such as 48.20, in the order's currency.") var amount: String
        @Option(help: "cash, cheque, card, voucher or bacs.") var kind: PaymentKind
        @Option(name: .customLong("reference"), help: "A cheque's number, a voucher's code, …") var note:
            String?

        func run() async throws {
            try await Control(option: option)
                .performAndPrint(
                    .payment(reference: reference, amount: amount, kind: kind, note: note)
                )
        }
    }
}

extension PaymentKind: ExpressibleByArgument {}
extension OrderState: ExpressibleByArgument {}
extension ReasonCode: ExpressibleByArgument {}
