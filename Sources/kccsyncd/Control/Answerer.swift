import Foundation
import Persistence
import SyncEngine

/// Answers questions from an open order store: in the command's own process, or in the daemon for a caller who may not
/// open the file.
struct Answerer: Sendable {
    let configuration: Configuration
    let store: SQLiteOrderStore
    let queries: OrderQueries
    let database: OrderDatabase
    /// The daemon's shops, where one runs.
    var live: [LiveShop]?
    /// Our clock.
    let now: @Sendable () -> Date

    init(
        configuration: Configuration,
        database: OrderDatabase,
        live: [LiveShop]? = nil,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.now = now
        self.configuration = configuration
        self.live = live
        self.database = database
        store = SQLiteOrderStore(database)
        queries = OrderQueries(database)
    }

    /// - Throws: `StoreError`; `.refused` where what is asked for is not there.
    func answer(_ question: Question, json: Bool) async throws -> Answer {
        switch question {
        case .status:
            let report = try await StatusReport(self)
            return json ? try Answer(json: report.json) : Answer(lines: report.lines)
        case .channels: return try await ChannelText(self).list(json)
        case .locations(let channel):
            return try await locations(channel, json)
        case .orders(let channel, let state, let reason, let since):
            try await known(channel)
            let zones = try await zones()
            let zone = channel.map(zones.zone(ofChannel:)) ?? zones.shared
            var filter = OrderQueries.Filter(channel: channel, state: state, since: since?.date(in: zone))
            filter.reason = reason
            let orders = try await queries.list(filter)
            return json
                ? try Answer(json: .array(try await summaries(orders)))
                : Answer(lines: OrderText.list(orders, zones))
        case .order(let reference):
            let stored = try await OrderReference(queries).resolve(reference)
            let (order, settings) = (try await queries.order(stored), settings(of: stored))
            let history = try await queries.history(stored)
            let payments = try await queries.payments(stored)
            let changes = try await queries.changes(stored, settings)
            return json
                ? try Answer(
                    json: OrderJSON.whole(stored, order, settings, history: history, payments: payments)
                        .adding(["changes": OrderJSON.changes(changes)])
                )
                : Answer(
                    lines: OrderText.whole(
                        stored,
                        order,
                        settings,
                        history: history,
                        payments: payments,
                        changes: changes,
                        obstacle: OfferObstacle(stored, configuration),
                        try await zones().zone(ofShop: stored.domain)
                    )
                )
        case .explanation(let reference):
            return try await explanation(reference, json)
        case .export(let format, let unacknowledged, let channel):
            try await known(channel)
            return try await export(format, unacknowledged, channel)
        case .customers:
            return try await customers(json)
        case .shipments:
            return try await PushText(self).shipments(json)
        case .stock(let channel, let trouble):
            try await known(channel)
            return try await StockText(self, database: database)
                .list(channel: channel, trouble: trouble, json)
        case .stockExplanation(let channel, let sku):
            try await known(channel)
            return try await StockText(self, database: database)
                .explanation(channel: channel, sku: sku, json)
        case .facts:
            var answer = Answer(lines: [])
            answer.facts = try await queries.facts(of: configuration.channels)
            return answer
        case .zones:
            var answer = Answer(lines: [])
            answer.zones = try await zones()
            return answer
        case .notices:
            return try await KCCText(self).notices(json)
        case .unreadableBody(let channel, let endpoint):
            return try await KCCText(self).body(channel: channel, endpoint: endpoint)
        case .queue(let finished):
            return try await PushText(self).queue(finished: finished, json)
        }
    }

    /// On whose clock times are shown, and whose midnight a given day means.
    func zones() async throws(StoreError) -> ShopZones {
        try await queries.zones(of: configuration.channels)
    }

    private func settings(of order: StoredOrder) -> ChannelSettings? {
        configuration.channel(of: order)
    }

    /// Orders as a list prints them; only those that differ have to be read whole.
    private func summaries(_ orders: [StoredOrder]) async throws -> [JSONValue] {
        var values: [JSONValue] = []
        for stored in orders {
            let figures =
                stored.difference == .zero
                ? nil : OrderFigures(of: try await queries.order(stored), money(of: stored))
            values.append(OrderJSON.summary(stored, figures))
        }
        return values
    }

