import Foundation

/// Says what a shop's polls brought: one line for each thing that happened, none for nothing.
struct PollJournal: Sendable {
    let log: any EventLog
    let domain: String
    let channels: [String]
    private let failures = Locked(0)
    private let warned = Locked<Set<String>>([])

    /// Single orders named in one round; more are only counted.
    static let mostNamed = 5

    init(log: any EventLog, domain: String, channels: [String]) {
        self.log = log
        self.domain = domain
        self.channels = channels
    }

    private var subject: String { channels.joined(separator: ", ") }
    private var fields: [EventField: String] { [.channel: subject, .shop: domain] }

    func polled(_ report: ImportReport, took seconds: TimeInterval) {
        named(report)
        let judged = report.events.filter { $0.change == .judged }
        guard !judged.isEmpty else { return }
        for channel in Set(judged.map(\.channel)).sorted() {
            let mine = judged.filter { $0.channel == channel }
            let text = "\(channel): \(Self.tally(mine)), in \(Self.tenths(seconds)) s"
            log.record(
                Event(
                    .info,
                    text,
                    kind: .ordersImported,
                    fields: [
                        .channel: channel, .shop: domain, .count: String(mine.count),
                        .duration: String(Int(seconds * 1000)),
                    ]
                )
            )
        }
    }

    /// Counts by outcome, such as `3 orders imported, 1 withdrawn (cancelled_before_handoff), 1 skipped (unpaid)`.
    static func tally(_ events: [OrderEvent]) -> String {
        let words = ["pending", "imported", "held", "withdrawn", "skipped", "failed", "ignored"]
        let groups = Dictionary(grouping: events, by: outcome)
        var parts: [String] = []
        for word in words {
            guard let mine = groups[word] else { continue }
            let reasons = Dictionary(grouping: mine.compactMap(\.reason), by: \.self).mapValues(\.count)
            let why = reasons.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
                .map(\.key.rawValue)
            let noun = parts.isEmpty ? (mine.count == 1 ? " order" : " orders") : ""
            parts.append(
                "\(mine.count)\(noun) \(word)\(why.isEmpty ? "" : " (\(why.joined(separator: ", ")))")"
            )
        }
        return parts.joined(separator: ", ")
    }

    /// An imported order that nobody is offered is not simply imported.
    private static func outcome(_ event: OrderEvent) -> String {
        guard event.state == .imported, event.handOff == .held || event.handOff == .withdrawn else {
            return event.state.rawValue
        }
        return event.handOff.rawValue
    }

