extension ImportRule {
    /// The location filter: a till sale is where it was made, a web order where it will be sent from.
    func locationRule(_ inputs: RuleInputs) -> RuleOutcome {
        let settings = inputs.channel.settings
        let order = inputs.order
        guard settings.onlyChosenLocation else { return .notApplicable(self, "the filter is off") }
        guard order.isPOS || settings.locationFilterScope == .all else {
            return .notApplicable(self, "an online order, and the filter is for till sales")
        }
        let wanted = settings.channelLocation ?? ""
        guard let chosen = inputs.channel.location else {
            return .refuse(
                self,
                .locationUnknown,
                "channel_location \"\(wanted)\" is none of the shop's locations",
                remedy: "see: kccsyncd locations \(settings.name)",
                inputs: ["channel_location": wanted]
            )
        }
        return order.isPOS ? till(order, chosen) : web(inputs, chosen)
    }

    private func till(_ order: Order, _ chosen: ShopLocation) -> RuleOutcome {
        let facts = ["channel_location": chosen.id.gid, "retail_location": order.retailLocation?.gid ?? ""]
        guard let place = order.retailLocation else {
            return .refuse(self, .locationUnknown, "a till sale without a location", inputs: facts)
        }
        return place == chosen.id
            ? .pass(self, "sold at \(chosen.name)", inputs: facts)
            : .refuse(self, .otherLocation, "sold at another location than \(chosen.name)", inputs: facts)
    }

    private func web(_ inputs: RuleInputs, _ chosen: ShopLocation) -> RuleOutcome {
        let order = inputs.order
        let assigned = order.assignedFulfilmentOrders
        let places = assigned.map { $0.location?.gid ?? "deleted" }
        let facts = ["channel_location": chosen.id.gid, "assigned_locations": places.joined(separator: " ")]
        if assigned.isEmpty, !inputs.channel.seesFulfilmentOrders {
            return .refuse(
                self,
                .locationUnknown,
                "the app does not see which location sends it: scope \(AccessScope.readOwnFulfilmentOrders) is missing",
                remedy:
                    "\(ScopeNeed.remedy), then run: kccsyncd orders refetch \(inputs.reference)",
                inputs: facts
            )
        }
        if assigned.isEmpty {
            return .refuse(
                self,
                .locationUnknown,
                "Shopify has not assigned it to a location yet",
                remedy: "it is looked at again for a day",
                inputs: facts
            )
        }
        return assigned.contains { $0.location == chosen.id }
            ? .pass(self, "assigned to \(chosen.name)", inputs: facts)
            : .refuse(self, .otherLocation, "assigned to other locations than \(chosen.name)", inputs: facts)
    }
}

extension Order {
    /// Fulfilment orders that assign units to a location: not a cancelled one, nor one whose lines all moved elsewhere.
    package var assignedFulfilmentOrders: [FulfilmentOrder] {
        fulfilmentOrders.filter { fulfilment in
            fulfilment.status != "CANCELLED" && fulfilment.lines.contains { $0.quantity > 0 }
        }
    }
}
