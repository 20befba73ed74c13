import Foundation
import HTTPTypes
import Hummingbird
import SyncEngine

/// Serves a channel's orders to KCC.
struct OrdersEndpoint: Sendable {
    let ports: LinkPorts
    let settings: LinkSettings
    let channel: LinkedChannel
    let zone: TimeZone

    /// KCC takes no more at once.
    static let mostOrders = 1000
    /// Orders read and mapped together: as many answers as this are in memory whole.
    private static let piece = 100
    /// Tries at a page whose orders keep changing while it is made.
    private static let tries = 5

    /// Answers one request.
    ///
    /// - Parameters:
    ///   - continuation: KCC's position as it came; what cannot be read is first contact.
    ///   - specificIDs: Orders that KCC's operator wants again.
    func answer(continuation: String?, specificIDs: String?) async throws(StoreError) -> LinkAnswer {
        ports.pulse.called(channel.name, at: ports.now(), frequency: settings.frequency)
        // An order that KCC once took stays out of its hands while the channel is off, and nothing moves.
        guard channel.settings.enabled else { return document([], hasURN: false, position: continuation) }
        if let specificIDs { return try await named(Self.references(specificIDs), continuation) }
        return try await page(Continuation(continuation), header: continuation)
    }

    // MARK: Pages

    private func page(_ continuation: Continuation, header: String?) async throws(StoreError) -> LinkAnswer {
        note(continuation, header)
        var tries = 0
        while tries < Self.tries {
            let draft = try await ports.store.beginPage(
                channel,
                continuation,
                limit: Self.mostOrders,
                now: ports.now()
            )
            for notice in draft.notices { note(notice) }
            if draft.acknowledged > 0 {
                log(.info, "KCC has taken \(counted(draft.acknowledged))", .ordersTaken, draft.acknowledged)
            }
            let mapped = try await map(draft.rows)
            let page = ServedPage(draft: draft, entries: mapped.entries, refusals: mapped.refusals)
            guard let position = try await ports.store.commit(page, of: channel, now: ports.now()) else {
                tries += 1
                continue
            }
            note(mapped.refusals, mapped.names)
            // None of these could be mapped, and none is tried again: others may wait behind them.
            if mapped.orders.isEmpty, !mapped.refusals.isEmpty { continue }
            if !mapped.orders.isEmpty {
                log(
                    .info,
                    "\(counted(mapped.orders.count)) served to KCC",
                    .ordersServed,
                    mapped.orders.count
                )
            }
            return document(mapped.orders, hasURN: mapped.hasURN, position: position.description)
        }
        throw StoreError(.busy, "orders of channel \(channel.name) keep changing while they are served")
    }

    // MARK: By name

    /// `"A,B"`, in quotes or without, with blanks or without.
    static func references(_ header: String) -> [String] {
        var seen: Set<String> = []
        return header.trimmingCharacters(in: Self.noise).split(separator: ",")
            .map { $0.trimmingCharacters(in: Self.noise) }
            .filter { !$0.isEmpty && seen.insert($0).inserted }
    }

    private static let noise = CharacterSet(charactersIn: "\"").union(.whitespaces)

    private func named(_ references: [String], _ continuation: String?) async throws(StoreError) -> LinkAnswer
    {
        if case .page(let position) = Continuation(continuation) {
            // It proves that KCC took a page as it does at any time; nothing new is offered.
            _ = try await ports.store.beginPage(channel, .page(position), limit: 0, now: ports.now())
        }
        for _ in 0..<Self.tries {
            let offered = try await ports.store.named(
                Array(references.prefix(Self.mostOrders)),
                channel: channel.name
            )
            var mapped = map(offered)
            // Orders with and without a URN never share an answer: KCC asks again for those that are missing.
            let kind = mapped.kinds.first ?? false
            let kept = mapped.kinds.indices.filter { mapped.kinds[$0] == kind }
            mapped.entries = kept.map { mapped.entries[$0] }
            mapped.orders = kept.map { mapped.orders[$0] }
            let draft = PageDraft(
                rows: offered.map(\.stored.row),
                again: nil,
                position: PagePosition(generation: 0, page: 0),
                acknowledged: 0,
                notices: []
            )
            let page = ServedPage(draft: draft, entries: mapped.entries, refusals: mapped.refusals)
            guard try await ports.store.commitNamed(page, of: channel, now: ports.now()) else { continue }
            note(mapped.refusals, mapped.names)
            let found = Set(offered.compactMap(\.stored.standing.ref))
            let missing = references.filter { !found.contains($0) }
            log(
                .notice,
                "KCC asked again for \(counted(references.count)) by name, and got \(mapped.orders.count)"
                    + (missing.isEmpty ? "" : "; not offered: \(missing.prefix(10).joined(separator: ", "))"),
                .ordersServed,
                mapped.orders.count
            )
            return document(mapped.orders, hasURN: kind, position: continuation)
        }
        throw StoreError(.busy, "orders of channel \(channel.name) keep changing while they are served")
    }

