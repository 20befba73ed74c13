internal import GRDB
package import SyncEngine

/// The channels' names in the order store: which there are, and what it takes to rename one.
package struct ChannelNames: Sendable {
    let store: SQLiteOrderStore

    package init(_ store: SQLiteOrderStore) {
        self.store = store
    }

    package init(_ database: OrderDatabase) {
        store = SQLiteOrderStore(database)
    }

    /// A channel of the configuration, as far as names are concerned.
    package struct Configured: Sendable {
        package var name: String
        /// Its shop's address.
        package var domain: String
        package var isEnabled: Bool
        /// Whether KCC calls it.
        package var isLinked: Bool

        package init(_ settings: ChannelSettings) {
            name = settings.name
            domain = settings.shop.domain
            isEnabled = settings.enabled
            isLinked = settings.kcc != nil
        }
    }

    // MARK: Looking

    /// What the store holds of each channel that it knows, by name.
    package func records() async throws(StoreError) -> [ChannelRecord] {
        try await store.read { db in
            try ChannelRows(db: db).names().map { try ChannelRows(db: db).record($0) }
        }
    }

    /// What is left of channels that the configuration does not have, by name.
    ///
    /// Orders that nobody was served are not among it where their shop has a channel at work: it decides about them.
    package func leftovers(besides configured: [Configured]) async throws(StoreError) -> [ChannelRecord] {
        let names = Set(configured.map(\.name))
        let atWork = Set(configured.filter(\.isEnabled).map(\.domain))
        return try await store.read { db in
            let rows = ChannelRows(db: db)
            let taken = try configured.compactMap { try rows.ofOtherShops($0.name, domain: $0.domain) }
            let claimed = try configured.filter(\.isLinked)
                .compactMap { channel in
                    try rows.successor(of: channel.name)
                        .map { owner in
                            var record = ChannelRecord(name: channel.name)
                            record.addressesOf = owner
                            return record
                        }
                }
            func withShops(_ record: ChannelRecord) -> ChannelRecord {
                var record = record
                record.shopsWithoutChannel = record.shops.filter { !atWork.contains($0) }
                return record
            }
            return try taken.map(withShops) + claimed
                + rows.names().filter { !names.contains($0) }
                .map { name in
                    var record = try rows.record(name)
                    if atWork.isSuperset(of: record.shops) { record.open = record.doubtful }
                    record = withShops(record)
                    record.heirs = try configured.map(\.name)
                        .filter { try rows.obstacle(name, $0, configured) == nil }
                    return record
                }
                .filter { $0.isLeftOver || $0.rename != nil }
        }
    }

    /// The channel that the link's addresses below a name belong to: the one that had the name before, or that has it.
    package func owner(of name: String) async throws(StoreError) -> String {
        try await store.read { db in try ChannelRows(db: db).successor(of: name) ?? name }
    }

    // MARK: Renaming

    /// Gives all that the store holds of one channel to another name: at once where the configuration has changed already,
    /// else when it does.
    ///
    /// - Throws: `.refused`, with nothing changed, where the names or what the store holds do not allow it.
    package func rename(_ old: String, to new: String, configured: [Configured]) async throws(StoreError)
        -> RenameOutcome
    {
        let names = configured.map(\.name)
        guard old != new else {
            let withdrawn = try await store.write { db in try ChannelRows(db: db).withdraw(old) }
            guard withdrawn else { throw StoreError(.refused, "channel \(old): has that name already") }
            return .withdrawn
        }
        guard !names.contains(old) || !names.contains(new) else {
            throw StoreError(
                .refused,
                "channels \(old) and \(new) are both in the configuration",
                remedy: "take [channels.\(old)] out of the file, run kccsyncd reload, then run this again"
            )
        }
        return try await store.write { db in
            let rows = ChannelRows(db: db)
            let known = try rows.names()
            guard names.contains(old) || known.contains(old) else {
                throw StoreError(
                    .refused,
                    "channel \(old): neither in the configuration nor in the order store",
                    remedy: "see: kccsyncd channels list"
                )
            }
            if let problem = try rows.obstacle(old, new, configured) { throw problem }
            if names.contains(old) || !names.contains(new) {
                try rows.remember(old, new, isDone: false)
                return .recorded
            }
            let record = try rows.record(old)
            try rows.move(old, to: new)
            return .moved(record)
        }
    }

    /// A recorded rename that the active configuration allows, and how it went.
    package struct Carried: Sendable {
        package var old: String
        package var new: String
        /// What there was of the old name.
        package var record: ChannelRecord
        /// Why it cannot be carried out; nil where it was.
        package var problem: StoreError?
    }

    /// Carries out what was recorded, as far as the active configuration has the new names and the old ones no more.
    package func carryOut(configured: [Configured]) async throws(StoreError) -> [Carried] {
        let names = configured.map(\.name)
        return try await store.write { db in
            let rows = ChannelRows(db: db)
            return try rows.recorded()
                .filter { names.contains($0.new) && !names.contains($0.old) }
                .map { old, new in
                    let record = try rows.record(old)
                    if let problem = try rows.obstacle(old, new, configured) {
                        return Carried(old: old, new: new, record: record, problem: problem)
                    }
                    try rows.move(old, to: new)
                    return Carried(old: old, new: new, record: record)
                }
        }
    }

    /// Forgets the levels and KCC's position of a channel that is gone; of a former name only that it was one.
    ///
    /// - Throws: `.refused` where the configuration has it, or where orders or shipments of it are open.
    package func forget(_ name: String, configured: [Configured]) async throws(StoreError) -> ChannelRecord {
        let isConfigured = configured.contains { $0.name == name }
        return try await store.write { db in
            let rows = ChannelRows(db: db)
            var record = try rows.record(name)
            if let owner = try rows.successor(of: name), isConfigured || !record.isLeftOver {
                try rows.giveUp(name)
                record.addressesOf = owner
                return record
            }
            guard !isConfigured else {
                throw StoreError(
                    .refused,
                    "channel \(name): is in the configuration",
                    remedy: "take [channels.\(name)] out of the file and run: kccsyncd reload"
                )
            }
            guard record.isLeftOver || record.rename != nil else {
                throw StoreError(
                    .refused,
                    "channel \(name): nothing is left of it",
                    remedy: "see: kccsyncd channels list"
                )
            }
            let isOffered = record.shops.contains { shop in
                configured.contains { $0.isEnabled && $0.domain == shop }
            }
            if let open = open(record, isOffered: isOffered) { throw open }
            try rows.forget(name)
            return record
        }
    }

    /// Why a channel cannot be forgotten yet; nil where nothing of it is open.
    ///
    /// - Parameter isOffered: Whether a channel of its shop is at work.
    private func open(_ record: ChannelRecord, isOffered: Bool) -> StoreError? {
        var parts: [String] = []
        var remedies: [String] = []
        if record.open > 0 {
            parts.append(Counted.text(record.open, "order", "orders"))
            remedies.append(
                "see: kccsyncd orders list --channel \(record.name); acknowledge each order that KCC has, and \(isOffered ? "resend" : "ignore") the others"
            )
        }
        if record.shipments > 0 {
            parts.append(Counted.text(record.shipments, "shipment", "shipments"))
            let others =
                isOffered
                ? "the shop's other channels send the others"
                : "the others are sent once a channel of the shop is at work"
            remedies.append(
                "see: kccsyncd queue list; discard each shipment that is not to be sent; \(others)"
            )
        }
        guard !parts.isEmpty else { return nil }
        let are = record.open + record.shipments == 1 ? "is" : "are"
        return StoreError(
            .refused,
            "channel \(record.name): \(parts.joined(separator: " and ")) of it \(are) open",
            remedy: remedies.joined(separator: "; ")
        )
    }
}
