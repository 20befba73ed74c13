import Foundation
import SyncEngine

/// Tries one channel against its shop.
struct ChannelCheck: Sendable {
    let settings: ChannelSettings
    let orderTypes: [OrderTypeRule]
    let shop: any Shop
    /// What the order store knows of the channel; nil where it could not be read.
    let facts: ChannelFacts?
    var now: @Sendable () -> Date = { Date() }

    func run() async -> Findings {
        var findings = Findings()
        let identity: ShopIdentity
        do throws(ShopError) {
            identity = try await shop.identity()
        } catch {
            findings.fail(error, of: settings.name)
            return findings
        }
        findings.identity = identity
        reach(identity, &findings)
        let locations = await locations(identity, &findings)
        let context = context(identity, locations)
        scopes(identity, context, &findings)
        start(context, &findings)
        if let locations { location(context, locations, &findings) }
        await customerData(identity, &findings)
        return findings
    }

    /// The channel as sync sees it, with what the shop says now.
    private func context(_ identity: ShopIdentity, _ locations: [ShopLocation]?) -> ChannelContext {
        var facts = facts ?? ChannelFacts()
        facts.timeZone = identity.timeZone
        facts.locations = locations ?? facts.locations
        facts.scopes = identity.scopes.sorted()
        return ChannelContext(settings, orderTypes: orderTypes, facts: facts, now: now())
    }

    private func reach(_ identity: ShopIdentity, _ findings: inout Findings) {
        let milliseconds = Int(identity.roundTrip.seconds * 1000)
        let skew = Int((identity.clockSkew ?? .zero).seconds.rounded())
        if identity.clockSkew == nil {
            findings.warn("reachable, \(milliseconds) ms", ShopIdentity.noClockWarning)
        } else if abs(skew) > 60 {
            findings.warn(
                "reachable, \(milliseconds) ms; Shopify's clock is \(abs(skew)) s \(skew > 0 ? "ahead of" : "behind") ours",
                "let this machine take its time from a server: timedatectl set-ntp true"
            )
        } else {
            findings.ok("reachable, \(milliseconds) ms; clock within \(max(1, abs(skew))) s")
        }
        let asked = settings.apiVersion
        if let answered = identity.answeredVersion, answered != asked {
            findings.warn(
                "API version \(asked) has expired: Shopify answers with \(answered)",
                "set api_version to one of: \(identity.supportedVersions.joined(separator: ", "))"
            )
        } else {
            findings.ok("token accepted; API \(asked)\(Self.support(asked, identity))")
        }
    }

