/// Compares what a shipment's teller reports with what Shopify shows of one of its fulfilments, and merges the two.
///
/// What we sent before tells whose each part of Shopify's is: ours is replaced by what is reported now, a colleague's stays.
package struct TrackingMerge: Sendable {
    /// What the teller reports now, with Shopify's name of the carrier.
    private let wanted: Tracking
    /// What Shopify shows.
    private let shown: Tracking
    /// What we sent before.
    private let sent: RecordedFulfilment
    /// Whether the teller has reported something else since the shipment was new.
    private let wasChanged: Bool

    package init(wanted: Tracking, shown: Tracking, sent: RecordedFulfilment, wasChanged: Bool) {
        self.wanted = wanted
        self.shown = shown
        self.sent = sent
        self.wasChanged = wasChanged
    }

    /// What Shopify is to be sent; nil where it shows all of it already.
    package var request: Tracking? {
        // A carrier alone is no news about a fulfilment that a colleague made.
        guard !wanted.parcels.isEmpty || sent.tracking.company != nil else { return nil }
        let merged = merged
        let hasNews =
            Set(merged.numbers) != Set(shown.numbers) || companyIsNews(merged)
            || wanted.parcels.contains { linkIsNews($0, merged) }
        return hasNews ? merged : nil
    }

    /// Whether a request would give the fulfilment its first number.
    package var isFirstNumber: Bool {
        shown.parcels.isEmpty && sent.tracking.parcels.isEmpty && !wanted.parcels.isEmpty
    }

    /// What Shopify is to show: a colleague's numbers first, then ours.
    package var merged: Tracking {
        let company = company
        let theirs = shown.parcels.filter { sent.tracking[$0.number] == nil && wanted[$0.number] == nil }
            .map { Tracking.Parcel(number: $0.number, link: $0.link, owner: .colleague) }
        // Numbers are never taken back.
        let ours =
            wanted.parcels.isEmpty
            ? shown.parcels.filter { sent.tracking[$0.number] != nil }
            : wanted.parcels.map { parcel($0, of: company.name) }
        return Tracking(theirs + ours, company: company.name, companyOwner: company.owner)
    }

    // MARK: The carrier

    private var company: (name: String?, owner: Tracking.Owner) {
        guard let there = shown.company else { return (wanted.company, .ours) }
        guard isOurs(there) else { return (there, .colleague) }
        return (wanted.company ?? there, .ours)
    }

    private func isOurs(_ company: String) -> Bool {
        // An older version recorded the numbers alone: what it made, or put numbers on, has its carrier.
        guard sent.isWhole else { return sent.isOurs || !sent.tracking.parcels.isEmpty }
        return company == sent.tracking.company
    }

    private func companyIsNews(_ merged: Tracking) -> Bool {
        guard sent.isWhole || wasChanged, merged.company != shown.company else { return false }
        // A colleague has removed what we sent, and nothing else is reported.
        return !(shown.company == nil && sent.isWhole && sent.tracking.company == merged.company)
    }

    // MARK: Numbers and links

    private func parcel(_ wanted: Tracking.Parcel, of company: String?) -> Tracking.Parcel {
        let there = shown[wanted.number]
        guard let before = sent.tracking[wanted.number] else {
            // A number that a colleague has entered, too, stays the colleague's.
            return Tracking.Parcel(
                number: wanted.number,
                link: there?.link ?? wanted.link,
                owner: there == nil ? .ours : .colleague
            )
        }
        var link = wanted.link
        if sent.isWhole, let there, wanted.link == before.link, company == shown.company {
            // Shopify makes the links of carriers that it knows, and shows them like any other.
            let isMade = wanted.link == nil && company.map(ShopifyCarriers.names.contains) ?? false
            link = isMade ? nil : there.link ?? wanted.link
        }
        return Tracking.Parcel(number: wanted.number, link: link)
    }

    private func linkIsNews(_ wanted: Tracking.Parcel, _ merged: Tracking) -> Bool {
        guard sent.isWhole || wasChanged else { return false }
        let link = merged[wanted.number]?.link
        let there = shown[wanted.number]?.link
        if let link { return link != there }
        // Ours is there and is withdrawn.
        return there != nil && there == sent.tracking[wanted.number]?.link
    }
}

extension Tracking {
    /// What of a request Shopify shows, where nobody learnt how the request ended.
    ///
    /// - Parameter before: What we had sent before it.
    /// - Returns: What counts as sent from now on; nil where numbers of it are missing.
    package func found(in shown: Tracking, before: Tracking) -> Tracking? {
        guard Set(numbers).isSubset(of: shown.numbers) else { return nil }
        let parcels = ours.parcels.map { parcel in
            let there = shown[parcel.number]?.link
            let earlier = before[parcel.number]?.link
            let isThere = there == parcel.link || (parcel.link == nil && there != earlier)
            return Parcel(number: parcel.number, link: isThere ? parcel.link : earlier)
        }
        return Tracking(parcels, company: shown.company == company ? ours.company : before.company)
    }
}
