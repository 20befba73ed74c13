/// The configuration cannot be used, for all of these reasons together; commands exit with 78.
struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file that was read.
    let file: String
    /// At least one, in the file's order.
    let problems: [ConfigurationProblem]

    /// The report that people read: a heading, and a line for each problem.
    var lines: [String] { ConfigurationReport.problems(problems, in: file) }

    /// The report as one sentence, for the journal and for replies.
    var description: String {
        lines[0] + ": " + lines.dropFirst().map { $0.trimmingPrefix("  ") }.joined(separator: "; ")
    }
}

/// Problems and warnings as text for people.
enum ConfigurationReport {
    /// `FILE: 3 problems`, and each on a line of its own.
    static func problems(_ problems: [ConfigurationProblem], in file: String) -> [String] {
        list(problems, of: file, one: "problem", many: "problems")
    }

    /// `FILE: 1 warning`, and each on a line of its own; empty where there is none.
    static func warnings(_ warnings: [ConfigurationProblem], in file: String) -> [String] {
        warnings.isEmpty ? [] : list(warnings, of: file, one: "warning", many: "warnings")
    }

    private static func list(
        _ problems: [ConfigurationProblem],
        of file: String,
        one: String,
        many: String
    ) -> [String] {
        let heading = "\(file): \(problems.count) \(problems.count == 1 ? one : many)"
        let lines = problems.map { problem in
            "  " + (problem.line.map { "line \($0): " } ?? "") + problem.description
        }
        return [heading] + lines
    }
}