    // MARK: Mapping

    private struct Mapped: Sendable {
        var orders: [WireValue] = []
        /// Whether each has a customer with a URN.
        var kinds: [Bool] = []
        var entries: [ServedPage.Entry] = []
        var refusals: [ServedPage.Refusal] = []
        var names: [Int64: String] = [:]

        var hasURN: Bool { kinds.first ?? false }

        static func += (left: inout Mapped, right: Mapped) {
            left.orders += right.orders
            left.kinds += right.kinds
            left.entries += right.entries
            left.refusals += right.refusals
            left.names.merge(right.names) { $1 }
        }
    }

    /// Reads and maps orders piece by piece, two pieces at a time.
    private func map(_ rows: [Int64]) async throws(StoreError) -> Mapped {
        let pieces = stride(from: 0, to: rows.count, by: Self.piece)
            .map { Array(rows[$0..<min($0 + Self.piece, rows.count)]) }
        do {
            return try await withThrowingTaskGroup(of: (Int, Mapped).self) { group in
                var parts: [Mapped?] = pieces.map { _ in nil }
                var next = 0
                func start() {
                    guard next < pieces.count else { return }
                    let (index, piece) = (next, pieces[next])
                    next += 1
                    group.addTask { (index, map(try await ports.store.offered(piece))) }
                }
                start()
                start()
                while let (index, part) = try await group.next() {
                    parts[index] = part
                    start()
                }
                return parts.compactMap(\.self).reduce(into: Mapped(), +=)
            }
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.cancelled, "serving orders was called off")
        }
    }

    private func map(_ offered: [OfferedOrder]) -> Mapped {
        let mapping = SalesOrderMapping(
            channel: channel.settings,
            kcc: channel.kcc,
            sites: channel.sites,
            timeZone: zone
        )
        return offered.reduce(into: Mapped()) { mapped, order in
            let (row, revision) = (order.stored.row, order.stored.standing.revision)
            mapped.names[row] = order.stored.name
            do throws(MappingProblem) {
                let result = try mapping.map(order)
                mapped.orders.append(result.salesOrder)
                mapped.kinds.append(order.hasURN)
                mapped.entries.append(
                    ServedPage.Entry(row: row, revision: revision, remarks: result.remarks.map(\.text))
                )
            } catch {
                mapped.refusals.append(
                    ServedPage.Refusal(
                        row: row,
                        revision: revision,
                        problem: error.message,
                        remedy: error.remedy
                    )
                )
            }
        }
    }

    // MARK: Answering

    private func document(_ orders: [WireValue], hasURN: Bool, position: String?) -> LinkAnswer {
        let body = OrdersDocument.text(
            orders: orders,
            kind: hasURN ? .coded : .matched,
            kcc: channel.kcc,
            format: settings.format
        )
        var answer = LinkAnswer(body, type: settings.format.contentType)
        // Whatever KCC sent is sent back, as far as a header can hold it.
        if let position, !position.isEmpty, position.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) {
            answer.fields.append((.continuation, position))
        }
        return answer
    }

    private func counted(_ count: Int) -> String { count == 1 ? "1 order" : "\(count) orders" }

    private func log(_ level: LogLevel, _ text: String, _ kind: EventKind, _ count: Int) {
        ports.log.record(
            Event(
                level,
                "\(channel.name): \(text)",
                kind: kind,
                fields: [.channel: channel.name, .count: String(count)]
            )
        )
    }

    private func note(_ continuation: Continuation, _ header: String?) {
        guard case .page = continuation else {
            let what: String
            switch continuation {
            case .date(let date): what = "KCC asks for the orders since \(date.formatted(.iso8601))"
            default:
                what =
                    (header ?? "").allSatisfy(\.isWhitespace)
                    ? "KCC asks for orders for the first time, or from the beginning"
                    : "KCC's position is neither one of ours nor a date; all orders that wait are offered"
            }
            return log(.notice, what, .linkContact, 0)
        }
    }

    private func note(_ notice: Notice) { ports.log.record(notice.event) }

    private func note(_ refusals: [ServedPage.Refusal], _ names: [Int64: String]) {
        for refusal in refusals {
            ports.log.record(
                Event(
                    .warning,
                    "\(channel.name): not sent to KCC: \(refusal.problem); \(refusal.remedy)",
                    kind: .orderNotSent,
                    fields: [.channel: channel.name, .order: names[refusal.row] ?? ""]
                )
            )
        }
    }
}
