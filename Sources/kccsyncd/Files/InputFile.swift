import Foundation

/// A file given on the command line.
struct InputFile {
    let path: String
    /// Its modification time; now where that lies in the future.
    let modified: Date

    /// - Throws: A usage error where it cannot be read.
    init(_ path: String) throws {
        self.path = path
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let attributes, attributes[.type] as? FileAttributeType == .typeRegular else {
            Terminal.complain("\(path): is not there, or no regular file")
            throw ExitStatus.usage.code
        }
        modified = min(attributes[.modificationDate] as? Date ?? Date(), Date())
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
