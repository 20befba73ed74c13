/// An order as far as an ERP gets it from a channel: its figures in the channel's money, and what goes into its note.
///
/// The mapping to KCC writes these values, and the changes after the hand-off compare them.
package struct HandedOffOrder: Sendable {
    package let order: Order
    package let figures: OrderFigures
    /// Attributes that go into the note.
    package let attributes: [OrderAttribute]
    /// Tags that go into the note.
    package let tags: [String]

    /// - Parameter settings: The channel's; nil where that is not in the file.
    package init(_ order: Order, _ settings: ChannelSettings?) {
        self.init(order, OrderFigures(of: order, settings?.money ?? .shop), settings?.kcc)
    }

    /// - Parameter kcc: The channel's link; without one all attributes count, since an export has them.
    package init(_ order: Order, _ figures: OrderFigures, _ kcc: KCCSettings?) {
        self.order = order
        self.figures = figures
        attributes = kcc?.noteAttributes == false ? [] : order.attributes
        tags = kcc?.noteTags == true ? order.tags : []
    }

    package var money: OrderMoney { figures.money }

    /// An amount in the channel's money, without the currency.
    func text(_ bag: MoneyBag) -> String { money.number(money.of(bag)) }
}
