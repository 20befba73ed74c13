import Foundation
import SyncEngine

/// Tries one channel against its shop.
struct ChannelCheck: Sendable {
    let settings: ChannelSettings
    let shop: any Shop

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
        scopes(identity, &findings)
        await locations(identity, &findings)
        await customerData(identity, &findings)
        return findings
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

    private func scopes(_ identity: ShopIdentity, _ findings: inout Findings) {
        if identity.can("read_orders") {
            findings.ok("scope read_orders")
        } else {
            findings.fail(
                .refused,
                "scope read_orders is missing: orders cannot be read",
                "give the app that scope and install it again"
            )
        }
        for warning in identity.missingScopeWarnings(for: [settings]) {
            findings.warn(warning, "give the app that scope and install it again")
        }
        guard !identity.can("read_all_orders") else { return }
        let zone = TimeZone(identifier: identity.timeZone) ?? .gmt
        let start = settings.startDate?.midnight(in: zone) ?? Date().addingTimeInterval(-7 * 86_400)
        let enough = Date().timeIntervalSince(start) < 60 * 86_400
        let what = "scope read_all_orders is missing: orders older than 60 days cannot be read"
        let day =
            settings.startDate.map { "start_date is \($0)" }
            ?? "the channel starts 7 days before its first sync"
        if enough {
            findings.ok("\(what) (\(day): enough)")
        } else {
            findings.warn("\(what), and \(day)", "ask Shopify for that scope, or set a later start_date")
        }
    }

    private func locations(_ identity: ShopIdentity, _ findings: inout Findings) async {
        guard identity.can("read_locations") else { return }
        let locations: [ShopLocation]
        do throws(ShopError) {
            locations = try await shop.locations()
        } catch {
            findings.fail(error, of: settings.name)
            return
        }
        guard let wanted = settings.channelLocation else {
            findings.ok(
                "\(Counted.text(locations.count, "location", "locations")); channel_location is not set"
            )
            return
        }
        if let place = locations.first(where: { $0.matches(wanted) }) {
            place.active
                ? findings.ok("location \(place.name) (\(place.id.number))")
                : findings.warn("location \(place.name) (\(place.id.number)) is inactive")
        } else {
            let names = locations.filter(\.active).map(\.name).joined(separator: ", ")
            findings.fail(
                .configuration,
                "channel_location \"\(wanted)\" is none of the shop's locations",
                "it has: \(names)"
            )
        }
    }

    /// Reads one order to see whether Shopify shows who placed it.
    private func customerData(_ identity: ShopIdentity, _ findings: inout Findings) async {
        guard identity.can("read_orders") else { return }
        do throws(ShopError) {
            let since = Date().addingTimeInterval(-60 * 86_400)
            let page = try await shop.list(
                OrderListRequest(since: since, pageSize: 1, importance: .operatorAsked)
            )
            guard let version = page.versions.first else {
                findings.ok("no orders in the last 60 days to try customers' data with")
                return
            }
            let reading = try await shop.read([version.id], importance: .operatorAsked)
            guard case .order(let order)? = reading.entries.first else { return }
            if order.withheld.isEmpty {
                findings.ok("customers' names and addresses readable")
            } else {
                findings.warn(
                    "Shopify withholds \(order.withheld.prefix(4).joined(separator: ", ")): such orders fail as customer_data_withheld",
                    "the shop's plan or the app's access to protected customer data does not allow it; change that, or send till sales to a generic customer"
                )
            }
        } catch {
            findings.fail(error, of: settings.name)
        }
    }
}
