import Foundation
import SyncEngine

/// A folder whose files are taken in: `[daemon] inbox`.
///
/// A file is read once nobody seems to write it any more, then moved to `done`, or to `failed` where any of its lines
/// was not taken, with a report beside it. Taking one in twice is harmless: its levels are as of its modification.
actor Inbox {
    private let log: any EventLog
    private let now: @Sendable () -> Date
    /// Files as they were at the last look.
    private var seen: [String: Shape] = [:]
    /// Files that could not be moved away, as they were when they were taken.
    private var handled: [String: Shape] = [:]
    /// Files in `done` and `failed` that were just moved there, and until when they are watched for more.
    private var moved: [String: (name: String, shape: Shape, until: Date)] = [:]
    private var complaint: String?

    /// What changes when somebody writes to a file.
    private struct Shape: Equatable {
        var size: Int
        var modified: Date
    }

    /// Between two looks.
    static let interval = Duration.seconds(2)
    /// How long a file must have been left alone.
    static let quiet: TimeInterval = 5
    /// The same for one whose last line has no end: it looks cut off.
    static let longQuiet: TimeInterval = 60
    /// How long a file that was moved away is watched: a program may hold it open and write on.
    static let watched: TimeInterval = 600

    init(log: any EventLog, now: @escaping @Sendable () -> Date = { Date() }) {
        self.log = log
        self.now = now
    }

    /// Looks at the folder once, and takes in what is ready.
    ///
    /// - Parameters:
    ///   - folder: `done` and `failed` are made inside it.
    ///   - channels: Those that take stock.
    ///   - perform: Has the contents written.
    func look(
        _ folder: String,
        channels: [String],
        perform: @escaping @Sendable (ControlCommand) async throws -> ControlReply
    ) async {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            complain(
                "inbox \(folder): cannot be read; it must exist, and the user that kccsyncd runs as must be let in"
            )
            return
        }
        for place in ["done", "failed"] where !names.contains(place) { makeFolder("\(folder)/\(place)") }
        guard isWritable("\(folder)/done"), isWritable("\(folder)/failed") else {
            complain(
                "inbox \(folder): its folders done and failed cannot be written to, so no file is taken in"
            )
            return
        }
        complaint = nil
        takeBackGrown(folder)
        var shapes: [String: Shape] = [:]
        for name in names.sorted() where Self.isOurs(name) {
            guard let shape = shape("\(folder)/\(name)") else { continue }
            shapes[name] = shape
            guard seen[name] == shape, handled[name] != shape, isReady("\(folder)/\(name)", shape) else {
                continue
            }
            await take(name, shape, in: folder, channels: channels, perform: perform)
        }
        seen = shapes
        handled = handled.filter { shapes[$0.key] == $0.value }
    }

    /// Who may put files into the inbox may also see what became of them.
    private func makeFolder(_ path: String) {
        // Where that fails the look says so: it cannot be written to.
        try? FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o770]
        )
    }

    /// Brings back files that somebody wrote on after they had been taken in and moved.
    private func takeBackGrown(_ folder: String) {
        let now = now()
        for (path, entry) in moved {
            if shape(path) == entry.shape {
                if entry.until < now { moved[path] = nil }
                continue
            }
            moved[path] = nil
            guard shape(path) != nil else { continue }
            let target = freeName("\(folder)/\(entry.name)")
            guard (try? FileManager.default.moveItem(atPath: path, toPath: target)) != nil else { continue }
            try? FileManager.default.removeItem(atPath: path + ".report")
            log.record(
                Event(
                    .warning,
                    "inbox \(entry.name): was written on after it had been taken in; it is taken in again. Write files under another name and rename them"
                )
            )
        }
    }

    /// Names that programs give to what they have not finished are left alone.
    private static func isOurs(_ name: String) -> Bool {
        let unfinished = [".tmp", ".part", ".filepart", ".partial", ".swp", "~"]
        return !name.hasPrefix(".") && !unfinished.contains { name.lowercased().hasSuffix($0) }
            && name != "done" && name != "failed"
    }

    private func shape(_ path: String) -> Shape? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            attributes[.type] as? FileAttributeType == .typeRegular, let size = attributes[.size] as? Int,
            let modified = attributes[.modificationDate] as? Date
        else { return nil }
        return Shape(size: size, modified: modified)
    }

    private func isWritable(_ path: String) -> Bool {
        FileManager.default.isWritableFile(atPath: path)
    }

    private func isReady(_ path: String, _ shape: Shape) -> Bool {
        let age = now().timeIntervalSince(shape.modified)
        if age >= Self.longQuiet || age < 0 { return true }
        guard age >= Self.quiet, let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        guard shape.size > 0, (try? file.seek(toOffset: UInt64(shape.size - 1))) != nil,
            let last = try? file.read(upToCount: 1)
        else { return false }
        return last == Data("\n".utf8)
    }

    private func take(
        _ name: String,
        _ shape: Shape,
        in folder: String,
        channels: [String],
        perform: @escaping @Sendable (ControlCommand) async throws -> ControlReply
    ) async {
        let path = "\(folder)/\(name)"
        let report: FileImport.Report
        do {
            report = try await read(path, name, shape, channels: channels, perform: perform)
        } catch {
            complain("inbox \(path): \(error); it stays there and is tried again")
            return
        }
        if report.status == .temporary {
            complain(
                "inbox \(path): \(report.problems.last ?? "the order store is in trouble"); it is tried again"
            )
            return
        }
        // Written to meanwhile: what was read may be half of it, and all of it is read next time.
        guard self.shape(path) == shape else { return }
        let place = report.refused == 0 ? "done" : "failed"
        handled[name] = shape
        let target = freeName("\(folder)/\(place)/\(name)")
        do {
            try Data((report.lines.map(VisibleText.line).joined(separator: "\n") + "\n").utf8)
                .write(
                    to: URL(fileURLWithPath: target + ".report")
                )
            chmod(target + ".report", 0o640)
            try FileManager.default.moveItem(atPath: path, toPath: target)
            moved[target] = (name, shape, now().addingTimeInterval(Self.watched))
            handled[name] = nil
        } catch {
            complain("inbox \(path): was taken in, and cannot be moved to \(target)")
        }
        log.record(
            Event(
                report.refused == 0 ? .info : .warning,
                "inbox: \(report.summary)"
                    + (report.refused == 0 ? "" : "; see \(target).report"),
                kind: .importedFile,
                fields: [.count: String(report.refused)]
            )
        )
    }

    private func read(
        _ path: String,
        _ name: String,
        _ shape: Shape,
        channels: [String],
        perform: @escaping @Sendable (ControlCommand) async throws -> ControlReply
    ) async throws -> FileImport.Report {
        var report = FileImport.Report()
        guard let kind = kind(path) else {
            report.add(
                isBlank(path)
                    ? "\(name): the file is empty"
                    : "\(name): cannot be read, or its first line names neither STOCK_CODE and STOCK_LEVEL nor ORDER_REF"
            )
            report.summary = "\(name): nothing taken"
            return report
        }
        guard let file = FileHandle(forReadingAtPath: path) else { throw CocoaError(.fileReadNoSuchFile) }
        let files = FileImport(name: name, channels: channels, perform: perform)
        switch kind {
        case .stock where channels.isEmpty:
            report.add("\(name): \(FileImport.noChannels)")
            report.summary = "\(name): nothing taken"
            return report
        case .stock: return try await files.stock(ByteSource(file), asOf: min(shape.modified, now()))
        case .shipments: return try await files.shipments(ByteSource(file))
        case .customers:
            report.add("\(name): customers are read by: kccsyncd customers import FILE")
            report.summary = "\(name): nothing taken"
            return report
        }
    }

    private func kind(_ path: String) -> FileKind? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        var reader = CSVReader(ByteSource(file))
        do throws(CSVReader.Malformed) {
            return try reader.next().flatMap { ColumnNames($0).kind }
        } catch {
            return nil
        }
    }

    private func isBlank(_ path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        var reader = CSVReader(ByteSource(file))
        do throws(CSVReader.Malformed) {
            return try reader.next() == nil
        } catch {
            return false
        }
    }

    private func freeName(_ path: String) -> String {
        var number = 1
        var free = path
        while FileManager.default.fileExists(atPath: free) {
            number += 1
            free = "\(path).\(number)"
        }
        return free
    }

    /// Says something once, until something else is to be said.
    private func complain(_ text: String) {
        guard text != complaint else { return }
        complaint = text
        log.record(Event(.warning, text))
    }
}
