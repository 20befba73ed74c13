/// One line of a file that cannot be used.
struct LineProblem: Error, Equatable, CustomStringConvertible {
    /// Counted from 1.
    var line: Int
    var reason: String

    var description: String { "line \(line): \(reason)" }
}
