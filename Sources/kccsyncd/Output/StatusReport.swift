import Foundation
import KCCWebServices
import Persistence
import SyncEngine

/// What `status` tells, gathered from the running daemon and the order store.
struct StatusReport {
    /// What is told of one channel.
    struct Channel {
        var settings: ChannelSettings
        var health: ShopHealth
        var budget: LiveShop.Budget?
        var counts: [OrderCount]
        var waiting: Int
        /// Orders that KCC has although the rules do not accept them.
        var acknowledgedUnimported = LinkStanding.Some()
        /// Orders that Shopify will soon hide from us although they still wait for something there.
        var fading: Int
        var queue: QueueDepth
        /// Fulfilments of the last days that went without a mail because that would have come too late.
        var unmailed: Int
        /// A line for each reason why shipments of it that wait are not sent now.
        var heldShipments: [String]
        /// Why the shop's pushes wait, as the daemon says.
        var pushError: String?
        var stock: StockSummary?
        /// Whether somebody takes its orders: a KCC link, or anything ever acknowledged.
        var handsOff = false
        /// How its link to KCC stands; nil without one.
        var link: LinkStanding?
        /// On whose clock its times are shown.
        var zone: TimeZone
        /// What is wrong with it as it is configured, given what its shop and the store say.
        var problems: [ChannelProblem]

        /// Whether the shop's orders show whom they are for.
        var personalData: PersonalDataSight
        /// What the channel needs and its shop has not granted; empty before the first sync.
        var missingScopes: [ScopeNeed]

        /// What an operator should know of the shop and the channel, each in one line.
        var warnings: [String] {
            missingScopes.map { "\($0.text); \(ScopeNeed.remedy)" } + health.warnings
                + shownProblems.map(\.line) + [stock?.problem?.text].compactMap(\.self)
        }

        /// What is wrong with it, without what the stock's problem says with its consequence.
        var shownProblems: [ChannelProblem] {
            guard stock?.problem != nil else { return problems }
            return problems.filter { $0.kind != .locationUnknown && $0.kind != .locationInactive }
        }

        func count(_ state: OrderState) -> Int {
            counts.filter { $0.state == state }.reduce(0) { $0 + $1.count }
        }

        /// Orders that failed because Shopify does not show whom they are for.
        var withheld: Int {
            counts.filter { $0.reason == ReasonCode.customerDataWithheld.rawValue }
                .reduce(0) { $0 + $1.count }
        }

        var state: State {
            if !settings.enabled { return .off }
            if health.error != nil { return health.paused ? .paused : .trouble }
            if problems.contains(where: { $0.kind == .rests }) { return .paused }
            if link?.block != nil { return .trouble }
            return health.lastPollAt == nil ? .notPolled : .well
        }
    }

    /// How a channel is, in the words that people see.
    enum State: String {
        case off
        case notPolled = "not polled yet"
        case well = "ok"
        /// Polls fail and are tried again by themselves, or KCC is served no orders.
        case trouble = "TROUBLE"
        /// A person has to mend something before it is polled normally again.
        case paused = "PAUSED"
    }

    /// For so long `status` tells of fulfilments that went without a mail.
    static let daysOfUnmailed = 7

    private(set) var channels: [Channel] = []
    /// How KCC reaches us: `[kcc]`.
    let link: LinkSettings?
    /// Whether a daemon runs.
    let isRunning: Bool
    private(set) var failed: [StoredOrder] = []
    /// What commands have to be given to find failed orders, by the store's number: the first few of each reason.
    private(set) var references: [Int64: String] = [:]
    /// Imported orders that an operator has to decide about before anybody gets them.
    private(set) var held: [StoredOrder] = []
    private(set) var changed = 0
    /// Nil in a store that was not restored, or where that was confirmed.
    private(set) var restoration: Restoration?
    /// What is left of channels that the configuration does not have.
    private(set) var leftovers: [ChannelRecord] = []
    /// What the last examination of the file found wrong.
    private(set) var damage = 0
    /// When the figures were gathered, by our clock.
    let at: Date
    /// On whose clock times are shown that concern all channels.
    let zone: TimeZone

