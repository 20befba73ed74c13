/// What is wrong with a channel as it is configured, given what its shop and the order store say.
package struct ChannelProblem: Sendable, Equatable {
    package enum Kind: Sendable {
        /// `start_date` is rejected; the date accepted before stays active.
        case startRejected
        /// `start_date` is rejected and none was ever accepted: the channel imports nothing.
        case rests
        /// The channel starts at a time that has not come yet, and imports nothing until then.
        case startAhead
        /// `start_date` is earlier than what was accepted before: orders placed between the two are not fetched.
        case startEarlier
        /// `channel_location` names none of the shop's locations, or several.
        case locationUnknown
        case locationInactive
        /// Levels are received, and `channel_location` is not set.
        case noLocation
    }

    package var kind: Kind
    package var text: String
    package var remedy: String

    /// For the journal and for warnings, where both are in one line.
    package var line: String { "\(text); \(remedy)" }

    /// The line of a location that takes no stock, with what follows from it.
    package var held: String { "\(text); stock levels are held back until it can be used; \(remedy)" }
}
