import Foundation
import KCCWebServices
import Persistence
import SyncEngine

/// The link to KCC as people and programs read it.
struct KCCText {
    private let source: Answerer
    private let queries: HandOffQueries

    init(_ source: Answerer) {
        self.source = source
        queries = HandOffQueries(source.database)
    }

    // MARK: Notices

    func notices(_ json: Bool) async throws -> Answer {
        let notices = try await queries.notices()
        if json { return try Answer(json: .array(notices.map(Self.value))) }
        let zones = try await source.zones()
        var lines: [String] = []
        for notice in notices {
            let times =
                notice.times > 1
                ? ", \(Spoken.count(notice.times)) times, last \(Spoken.ago(notice.lastAt, now: source.now()))"
                : ""
            let first = notice.firstAt.shown(in: zones.zone(ofChannel: notice.channel))
            lines.append("\(notice.id)  \(notice.channel)  \(first)\(times)")
            lines.append("   \(notice.text)")
            lines.append("   \(notice.remedy)")
        }
        return Answer(lines: lines.isEmpty ? ["nothing about KCC waits for you"] : lines)
    }

    static func value(_ notice: Notice) -> JSONValue {
        .object([
            "id": .number(Int(notice.id)), "channel": .text(notice.channel),
            "kind": .text(notice.kind.rawValue),
            "subject": .text(notice.subject), "text": .text(notice.text), "remedy": .text(notice.remedy),
            "first_at": .date(notice.firstAt), "last_at": .date(notice.lastAt),
            "times": .number(notice.times),
        ])
    }

    /// The body that could not be read, for the eyes of whoever mends it: it may hold what customers ordered.
    func body(channel: String, endpoint: String) async throws -> Answer {
        guard let body = try await queries.unreadableBody(channel: channel, endpoint: endpoint) else {
            throw StoreError(.refused, "no body of \(channel)/\(endpoint) is kept that could not be read")
        }
        let cut =
            body.beginning.count < body.size ? ", of which the first \(body.beginning.count) are kept" : ""
        let text = String(decoding: body.beginning, as: UTF8.self)
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        let at = body.at.shown(in: try await source.zones().zone(ofChannel: channel))
        return Answer(lines: ["\(at), \(body.size) bytes\(cut)"] + lines)
    }

    // MARK: One order

    /// What there is to know of an order's way to KCC; nil where nothing goes that way.
    ///
    /// An order that KCC has is shown whatever the rules say of it, and whichever link of its shop told so.
    func explanation(_ order: StoredOrder) async throws -> (lines: [String], value: JSONValue)? {
        let isImported = order.standing.state == .imported
        let channel = isImported ? linked(order.standing.channel) : nil
        let handOff = try await queries.handOff(of: order)
        guard channel != nil || handOff?.isWithKCC == true || order.standing.isAcknowledgedUnimported else {
            return nil
        }
        let zone = try await source.zones().zone(ofShop: order.domain)
        var lines: [String] = []
        var value: [String: JSONValue] = [
            "served_at": .date(handOff?.servedAt), "requested_at": .date(handOff?.requestedAt),
            "confirmed_at": .date(handOff?.confirmedAt), "status": .text(handOff?.status),
            "code": .text(handOff?.code), "problem": .null, "remedy": .null, "remarks": .array([]),
            "unknown_codes": .null,
        ]
        func add(_ text: String) { lines.append((lines.isEmpty ? "KCC  " : "     ") + text) }
        if let served = handOff?.servedAt { add("served \(served.shown(in: zone))") }
        if let requested = handOff?.requestedAt {
            add("asked for again by name \(requested.shown(in: zone)), and not confirmed since")
        }
        if let status = handOff?.status {
            let at = handOff?.statusAt.map { " since \($0.shown(in: zone))" } ?? ""
            add("\(handOff?.code.map { "order \($0): " } ?? "")\(status)\(at)")
        }
        for shipment in handOff?.shipments ?? [] {
            let left = shipment.despatchedAt.map { ", despatched \($0.shown(in: zone))" } ?? ""
            add("shipment \(shipment.id)\(shipment.code.map { " (\($0))" } ?? ""): \(shipment.status)\(left)")
        }
        if let channel, let offered = try await queries.offered(order) {
            do throws(MappingProblem) {
                let mapped = try await mapping(channel).map(offered)
                for remark in mapped.remarks { add(remark.text) }
                value["remarks"] = .array(
                    mapped.remarks.map { .object(["code": .text($0.code), "text": .text($0.text)]) }
                )
                let unknown = await unknownCodes(mapped.lineCodes, channel)
                if let unknown {
                    value["unknown_codes"] = .texts(unknown)
                    // What KCC has imported it has found.
                    for code in unknown where handOff?.confirmedAt == nil {
                        add("KCC has no stock code \(code): it will refuse the whole order")
                    }
                }
            } catch {
                add("cannot be sent: \(error.message)")
                add(error.remedy)
                value["problem"] = .text(error.message)
                value["remedy"] = .text(error.remedy)
            }
        }
        return (lines, .object(value))
    }

