import Foundation
import KCCWebServices
import Persistence
import SyncEngine

/// One configuration at work: its shops' loops over the open order store.
///
/// The daemon makes a new one at each reload; a command that runs without a daemon makes one for
/// itself, under the daemon's lock.
struct SyncSession: Sendable {
    let configuration: Configuration
    let database: OrderDatabase
    let store: SQLiteOrderStore
    let queries: OrderQueries
    let operations: OrderOperations
    let queue: SQLitePushQueue
    let shipments: SQLiteShipmentStore
    let stock: SQLiteStockStore
    let pulse: LinkPulse
    let supervisor: Supervisor
    let stop: StopSignal
    let log: any EventLog
    /// Our clock.
    let now: @Sendable () -> Date

    /// Wires the loops of every shop; nothing runs yet.
    ///
    /// - Parameters:
    ///   - shops: Connects to the shop of a plan.
    ///   - pulse: When KCC called; one for all sessions of a process.
    init(
        configuration: Configuration,
        database: OrderDatabase,
        shops: ShopConnector,
        log: any EventLog,
        pulse: LinkPulse = LinkPulse(),
        pace: ShopLoop.Pace = ShopLoop.Pace(),
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.configuration = configuration
        self.database = database
        self.log = log
        self.now = now
        let store = SQLiteOrderStore(database)
        let stop = StopSignal()
        self.store = store
        self.stop = stop
        self.pulse = pulse
        queries = OrderQueries(database)
        operations = OrderOperations(store)
        let queue = SQLitePushQueue(store)
        let shipments = SQLiteShipmentStore(store)
        self.queue = queue
        self.shipments = shipments
        let stock = SQLiteStockStore(database)
        self.stock = stock
        let plans = ShopPlan.plans(channels: configuration.channels, orderTypes: configuration.orderTypes)
        let carriers = Carriers(configuration.carriers)
        let pairs = plans.compactMap { plan -> (polls: ShopLoop, pushes: PushLoop)? in
            guard let shop = shops.connect(plan, log) else { return nil }
            let ports = SyncPorts(shop: shop, store: store, log: log, now: now, stop: stop)
            let board = PushBoard()
            let fulfilments = FulfilmentStep(
                shop: shop,
                queue: queue,
                store: shipments,
                log: log,
                carriers: carriers,
                now: ports.now
            )
            let levels = StockStep(
                shop: shop,
                store: stock,
                queue: queue,
                log: log,
                channels: configuration.channels,
                now: ports.now,
                linkSteadySince: { channel in
                    configuration.link.flatMap { link in
                        pulse.steadySince(channel, at: now(), frequency: link.frequency)
                    }
                }
            )
            return (
                ShopLoop(plan: plan, ports: ports, alarm: DispatchAlarm(), pace: pace, board: board),
                PushLoop(
                    plan: plan,
                    board: board,
                    steps: [fulfilments, levels],
                    ports: ports,
                    alarm: DispatchAlarm()
                )
            )
        }
        supervisor = Supervisor(loops: pairs.map(\.polls), pushes: pairs.map(\.pushes), stop: stop)
    }

    /// The loop of the shop that a channel belongs to.
    func loop(ofChannel name: String) -> ShopLoop? {
        guard let channel = configuration.channel(name) else { return nil }
        return loop(ofDomain: channel.shop.domain)
    }

    /// Ends the session and writes down how its shops are.
    func stopAndSave() async {
        supervisor.requestStop()
        for loop in supervisor.loops { await loop.saveHealth() }
    }

    /// Has the pushes look at their work: something was told.
    func wakePushes() {
        for loop in supervisor.pushes { loop.wake() }
    }

    /// How the shops' loops are doing right now.
    var live: [LiveShop] {
        supervisor.loops.map { loop in
            let pushes = supervisor.pushes.first { $0.domain == loop.domain }
            var shop = LiveShop(loop.state, pushes: pushes?.state, news: pushes?.news)
            guard let link = configuration.link else { return shop }
            for channel in configuration.channels where channel.shop.domain == loop.domain {
                shop.linkSteadySince[channel.name] = pulse.steadySince(
                    channel.name,
                    at: now(),
                    frequency: link.frequency
                )
            }
            return shop
        }
    }

    /// Carries out what `channels rename` recorded, where the configuration allows it, and says so; then holds what KCC may
    /// have of channels that are gone.
    func carryOutRenames() async throws(StoreError) -> [ChannelNames.Carried] {
        let configured = configuration.channels.map(ChannelNames.Configured.init)
        let carried = try await ChannelNames(store).carryOut(configured: configured)
        for rename in carried {
            let name = rename.problem == nil ? rename.new : rename.old
            log.record(
                Event(rename.problem == nil ? .notice : .error, rename.line, fields: [.channel: name])
            )
        }
        try await ChannelNames(store).holdOrders(besides: configured, now: now())
        return carried
    }

    /// Answers questions about this session's settings and store, with what its loops know now.
    var answerer: Answerer {
        Answerer(configuration: configuration, database: database, live: live, now: now)
    }

    /// On whose clock times are shown, and whose midnight a given day means.
    func zones() async throws(StoreError) -> ShopZones {
        try await queries.zones(of: configuration.channels)
    }

    /// Channels with a link to KCC, enabled or not.
    var linked: [LinkedChannel] { configuration.linked }

    func loop(ofDomain domain: String) -> ShopLoop? {
        supervisor.loops.first { $0.domain == domain }
    }
}

/// What this build is.
enum Version {
    static let number = "0.1.0"
}
