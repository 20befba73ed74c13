import Foundation
import HTTPTypes
import Hummingbird
import SyncEngine

/// Takes KCC's uploads: it is told 200 once all of one is stored, and anything else makes it send the same again.
struct UploadEndpoint: Sendable {
    /// What an upload is about.
    enum Kind: String, Sendable {
        case statuses
        case stock
        case items
    }

    let ports: LinkPorts
    let channel: LinkedChannel
    let zone: TimeZone
    let kind: Kind

    /// Bytes of a body that cannot be read which are kept for a diagnosis.
    private static let kept = 64 << 10
    /// Unusable rows of an upload that are reported by name.
    private static let mostNamed = 20

    /// Takes one upload.
    ///
    /// - Parameter arrival: When its request came: a level is at least as old as that.
    func take(_ body: [UInt8], digest: String, arrival: Arrival) async -> LinkAnswer {
        do {
            let outcome = try await store(body, digest: digest, arrival)
            for notice in outcome.notices { ports.log.record(notice.event) }
            if outcome.despatches > 0 {
                ports.record(
                    .info,
                    channel,
                    "KCC has despatched \(Counted.text(outcome.despatches, "shipment", "shipments"))",
                    .despatchesTold,
                    count: outcome.despatches
                )
            }
            if outcome.despatches > 0 || outcome.levels.changed > 0 || outcome.levels.same > 0 {
                await ports.onNews()
            }
            return LinkAnswer(.ok, "taken")
        } catch let error as UnreadableError {
            return await refuse(body, digest, error)
        } catch {
            let trouble = error as? StoreError
            if trouble?.code != .cancelled {
                let why = trouble?.description ?? "internal error: \(type(of: error))"
                ports.record(
                    .error,
                    channel,
                    "KCC's upload to \(kind.rawValue) cannot be stored and will come again: \(why)",
                    .databaseTrouble
                )
            }
            return .later("not stored; please send it again")
        }
    }

    private func store(_ body: [UInt8], digest: String, _ arrival: Arrival) async throws -> ReportOutcome {
        let now = arrival.at
        switch kind {
        case .statuses:
            let upload = try await UploadReading.read(
                OrderStatusUpload.self,
                body,
                root: OrderStatusUpload.root
            )
            let lost = upload.statuses.unreadable + upload.statuses.values.reduce(0) { $0 + $1.unreadable }
            var outcome = try await ports.store.take(
                upload.statuses.values.map { $0.report(in: zone) },
                of: channel,
                now: now
            )
            try await complain(of: lost, "an order's or a shipment's id", &outcome, now)
            return outcome
        case .stock:
            let upload = try await UploadReading.read(
                StockStatusUpload.self,
                body,
                root: StockStatusUpload.root
            )
            var outcome = try await ports.store.take(
                upload.statuses.values.map(\.row),
                of: channel,
                body: digest,
                arrival: arrival
            )
            try await complain(of: upload.statuses.unreadable, "StockCode, StockID or SiteID", &outcome, now)
            try await complain(of: upload.statuses.unusable, &outcome, now)
            return outcome
        case .items:
            let upload = try await UploadReading.read(StockItemUpload.self, body, root: StockItemUpload.root)
            var outcome = try await ports.store.take(
                upload.items.values.map(\.item),
                deleted: upload.deleted,
                of: channel,
                body: digest,
                arrival: arrival
            )
            try await complain(of: upload.items.unreadable, "StockID or StockCode", &outcome, now)
            try await complain(of: upload.items.unusable, &outcome, now)
            return outcome
        }
    }

    /// Rows that lack what tells them apart are reported; a refusal would make KCC send the others for ever.
    private func complain(of count: Int, _ what: String, _ outcome: inout ReportOutcome, _ now: Date)
        async throws
    {
        guard count > 0 else { return }
        try await complain(
            kind.rawValue,
            "KCC's uploads to \(kind.rawValue) have rows without \(what), which cannot be used",
            remedy: "look for them in KCC, then dismiss this",
            &outcome,
            now
        )
    }

    /// Rows that say what they are about are reported by it.
    private func complain(of rows: [UnusableRow], _ outcome: inout ReportOutcome, _ now: Date) async throws {
        for row in rows.prefix(Self.mostNamed) {
            try await complain(
                row.name,
                "KCC's upload to \(kind.rawValue) has a row that cannot be used: its \(row.name) \(row.reason)",
                remedy: "correct it in KCC, then dismiss this",
                &outcome,
                now
            )
        }
    }

    private func complain(
        _ subject: String,
        _ text: String,
        remedy: String,
        _ outcome: inout ReportOutcome,
        _ now: Date
    ) async throws {
        let notice = Notice(
            channel: channel.name,
            kind: .rowUnusable,
            subject: subject,
            text: text,
            remedy: remedy,
            at: now
        )
        if try await ports.store.raise(notice) { outcome.notices.append(notice) }
    }

    private func refuse(_ body: [UInt8], _ digest: String, _ error: UnreadableError) async -> LinkAnswer {
        let kept = UnreadableBody(
            endpoint: kind.rawValue,
            digest: digest,
            size: body.count,
            beginning: Array(body.prefix(Self.kept)),
            problem: error.description
        )
        // Where even this cannot be stored the answer says all the same what is wrong.
        let notices =
            (try? await ports.store.keepUnreadable(kept, channel: channel.name, now: ports.now())) ?? []
        for notice in notices { ports.log.record(notice.event) }
        return LinkAnswer(.badRequest, error.description)
    }
}