    private func money(of order: StoredOrder) -> KCCSettings.MoneySet { settings(of: order)?.money ?? .shop }

    private func explanation(_ reference: String, _ json: Bool) async throws -> Answer {
        let stored = try await OrderReference(queries).resolve(reference)
        let judge = try await judge(domain: stored.domain)
        let judgement = try await queries.judge(stored, try await queries.order(stored), by: judge)
        let link = try await KCCText(self).explanation(stored)
        let changes = try await queries.changes(stored, settings(of: stored))
        let order = try await queries.order(stored)
        let totals =
            stored.standing.isHeldForTotals
            ? ImportRule.totalsOutcome(
                of: order,
                try await queries.payments(stored),
                settings(of: stored),
                stored.reference
            ) : nil
        let explanation = OrderExplanation(
            stored: stored,
            judgement: judgement,
            figures: OrderFigures(of: order, money(of: stored)),
            changes: changes,
            obstacle: OfferObstacle(stored, configuration),
            totals: totals
        )
        let channel = explanation.evaluation?.channel
        let problems = Self.startProblems(judge, channel)
        let shipments = try await PushText(self).explanation(stored)
        return json
            ? try Answer(
                json: explanation.value
                    .adding([
                        "kcc": link?.value ?? .null, "shipments": shipments.value,
                        "changes": OrderJSON.changes(changes),
                        "channel_problems": .texts(problems),
                    ])
            )
            : Answer(
                lines: explanation.lines(try await zones().zone(ofShop: stored.domain))
                    + problems.map { "channel \(channel ?? ""): \($0)" } + (link?.lines ?? [])
                    + shipments.lines
            )
    }

    /// What is wrong with the start date that the rules went by.
    private static func startProblems(_ judge: Judge, _ channel: String?) -> [String] {
        let context = judge.channels.first { $0.settings.name == channel }
        return (context?.problems ?? []).filter { $0.kind == .startRejected }.map(\.line)
    }

    private func export(_ format: ExportFormat, _ unacknowledged: Bool, _ channel: String?) async throws
        -> Answer
    {
        switch format {
        case .kccJSON: return try await KCCText(self).export(unacknowledged: unacknowledged, channel: channel)
        case .json: return try await exportJSON(try await handedOver(unacknowledged, channel))
        case .csv: return try await exportCSV(try await handedOver(unacknowledged, channel))
        }
    }

    private func handedOver(_ unacknowledged: Bool, _ channel: String?) async throws -> [StoredOrder] {
        var filter = OrderQueries.Filter(channel: channel, state: .imported)
        filter.unacknowledgedOnly = unacknowledged
        return try await queries.list(filter)
            .filter {
                $0.standing.handOff == .waiting || $0.standing.handOff == .acknowledged
            }
    }

    private func exportJSON(_ orders: [StoredOrder]) async throws -> Answer {
        var values: [JSONValue] = []
        for stored in orders {
            let order = try await queries.order(stored)
            let payments = try await queries.payments(stored)
            values.append(
                OrderJSON.whole(stored, order, settings(of: stored), history: [], payments: payments)
            )
        }
        return try Answer(json: .array(values)).recording(orders)
    }

    private func exportCSV(_ orders: [StoredOrder]) async throws -> Answer {
        var lines = [OrderCSV.header]
        for stored in orders {
            lines += OrderCSV.lines(stored, try await queries.order(stored), settings(of: stored))
        }
        return Answer(lines: lines).recording(orders)
    }

    private func customers(_ json: Bool) async throws -> Answer {
        let customers = try await queries.customers()
        if json { return try Answer(json: .array(customers.map(OrderJSON.listed))) }
        var table = TextTable(["URN", "NAME", "TOWN", "POSTCODE"])
        for customer in customers {
            table.add([
                customer.urn ?? "-", customer.displayName + (customer.generic ? " (generic)" : ""),
                customer.town ?? "",
                customer.postcode ?? "",
            ])
        }
        return Answer(lines: table.isEmpty ? ["no customers"] : table.lines)
    }
}
