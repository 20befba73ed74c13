import Foundation
import SyncEngine

/// Takes a file's levels or shipments in, some thousands at a time, whoever writes the order store.
struct FileImport {
    /// What a file is called in messages.
    let name: String
    /// Channels that take stock: those that a line without a channel means.
    let channels: [String]
    /// Has it written: by the daemon, or under its lock.
    let perform: @Sendable (ControlCommand) async throws -> ControlReply

    /// What became of a file.
    struct Report: Sendable {
        /// Lines that were not taken, in the file's order; at most ``FileImport/mostProblems``.
        var problems: [String] = []
        /// All of them.
        var refused = 0
        /// What is to be known of lines that were taken.
        var warnings: [String] = []
        /// What became of shipments that were known already; at most ``FileImport/mostProblems``.
        var notes: [String] = []
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
            return problems
                + (more > 0
                    ? ["… and \(Counted.text(more, "more line that was", "more lines that were")) not taken"]
                    : []) + warnings.map { "warning: \($0)" } + notes + [summary]
        }
    }

    /// Why a file of levels is for no channel.
    static let noChannels =
        "no channel sends stock: each needs a channel_location, and upload = \"all\" or items in its stock table"

    /// Why a file that has nothing but its column names is rejected.
    static func nothing(of what: String) -> String {
        "no \(what) in it: nothing follows the line with the column names"
    }

    /// Problems that are listed; the rest is counted.
    static let mostProblems = 1_000
    /// Shipments in one request.
    private static let batch = 1_000
    /// Levels in one request.
    private static let levelBatch = 5_000

    /// Has every line of levels tried, and says what is wrong; nothing is stored.
    func checkStock(_ source: ByteSource, asOf: Date) async throws -> Report {
        try await stock(source, asOf: asOf, isDryRun: true)
    }

    /// Takes levels in.
    ///
    /// - Parameter asOf: When the levels were right (t_L of the stock protocol), not in the future.
    func stock(_ source: ByteSource, asOf: Date) async throws -> Report {
        try await stock(source, asOf: asOf, isDryRun: false)
    }

    private func stock(_ source: ByteSource, asOf: Date, isDryRun: Bool) async throws -> Report {
        var report = Report()
        var count = 0
        var counts = LevelCounts()
        var file = StockFile(source)
        var pending: [ToldLevel] = []
        while let entry = next(&file, &report) {
            count += 1
            if let problem = unknownChannel(entry) {
                report.add(problem)
                continue
            }
            for channel in entry.channel.map({ [$0] }) ?? channels {
                pending.append(
                    ToldLevel(
                        channel: channel,
                        sku: entry.sku,
                        site: entry.site,
                        level: entry.level,
                        asOf: asOf,
                        line: entry.line
                    )
                )
            }
            if pending.count >= Self.levelBatch { try await send(&pending, &counts, &report, isDryRun) }
            if report.status != .done { break }
        }
        try await send(&pending, &counts, &report, isDryRun)
        if count == 0, report.refused == 0 || !file.isUsable {
            if report.refused == 0 { report.add("\(name): \(Self.nothing(of: "levels"))") }
            report.summary = "\(name): nothing taken"
            return report
        }
        if isDryRun {
            report.summary =
                "\(name): \(Counted.text(count, "level", "levels")) read, \(Counted.text(report.refused, "line", "lines")) that cannot be taken"
            return report
        }
        report.summary = "\(name): \(counts.text), \(Counted.text(report.refused, "line", "lines")) not taken"
        return report
    }

    private func send(
        _ levels: inout [ToldLevel],
        _ counts: inout LevelCounts,
        _ report: inout Report,
        _ isDryRun: Bool
    ) async throws {
        guard !levels.isEmpty else { return }
        let reply = try await perform(isDryRun ? .tryLevels(levels) : .levels(levels, source: .file))
        levels.removeAll(keepingCapacity: true)
        // A line that is rejected holds up no other.
        if reply.status != .usage { report.status = max(report.status, reply.status) }
        for error in reply.errors { report.add("\(name): \(error)") }
        report.warnings += reply.warnings.filter { !report.warnings.contains($0) }
        counts += reply.levels ?? LevelCounts()
    }

    /// Has every shipment of a file tried, and says what is wrong; nothing is stored.
    func checkShipments(_ source: ByteSource) async throws -> Report {
        try await shipments(source, isDryRun: true)
    }

    /// Takes shipments in.
    func shipments(_ source: ByteSource) async throws -> Report {
        try await shipments(source, isDryRun: false)
    }

    /// Takes all shipments of a file in, or none where one of its lines cannot be taken.
    func allShipments(_ source: ByteSource) async throws -> Report {
        try await shipments(source, isDryRun: false, isWhole: true)
    }

    private func shipments(_ source: ByteSource, isDryRun: Bool, isWhole: Bool = false) async throws -> Report
    {
        var report = Report()
        let file: ShipmentFile
        do throws(ShipmentFile.Unusable) {
            file = try ShipmentFile(source)
        } catch {
            for problem in error.problems { report.add("\(name): \(problem)") }
            report.summary = "\(name): nothing taken"
            return report
        }
        for problem in file.problems { report.add("\(name): \(problem)") }
        guard !file.shipments.isEmpty else {
            if report.refused == 0 { report.add("\(name): \(Self.nothing(of: "shipments"))") }
            report.summary = "\(name): nothing taken"
            return report
        }
        var taken = 0
        let onlyTries = isDryRun || isWhole && report.refused > 0
        // What one shipment leaves of an order counts for the next, so that they are tried in one piece.
        let size = onlyTries || isWhole ? file.shipments.count : Self.batch
        for start in stride(from: 0, to: file.shipments.count, by: size) {
            let piece = Array(file.shipments[start..<min(start + size, file.shipments.count)])
            let reply = try await perform(
                onlyTries ? .tryShipments(piece) : isWhole ? .allShipments(piece) : .shipments(piece)
            )
            report.status = max(report.status, reply.status)
            taken += Int(reply.number ?? 0)
            let room = Self.mostProblems - report.notes.count
            report.notes += (reply.notes ?? []).prefix(room).map { "\(name): \($0)" }
            for error in reply.errors { report.add("\(name): \(error)") }
            report.warnings += reply.warnings
        }
        if isDryRun {
            report.summary =
                "\(name): \(Counted.text(taken, "shipment", "shipments")) that can be taken, \(report.refused) refused"
        } else if isWhole, report.refused > 0 {
            report.summary =
                "\(name): nothing was taken, because of --strict: \(Counted.text(report.refused, "problem", "problems"))"
        } else {
            report.summary =
                "\(name): \(Counted.text(taken, "shipment", "shipments")) taken, \(report.refused) refused"
        }
        report.summary += file.unusedText
        return report
    }

    private func next(_ file: inout StockFile, _ report: inout Report) -> StockFile.Entry? {
        while true {
            do throws(LineProblem) {
                return try file.next()
            } catch {
                report.add("\(name): \(error)")
                guard file.isUsable else { return nil }
            }
        }
    }

    private func unknownChannel(_ entry: StockFile.Entry) -> String? {
        guard let channel = entry.channel, !channels.contains(channel) else { return nil }
        let known = channels.isEmpty ? "none" : channels.joined(separator: ", ")
        return
            "\(name): line \(entry.line): channel \(channel.prefix(40)) sends no stock; those that do: \(known)"
    }
}
