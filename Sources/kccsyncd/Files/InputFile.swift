import Foundation
import SyncEngine

/// A file given on the command line.
struct InputFile {
    let path: String
    /// Its modification time.
    let modified: Date

    /// - Throws: A usage error where it cannot be read.
    init(_ path: String) throws {
        self.path = path
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let attributes, attributes[.type] as? FileAttributeType == .typeRegular else {
            Terminal.complain("\(path): is not there, or no regular file")
            throw ExitStatus.usage.code
        }
        modified = attributes[.modificationDate] as? Date ?? Date()
    }

    /// Why its modification time cannot be when its levels were right; nil where it can.
    ///
    /// A level from the future would hide every sale until then.
    func complaint(now: Date, in zone: TimeZone) -> String? {
        // A file may be written this very moment, by a file system that rounds.
        guard modified > now.addingTimeInterval(1) else { return nil }
        return
            "\(path): expected a modification time that has passed, found \(modified.shown(in: zone)); if its levels are right now run: touch \(path); else say when they were right with --as-of"
    }

    /// Its bytes from the beginning.
    func source() throws -> ByteSource {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            Terminal.complain("\(path): cannot be read")
            throw ExitStatus.usage.code
        }
        return ByteSource(handle)
    }
}

extension FileImport.Report {
    /// Prints the report; ends with 64 where lines were not taken, or with what the writer said.
    func finish() throws {
        for line in lines.dropLast() { Terminal.complain(line) }
        Terminal.print([summary])
        if status != .done { throw status.code }
        if refused > 0 { throw ExitStatus.usage.code }
    }
}
