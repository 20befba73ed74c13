import ArgumentParser
import SyncEngine

/// `kccsyncd orders list`.
struct OrdersListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List stored orders, the latest first."
    )

    @OptionGroup var inquiry: Inquiry
    @Option(help: "Only this channel's.") var channel: String?
    @Option(help: "Only in this state: pending, imported, skipped, failed or ignored.") var state: OrderState?
    @Option(help: "Only for this reason, such as unpaid or maybe_handed_off.") var reason: ReasonCode?
    @Option(help: "Only placed on or after this day or instant.") var since: DayOrInstant?

    func run() async throws {
        try await inquiry.ask(.orders(channel: channel, state: state, reason: reason, since: since))
    }
}

/// `kccsyncd orders show REF`.
struct OrdersShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one stored order whole."
    )

    @OptionGroup var inquiry: Inquiry
    @Argument(help: ArgumentHelp("Which order.", valueName: "ref")) var reference: String

    func run() async throws {
        try await inquiry.ask(.order(reference: reference))
    }
}

/// `kccsyncd orders explain REF`.
struct OrdersExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show what every import rule says of an order."
    )

    @OptionGroup var inquiry: Inquiry
    @Argument(help: ArgumentHelp("Which order.", valueName: "ref")) var reference: String

    func run() async throws {
        try await inquiry.ask(.explanation(reference: reference))
    }
}

/// `kccsyncd orders export`.
struct OrdersExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print imported orders for another program.",
        discussion:
            "What is printed as json or csv counts as served: a later change is shown as changed after its hand-off. kcc-json prints exactly what KCC gets over its link, a page a line, and records nothing; orders that cannot be sent are named on standard error, and the exit status is then 64."
    )

    @OptionGroup var option: ConfigurationOption
    @Option(help: "json, csv or kcc-json.") var format = ExportFormat.json
    @Flag(help: "Only orders that nobody has acknowledged yet.") var unacknowledged = false
    @Option(help: "Only this channel's.") var channel: String?

    func run() async throws {
        let question = Question.export(format, unacknowledged: unacknowledged, channel: channel)
        // An order that changes between being read and being recorded as served would change unnoticed.
        for _ in 0..<Self.tries {
            let answer = try await reporting {
                try await Inquiry.answer(question, json: format == .json, option: option)
            }
            guard !answer.exported.isEmpty else {
                Terminal.print(answer.lines)
                for error in answer.errors { Terminal.complain(error) }
                if answer.status != .done { throw answer.status.code }
                return
            }
            let reply = try await Control(option: option).perform(.exported(revisions: answer.exported))
            for error in reply.errors { Terminal.complain(error) }
            guard reply.status == .done else { throw reply.status.code }
            if reply.stale.isEmpty { return Terminal.print(answer.lines) }
        }
        Terminal.complain("orders keep changing while they are exported; try again")
        throw ExitStatus.temporary.code
    }

    private static let tries = 5
}

extension ExportFormat: ExpressibleByArgument {}
