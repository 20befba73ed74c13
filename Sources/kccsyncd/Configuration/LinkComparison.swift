import SyncEngine

/// What the link to KCC needs of the rest of the file.
struct LinkComparison {
    /// All that could be read, in the file's order.
    let channels: [ChannelSettings]
    let orderTypes: [OrderTypeRule]
    /// KCC's SiteID of each site: `[sites]`.
    let sites: [String: Int]
    /// Whether there is a `[kcc]` table.
    let hasLink: Bool
    /// Where disagreements go.
    let collector: ProblemCollector

    /// Notes every disagreement.
    func run() {
        let linked = channels.filter { $0.kcc != nil }
        for channel in linked where !hasLink {
            add(
                ["channels", channel.name, "kcc"],
                expected: "a table [kcc] with listen and public_url beside it",
                found: "none"
            )
        }
        if hasLink, linked.isEmpty {
            let warning = ConfigurationProblem(
                "kcc",
                "no channel has a kcc table, so KCC has nothing to ask for"
            )
            collector.warn(warning, at: ["kcc"])
        }
        for channel in linked {
            checkSites(of: channel)
            checkSalesSources(of: channel)
        }
        if !linked.isEmpty {
            for (index, rule) in orderTypes.enumerated() {
                check(rule.site, at: ["order_types[\(index + 1)]", "site"])
            }
        }
        warnOfSharedSites()
    }

    private func checkSites(of channel: ChannelSettings) {
        let parts = ["channels", channel.name]
        check(channel.kcc?.site, at: parts + ["kcc", "site"])
        check(channel.locationImportSite, at: parts + ["location_import_site"])
        for site in channel.stock.sites { check(site, at: parts + ["stock", "sites"]) }
    }

    /// A sales source of a type that no order can have is a slip; a type without one keeps its orders here.
    private func checkSalesSources(of channel: ChannelSettings) {
        guard let kcc = channel.kcc, !kcc.salesSources.isEmpty else { return }
        let parts = ["channels", channel.name, "kcc", "sales_source"]
        let types = OrderTypesReader.kinds + orderTypes.map(\.orderType)
        for type in kcc.salesSources.keys.sorted() where !types.contains(type) {
            let nearest = NearestName.of(type, among: types).map { "did you mean \"\($0)\"?" }
            add(
                parts + [type],
                expected: "\"epos\", \"draft\", \"online\" or a type that [[order_types]] names",
                found: FoundValue.text(type),
                hint: nearest
            )
        }
        var missing: [String] = []
        for type in types where kcc.salesSource(of: type) == nil && !missing.contains(type) {
            if type != "epos" || channel.posOrders != .doNotDownload { missing.append(type) }
        }
        guard !missing.isEmpty else { return }
        let names = missing.map { FoundValue.text($0) }.joined(separator: ", ")
        collector.warn(
            ConfigurationProblem(
                TableReader.path(parts),
                "has none for orders of type \(names), which are not sent to KCC"
            ),
            at: parts
        )
    }

    private func check(_ site: String?, at parts: [String]) {
        guard let site, sites[site] == nil else { return }
        let nearest = NearestName.of(site, among: Array(sites.keys)).map { "did you mean \"\($0)\"?" }
        add(
            parts,
            expected: "a site that [sites] names, with KCC's SiteID",
            found: FoundValue.text(site),
            hint: nearest
        )
    }

    /// Both may sell the last unit between two polls, whatever is done here.
    private func warnOfSharedSites() {
        let senders = channels.filter(\.sendsStock)
        for (index, channel) in senders.enumerated() {
            for earlier in senders[..<index] where earlier.shop.domain != channel.shop.domain {
                guard let site = sharedSite(of: channel, and: earlier) else { continue }
                let parts = ["channels", channel.name, "stock", "sites"]
                let warning = ConfigurationProblem(
                    TableReader.path(parts),
                    "site \(FoundValue.text(site)) also feeds channels.\(earlier.name), which is of another shop: both can sell its last unit between two polls",
                    hint: "give each shop sites of its own, or a percent below 100"
                )
                collector.warn(warning, at: ["channels", channel.name])
            }
        }
    }

    /// A site whose levels both channels count; a channel without `sites` counts every one.
    private func sharedSite(of left: ChannelSettings, and right: ChannelSettings) -> String? {
        Set(sites.keys).union(left.stock.sites).union(right.stock.sites).sorted()
            .first { left.stock.counts(site: $0) && right.stock.counts(site: $0) }
    }

    private func add(_ parts: [String], expected: String, found: String, hint: String? = nil) {
        let problem = ConfigurationProblem(
            TableReader.path(parts),
            expected: expected,
            found: found,
            hint: hint
        )
        collector.add(problem, at: parts)
    }
}
