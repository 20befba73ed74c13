package import Foundation
package import SyncEngine

/// Everything outside this module that the link works with.
package struct LinkPorts: Sendable {
    package var store: any HandOffStore
    package var log: any EventLog
    package var pulse: LinkPulse
    /// The link's settings in force: where it listens stays as it was at the start, the rest follows a reload.
    package var settings: @Sendable () async -> LinkSettings
    /// What answers below a channel's name.
    package var side: @Sendable (String) async -> LinkSide
    /// Called when something was queued for Shopify, or levels have changed.
    package var onNews: @Sendable () async -> Void
    /// The status page, the metrics and whether all is well.
    package var pages: any OperatorPages
    package var now: @Sendable () -> Date

    package init(
        store: any HandOffStore,
        log: any EventLog,
        pulse: LinkPulse,
        settings: @escaping @Sendable () async -> LinkSettings,
        side: @escaping @Sendable (String) async -> LinkSide,
        onNews: @escaping @Sendable () async -> Void,
        pages: any OperatorPages,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.store = store
        self.log = log
        self.pulse = pulse
        self.settings = settings
        self.side = side
        self.onNews = onNews
        self.pages = pages
        self.now = now
    }
}

/// What answers at the link's addresses below a name.
package enum LinkSide: Sendable {
    /// A channel of the active configuration, and the zone that its orders are dated in.
    case channel(LinkedChannel, TimeZone)
    /// Whose addresses they are is not settled; KCC is to ask again.
    case unsettled
    /// No channel with a link has the name, or had it.
    case nobody
}

extension LinkPorts {
    /// Logs what concerns a channel.
    ///
    /// - Parameter count: Of the orders or shipments that it is about.
    func record(
        _ level: LogLevel,
        _ channel: LinkedChannel,
        _ text: String,
        _ kind: EventKind,
        count: Int? = nil,
        order: String? = nil
    ) {
        var fields: [EventField: String] = [.channel: channel.name]
        fields[.count] = count.map(String.init)
        fields[.order] = order
        log.record(Event(level, "\(channel.name): \(text)", kind: kind, fields: fields))
    }
}

/// What people and monitoring see of the daemon; made outside of this module.
package protocol OperatorPages: Sendable {
    /// The status page, as HTML; it is not well where it cannot say how things stand.
    func status() async -> OperatorPage
    /// The figures, as Prometheus reads them.
    func metrics() async -> OperatorPage
    /// One line, and whether all is well.
    func health() async -> OperatorPage
}

/// A page for people or for monitoring.
package struct OperatorPage: Sendable, Equatable {
    /// Decides between HTTP's 200 and 503.
    package var isWell: Bool
    package var text: String

    package init(isWell: Bool = true, _ text: String) {
        self.isWell = isWell
        self.text = text
    }
}
