import Foundation
import Persistence
import SyncEngine

/// Carries out `channels rename` and `channels forget`.
struct ChannelCommands: Sendable {
    let session: SyncSession

    private var names: ChannelNames { ChannelNames(session.store) }
    private var configured: [ChannelNames.Configured] {
        session.configuration.channels.map(ChannelNames.Configured.init)
    }

    func rename(_ old: String, to new: String) async throws -> ControlReply {
        guard ChannelReader.isName(new) else {
            throw StoreError(
                .refused,
                "channel \(new): not a channel's name; expected \(ChannelReader.expectedName)"
            )
        }
        switch try await names.rename(old, to: new, configured: configured) {
        case .recorded:
            return ControlReply(lines: [
                "recorded: \(old) becomes \(new) when the file has [channels.\(new)] instead of [channels.\(old)] and is reloaded"
            ])
        case .withdrawn:
            return ControlReply(lines: ["withdrawn: \(old) keeps its name"])
        case .moved(let record):
            var reply = ControlReply(lines: [Self.moved(old, new, record)])
            session.log.record(Event(.notice, reply.lines[0], fields: [.channel: new]))
            // What was held because nobody offered it goes on.
            if let loop = session.loop(ofChannel: new) {
                // Its start date and what else the store knows of it are its own now.
                await loop.renewSoon()
                do {
                    _ = try await loop.rejudge(from: .distantPast, .toHandOff)
                    // The start date is the old name's again: what was skipped for the new one's is decided again.
                    _ = try await loop.rejudge(from: .distantPast, .refused(.beforeStartDate, channel: new))
                } catch {
                    reply.lines.append("orders that wait are looked at again with the next poll: \(error)")
                }
                session.wakePushes()
            }
            return reply
        }
    }

    func forget(_ name: String) async throws -> ControlReply {
        let record = try await names.forget(name, configured: configured)
        if let owner = record.addressesOf {
            // The channel that has the name now may be called from here on.
            for channel in session.linked where channel.name == name {
                try await SQLiteHandOffStore(session.store).open(channel, now: session.now())
            }
            return ControlReply(lines: [
                "\(name): not a name of channel \(owner) any more; it must be called by its own addresses"
            ])
        }
        return ControlReply(lines: [
            "\(name): forgotten, with \(Spoken.count(record.levels, "stock level", "stock levels"))\(record.hasPosition ? " and KCC's position" : "")"
        ])
    }

    /// What a rename moved, as the command and the journal say it.
    static func moved(_ old: String, _ new: String, _ record: ChannelRecord) -> String {
        let parts = [
            Spoken.count(record.orders, "order", "orders"),
            Spoken.count(record.levels, "stock level", "stock levels"),
            Spoken.count(record.shipments, "open shipment", "open shipments"),
        ]
        return
            "channel \(old) is \(new) now: \(parts.joined(separator: ", "))\(record.hasPosition ? ", KCC's position" : ""); KCC's calls to the addresses of \(old) are answered as before"
    }
}

extension ChannelNames.Carried {
    /// How it went, as the journal and `reload` say it.
    var line: String {
        problem?.description ?? ChannelCommands.moved(old, new, record)
    }
}
