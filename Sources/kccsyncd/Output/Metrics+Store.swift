import Foundation
import Persistence
import SyncEngine

extension Metrics {
    /// How the order store's file is, and how old its last backup.
    mutating func addStore(_ source: Answerer) async throws {
        add(
            "kccsyncd_store_restored",
            .gauge,
            "1 while the store was restored from a copy and nobody has confirmed it.",
            [([], try await source.queries.restoration() == nil ? 0 : 1)]
        )
        add(
            "kccsyncd_store_problems",
            .gauge,
            "What the last examination of the file found.",
            [([], Double(try await DatabaseCare(source.database).lastDamage()))]
        )
        let folder = URL(fileURLWithPath: source.database.path).deletingLastPathComponent()
        let room =
            try? FileManager.default.attributesOfFileSystem(forPath: folder.path)[.systemFreeSize]
            as? NSNumber
        add(
            "kccsyncd_store_free_bytes",
            .gauge,
            "Room on the store's disk.",
            room.map { [([], $0.doubleValue)] } ?? []
        )
        add(
            "kccsyncd_last_backup_timestamp_seconds",
            .gauge,
            "When the newest copy in the folder of nightly backups was made.",
            Self.lastBackup(folder.appending(path: "backups"))
                .map { [([], $0.timeIntervalSince1970.rounded())] } ?? []
        )
    }

    /// Of the copies that `kccsyncd-backup.service` has made; nil where there are none.
    private static func lastBackup(_ folder: URL) -> Date? {
        let key = URLResourceKey.contentModificationDateKey
        let files = try? FileManager.default.contentsOfDirectory(
            at: folder,
            includingPropertiesForKeys: [key]
        )
        return files?.filter { $0.pathExtension == "sqlite" }
            .compactMap { try? $0.resourceValues(forKeys: [key]).contentModificationDate }
            .max()
    }
}