    /// A stable version is supported for twelve months (<https://shopify.dev/docs/api/usage/versioning>).
    private static func support(_ version: String, _ identity: ShopIdentity) -> String {
        let parts = version.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 2, (1...12).contains(parts[1]) else { return "" }
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ]
        return ", supported until \(months[parts[1] - 1]) \(parts[0] + 1)"
    }

    private func scopes(_ identity: ShopIdentity, _ context: ChannelContext, _ findings: inout Findings) {
        for need in ScopeNeed.missing(for: [settings], granted: identity.granted) {
            if need.scope == "read_orders" {
                findings.fail(.refused, need.text, ScopeNeed.remedy)
            } else {
                findings.warn(need.text, ScopeNeed.remedy)
            }
        }
        if identity.can("read_orders") { findings.ok("scope read_orders") }
        guard !identity.can("read_all_orders") else { return }
        let what = "scope read_all_orders is missing: orders older than 60 days cannot be read"
        let day =
            settings.startDate.map { "start_date is \($0)" }
            ?? "the channel starts \(ChannelStart.defaultDays) days before its first sync"
        if context.readsOldOrders(at: now()) {
            findings.warn("\(what), and \(day)", "ask Shopify for that scope, or set a later start_date")
        } else {
            findings.ok("\(what) (\(day): enough)")
        }
    }

    private func start(_ context: ChannelContext, _ findings: inout Findings) {
        for problem in context.problems {
            switch problem.kind {
            // Without the store nobody knows what was accepted before.
            case .rests where facts == nil, .startRejected where facts == nil: break
            case .rests: findings.fail(.configuration, problem.text, problem.remedy)
            case .startRejected, .startAhead, .startEarlier: findings.warn(problem.text, problem.remedy)
            case .locationUnknown, .locationInactive, .noLocation: break
            }
        }
    }

    private func locations(_ identity: ShopIdentity, _ findings: inout Findings) async -> [ShopLocation]? {
        guard identity.can("read_locations") else { return nil }
        do throws(ShopError) {
            return try await shop.locations()
        } catch {
            findings.fail(error, of: settings.name)
            return nil
        }
    }

    private func location(
        _ context: ChannelContext,
        _ locations: [ShopLocation],
        _ findings: inout Findings
    ) {
        for problem in context.problems {
            switch problem.kind {
            case .locationUnknown: findings.fail(.configuration, problem.text, problem.remedy)
            case .locationInactive, .noLocation: findings.warn(problem.text, problem.remedy)
            case .rests, .startRejected, .startAhead, .startEarlier: break
            }
        }
        if let place = context.location {
            if place.active { findings.ok("location \(place.name) (\(place.id.number))") }
        } else if settings.channelLocation == nil,
            !context.problems.contains(where: { $0.kind == .noLocation })
        {
            let names = locations.filter(\.active).map(\.name).joined(separator: ", ")
            let what = "channel_location is not set, so stock levels do not sync"
            // KCC sends levels as soon as it has the link.
            if settings.kcc != nil, settings.wantsStock {
                findings.warn(
                    what,
                    "set channel_location in [channels.\(settings.name)] to one of: \(names)"
                )
            } else {
                findings.ok("\(what) (locations: \(names))")
            }
        }
    }

    /// Orders that are read to see whether Shopify shows who placed them.
    private static let sample = 10

    private func customerData(_ identity: ShopIdentity, _ findings: inout Findings) async {
        guard identity.can("read_orders") else { return }
        do throws(ShopError) {
            let since = now().addingTimeInterval(-60 * 86_400)
            let page = try await shop.list(
                OrderListRequest(since: since, pageSize: Self.sample, importance: .operatorAsked)
            )
            guard !page.versions.isEmpty else {
                findings.ok("no orders in the last 60 days to try customers' data with")
                return
            }
            let reading = try await shop.read(page.versions.map(\.id), importance: .operatorAsked)
            let orders = reading.entries.compactMap { entry in
                if case .order(let order) = entry { order } else { nil }
            }
            let remedy =
                "the shop's plan or the app's access to protected customer data does not allow it; change that, or send till sales to a generic customer"
            if let withheld = orders.first(where: { !$0.withheld.isEmpty })?.withheld {
                findings.warn(
                    "Shopify withholds \(withheld.prefix(4).joined(separator: ", ")): such orders fail as customer_data_withheld",
                    remedy
                )
            } else if PersonalDataSight(of: orders).isWithheld {
                findings.warn(
                    "Shopify withholds names, e-mails and addresses (\(Counted.text(orders.count, "order", "orders")) read, none shows any): such orders fail as customer_data_withheld",
                    remedy
                )
            } else if orders.contains(where: \.showsPersonalData) {
                findings.ok("customers' names and addresses readable")
            } else {
                findings.ok("no order of the last 60 days names a customer to try customers' data with")
            }
        } catch {
            findings.fail(error, of: settings.name)
        }
    }
}

extension ChannelCheck {
    /// Every scope for this channel.
    func scopeTable(_ identity: ShopIdentity) -> ScopeTable {
        let context = context(identity, nil)
        return ScopeTable(
            granted: identity.granted,
            needs: ScopeNeed.needs(
                of: [settings],
                granted: identity.granted,
                readsOldOrders: context.readsOldOrders(at: now())
            )
        )
    }
}
