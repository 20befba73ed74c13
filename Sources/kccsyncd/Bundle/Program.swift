import Foundation

/// A program of the system, started with arguments and without a shell.
struct Program {
    /// Why there is no output.
    struct Trouble: Error, CustomStringConvertible {
        let description: String
    }

    private let name: String
    private let search: String

    /// - Parameter search: Folders, as in `PATH`.
    init(_ name: String, search: String = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin") {
        self.name = name
        self.search = search
    }

    /// Runs it to its end.
    ///
    /// - Parameter file: Where its standard output goes; nil = it is returned.
    /// - Returns: What it printed; nothing where that went to a file.
    /// - Throws: ``Trouble`` where it is not there, does not start, or ends with another status than 0.
    @discardableResult
    func run(_ arguments: [String], into file: FileHandle? = nil) throws(Trouble) -> Data {
        guard let path = path else { throw Trouble(description: "\(name) is not installed") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ["PATH": search, "LC_ALL": "C.UTF-8"]
        // The caller's folder need not be open to the user that this has become.
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let pipe = file == nil ? Pipe() : nil
        if let pipe { process.standardOutput = pipe } else { process.standardOutput = file }
        do {
            try process.run()
        } catch {
            throw Trouble(description: "\(path) cannot be started")
        }
        let output = (try? pipe?.fileHandleForReading.readToEnd()) ?? nil
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            throw Trouble(description: "\(name) ended with status \(process.terminationStatus)")
        }
        return output ?? Data()
    }

    /// Runs it to its end; what it printed, as text.
    func text(_ arguments: [String]) throws(Trouble) -> String {
        String(decoding: try run(arguments), as: UTF8.self)
    }

    private var path: String? {
        search.split(separator: ":").filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }
            .first { access($0, X_OK) == 0 }
    }
}
