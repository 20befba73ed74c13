extension ImportRule {
    /// Refuses what Shopify hides from us: without name and address nobody can be sent anything.
    func customerDataRule(_ inputs: RuleInputs) -> RuleOutcome {
        let order = inputs.order
        if CustomerRouting.wantsGeneric(order, inputs.channel.settings, hidden: inputs.personalDataIsHidden) {
            return .notApplicable(self, "goes to the generic customer")
        }
        if inputs.redacted {
            return .refuse(
                self,
                .personalDataRemoved,
                "its personal data was removed, so nobody could be sent or invoiced anything",
                remedy:
                    "enter it in KCC by hand, then run: kccsyncd orders ignore \(inputs.reference)"
            )
        }
        if inputs.personalDataIsHidden {
            return .refuse(
                self,
                .customerDataWithheld,
                "Shopify shows no name, e-mail or address of this order, nor of the shop's other recent orders",
                remedy:
                    "\(PersonalDataSight.remedy(refetching: [inputs.reference])); or, if only this order names nobody, add an address to it in Shopify",
                inputs: ["withheld": "customer email billingAddress shippingAddress"]
            )
        }
        let personal = order.withheld.filter { path in
            ["customer", "email", "billingAddress", "shippingAddress"].contains { path.hasPrefix($0) }
        }
        // Half an address, or the invoice's in place of the delivery's, would send goods astray. The
        // customer's own record is not missed where the addresses say who it is.
        let addresses = personal.filter { $0.contains("Address") && !$0.hasSuffix(".phone") }
        let nobody = !personal.isEmpty && !(order.namesPerson && order.namesPlace)
        guard !addresses.isEmpty || nobody else { return .pass(self, "") }
        return .refuse(
            self,
            .customerDataWithheld,
            "Shopify withholds \(personal.sorted().joined(separator: ", "))",
            remedy:
                "the shop's plan or the app's access to protected customer data does not allow it; change that, or send such orders to a generic customer",
            inputs: ["withheld": personal.sorted().joined(separator: " ")]
        )
    }

    /// Refuses an order that names nobody, or nowhere.
    func customerMissingRule(_ inputs: RuleInputs) -> RuleOutcome {
        let order = inputs.order
        if CustomerRouting.wantsGeneric(order, inputs.channel.settings, hidden: inputs.personalDataIsHidden) {
            return .notApplicable(self, "goes to the generic customer")
        }
        if inputs.personalDataIsHidden { return .notApplicable(self, "Shopify withholds it") }
        let facts = [
            "person": String(order.namesPerson), "email": String(order.namesEmail),
            "address": String(order.namesPlace),
        ]
        if order.isPOS {
            // With customer_details a till sale that names nobody falls back to the generic customer,
            // and one without an address takes the matched customer's.
            return .pass(self, "", inputs: facts)
        }
        if !order.namesPlace {
            return .refuse(
                self,
                .customerMissing,
                "no address, so nothing could be sent or invoiced",
                remedy: "give the order an address in Shopify; it is looked at again when it changes",
                inputs: facts
            )
        }
        return .pass(self, "", inputs: facts)
    }
}

/// Which orders go to the generic customer.
package enum CustomerRouting {
    /// Whether the settings and the order leave no other choice than the generic customer.
    ///
    /// - Parameter hidden: Whether the order shows nobody because the shop's orders do not.
    package static func wantsGeneric(_ order: Order, _ settings: ChannelSettings, hidden: Bool) -> Bool {
        guard order.isPOS else { return false }
        switch settings.posOrders {
        case .genericCustomer: return true
        case .customerDetails:
            return !order.namesPerson && !order.namesEmail && !order.namesPlace && order.withheld.isEmpty
                && !hidden
        case .doNotDownload: return false
        }
    }

    /// Decides the customer of an accepted order.
    ///
    /// - Parameter candidates: Known customers that share a key with the order.
    package static func choose(
        _ order: Order,
        _ settings: ChannelSettings,
        among candidates: [KnownCustomer]
    ) -> CustomerChoice {
        if wantsGeneric(order, settings, hidden: false), let urn = settings.genericCustomer {
            return .generic(urn: urn)
        }
        let choice = CustomerChoice.match(CustomerKeys(of: order), among: candidates)
        guard order.isPOS, !order.namesPlace, let urn = settings.genericCustomer else { return choice }
        // A till sale with a name but no address needs somebody's address: the matched customer's, if it has one.
        if case .existing(let id, _, _) = choice, candidates.contains(where: { $0.id == id && $0.hasAddress })
        {
            return choice
        }
        return .generic(urn: urn)
    }
}

extension Order {
    /// Whether the customer or an address carries a person's or firm's name.
    package var namesPerson: Bool {
        let names = [
            customer?.firstName, customer?.lastName, billingAddress?.firstName, billingAddress?.lastName,
            billingAddress?.company, shippingAddress?.firstName, shippingAddress?.lastName,
            shippingAddress?.company,
        ]
        return names.contains { PostalAddress.isFilled($0) }
    }

    package var namesEmail: Bool {
        PostalAddress.isFilled(email) || PostalAddress.isFilled(customer?.email)
    }

    package var namesPlace: Bool {
        (billingAddress?.hasPlace ?? false) || (shippingAddress?.hasPlace ?? false)
    }
}
