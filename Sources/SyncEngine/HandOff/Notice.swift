package import Foundation

/// Something about the KCC link that a person has to look at.
package struct Notice: Sendable, Equatable {
    /// What it is about.
    package enum Kind: String, Sendable, CaseIterable {
        /// A shipment that cannot be told to Shopify.
        case shipmentUnmatched = "shipment_unmatched"
        /// A shipment of which KCC now says less than was sent.
        case shipmentReduced = "shipment_reduced"
        case severalCouriers = "several_couriers"
        /// KCC names an order that we do not have.
        case orderUnknown = "order_unknown"
        case orderCancelled = "order_cancelled"
        /// KCC regards the order as complete, and not all of it was despatched.
        case despatchIncomplete = "despatch_incomplete"
        /// References that name two different orders.
        case referencesDiffer = "references_differ"
        /// A level for one of KCC's sites that `[sites]` does not name.
        case siteUnmapped = "site_unmapped"
        /// A stock status without a figure.
        case levelMissing = "level_missing"
        case codeRenamed = "code_renamed"
        case itemDeleted = "item_deleted"
        /// A row of an upload that lacks what it needs.
        case rowUnusable = "row_unusable"
        case bodyUnreadable = "body_unreadable"
        /// A position that another store gave, or this one gave to another shop.
        case positionForeign = "position_foreign"
        /// A position of a page that this store never gave: it was restored from a copy.
        case positionAhead = "position_ahead"
    }

    /// Its number, for `kcc dismiss`; 0 before it is stored.
    package var id: Int64 = 0
    package var channel: String
    package var kind: Kind
    /// What it is about; a second notice of the kind about it is the same one.
    package var subject: String
    /// Without a person's data.
    package var text: String
    package var remedy: String
    package var firstAt: Date
    package var lastAt: Date
    package var times = 1

    private static let longestSubject = 120
    private static let longestText = 600

    /// A subject as notices keep it.
    package static func short(_ subject: String) -> String { String(subject.prefix(longestSubject)) }

    package init(channel: String, kind: Kind, subject: String, text: String, remedy: String, at: Date) {
        self.channel = channel
        self.kind = kind
        // Names are KCC's, and may be of any length.
        self.subject = Self.short(subject)
        self.text = text.count > Self.longestText ? text.prefix(Self.longestText) + "…" : text
        self.remedy = remedy
        firstAt = at
        lastAt = at
    }
}

extension Notice {
    /// What is wrong with a position of another store: nothing is served until KCC asks with another one, or with a date.
    package static func foreignText(_ position: String) -> String {
        "KCC's position \(position) was given by another store or to another shop; no order of this channel is served"
    }

    package static let foreignRemedy =
        "check the Configuration URL in KCC's channel screen; to start over enter a date of the first download there"

    /// How the journal has it.
    package var event: Event {
        Event(
            .warning,
            "\(channel): \(text); \(remedy)",
            kind: .linkNotice,
            fields: [.channel: channel, .reason: kind.rawValue]
        )
    }
}
