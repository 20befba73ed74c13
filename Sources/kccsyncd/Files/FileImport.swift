import Foundation
import SyncEngine

/// Takes a file's shipments in, a thousand at a time, whoever writes the order store.
struct FileImport {
    /// What a file is called in messages.
    let name: String
    /// Has it written: by the daemon, or under its lock.
    let perform: @Sendable (ControlCommand) async throws -> ControlReply

    /// What became of a file.
    struct Report: Sendable {
        /// Lines that were not taken, in the file's order; at most ``FileImport/mostProblems``.
        var problems: [String] = []
        /// All of them.
        var refused = 0
        var summary = ""
        /// The worst that the writer said.
        var status = ExitStatus.done

        mutating func add(_ problem: String) {
            refused += 1
            if problems.count < FileImport.mostProblems { problems.append(problem) }
        }

        /// The problems and the summary, a line each.
        var lines: [String] {
            let more = refused - problems.count
            return problems + (more > 0 ? ["… and \(more) more lines that were not taken"] : []) + [summary]
        }
    }

    /// Problems that are listed; the rest is counted.
    static let mostProblems = 1_000
    /// Shipments in one request.
    private static let batch = 1_000

    /// Takes shipments in.
    func shipments(_ source: ByteSource) async throws -> Report {
        var report = Report()
        let file: ShipmentFile
        do throws(LineProblem) {
            file = try ShipmentFile(source)
        } catch {
            report.add("\(name): \(error)")
            report.summary = "\(name): nothing taken"
            return report
        }
        for problem in file.problems { report.add("\(name): \(problem)") }
        var taken = 0
        for start in stride(from: 0, to: file.shipments.count, by: Self.batch) {
            let piece = Array(file.shipments[start..<min(start + Self.batch, file.shipments.count)])
            let reply = try await perform(.shipments(piece))
            report.status = max(report.status, reply.status)
            taken += piece.count - reply.errors.count
            for error in reply.errors { report.add("\(name): \(error)") }
        }
        report.summary = "\(name): \(taken) shipments taken, \(report.refused) refused"
        return report
    }
}
