package import Foundation

/// How a channel's link to KCC stands, for people.
package struct LinkStanding: Sendable {
    package var channel: String
    /// When KCC last asked for orders; nil = never.
    package var ordersAt: Date?
    /// When it last told something.
    package var reportsAt: Date?
    /// The date from which KCC asks for orders; nil = from the beginning.
    package var start: Date?
    /// KCC's position of another store, because of which nothing is served; nil while it is one of ours.
    package var foreignPosition: String?
    /// Orders that wait although they could be sent, because they were placed before ``start``.
    package var beforeStart = Some()
    /// Orders that cannot be sent as they are: how many, and some of their names.
    package var unmapped = Some()
    /// Orders that KCC asked for again by name and has not confirmed since.
    package var requested = Some()
    /// Orders that KCC took long ago and that no status has named.
    package var unconfirmed = Some()
    /// What a person has to look at.
    package var notices: [Notice] = []

    /// Why the channel serves no order, and what to do; nil while it does.
    package var block: (text: String, remedy: String)? {
        foreignPosition.map { (Notice.foreignText($0), Notice.foreignRemedy) }
    }

    /// A number of orders, and the first of them.
    package struct Some: Sendable, Equatable {
        package var count = 0
        package var names: [String] = []
        /// What commands have to be given to find them, as words of a shell.
        package var references: [String] = []

        package init() {}
    }

    package init(channel: String) {
        self.channel = channel
    }
}

/// What is remembered of an order's way to KCC.
package struct OrderHandOff: Sendable, Equatable {
    package var servedAt: Date?
    /// When KCC asked for it again by name.
    package var requestedAt: Date?
    /// Why it was not sent when it was last tried, and what to do.
    package var problem: String?
    package var remedy: String?
    /// What was cut or left out when it was sent.
    package var remarks: [String] = []
    /// KCC's own number of it.
    package var code: String?
    package var status: String?
    package var statusAt: Date?
    package var confirmedAt: Date?
    package var shipments: [Shipment] = []

    /// Whether KCC was given the order, or has said anything of it.
    package var isWithKCC: Bool {
        servedAt != nil || requestedAt != nil || confirmedAt != nil || status != nil
    }

    /// One of KCC's shipments of it.
    package struct Shipment: Sendable, Equatable {
        package var id: String
        package var code: String?
        package var status: String
        package var despatchedAt: Date?

        package init(id: String, code: String?, status: String, despatchedAt: Date?) {
            self.id = id
            self.code = code
            self.status = status
            self.despatchedAt = despatchedAt
        }
    }

    package init() {}
}
