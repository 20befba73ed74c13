import Foundation
import Persistence
import SyncEngine

/// Figures in the OpenMetrics text format, for Prometheus' textfile collector: `[daemon] metrics_file`.
///
/// See <https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md>. No name, address or
/// order is among them.
struct Metrics {
    enum Kind: String {
        case gauge
        case counter
    }

    /// A figure and what tells it from others of its name.
    typealias Sample = (labels: [(String, String)], value: Double)

    private let unit: String
    private var families: [(name: String, lines: [String])] = []

    /// Gathers the figures of now.
    ///
    /// - Parameters:
    ///   - unit: What systemctl calls the daemon: the label `unit` of each figure, since several may run on one machine.
    ///   - reloadRefused: Whether it works by an older configuration than the file has; nil where no daemon says so.
    /// - Throws: `StoreError` where the order store cannot be read.
    init(_ source: Answerer, unit: String, reloadRefused: Bool? = nil) async throws {
        self.unit = unit
        try await addShops(source)
        try await addQueue(source)
        try await addLink(source)
        try await addStore(source)
        add(
            "kccsyncd_reload_refused",
            .gauge,
            "1 while the daemon works by older settings because a reload was refused.",
            reloadRefused.map { [([], $0 ? 1 : 0)] } ?? []
        )
        add("kccsyncd_build", .gauge, "The version that runs.", [([("version", Version.number)], 1)])
    }

    private mutating func addShops(_ source: Answerer) async throws {
        let shops = try await source.queries.status()
        let live = source.live ?? []
        let channels = source.configuration.channels.filter(\.enabled)
        let domains = Set(channels.map(\.shop.domain)).sorted()
        let current = domains.compactMap { domain in live.first { $0.domain == domain } }

        add(
            "kccsyncd_polls",
            .counter,
            "Polls that went well.",
            current.map { ([("shop", $0.domain)], Double($0.tally.polls)) }
        )
        add(
            "kccsyncd_poll_failures",
            .counter,
            "Rounds that failed.",
            current.map { ([("shop", $0.domain)], Double($0.tally.failures)) }
        )
        add(
            "kccsyncd_poll_seconds",
            .counter,
            "Time spent in polls that went well.",
            current.map { ([("shop", $0.domain)], $0.tally.seconds) }
        )
        add(
            "kccsyncd_api_points",
            .counter,
            "Points that Shopify charged.",
            current.compactMap { shop in shop.budget.map { ([("shop", shop.domain)], Double($0.spent)) } }
        )
        add(
            "kccsyncd_api_requests",
            .counter,
            "Requests to Shopify.",
            current.compactMap { shop in shop.budget.map { ([("shop", shop.domain)], Double($0.requests)) } }
        )
        add(
            "kccsyncd_api_points_available",
            .gauge,
            "Points that can be spent at once.",
            current.compactMap { shop in shop.budget.map { ([("shop", shop.domain)], Double($0.available)) } }
        )
        add(
            "kccsyncd_shop_in_trouble",
            .gauge,
            "1 while a shop cannot be polled.",
            current.map { ([("shop", $0.domain)], $0.health.errorCode == nil ? 0 : 1) }
        )
        add(
            "kccsyncd_shop_paused",
            .gauge,
            "1 while a shop needs a person before it can be polled: a token, a scope.",
            current.map { ([("shop", $0.domain)], $0.health.paused ? 1 : 0) }
        )
        add(
            "kccsyncd_last_poll_timestamp_seconds",
            .gauge,
            "When orders were last polled.",
            channels.compactMap { channel in
                let shop = shops.first { $0.record.domain == channel.shop.domain }
                let health = current.first { $0.domain == channel.shop.domain }?.health
                let last = health?.lastPollAt ?? shop?.health.lastPollAt
                return last.map { ([("channel", channel.name)], $0.timeIntervalSince1970.rounded()) }
            }
        )
        add(
            "kccsyncd_orders",
            .gauge,
            "Orders in the store.",
            shops.flatMap { shop in
                shop.counts.map { count in
                    (
                        [
                            ("channel", count.channel), ("state", count.state.rawValue),
                            ("reason", count.reason ?? ""),
                        ],
                        Double(count.count)
                    )
                }
            }
        )
        add(
            "kccsyncd_orders_waiting_for_handoff",
            .gauge,
            "Imported orders that nobody has taken.",
            shops.flatMap { shop in shop.waiting.map { ([("channel", $0.key)], Double($0.value)) } }
        )
    }

    private mutating func addQueue(_ source: Answerer) async throws {
        let depths = try await source.depths()
        let now = source.now()
        add(
            "kccsyncd_queue_jobs",
            .gauge,
            "Jobs that are not done.",
            depths.flatMap { depth in
                let counts = [
                    ("waiting", depth.waiting), ("running", depth.running), ("parked", depth.parked),
                ]
                return counts.map { state, count in
                    ([("channel", depth.channel), ("state", state)], Double(count))
                }
            }
        )
        add(
            "kccsyncd_stock_skus",
            .gauge,
            "SKUs with a level, by how they stand with Shopify.",
            try await source.stockSummary()
                .flatMap { summary in
                    summary.counts.map { state, count in
                        ([("channel", summary.channel), ("state", state.rawValue)], Double(count))
                    }
                }
        )
        add(
            "kccsyncd_queue_oldest_seconds",
            .gauge,
            "Age of the oldest job that waits or runs.",
            depths.map { depth in
                ([("channel", depth.channel)], depth.oldest.map { max(0, now.timeIntervalSince($0)) } ?? 0)
            }
        )
    }

    /// The whole text.
    var text: String {
        (families.flatMap(\.lines) + ["# EOF", ""]).joined(separator: "\n")
    }

    /// Puts the text in the file's place at once, so that nobody reads half of it.
    ///
    /// - Throws: A POSIX error where the folder is not there or not ours to write.
    func write(to path: String) throws {
        let temporary = "\(path).\(getpid()).tmp"
        try Data(text.utf8).write(to: URL(fileURLWithPath: temporary))
        // The collector runs as another user, and nothing in it is secret.
        guard chmod(temporary, 0o644) == 0, rename(temporary, path) == 0 else {
            let code = errno
            unlink(temporary)
            throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO)
        }
    }

    /// Adds a family of figures; none where there are no samples.
    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
        guard !samples.isEmpty else { return }
        var lines = ["# TYPE \(name) \(kind.rawValue)", "# HELP \(name) \(help)"]
        for sample in samples {
            let labels = ([("unit", unit)] + sample.labels).map { "\($0.0)=\"\(Self.escaped($0.1))\"" }
                .joined(separator: ",")
            let value =
                sample.value == sample.value.rounded() ? String(Int(sample.value)) : String(sample.value)
            lines.append("\(name)\(kind == .counter ? "_total" : ""){\(labels)} \(value)")
        }
        families.append((name, lines))
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