    static func tenths(_ seconds: TimeInterval) -> String {
        let tenths = max(0, Int((seconds * 10).rounded()))
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// Names the orders that need a person.
    private func named(_ report: ImportReport) {
        let notable = report.events.filter { event in
            event.change == .changedAfterHandOff || event.change == .gone || event.reason == .totalsDiffer
                || event.state == .failed && event.change == .judged
        }
        for event in notable.prefix(Self.mostNamed) { log.record(Self.notable(event, domain: domain)) }
        if notable.count > Self.mostNamed {
            log.record(
                Event(
                    .warning,
                    "\(subject): \(Counted.text(notable.count - Self.mostNamed, "more order needs", "more orders need")) attention; run kccsyncd orders list --state failed",
                    fields: fields
                )
            )
        }
    }

    static func notable(_ event: OrderEvent, domain: String) -> Event {
        var fields: [EventField: String] = [.channel: event.channel, .shop: domain, .order: event.name]
        fields[.reason] = event.reason?.rawValue
        let name = "\(event.channel): order \(event.name)"
        switch event.change {
        case .changedAfterHandOff:
            return Event(
                .warning,
                "\(name) changed after its hand-off: \(event.detail); put it right in KCC, then run kccsyncd orders settle \(OrderName.argument(event.name))",
                kind: .orderChangedAfterHandOff,
                fields: fields
            )
        case .gone:
            return Event(
                .warning,
                "\(name) was deleted in Shopify; if KCC has it, cancel it there",
                kind: .orderGone,
                fields: fields
            )
        case .judged, .updated:
            if event.reason == .totalsDiffer {
                return Event(
                    .warning,
                    "\(name) is held: \(event.detail); look at it, then run kccsyncd orders release \(OrderName.argument(event.name))",
                    kind: .totalsDiffer,
                    fields: fields
                )
            }
            return Event(
                .warning,
                "\(name) failed: \(event.reason?.rawValue ?? "unknown"); run kccsyncd orders explain \(OrderName.reference(event.name, event.id, reason: event.reason))",
                kind: .orderFailed,
                fields: fields
            )
        }
    }

    func rejudged(_ report: ImportReport) {
        let moved = report.events.filter { $0.change == .judged }
        log.record(
            Event(
                .notice,
                moved.isEmpty
                    ? "\(subject): the changed configuration changes no order of the last 7 days"
                    : "\(subject): judged again after a change of the configuration: \(Self.tally(moved))",
                fields: fields
            )
        )
    }

    func swept(_ sweep: ShopSync.SweepReport) {
        named(sweep.report)
        guard sweep.missed > 0 || !sweep.report.events.isEmpty else {
            log.record(Event(.debug, "\(subject): the sweep of 7 days found nothing", fields: fields))
            return
        }
        log.record(
            Event(
                .warning,
                "\(subject): the sweep of 7 days healed \(Counted.text(sweep.report.events.count, "order", "orders")); \(Counted.text(sweep.missed, "change", "changes")) had been missed by polls",
                kind: .sweepHealed,
                fields: fields
            )
        )
    }

    func backfilled(_ backfill: Backfill, _ report: ImportReport) {
        named(report)
        guard backfill.finishedAt != nil else { return }
        log.record(
            Event(
                .notice,
                "\(backfill.channel): backfill done: \(Counted.text(backfill.listed, "order", "orders")) looked at, \(backfill.imported) imported, \(backfill.refused) skipped, \(backfill.failed) failed",
                fields: [.channel: backfill.channel, .shop: domain, .count: String(backfill.listed)]
            )
        )
    }

    /// Each warning once for as long as the loop lives.
    func warned(_ warnings: [String]) {
        let fresh = warned.withLock { known in
            let fresh = warnings.filter { !known.contains($0) }
            known = Set(warnings)
            return fresh
        }
        // That another version answers is said by whoever saw it answer.
        for warning in fresh where !warning.hasPrefix("Shopify answered with") {
            log.record(Event(.warning, "\(subject): \(warning)", fields: fields))
        }
    }

    /// The first failure of a kind, then each tenfold: a shop that stays down does not fill the journal.
    func failed(_ health: ShopHealth, isNew: Bool, failures: Int, wait: Duration) {
        guard isNew || failures == 10 || failures == 100 || failures % 1000 == 0 else { return }
        let remedy = (health.remedy ?? "").isEmpty ? "" : "; \(health.remedy ?? "")"
        let what = health.paused ? "paused" : "cannot be polled"
        let isStore = [.full, .busy, .readOnly, .inputOutput, .flushFailed, .corrupt]
            .map(\StoreError.Code.rawValue)
            .contains(health.errorCode)
        let count = failures == 1 ? "" : " (\(failures) times in a row)"
        log.record(
            Event(
                health.paused || isStore ? .error : .warning,
                "\(subject): \(what): \(health.error ?? "")\(count); next try in \(Self.span(wait))\(remedy)",
                kind: isStore ? .databaseTrouble : health.paused ? .shopPaused : .shopFailing,
                fields: fields.merging([.reason: health.errorCode ?? "", .attempt: String(failures)]) { $1 }
            )
        )
    }

    func recovered(_ health: ShopHealth, now: Date) {
        let lasted = health.errorSince.map { Duration.seconds(now.timeIntervalSince($0)) } ?? .zero
        log.record(
            Event(
                .notice,
                "\(subject): recovered after \(Self.span(lasted)): \(health.error ?? "")",
                kind: .shopRecovered,
                fields: fields
            )
        )
    }

    /// A span as people say it: `45 s`, `30 min` or `2 h 10 min`.
    static func span(_ duration: Duration) -> String {
        let seconds = max(0, Int(duration.seconds.rounded(.up)))
        if seconds < 120 { return "\(seconds) s" }
        let minutes = seconds / 60
        return minutes < 120 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
    }
}