    init(_ source: Answerer) async throws {
        let at = source.now()
        self.at = at
        let live = source.live
        isRunning = live != nil
        let shops = try await source.queries.status()
        let unreached = try await source.queries.unreachedShops()
        let zones = try await source.zones()
        zone = zones.shared
        let contexts = try await source.contexts()
        let depths = try await source.depths()
        let unmailed = try await source.unmailed()
        let heldShipments = try await source.heldShipments()
        let stock = try await source.stockSummary()
        let handingOff = StockContext.handingOff(
            source.configuration.channels,
            try await SQLiteStockStore(source.database).handOff()
        )
        link = source.configuration.link
        let links = try await HandOffQueries(source.database)
            .standings(
                source.configuration.channels.compactMap { channel in
                    channel.kcc.map { (channel.name, $0.confirmAfter) }
                },
                now: at
            )
        let unimported = try await HandOffQueries(source.database)
            .acknowledgedUnimported(source.configuration.channels.map(\.name))
        for settings in source.configuration.channels {
            let shop = shops.first { $0.record.domain == settings.shop.domain }
            let current = live?.first { $0.domain == settings.shop.domain }
            let context = contexts.first { $0.settings.name == settings.name }
            let stored = shop?.health ?? unreached[settings.shop.domain]
            var health = current?.health ?? stored ?? ShopHealth()
            // A daemon that has just started knows only what it has polled itself.
            health.lastPollAt = health.lastPollAt ?? shop?.health.lastPollAt
            channels.append(
                Channel(
                    settings: settings,
                    health: health,
                    budget: current?.budget,
                    counts: shop?.counts.filter { $0.channel == settings.name } ?? [],
                    waiting: shop?.waiting[settings.name] ?? 0,
                    acknowledgedUnimported: unimported[settings.name] ?? LinkStanding.Some(),
                    fading: try await Self.fading(shop, source),
                    queue: depths.first { $0.channel == settings.name } ?? QueueDepth(channel: settings.name),
                    unmailed: unmailed[settings.name] ?? 0,
                    heldShipments: heldShipments[settings.name] ?? [],
                    pushError: current?.pushError,
                    stock: stock.first { $0.channel == settings.name },
                    handsOff: handingOff.contains(settings.name),
                    link: links.first { $0.channel == settings.name },
                    zone: zones.zone(ofChannel: settings.name),
                    problems: context?.problems ?? [],
                    personalData: shop?.personalData ?? PersonalDataSight(seen: true, blank: 0),
                    missingScopes: Self.missingScopes(health, context, at)
                )
            )
        }
        failed = try await source.queries.list(.init(state: .failed))
        var filter = OrderQueries.Filter(state: .imported)
        filter.heldOnly = true
        held = try await source.queries.list(filter)
            .filter { [.totalsDiffer, .personalDataRemoved].contains($0.standing.reason) }
        for orders in Dictionary(
            grouping: failed + held,
            by: { [$0.standing.reason?.rawValue, $0.standing.channel] }
        )
        .values {
            for order in orders.prefix(Self.mostNamed) {
                references[order.row] = try await source.queries.reference(to: order)
            }
        }
        changed = try await source.queries.changedAfterHandOff()
        restoration = try await source.queries.restoration()
        leftovers =
            source.configuration.isUnknown
            ? []
            : try await ChannelNames(source.database)
                .leftovers(besides: source.configuration.channels.map(ChannelNames.Configured.init))
        damage = try await DatabaseCare(source.database).lastDamage()
    }

    /// Orders that one sentence names.
    static let mostNamed = 3

    private static func missingScopes(_ health: ShopHealth, _ context: ChannelContext?, _ now: Date)
        -> [ScopeNeed]
    {
        guard let context, !health.scopes.isEmpty else { return [] }
        return ScopeNeed.missing(
            for: [context.settings],
            granted: GrantedScopes(health.scopes),
            readsOldOrders: context.readsOldOrders(at: now)
        )
    }

    /// From day 60 on Shopify shows an order only to apps with `read_all_orders`; ten days before is time to act.
    private static func fading(_ shop: ShopStatus?, _ source: Answerer) async throws -> Int {
        guard let shop, !shop.health.scopes.isEmpty, !GrantedScopes(shop.health.scopes).has("read_all_orders")
        else {
            return 0
        }
        let day = 86_400.0
        return try await source.queries.waitingInShopify(
            shop: shop.record.id,
            from: source.now().addingTimeInterval(-60 * day),
            to: source.now().addingTimeInterval(-50 * day)
        )
    }

    var lines: [String] {
        var table = TextTable(
            ["CHANNEL", "LAST POLL", "IMPORTED", "WAITING FOR KCC", "SKIPPED", "FAILED", "QUEUE", "STATE"],
            rightAligned: [2, 3, 4, 5]
        )
        for channel in channels {
            table.add([
                channel.settings.name, channel.health.lastPollAt.map { Spoken.ago($0, now: at) } ?? "never",
                Spoken.count(channel.count(.imported)), Spoken.count(channel.waiting),
                Spoken.count(channel.count(.skipped)), Spoken.count(channel.count(.failed)),
                Self.queue(channel.queue, now: at), state(channel),
            ])
        }
        var lines = channels.isEmpty ? [] : table.lines + [""]
        if !isRunning { lines.append("no daemon runs; what is shown is what the last one stored") }
        lines += troubles.map(\.line)
        while lines.last == "" { lines.removeLast() }
        return lines
    }

    /// `12, oldest 4 s ago`.
    static func queue(_ depth: QueueDepth, now: Date) -> String {
        let open = depth.waiting + depth.running
        let oldest = depth.oldest.map { ", oldest \(Spoken.ago($0, now: now))" } ?? ""
        let parked = depth.parked > 0 ? ", \(Spoken.count(depth.parked)) parked" : ""
        return "\(Spoken.count(open))\(open > 0 ? oldest : "")\(parked)"
    }

    func state(_ channel: Channel) -> String {
        guard let halt = halt(of: channel) else { return channel.state.rawValue }
        return "\(channel.state.rawValue): \(halt.sentence)"
    }
}
