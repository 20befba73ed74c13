import Foundation

extension ImportRule {
    /// What this rule says; a pure function of its inputs.
    package func evaluate(_ inputs: RuleInputs) -> RuleOutcome {
        switch self {
        case .ignored: ignoredRule(inputs)
        case .startDate: startDateRule(inputs)
        case .testOrder: testOrderRule(inputs)
        case .cancelled: cancelledRule(inputs)
        case .posRouting: posRoutingRule(inputs)
        case .location: locationRule(inputs)
        case .payment: paymentRule(inputs)
        case .customerData: customerDataRule(inputs)
        case .customerMissing: customerMissingRule(inputs)
        case .ref: refRule(inputs)
        case .lines: linesRule(inputs)
        case .totals: totalsRule(inputs)
        }
    }

    private func ignoredRule(_ inputs: RuleInputs) -> RuleOutcome {
        inputs.ignored
            ? .refuse(
                self,
                .ignored,
                "an operator ignored it",
                remedy: "to undo: kccsyncd orders reimport \(inputs.reference)"
            )
            : .pass(self, "")
    }

    private func startDateRule(_ inputs: RuleInputs) -> RuleOutcome {
        let placed = inputs.order.processedAt
        switch inputs.startWaiver {
        case .backfill: return .notApplicable(self, "brought in by backfill")
        case .earlierChannel:
            return .notApplicable(
                self,
                "its date was accepted by a channel that is not in the configuration any more"
            )
        case nil: break
        }
        guard let start = inputs.channel.startDate else {
            let rest = inputs.channel.rest
            return .refuse(
                self,
                .beforeStartDate,
                rest?.text ?? "",
                remedy: rest?.remedy ?? "",
                inputs: ["placed_at": Self.utc(placed)]
            )
        }
        let facts = ["placed_at": Self.utc(placed), "start_date": Self.utc(start)]
        let zone = inputs.channel.zone
        let words = (placed: placed.shown(in: zone), start: start.shown(in: zone))
        if placed >= start {
            return .pass(self, "placed \(words.placed), channel starts \(words.start)", inputs: facts)
        }
        return .refuse(
            self,
            .beforeStartDate,
            "placed \(words.placed), before the channel's start \(words.start)",
            remedy:
                "to bring it in: kccsyncd backfill \(inputs.channel.settings.name) --from \(CalendarDay(of: placed, in: zone))",
            inputs: facts
        )
    }

    private func testOrderRule(_ inputs: RuleInputs) -> RuleOutcome {
        guard inputs.order.test else { return .pass(self, "") }
        return inputs.channel.settings.importTestOrders
            ? .pass(self, "a test order, and import_test_orders is on", inputs: ["test": "true"])
            : .refuse(
                self,
                .testOrder,
                "a test order",
                remedy: "set import_test_orders to import such orders",
                inputs: ["test": "true"]
            )
    }

    private func cancelledRule(_ inputs: RuleInputs) -> RuleOutcome {
        guard let cancelled = inputs.order.cancelledAt else { return .pass(self, "") }
        return .refuse(
            self,
            .cancelled,
            "cancelled \(cancelled.shown(in: inputs.channel.zone))\(inputs.imported ? "" : ", before it was imported")",
            inputs: ["cancelled_at": Self.utc(cancelled)]
        )
    }

    private func posRoutingRule(_ inputs: RuleInputs) -> RuleOutcome {
        guard inputs.order.isPOS else { return .notApplicable(self, "an online order") }
        let mode = inputs.channel.settings.posOrders
        let facts = ["download_pos_orders": mode.rawValue]
        return mode == .doNotDownload
            ? .refuse(
                self,
                .posNotDownloaded,
                "a till sale, and download_pos_orders is do_not_download",
                remedy: "set download_pos_orders to import till sales",
                inputs: facts
            )
            : .pass(self, "a till sale, \(mode.rawValue)", inputs: facts)
    }

    private func paymentRule(_ inputs: RuleInputs) -> RuleOutcome {
        let status = inputs.order.financialStatus ?? "unknown"
        let facts = ["financial_status": status]
        if status == "PAID" || status == "PARTIALLY_REFUNDED" { return .pass(self, status, inputs: facts) }
        if inputs.channel.settings.ignoreFinancialStatus {
            return .pass(self, "\(status), and ignore_financial_status is on", inputs: facts)
        }
        return .refuse(
            self,
            .unpaid,
            "not paid in full: \(status)",
            remedy: "it comes in when it is paid; ignore_financial_status imports unpaid orders",
            inputs: facts
        )
    }

    private func refRule(_ inputs: RuleInputs) -> RuleOutcome {
        let facts = ["ref": inputs.ref]
        if inputs.ref.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) || inputs.ref.count > 50 {
            return .refuse(
                self,
                .refUnusable,
                "the associated ref \(inputs.ref.debugDescription) holds a comma, a quote or a line break, or is longer than 50",
                remedy: "KCC cannot take it; rename the order's format in Shopify or change order_ref_format",
                inputs: facts
            )
        }
        guard let holder = inputs.refHolder else { return .pass(self, inputs.ref, inputs: facts) }
        return .refuse(
            self,
            .refTaken,
            "the associated ref \(inputs.ref) is order \(holder)'s already",
            remedy:
                "give the channels different order_ref_format values, then: kccsyncd orders reimport \(inputs.reference)",
            inputs: facts.merging(["holder": holder]) { first, _ in first }
        )
    }

    /// RFC 3339 in UTC, to the second: what programs read.
    static func utc(_ date: Date) -> String {
        date.formatted(.iso8601)
    }
}
