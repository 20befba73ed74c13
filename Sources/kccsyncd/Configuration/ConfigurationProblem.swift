/// One thing in the configuration that is wrong, or looks wrong, in a sentence of one line.
///
/// No sentence ever holds a secret: what was found is shown through ``FoundValue``.
struct ConfigurationProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where: `channels.web.shop_url`; empty for the file as a whole.
    let path: String
    /// What would have been right; nil where `found` says it all, as in "unknown key".
    let expected: String?
    /// What is there instead.
    let found: String
    /// What to do about it.
    let hint: String?
    /// The line in the file, counted from 1, where it is known.
    var line: Int?

    /// The problem of a value that is not what it should be.
    init(_ path: String, expected: String, found: String, hint: String? = nil, line: Int? = nil) {
        self.path = path
        self.expected = expected
        self.found = found
        self.hint = hint
        self.line = line
    }

    /// A problem that is told by one statement.
    init(_ path: String, _ statement: String, hint: String? = nil, line: Int? = nil) {
        self.path = path
        self.expected = nil
        self.found = statement
        self.hint = hint
        self.line = line
    }

    /// The sentence, without the line's number: `channels.web.acess_token: unknown key; did you mean
    /// access_token?`.
    var description: String {
        let place = path.isEmpty ? "" : "\(path): "
        let statement = expected.map { "expected \($0), found \(found)" } ?? found
        let remedy = hint.map { "; \($0)" } ?? ""
        return place + statement + remedy
    }
}
