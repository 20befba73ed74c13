/// Gathers everything that is wrong, so that one look at the report mends the whole file.
final class ProblemCollector {
    /// What forbids the use of the file.
    private(set) var problems: [ConfigurationProblem] = []
    /// What is merely odd.
    private(set) var warnings: [ConfigurationProblem] = []
    private let outline: DocumentOutline

    /// A collector that finds lines in `outline`.
    init(outline: DocumentOutline) {
        self.outline = outline
    }

    /// Notes a problem found at the key with these parts.
    func add(_ problem: ConfigurationProblem, at parts: [String]) {
        problems.append(placed(problem, at: parts))
    }

    /// Notes a warning about the key with these parts.
    func warn(_ warning: ConfigurationProblem, at parts: [String]) {
        warnings.append(placed(warning, at: parts))
    }

    private func placed(_ problem: ConfigurationProblem, at parts: [String]) -> ConfigurationProblem {
        var problem = problem
        problem.line = problem.line ?? outline.line(of: parts)
        return problem
    }
}
