import ArgumentParser
import Foundation
import Persistence
import SyncEngine

/// `kccsyncd orders list`.
struct OrdersListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List stored orders, the latest first.")

    @OptionGroup var option: ConfigurationOption
    @Option(help: "Only this channel's.") var channel: String?
    @Option(help: "Only in this state: pending, imported, skipped, failed or ignored.") var state: OrderState?
    @Option(help: "Only placed on or after this day or instant.") var since: DateArgument?
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        try await reporting {
            let store = try ReadOnlyStore(option)
            let orders = try await store.queries.list(.init(channel: channel, state: state, since: since?.date))
            if json { return try Terminal.printJSON(orders.map(OrderJSON.summary)) }
            var table = TextTable(
                ["ORDER", "CHANNEL", "PLACED", "STATE", "REASON", "REF", "CUSTOMER", "TOTAL"], rightAligned: [7])
            for order in orders {
                let standing = order.standing
                let state = standing.state == .imported && standing.handOff != .waiting
                    ? standing.handOff.rawValue : standing.state.rawValue
                table.add([
                    order.name, standing.channel, Spoken.time(order.placedAt),
                    state + (standing.changedFields.isEmpty ? "" : " (changed)"), standing.reason?.rawValue ?? "",
                    standing.ref ?? "", order.customer?.displayName ?? "",
                    "\(order.total.text(currency: order.currency)) \(order.currency)",
                ])
            }
            Terminal.print(table.isEmpty ? ["no orders"] : table.lines)
        }
    }
}

/// `kccsyncd orders show REF`.
struct OrdersShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one stored order whole.")

    @OptionGroup var option: ConfigurationOption
    @Argument(help: ArgumentHelp("Which order.", valueName: "ref")) var reference: String
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        try await reporting {
            let store = try ReadOnlyStore(option)
            let stored = try await OrderReference(store.queries).resolve(reference)
            let order = try await store.queries.order(stored)
            let history = try await store.queries.history(stored)
            let payments = try await store.queries.payments(stored)
            if json {
                return try Terminal.printJSON(
                    OrderJSON.whole(stored, order, history: history, payments: payments))
            }
            Terminal.print(OrderText.whole(stored, order, history: history, payments: payments))
        }
    }
}

/// `kccsyncd orders explain REF`.
struct OrdersExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Show what every import rule says of an order.")

    @OptionGroup var option: ConfigurationOption
    @Argument(help: ArgumentHelp("Which order.", valueName: "ref")) var reference: String
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        try await reporting {
            let store = try ReadOnlyStore(option)
            let stored = try await OrderReference(store.queries).resolve(reference)
            let order = try await store.queries.order(stored)
            let judge = try await store.judge(domain: stored.domain)
            let judgement = try await store.queries.judge(stored, order, by: judge)
            let evaluation =
                judgement?.evaluations.first { $0.channel == stored.standing.channel } ?? judgement?.decisive
            if json { return try Terminal.printJSON(Self.json(stored, evaluation, judgement)) }
            Terminal.print(OrderText.explanation(stored, order, evaluation, judgement))
        }
    }

    private static func json(_ stored: StoredOrder, _ evaluation: Evaluation?, _ judgement: Judgement?) -> JSONValue {
        func rules(_ evaluation: Evaluation?) -> JSONValue {
            .array(
                (evaluation?.outcomes ?? []).map { outcome in
                    .object([
                        "rule": .text(outcome.rule.rawValue), "outcome": .text(outcome.verdict.rawValue),
                        "inputs": .object(outcome.inputs.mapValues { .text($0) }),
                        "reason": .text(outcome.reason?.rawValue), "text": .text(outcome.text),
                        "remedy": .text(outcome.remedy),
                    ])
                })
        }
        let others = (judgement?.evaluations ?? []).filter { $0.channel != evaluation?.channel }
        return OrderJSON.summary(stored).adding([
            "rules": rules(evaluation),
            "other_channels": .array(
                others.map { .object(["channel": .text($0.channel), "rules": rules($0)]) }),
        ])
    }
}

/// `kccsyncd orders export`.
struct OrdersExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Print imported orders for another program.",
        discussion: "What is printed counts as served: a later change is shown as changed after its hand-off.")

    /// How orders are printed.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case json
        case csv
    }

    @OptionGroup var option: ConfigurationOption
    @Option(help: "json or csv.") var format = Format.json
    @Flag(help: "Only orders that nobody has acknowledged yet.") var unacknowledged = false
    @Option(help: "Only this channel's.") var channel: String?

    func run() async throws {
        let rows = try await reporting { () -> [Int64] in
            let store = try ReadOnlyStore(option)
            var filter = OrderQueries.Filter(channel: channel, state: .imported)
            filter.unacknowledgedOnly = unacknowledged
            let orders = try await store.queries.list(filter).filter {
                $0.standing.handOff == .waiting || $0.standing.handOff == .acknowledged
            }
            var values: [JSONValue] = []
            var lines = [OrderCSV.header]
            for stored in orders {
                let order = try await store.queries.order(stored)
                switch format {
                case .json:
                    let payments = try await store.queries.payments(stored)
                    values.append(OrderJSON.whole(stored, order, history: [], payments: payments))
                case .csv: lines += OrderCSV.lines(stored, order)
                }
            }
            format == .json ? try Terminal.printJSON(values) : Terminal.print(lines)
            return orders.map(\.row)
        }
        guard !rows.isEmpty else { return }
        let reply = try await Control(option: option).perform(.exported(rows: rows))
        for error in reply.errors { Terminal.complain(error) }
        if reply.status != .done { throw reply.status.code }
    }
}
