package import Foundation
package import SyncEngine

/// Everything outside this module that the link works with.
package struct LinkPorts: Sendable {
    package var store: any HandOffStore
    package var log: any EventLog
    package var pulse: LinkPulse
    /// The link's settings in force: where it listens stays as it was at the start, the rest follows a reload.
    package var settings: @Sendable () async -> LinkSettings
    /// A channel of the configuration in force, and its shop's time zone; nil where it has no link.
    package var channel: @Sendable (String) async -> (channel: LinkedChannel, zone: TimeZone)?
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
        channel: @escaping @Sendable (String) async -> (channel: LinkedChannel, zone: TimeZone)?,
        onNews: @escaping @Sendable () async -> Void,
        pages: any OperatorPages,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.store = store
        self.log = log
        self.pulse = pulse
        self.settings = settings
        self.channel = channel
        self.onNews = onNews
        self.pages = pages
        self.now = now
    }
}

/// What people and monitoring see of the daemon; made outside of this module.
package protocol OperatorPages: Sendable {
    /// The status page, as HTML.
    func status() async -> String
    /// The figures, as Prometheus reads them.
    func metrics() async -> String
    /// One line, and whether all is well.
    func health() async -> (isWell: Bool, line: String)
}
