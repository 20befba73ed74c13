import SyncEngine

/// What several channels must agree on, or had better not.
struct ChannelComparison {
    /// All that could be read, in the file's order.
    let channels: [ChannelSettings]
    /// Where disagreements go.
    let collector: ProblemCollector

    /// Notes every disagreement; the later channel of the file is the one that is blamed.
    func run() {
        for (index, channel) in channels.enumerated() {
            let earlier = channels[..<index]
            if let first = earlier.first(where: { $0.shop.domain == channel.shop.domain }) {
                compare(channel, with: first)
            }
            if let other = earlier.first(where: { isRival($0, of: channel) }) {
                refuse(channel, besides: other)
            }
            if let other = earlier.first(where: { isConfusable($0, channel) }) {
                warnOfRefs(channel, and: other)
            }
        }
    }

    /// One shop has one poll, one connection and one API budget, whatever the number of its channels.
    private func compare(_ channel: ChannelSettings, with first: ChannelSettings) {
        func differ(_ key: String?, _ expected: String, _ found: String) {
            let parts = ["channels", channel.name] + (key.map { [$0] } ?? [])
            let problem = ConfigurationProblem(
                TableReader.path(parts),
                expected:
                    "\(expected) as in channels.\(first.name), which is of the same shop "
                    + first.shop.domain,
                found: found
            )
            collector.add(problem, at: parts)
        }
        if channel.shop.scheme != first.shop.scheme {
            differ("shop_url", "\"\(first.shop)\"", "\"\(channel.shop)\"")
        }
        // Nobody knows what is in a credential that only the daemon can see.
        if !channel.credential.isUnseen, !first.credential.isUnseen, channel.credential != first.credential {
            differ(nil, "the same credential", "another")
        }
        if channel.apiVersion != first.apiVersion {
            differ("api_version", "\"\(first.apiVersion)\"", "\"\(channel.apiVersion)\"")
        }
        if channel.caFile != first.caFile {
            differ(
                "ca_file",
                first.caFile.map(FoundValue.text) ?? "none",
                channel.caFile.map(FoundValue.text) ?? "none"
            )
        }
        if channel.pollInterval != first.pollInterval {
            differ("order_poll_interval", Self.span(first.pollInterval), Self.span(channel.pollInterval))
        }
    }

    /// Whether both set the stock of one location, as far as the file shows it.
    private func isRival(_ left: ChannelSettings, of right: ChannelSettings) -> Bool {
        left.shop.domain == right.shop.domain && left.sendsStock && right.sendsStock
            && Self.plain(left.channelLocation) == Self.plain(right.channelLocation)
    }

    /// A location's gid and its number are the same.
    private static func plain(_ location: String?) -> String? {
        location.map { $0.replacing("gid://shopify/Location/", with: "") }
    }

    private func refuse(_ channel: ChannelSettings, besides other: ChannelSettings) {
        let parts = ["channels", channel.name, "channel_location"]
        let problem = ConfigurationProblem(
            TableReader.path(parts),
            expected:
                "another location than channels.\(other.name) has: only one channel may set the stock of a location",
            found: FoundValue.text(channel.channelLocation ?? ""),
            hint: "or write upload = \"listed\" without items into [channels.\(channel.name).stock]"
        )
        collector.add(problem, at: parts)
    }

    private func isConfusable(_ left: ChannelSettings, _ right: ChannelSettings) -> Bool {
        left.shop.domain != right.shop.domain && left.orderRefFormat == right.orderRefFormat
    }

    private func warnOfRefs(_ channel: ChannelSettings, and other: ChannelSettings) {
        let parts = ["channels", channel.name, "order_ref_format"]
        let warning = ConfigurationProblem(
            TableReader.path(parts),
            "the same as in channels.\(other.name), which is of another shop: two orders of one number would "
                + "get one ref, and the second fails as ref_taken",
            hint: "give one a prefix, such as \"\(channel.name.uppercased())-{0}\""
        )
        collector.warn(warning, at: parts)
    }

    /// In seconds, as it could be written in the file.
    private static func span(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        guard attoseconds != 0 else { return "\"\(seconds)s\"" }
        return "\"\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms\""
    }
}
