import KCCWebServices
import SyncEngine

/// What the configuration file says, checked as a whole: a value of this type is always usable.
struct Configuration: Sendable, Equatable {
    /// `[daemon]`.
    let daemon: DaemonSettings
    /// `[[order_types]]`, in the file's order.
    let orderTypes: [OrderTypeRule]
    /// KCC's couriers and what Shopify calls them: `[carriers]`.
    let carriers: [String: String]
    /// `[retention]`.
    let retention: Retention
    /// KCC's SiteID of each of its sites: `[sites]`.
    let sites: [String: Int]
    /// How KCC reaches us; nil = it does not: `[kcc]`.
    let link: LinkSettings?
    /// `[channels.NAME]`, in the file's order, which decides between the channels of one shop.
    let channels: [ChannelSettings]
    /// What is accepted and yet looks like a mistake.
    let warnings: [ConfigurationProblem]

    /// Whether the file is invalid, and nothing but the store's place is known: nothing is said of its channels then.
    var isUnknown: Bool { channels.isEmpty }

    /// Names of the channels that a file's level without a channel is for, enabled or not.
    var stockChannels: [String] { channels.filter(\.takesStock).map(\.name) }

    /// The channel of a name; nil where the file has none.
    func channel(_ name: String) -> ChannelSettings? { channels.first { $0.name == name } }

    /// The channel of a stored order; nil where the file does not have it, or has the name for another shop.
    func channel(of order: StoredOrder) -> ChannelSettings? {
        channel(order.standing.channel).flatMap { $0.shop.domain == order.domain ? $0 : nil }
    }

    /// Whether a shop has a channel that is on.
    func hasChannelAtWork(_ domain: String) -> Bool {
        channels.contains { $0.enabled && $0.shop.domain == domain }
    }

    /// Channels with a link to KCC, enabled or not.
    var linked: [LinkedChannel] {
        channels.compactMap { channel in
            LinkedChannel(
                channel,
                sites: sites,
                carriers: carriers,
                siblings: channels.filter { $0.shop.domain == channel.shop.domain }
            )
        }
    }
}

extension Configuration {
    /// What is known of an installation whose file is invalid.
    init(unknownAt places: InstallationPlaces, of instance: Instance) {
        var daemon = DaemonSettings(of: instance)
        daemon.database = places.database
        daemon.controlSocket = places.controlSocket
        self.init(
            daemon: daemon,
            orderTypes: [],
            carriers: [:],
            retention: Retention(),
            sites: [:],
            link: nil,
            channels: [],
            warnings: []
        )
    }
}

/// How long what is finished is kept: `[retention]`.
struct Retention: Sendable, Equatable {
    /// Jobs of the queue that are done or discarded; the default is 90 days.
    var finishedJobs = Duration.seconds(90 * 86_400)
    /// Personal data of orders, counted from when they were placed; nil = as long as the orders.
    var personalData: Duration?
}

/// What concerns the daemon itself: `[daemon]`.
struct DaemonSettings: Sendable, Equatable {
    /// The order store's file; the default is the instance's.
    var database: String
    /// The least severe level that is logged; the default is `info`.
    var logLevel = LogLevel.info
    /// Where commands reach the running daemon; the default is the instance's.
    var controlSocket: String
    /// Where figures are written for Prometheus' textfile collector; nil = nowhere.
    var metricsFile: String?
    /// A folder whose files of levels and shipments are taken in; nil = none.
    var inbox: String?

    /// The defaults of an instance.
    init(of instance: Instance) {
        database = instance.database
        controlSocket = instance.controlSocket
    }
}
