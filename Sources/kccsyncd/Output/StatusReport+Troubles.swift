import Foundation
import SyncEngine

extension StatusReport {
    /// What a person has to know or do, with the remedy.
    ///
    /// What keeps a channel from its work is not among it: see ``halt(of:)``.
    var troubles: [Trouble] {
        var troubles = storeTroubles
        for channel in channels {
            let name = channel.settings.name
            // What the channel is not polled for is said with its state.
            troubles += channel.missingScopes.filter { $0.text != channel.health.error }
                .map { Trouble(name, $0.text, remedy: ScopeNeed.remedy) }
            troubles += channel.health.warnings.map { Trouble(name, $0) }
            troubles += channel.shownProblems.filter { $0.kind != .rests }
                .map { Trouble(name, $0.text, remedy: $0.remedy) }
            if channel.settings.enabled, channel.personalData.isWithheld || channel.withheld > 0 {
                troubles.append(
                    Trouble(
                        name,
                        "Shopify withholds names, e-mails and addresses: such orders fail as customer_data_withheld",
                        remedy: PersonalDataSight.remedy(refetching: withheld(of: name))
                    )
                )
            }
            if channel.fading > 0 {
                troubles.append(
                    Trouble(
                        name,
                        "\(Spoken.count(channel.fading, "order that is", "orders that are")) not imported yet will be 60 days old within 10 days",
                        remedy:
                            "Shopify hides them then; add the scope read_all_orders to the app and reinstall it"
                    )
                )
            }
            troubles += channel.heldShipments.map { text in
                var news = Trouble(name, text)
                news.isNews = true
                return news
            }
            if let error = channel.pushError, !channel.hasSaid(error) {
                troubles.append(Trouble(name, "pushes wait: \(error)"))
            }
            if channel.queue.parked > 0 {
                troubles.append(
                    Trouble(
                        name,
                        "\(Spoken.count(channel.queue.parked, "job is parked and waits", "jobs are parked and wait")) for you",
                        remedy: "see: kccsyncd queue list"
                    )
                )
            }
            troubles += Self.stockTroubles(channel)
            troubles += linkTroubles(channel)
            troubles += Self.unimportedNews(channel)
            if channel.unmailed > 0 {
                var news = Trouble(
                    name,
                    "\(Spoken.count(channel.unmailed, "fulfilment", "fulfilments")) of the last \(Self.daysOfUnmailed) days went without a mail to the customer: more than 3 days had passed since the despatch"
                )
                news.isNews = true
                troubles.append(news)
            }
            let pending = channel.count(.pending)
            if pending > 0 {
                var news = Trouble(
                    name,
                    "\(Spoken.count(pending, "order", "orders")) pending: download_orders is off"
                )
                news.isNews = true
                troubles.append(news)
            }
        }
        return troubles + leftovers.map(ChannelText.leftover) + failures + changes
    }

    /// Why a channel is not polled, or was not the last time, or serves KCC no orders; nil while it works.
    func halt(of channel: Channel) -> Trouble? {
        guard channel.settings.enabled else { return nil }
        guard let error = channel.health.error else {
            let name = channel.settings.name
            return channel.problems.first { $0.kind == .rests }
                .map { Trouble(name, $0.text, remedy: $0.remedy) }
                ?? channel.link?.block.map { Trouble(name, $0.text, remedy: $0.remedy) }
        }
        var remedy = channel.health.remedy ?? ""
        // Setup checks by itself.
        if !remedy.contains("kccsyncd setup ") {
            remedy += "\(remedy.isEmpty ? "" : "; ")run kccsyncd check \(channel.settings.name)"
        }
        var halt = Trouble(channel.settings.name, error, remedy: remedy)
        halt.since = channel.health.errorSince
        halt.zone = channel.zone
        return halt
    }
}

extension StatusReport.Channel {
    /// Whether what its shipments or its missing scopes are said to lack is why pushes wait.
    fileprivate func hasSaid(_ error: String) -> Bool {
        missingScopes.contains { $0.text == error } || heldShipments.contains { $0.contains(error) }
    }
}
