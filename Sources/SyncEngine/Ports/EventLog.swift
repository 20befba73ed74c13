/// Where the daemon says what happened: the journal, or standard error.
package protocol EventLog: Sendable {
    /// Records one event; never blocks for long and never fails.
    func record(_ event: Event)
}

/// One thing that happened.
///
/// The message never holds a secret or a person's data: order names and ids only.
package struct Event: Sendable, Equatable {
    package var level: LogLevel
    package var message: String
    /// What operators alert on; nil for everything else.
    package var kind: EventKind?
    package var fields: [EventField: String]

    package init(
        _ level: LogLevel,
        _ message: String,
        kind: EventKind? = nil,
        fields: [EventField: String] = [:]
    ) {
        self.level = level
        self.message = message
        self.kind = kind
        self.fields = fields
    }
}

/// Severity, with the numbers of syslog (RFC 5424 section 6.2.1).
package enum LogLevel: Int, Sendable, Comparable, CaseIterable {
    case error = 3
    case warning = 4
    case notice = 5
    case info = 6
    case debug = 7

    /// The name in `log_level`.
    package init?(name: String) {
        guard let level = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = level
    }

    package var name: String {
        switch self {
        case .error: "error"
        case .warning: "warning"
        case .notice: "notice"
        case .info: "info"
        case .debug: "debug"
        }
    }

    /// More severe is less: `.error < .debug`.
    package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }
}

/// The journal's fields for our events.
package enum EventField: String, Sendable, CaseIterable {
    case channel = "KCC_CHANNEL"
    case shop = "KCC_SHOP"
    case order = "KCC_ORDER"
    case sku = "KCC_SKU"
    case job = "KCC_JOB"
    case reason = "KCC_REASON"
    case attempt = "KCC_ATTEMPT"
    case duration = "KCC_DURATION_MS"
    case count = "KCC_COUNT"
    /// The user who asked, as the command told it.
    case user = "KCC_UID"
}

/// What operators alert on; each has a `MESSAGE_ID`.
package enum EventKind: String, Sendable, CaseIterable {
    case ready
    case stopping
    case shopPaused = "shop_paused"
    case shopRecovered = "shop_recovered"
    case shopFailing = "shop_failing"
    case ordersImported = "orders_imported"
    case orderFailed = "order_failed"
    case orderChangedAfterHandOff = "order_changed_after_handoff"
    case orderGone = "order_gone"
    case totalsDiffer = "totals_differ"
    case sweepHealed = "sweep_healed"
    /// A start that was refused: the daemon does not run.
    case startRefused = "start_refused"
    /// A reload that was refused: the daemon runs with the settings that it had.
    case configurationRefused = "configuration_refused"
    case configurationApplied = "configuration_applied"
    case versionFallenForward = "version_fallen_forward"
    case databaseTrouble = "database_trouble"
    case databaseRecovered = "database_recovered"
    case pushesWaiting = "pushes_waiting"
    case pushParked = "push_parked"
    case fulfilmentSent = "fulfilment_sent"
    case shipmentExceedsOrder = "shipment_exceeds_order"
    case stockSent = "stock_sent"
    case skuNotSent = "sku_not_sent"
    case stockDiffers = "stock_differs"
    case importedFile = "imported_file"
    case ordersServed = "orders_served"
    case ordersTaken = "orders_taken"
    case orderNotSent = "order_not_sent"
    case despatchesTold = "despatches_told"
    case linkContact = "link_contact"
    case linkRefused = "link_refused"
    case linkNotice = "link_notice"
    case linkSilent = "link_silent"
    case ordersUnconfirmed = "orders_unconfirmed"
    case storeRestored = "store_restored"
    case restorationConfirmed = "restoration_confirmed"
    case storeDamaged = "store_damaged"
    case clockSet = "clock_set"
    case personalDataRemoved = "personal_data_removed"
}
