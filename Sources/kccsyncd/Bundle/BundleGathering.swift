import Foundation
import Persistence
import ShopifyAPI
import SyncEngine

/// Gathers a support bundle: first what takes the caller's rights, then what is read as the owner of the order store.
struct BundleGathering {
    let option: ConfigurationOption
    let unit: String
    let journalLines: Int
    let now: Date

    /// How long a running daemon may take to say how it is: one that hangs must not keep the rest from being told.
    private static let patience = Duration.seconds(10)

    /// Everything that can be had.
    func bundle() async -> SupportBundle {
        let reader = ConfigurationReader(path: option.config, unseenCredentials: .tolerated)
        let document = Result { () throws(ConfigurationProblem) in
            try ConfigurationDocument.open(option.config, files: .system)
        }
        let masked = document.map { MaskedConfiguration($0, credentialsFolder: reader.credentialsFolder) }
        var bundle = SupportBundle(sieve: Sieve(secrets: (try? masked.get())?.secrets ?? []))
        await bundle.add("versions", "programs and libraries") { MachineFacts.versions() }
        await bundle.add("clock", "time, zone, and whether the clock is kept right") {
            MachineFacts.clock(now)
        }
        await bundle.add("configuration", "the configuration file, a key a line, without secrets") {
            switch masked {
            case .success(let masked): return masked.lines.joined(separator: "\n") + "\n"
            case .failure(let problem): throw Program.Trouble(description: Self.problem(problem))
            }
        }
        let configuration = Result { () throws(ConfigurationError) in try reader.read() }
        await bundle.add("check-config", "what kccsyncd check-config finds; quoted values are left out") {
            Self.problems(configuration)
        }
        let sieve = bundle.sieve
        await bundle.add("unit", "the unit's state and limits, as systemd has them") {
            try MachineFacts.unit(unit)
        }
        await bundle.add(
            "journal.jsonl",
            "the unit's last \(journalLines) lines of the journal, known fields only"
        ) {
            try JournalExcerpt(sieve: sieve).lines(of: unit, count: journalLines)
        }
        let live = await daemon(reader.controlSocket, &bundle)
        await addStore(reader.databasePath, try? configuration.get(), live, reader.instance.unit, to: &bundle)
        return bundle
    }

    /// How the daemon's shops are; nil where none runs, or none that answers.
    private func daemon(_ socket: String, _ bundle: inout SupportBundle) async -> [LiveShop]? {
        let curl = CurlLoop()
        let client = ControlClient(path: socket, curl: curl, patience: Self.patience)
        var live: [LiveShop]?
        do throws(ControlClient.Absence) {
            live = try await client.send(.vitals).vitals
        } catch {
            switch error {
            case .notRunning:
                bundle.miss("the daemon's state", Program.Trouble(description: "no daemon runs"))
            case .unreachable(let why, _):
                bundle.miss("the daemon's state", Program.Trouble(description: why))
            }
        }
        await curl.stop()
        return live
    }

    private func addStore(
        _ path: String,
        _ configuration: Configuration?,
        _ live: [LiveShop]?,
        _ unit: String,
        to bundle: inout SupportBundle
    ) async {
        let database: OrderDatabase
        do {
            database = try ReadOnlyStore(path: path).database
        } catch {
            for name in ["status.json", "metrics", "store", "store-check"] { bundle.miss(name, error) }
            return await addFolder(of: path, to: &bundle)
        }
        await addFolder(of: path, to: &bundle)
        if let configuration {
            let answerer = Answerer(configuration: configuration, database: database, live: live)
            await bundle.add("status.json", "kccsyncd status --json, without sentences") {
                let report = try await StatusReport(answerer)
                return try Answer(json: report.json.without(Self.sentences)).lines.joined(separator: "\n")
                    + "\n"
            }
            await bundle.add("metrics", "figures as Prometheus gets them") {
                try await Metrics(answerer, unit: unit).text
            }
        } else {
            let why = Program.Trouble(description: "the configuration is refused: see check-config")
            for name in ["status.json", "metrics"] { bundle.miss(name, why) }
        }
        let survey = StoreSurvey(database)
        await bundle.add("store", "the order store in figures: orders, queue, shipments, stock, KCC") {
            try await survey.tables().map(Self.text).joined(separator: "\n")
        }
        await bundle.add("store-check", "what SQLite's quick examination of the file finds") {
            let problems = try await survey.problems()
            return problems.isEmpty ? "ok\n" : problems.joined(separator: "\n") + "\n"
        }
    }

    private func addFolder(of path: String, to bundle: inout SupportBundle) async {
        await bundle.add(
            "files",
            "names, sizes, owners and modes of the files beside the order store, and the disk's room"
        ) {
            try MachineFacts.listing(of: AtomicFile.folder(of: path))
        }
    }

    /// Keys of `status --json` under which stands what Shopify and KCC said.
    private static let sentences: Set<String> = [
        "last_error", "push_error", "remedy", "warnings", "held_shipments", "text", "subject",
    ]

    private static func text(_ table: StoreSurvey.Table) -> String {
        var lines = TextTable(table.columns)
        for row in table.rows { lines.add(row) }
        return "\(table.title):\n" + lines.lines.map { "  \($0)\n" }.joined()
    }

    private static func problems(_ configuration: Result<Configuration, ConfigurationError>) -> String {
        let found: [ConfigurationProblem]
        let kind: String
        switch configuration {
        case .success(let read): (found, kind) = (read.warnings, "warning")
        case .failure(let error): (found, kind) = (error.problems, "problem")
        }
        return found.isEmpty ? "ok\n" : found.map { "\(kind): \(problem($0))\n" }.joined()
    }

    /// A hint may repeat what was found, and a value stands in quotes.
    private static func problem(_ problem: ConfigurationProblem) -> String {
        let bare = ConfigurationProblem(
            problem.path,
            problem.expected.map { "expected \($0), found \(problem.found)" } ?? problem.found,
            line: problem.line
        )
        return (bare.line.map { "line \($0): " } ?? "")
            + bare.description.replacing(#/"[^"]*"/#, with: "\"…\"")
    }
}
