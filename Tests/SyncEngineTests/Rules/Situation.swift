import Foundation
import SyncEngine
import TestSupport

/// Everything that the rules look at, starting from what all of them accept.
struct Situation: Sendable {
    var order = Order.paid()
    var settings = ChannelSettings.plain()
    var location: ShopLocation?
    var orderTypes: [OrderTypeRule] = []
    var ignored = false
    var backfilled = false
    var holder: String?

    init(_ change: (inout Situation) -> Void = { _ in }) {
        change(&self)
    }

    var context: ChannelContext {
        ChannelContext(
            settings: settings,
            startDate: Instants.start,
            location: location,
            orderTypes: orderTypes
        )
    }

    var ref: String { Judge.ref(of: order, settings) }

    var inputs: RuleInputs {
        RuleInputs(
            order: order,
            channel: context,
            ignored: ignored,
            startWaiver: backfilled ? .backfill : nil,
            ref: ref,
            refHolder: holder
        )
    }

    /// Turns the location filter on for all orders, choosing the warehouse.
    mutating func filterByLocation(_ scope: LocationFilterScope = .all) {
        settings.onlyChosenLocation = true
        settings.channelLocation = "Main Warehouse"
        settings.locationFilterScope = scope
        location = .warehouse
    }

    /// Judges the order as if it were new.
    func judgement() throws -> Judgement? {
        var facts = MemoryFacts()
        if let holder { facts.holders[ref] = holder }
        var standing: OrderStanding?
        if ignored || backfilled {
            standing = OrderStanding(state: .skipped, reason: nil, channel: settings.name)
            standing?.ignored = ignored
            standing?.backfilledFor = backfilled ? settings.name : nil
        }
        return try Judge(channels: [context]).judge(order, standing: standing, facts: facts)
    }
}
