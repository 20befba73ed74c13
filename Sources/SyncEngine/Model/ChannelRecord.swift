/// What the order store holds of a channel, whether the configuration still names it or not.
package struct ChannelRecord: Sendable, Equatable {
    package var name: String
    /// Addresses of the shops that it has orders of.
    package var shops: [String] = []
    /// Those of them that have no channel at work.
    package var shopsWithoutChannel: [String] = []
    /// All its orders.
    package var orders = 0
    /// Orders that are offered to nobody and that KCC does not have: waiting or held.
    package var open = 0
    /// Among them those that KCC may have, because they were served.
    package var doubtful = 0
    /// Stock levels.
    package var levels = 0
    /// Shipments that are not at Shopify yet.
    package var shipments = 0
    /// Whether KCC was given pages under this name, or sent a position.
    package var hasPosition = false
    /// Whether `stock list` has SKUs of it; without levels KCC reported them for sites that `[sites]` does not name.
    package var hasItems = false
    /// The shop of the configuration's channel of this name, where all of it is of other shops.
    package var takenBy: String?
    /// The channel that had this name before, where the configuration has given it to another with a link.
    package var addressesOf: String?
    /// Channels of the configuration that a channel that is gone can be renamed to.
    package var heirs: [String] = []
    /// The name that a recorded `channels rename` will give it.
    package var rename: String?
    /// Names that it had before, under which KCC can still reach it.
    package var formerNames: [String] = []

    package init(name: String) {
        self.name = name
    }

    /// Whether the store has something of it that is worth a line, where the configuration does not name it.
    package var isListed: Bool { isLeftOver || orders > 0 || rename != nil }

    /// Whether something is left that a channel of the configuration would have to go on with.
    package var isLeftOver: Bool { open > 0 || shipments > 0 || levels > 0 || hasItems || hasPosition }
}

/// What came of `channels rename`.
package enum RenameOutcome: Sendable, Equatable {
    /// All that the store held of the old name is the new one's.
    case moved(ChannelRecord)
    /// It is carried out when the configuration has the new name, and the old one no more.
    case recorded
    /// A rename that was recorded for the channel is not wanted any more.
    case withdrawn
}
