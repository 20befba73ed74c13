import Foundation
import Persistence
import SyncEngine

/// Says what the order store holds of channels, and what is left of those that are gone.
struct ChannelText {
    let configuration: Configuration
    let records: [ChannelRecord]

    init(_ source: Answerer) async throws {
        configuration = source.configuration
        records = try await ChannelNames(source.database).records()
    }

    /// `kccsyncd channels list`.
    func list(_ json: Bool) throws -> Answer {
        let names = configuration.channels.map(\.name)
        let gone = records.filter { !names.contains($0.name) && $0.isListed }
        if json {
            return try Answer(
                json: .array(
                    configuration.channels.map { value(record(of: $0.name), $0) }
                        + gone.map { value($0, nil) }
                )
            )
        }
        var table = TextTable(
            ["CHANNEL", "SHOP", "CONFIGURATION", "ORDERS", "OPEN", "LEVELS", "SHIPMENTS", "POSITION", ""],
            rightAligned: [3, 4, 5, 6]
        )
        for settings in configuration.channels {
            table.add(
                row(record(of: settings.name), settings.shop.domain, settings.enabled ? "enabled" : "off")
            )
        }
        for record in gone {
            table.add(row(record, record.shops.joined(separator: ", "), "not there"))
        }
        return Answer(lines: table.isEmpty ? ["no channels"] : table.lines)
    }

    private func record(of name: String) -> ChannelRecord {
        records.first { $0.name == name } ?? ChannelRecord(name: name)
    }

    private func row(_ record: ChannelRecord, _ shop: String, _ state: String) -> [String] {
        [
            record.name, shop, state, Spoken.count(record.orders), Spoken.count(record.open),
            Spoken.count(record.levels), Spoken.count(record.shipments), record.hasPosition ? "yes" : "no",
            Self.remark(record),
        ]
    }

    private static func remark(_ record: ChannelRecord) -> String {
        if let name = record.rename { return "will be renamed to \(name)" }
        return record.formerNames.isEmpty ? "" : "formerly \(record.formerNames.joined(separator: ", "))"
    }

    private func value(_ record: ChannelRecord, _ settings: ChannelSettings?) -> JSONValue {
        Self.value(record)
            .adding([
                "configured": .bool(settings != nil), "enabled": .bool(settings?.enabled ?? false),
                "shops": .texts(settings.map { [$0.shop.domain] } ?? record.shops),
            ])
    }

    // MARK: What is left of a channel

    /// What is left of a channel that the configuration does not have, and what to do about it.
    static func leftover(_ record: ChannelRecord) -> Trouble {
        if let owner = record.addressesOf {
            return Trouble(
                record.name,
                "is the former name of channel \(owner), whose KCC may still call it, so the link answers nobody there",
                remedy:
                    "give this channel another name, or, when KCC has the addresses of \(owner), run: kccsyncd channels forget \(record.name)"
            )
        }
        if let domain = record.takenBy {
            return Trouble(
                record.name,
                "is of \(domain) now, and the order store still has under that name of \(record.shops.joined(separator: ", ")): \(left(of: record))",
                remedy:
                    "give the channel of \(domain) another name, or \(decision(record))"
            )
        }
        let left = left(of: record)
        return Trouble(
            record.name,
            "is not in the configuration any more\(left.isEmpty ? "" : ", and the order store still has of it: \(left)")",
            remedy: remedy(for: record)
        )
    }

    private static func left(of record: ChannelRecord) -> String {
        let parts = [
            record.open == 0 ? nil : openOrders(record),
            record.shipments == 0 ? nil : Spoken.count(record.shipments, "shipment", "shipments"),
            levels(of: record),
            record.hasPosition ? "KCC's position" : nil,
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }

    private static func levels(of record: ChannelRecord) -> String? {
        guard record.levels == 0 else { return Spoken.count(record.levels, "stock level", "stock levels") }
        return record.hasItems ? "stock levels of sites that [sites] does not name" : nil
    }

    private static func remedy(for record: ChannelRecord) -> String {
        if let name = record.rename {
            return
                "kccsyncd reload renames it to \(name) where the file has [channels.\(name)], and says what keeps it from that; to withdraw run: kccsyncd channels rename \(record.name) \(record.name)"
        }
        let decide =
            record.open > 0 || record.shipments > 0
            ? decision(record) : "forget it: kccsyncd channels forget \(record.name)"
        let renames = record.heirs.map {
            "if it is \($0) now run: kccsyncd channels rename \(record.name) \($0); "
        }
        return renames.joined() + (renames.isEmpty ? "" : "else ") + decide
    }

    /// How an operator decides the orders and the shipments that are left.
    private static func decision(_ record: ChannelRecord) -> String {
        let adding = record.shopsWithoutChannel.first.map(ChannelPresence.adding)
        let shipments = record.shipments == 0 ? nil : "see its shipments: kccsyncd queue list"
        guard record.open > 0 else {
            return [adding, shipments].compactMap(\.self).joined(separator: "; ")
        }
        let orders = "decide each order: kccsyncd orders list --channel \(record.name)"
        let others = adding.map { "acknowledge those that KCC has and ignore the others, or \($0)" }
        return [orders, others, shipments].compactMap(\.self).joined(separator: "; ")
    }

    private static func openOrders(_ record: ChannelRecord) -> String {
        let open = Spoken.count(record.open, "order that is not handed off", "orders that are not handed off")
        return record.doubtful == 0 ? open : "\(open) (\(Spoken.count(record.doubtful)) of them KCC may have)"
    }

    static func value(_ record: ChannelRecord) -> JSONValue {
        .object([
            "name": .text(record.name), "orders": .number(record.orders), "open": .number(record.open),
            "maybe_handed_off": .number(record.doubtful), "levels": .number(record.levels),
            "shipments": .number(record.shipments), "position": .bool(record.hasPosition),
            "rename": .text(record.rename), "former_names": .texts(record.formerNames),
        ])
    }
}
