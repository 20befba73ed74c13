import Foundation
import Persistence
import SyncEngine

/// Carries out the commands that remove data for good.
struct PurgeCommands: Sendable {
    let session: SyncSession
    /// Whether no daemon works with the store, so that a large file may take its time.
    let isAlone: Bool

    private var redaction: Redaction { Redaction(session.store) }

    /// Removes finished jobs and personal data that `[retention]` keeps no longer.
    func purge(now: Date) async throws(StoreError) -> ControlReply {
        let retention = session.configuration.retention
        var reply = ControlReply()
        let jobs = try await session.queue.prune(
            before: now.addingTimeInterval(-retention.finishedJobs.seconds)
        )
        reply.lines.append("\(Spoken.count(jobs, "finished job", "finished jobs")) removed")
        if let kept = retention.personalData {
            let cutoff = now.addingTimeInterval(-kept.seconds)
            let report = try await redaction.removeData(placedBefore: cutoff, now: now)
            reply.lines += Self.lines(report, cutoff.shown(in: try await session.zones().shared))
            for name in report.damaged { reply.fail(.internalError, Self.damage(name)) }
            if report.orders > 0 { record(report.orders, names: [], user: nil, reason: "retention") }
        } else {
            reply.lines.append(
                "personal data is kept as long as the orders: [retention] personal_data is not set"
            )
        }
        try await erase(&reply)
        return reply
    }

    /// Takes out one customer's personal data.
    ///
    /// - Parameter customer: An e-mail address, or an order's reference.
    func redact(_ customer: String, isRehearsal: Bool, user: UInt32, now: Date) async throws(StoreError)
        -> ControlReply
    {
        let found = try await find(customer)
        var reply = ControlReply()
        guard found.unfinished.isEmpty else {
            for name in found.unfinished {
                let plain = OrderName.argument(name)
                reply.fail(
                    .refused,
                    "order \(name) still waits for its hand-off; once KCC has it run: kccsyncd orders ack \(plain); if it is not wanted: kccsyncd orders ignore \(plain)"
                )
            }
            reply.errors.append("nothing was removed")
            return reply
        }
        if found.isEmpty {
            // Whoever asks twice, or was interrupted, is told whether the file is clean.
            reply.lines.append("nothing of that customer is in the store")
            if !isRehearsal { try await erase(&reply) }
            return reply
        }
        reply.number = Int64(found.ready.count + found.customers.count)
        let what =
            "\(Spoken.count(found.ready.count, "order", "orders")) and \(Spoken.count(found.customers.count, "customer", "customers"))"
        guard !isRehearsal else {
            reply.lines.append("to be removed for good: the personal data of \(what)")
            return reply
        }
        let names = try await names(of: found.ready)
        let report = try await redaction.remove(found.ready, customers: found.customers, now: now)
        record(report.orders, names: names, user: user, reason: "request")
        reply.lines.append("personal data removed: \(what)")
        reply.lines += names.map { "\($0): name, amounts, lines and history stay" }
        for name in report.damaged { reply.fail(.internalError, Self.damage(name)) }
        if found.imported > 0 {
            reply.lines.append(
                "\(Spoken.count(found.imported, "customer", "customers")) came from KCC's list: the next kccsyncd customers import brings back whoever is still in its file"
            )
        }
        try await erase(&reply)
        reply.lines += otherCopies
        return reply
    }

    private func find(_ customer: String) async throws(StoreError) -> RedactionSearch.Found {
        let search = RedactionSearch(session.store)
        if customer.contains("@"), !customer.hasPrefix("#") { return try await search.find(email: customer) }
        return try await search.find(customerOf: OrderReference(session.queries).resolve(customer))
    }

    private func names(of rows: [Int64]) async throws(StoreError) -> [String] {
        var names: [String] = []
        for row in rows.prefix(Self.mostNamed) {
            if let name = try await session.queries.name(of: row) { names.append(name) }
        }
        return names
    }

    // MARK: Words

    private static let mostNamed = 100

    private static func lines(_ report: Redaction.Report, _ cutoff: String) -> [String] {
        var lines = [
            "personal data of \(Spoken.count(report.orders, "order", "orders")) removed, placed before \(cutoff)"
        ]
        if report.unfinished > 0 {
            lines.append(
                "\(Spoken.count(report.unfinished, "order is", "orders are")) as old and left as before: waiting for the hand-off, or with a shipment that is not told yet"
            )
        }
        return lines
    }

    static func damage(_ name: String) -> String {
        "order \(name): its stored text is damaged and was left as it is; see: kccsyncd db check"
    }

    /// Has the file written anew, and says what remains to be done.
    private func erase(_ reply: inout ControlReply) async throws(StoreError) {
        switch try await redaction.erase(limit: isAlone ? nil : Redaction.largest) {
        case .done:
            reply.lines.append("no copy of what was removed is left in the file")
        case .readerInTheWay:
            reply.lines.append(
                "another program reads the store, so its log still holds what was removed; the daemon tries again every hour, or run: kccsyncd db purge"
            )
        case .tooLarge(let size):
            reply.lines.append(
                "the file has \(size) MiB, too much to be written anew while the daemon works; unused bytes in it may hold pieces of what was removed until you stop the daemon and run: kccsyncd db purge"
            )
        }
    }

    /// Files beside the store that were made before.
    private var otherCopies: [String] {
        let path = session.configuration.daemon.database as NSString
        let folder = path.deletingLastPathComponent
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let copies =
            files.filter { file in
                [".before-", ".replaced-"].contains { file.hasPrefix(path.lastPathComponent + $0) }
            }
            .sorted()
        return copies.map { "\(folder)/\($0): a copy made before; delete it" }
            + [
                "backups made with kccsyncd db backup, and files that were put into the inbox, may hold copies, too"
            ]
    }

    /// Who removed what: names of orders, and never whom they were for.
    private func record(_ count: Int, names: [String], user: UInt32?, reason: String) {
        var fields: [EventField: String] = [.count: String(count), .reason: reason]
        if !names.isEmpty { fields[.order] = names.joined(separator: " ") }
        if let user { fields[.user] = String(user) }
        let event = Event(
            .notice,
            "personal data of \(Spoken.count(count, "order", "orders")) was removed",
            kind: .personalDataRemoved,
            fields: fields
        )
        // A command that does it alone has no daemon's log.
        if isAlone { JournalLog().record(event) } else { session.log.record(event) }
    }
}
