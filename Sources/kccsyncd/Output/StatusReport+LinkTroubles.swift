import Foundation
import KCCWebServices
import SyncEngine

extension StatusReport {
    /// How long KCC may keep silent before it is worth a line: three of its intervals, and not for a short break.
    static func longestSilence(_ link: LinkSettings) -> TimeInterval {
        max(3 * link.frequency.seconds, 1800)
    }

    /// Orders that KCC has although they are not imported: good to know, and nothing has to be done.
    static func unimportedNews(_ channel: Channel) -> [Trouble] {
        let orders = channel.acknowledgedUnimported
        guard orders.count > 0 else { return [] }
        let names = orders.names.joined(separator: ", ") + (orders.count > orders.names.count ? ", …" : "")
        let (them, are) = orders.count == 1 ? ("order that is", "is") : ("orders that are", "are")
        var news = Trouble(
            channel.settings.name,
            "\(Spoken.count(orders.count)) \(them) not imported (\(names)) \(are) in KCC and will not be offered",
            remedy: "see: kccsyncd orders explain \(orders.references[0])"
        )
        news.isNews = true
        return [news]
    }

    func linkTroubles(_ channel: Channel) -> [Trouble] {
        guard let standing = channel.link, let link else { return [] }
        let name = channel.settings.name
        func some(_ orders: LinkStanding.Some) -> String {
            let names =
                orders.names.joined(separator: ", ") + (orders.count > orders.names.count ? ", …" : "")
            return "\(Spoken.count(orders.count, "order", "orders")) (\(names))"
        }
        /// Of more orders than are named, the first, and where the others are.
        func command(_ verb: String, _ orders: LinkStanding.Some, _ name: String) -> String {
            let command = "kccsyncd orders \(verb) \(orders.references.joined(separator: " "))"
            return orders.count > orders.references.count
                ? "\(command); see the others with: kccsyncd orders list --channel \(name) --state imported"
                : command
        }
        var troubles: [Trouble] = []
        func add(_ fact: String, _ remedy: String) { troubles.append(Trouble(name, fact, remedy: remedy)) }
        if let last = standing.ordersAt {
            if channel.settings.enabled, at.timeIntervalSince(last) > Self.longestSilence(link) {
                add(
                    "KCC asked for orders \(Spoken.ago(last, now: at)), and should every \(TimeSpan.text(link.frequency))",
                    "look at its channel screen and at the proxy"
                )
            }
        } else {
            add(
                "KCC has never asked for orders",
                "enter \(link.configurationURL(of: name)) in its channel screen"
            )
        }
        if let block = standing.block, halt(of: channel)?.fact != block.text { add(block.text, block.remedy) }
        if standing.unmapped.count > 0 {
            add(
                "\(some(standing.unmapped)) cannot be sent to KCC as \(standing.unmapped.count == 1 ? "it is" : "they are")",
                "see: kccsyncd orders explain \(standing.unmapped.references[0])"
            )
        }
        if standing.beforeStart.count > 0, let start = standing.start {
            add(
                "\(Spoken.count(standing.beforeStart.count, "order waits that was placed", "orders wait that were placed")) before KCC's start, \(start.shown(in: channel.zone))",
                "set an earlier date in KCC; for those that it has run: \(command("ack", standing.beforeStart, name))"
            )
        }
        if standing.requested.count > 0 {
            add(
                "KCC asked again for \(some(standing.requested)) by name and has not confirmed since",
                "see its list of failed imports, or run: \(command("resend", standing.requested, name))"
            )
        }
        if standing.unconfirmed.count > 0 {
            add(
                "\(some(standing.unconfirmed)) taken by KCC long ago, and no status has named them",
                "KCC may have failed to import them: see its list of imported orders"
            )
        }
        // What holds whether or not somebody dismisses it is said above.
        let notices = standing.notices.filter { $0.kind != .positionForeign }
        for notice in notices.prefix(10) {
            add(notice.text, "\(notice.remedy) (kccsyncd kcc dismiss \(notice.id))")
        }
        if notices.count > 10 {
            add("\(notices.count - 10) more", "see: kccsyncd kcc list")
        }
        return troubles
    }
}