    private func unknownCodes(_ codes: [String], _ channel: LinkedChannel) async -> [String]? {
        var seen: Set<SKU> = []
        let kinds = channel.kcc.stockCodes.map(\.mapping)
        // A store that cannot be read has said so before.
        return try? await queries.unknownCodes(
            codes.map { SKU($0) }.filter { seen.insert($0).inserted },
            kinds: kinds,
            channel: channel.name
        )?
        .map(\.text)
    }

    // MARK: Export

    /// What KCC would get: each page a line; orders that cannot be sent are named in the answer's errors.
    func export(unacknowledged: Bool, channel name: String?) async throws -> Answer {
        var lines: [String] = []
        var errors: [String] = []
        var notes: [String] = []
        for settings in source.configuration.channels where name == nil || settings.name == name {
            guard let channel = linked(settings.name) else { continue }
            guard settings.enabled else {
                if let note = try await waiting(settings) { notes.append(note) }
                continue
            }
            let mapping = await mapping(channel)
            var pages: [Bool: [WireValue]] = [:]
            for offered in try await queries.offered(
                channel: channel,
                unacknowledgedOnly: unacknowledged
            ) {
                do throws(MappingProblem) {
                    pages[offered.hasURN, default: []].append(try mapping.map(offered).salesOrder)
                } catch {
                    errors.append("not sent: \(error)")
                }
            }
            for (hasURN, orders) in pages.sorted(by: { !$0.key && $1.key }) {
                let page = OrdersDocument.text(
                    orders: orders,
                    kind: hasURN ? .coded : .matched,
                    kcc: channel.kcc,
                    format: .json
                )
                lines.append(String(decoding: page, as: UTF8.self))
            }
        }
        guard
            source.configuration.channels.contains(where: {
                $0.kcc != nil && (name == nil || $0.name == name)
            })
        else {
            throw StoreError(
                .refused,
                "no such channel has a link to KCC",
                remedy: "a link needs [kcc] and [channels.NAME.kcc]"
            )
        }
        var answer = Answer(lines: lines)
        answer.errors = notes + errors
        // As with a file some of whose lines cannot be taken: the rest is done.
        answer.status = errors.isEmpty ? .done : .usage
        return answer
    }

    /// What is said of the orders of a channel that is off; nil where none waits.
    private func waiting(_ settings: ChannelSettings) async throws -> String? {
        var filter = OrderQueries.Filter(channel: settings.name, state: .imported)
        filter.unacknowledgedOnly = true
        let count = try await source.queries.list(filter).count { $0.domain == settings.shop.domain }
        guard count > 0 else { return nil }
        let words = count == 1 ? "goes out when its" : "go out when their"
        return
            "\(Spoken.count(count, "order", "orders")) \(words) channel is on: \(OfferObstacle.off(settings.name))"
    }

    private func linked(_ name: String) -> LinkedChannel? {
        source.configuration.linked.first { $0.name == name }
    }

    private func mapping(_ channel: LinkedChannel) async -> SalesOrderMapping {
        // A store that cannot be read has said so before.
        let zones = (try? await source.zones()) ?? ShopZones()
        return SalesOrderMapping(
            channel: channel.settings,
            kcc: channel.kcc,
            sites: channel.sites,
            timeZone: zones.zone(ofLink: channel)
        )
    }
}
