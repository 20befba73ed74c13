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
        // A header that names no order is none.
        let references = specificIDs.map(Self.references) ?? []
        if !references.isEmpty { return try await named(references, continuation) }
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
                ports.record(
                    .info,
                    channel,
                    "KCC has taken \(counted(draft.acknowledged))",
                    .ordersTaken,
                    count: draft.acknowledged
                )
            }
            if let foreign = draft.foreign { return document([], hasURN: false, position: foreign) }
            let mapped = try await map(draft.rows)
            let position = try await ports.store.commit(
                mapped.served,
                of: draft,
                channel: channel,
                now: ports.now()
            )
            guard let position else {
                tries += 1
                continue
            }
            note(mapped.served.refusals, mapped.names)
            // None of these could be mapped, and none is tried again: others may wait behind them.
            if mapped.orders.isEmpty, !mapped.served.refusals.isEmpty { continue }
            if !mapped.orders.isEmpty {
                ports.record(
                    .info,
                    channel,
                    "\(counted(mapped.orders.count)) served to KCC",
                    .ordersServed,
                    count: mapped.orders.count
                )
            }
            return document(mapped.orders, hasURN: mapped.hasURN, position: position.description)
        }
        throw StoreError(.busy, "orders of channel \(channel.name) keep changing while they are served")
    }

    // MARK: By name

    /// `"A,B"`, in quotes or without, with blanks or without.
    static func references(_ header: String) -> [String] {
        var seen: Set<AssociatedRef> = []
        return header.split(separator: ",")
            .map { AssociatedRef(String($0).replacing("\"", with: "")) }
            .filter { !$0.text.isEmpty && seen.insert($0).inserted }
            .map(\.text)
    }

    private func named(_ references: [String], _ continuation: String?) async throws(StoreError) -> LinkAnswer
    {
        for _ in 0..<Self.tries {
            let offered = try await ports.store.named(
                Array(references.prefix(Self.mostOrders)),
                channel: channel
            )
            var mapped = map(offered)
            // Orders with and without a URN never share an answer: KCC asks again for those that are missing.
            let kind = mapped.kinds.first ?? false
            let kept = mapped.kinds.indices.filter { mapped.kinds[$0] == kind }
            mapped.served.entries = kept.map { mapped.served.entries[$0] }
            mapped.orders = kept.map { mapped.orders[$0] }
            guard try await ports.store.commitNamed(mapped.served, channel: channel, now: ports.now()) else {
                continue
            }
            note(mapped.served.refusals, mapped.names)
            let found = Set(offered.compactMap { AssociatedRef($0.stored.standing.ref) })
            let missing = references.filter { !found.contains(AssociatedRef($0)) }
            ports.record(
                .notice,
                channel,
                "KCC asked again for \(counted(references.count)) by name, and got \(mapped.orders.count)"
                    + (missing.isEmpty ? "" : "; not offered: \(missing.prefix(10).joined(separator: ", "))"),
                .ordersServed,
                count: mapped.orders.count
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
        var served = ServedOrders(entries: [], refusals: [])
        var names: [Int64: String] = [:]

        var hasURN: Bool { kinds.first ?? false }

        static func += (left: inout Mapped, right: Mapped) {
            left.orders += right.orders
            left.kinds += right.kinds
            left.served.entries += right.served.entries
            left.served.refusals += right.served.refusals
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
                mapped.served.entries.append(
                    ServedOrders.Entry(row: row, revision: revision, remarks: result.remarks.map(\.text))
                )
            } catch {
                mapped.served.refusals.append(
                    ServedOrders.Refusal(
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

    private func counted(_ count: Int) -> String { Counted.text(count, "order", "orders") }

    private func note(_ continuation: Continuation, _ header: String?) {
        guard case .page = continuation else {
            let what: String
            switch continuation {
            case .date(let date): what = "KCC asks for the orders since \(date.shown(in: zone))"
            default:
                what =
                    (header ?? "").allSatisfy(\.isWhitespace)
                    ? "KCC asks for orders for the first time, or from the beginning"
                    : "KCC's position is neither one of ours nor a date; all orders that wait are offered"
            }
            return ports.record(.notice, channel, what, .linkContact)
        }
    }

    private func note(_ notice: Notice) { ports.log.record(notice.event) }

    private func note(_ refusals: [ServedOrders.Refusal], _ names: [Int64: String]) {
        for refusal in refusals {
            ports.record(
                .warning,
                channel,
                "not sent to KCC: \(refusal.problem); \(refusal.remedy)",
                .orderNotSent,
                order: names[refusal.row]
            )
        }
    }
}
