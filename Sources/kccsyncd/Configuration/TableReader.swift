import TOMLKit

/// Reads the values of one table of the file; whatever is not as expected becomes a problem, and the value
/// nil.
struct TableReader {
    /// Where the table is: `["channels", "web"]`.
    let parts: [String]
    private let table: TOMLTable
    private let collector: ProblemCollector

    /// A reader of `table`, which is found at `parts`.
    init(_ table: TOMLTable, at parts: [String], collector: ProblemCollector) {
        self.table = table
        self.parts = parts
        self.collector = collector
    }

    /// The table's keys, in no order that means anything.
    var keys: [String] { table.keys }

    /// Whether there is any value under the key.
    func has(_ key: String) -> Bool { table[key] != nil }

    /// The raw value.
    func value(_ key: String) -> (any TOMLValueConvertible)? { table[key] }

    /// A text that is not empty.
    func text(_ key: String, expected: String = "a text in quotes") -> String? {
        guard let value = table[key] else { return nil }
        guard let text = value.string, !text.allSatisfy(\.isWhitespace) else {
            return refuse(key, expected: expected, value)
        }
        guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            return refuse(key, expected: expected + " on one line, without control characters", value)
        }
        return text
    }

    /// `true` or `false`.
    func flag(_ key: String) -> Bool? {
        guard let value = table[key] else { return nil }
        guard let flag = value.bool else {
            let word = value.string?.lowercased()
            let hint = word == "true" || word == "false" ? "write it without quotes" : nil
            return refuse(key, expected: "true or false", value, hint: hint)
        }
        return flag
    }

    /// A whole number within bounds.
    ///
    /// - Parameter expected: The bounds in words.
    func whole(_ key: String, _ bounds: ClosedRange<Int>, expected: String) -> Int? {
        guard let value = table[key] else { return nil }
        guard let number = value.int else {
            let isQuoted = value.string.flatMap { Int($0) } != nil
            return refuse(key, expected: expected, value, hint: isQuoted ? "write it without quotes" : nil)
        }
        return bounds.contains(number) ? number : refuse(key, expected: expected, value)
    }

    /// A list of texts, none of them empty or there twice.
    func texts(_ key: String, expected: String) -> [String]? {
        guard let value = table[key] else { return nil }
        guard let array = value.array else { return refuse(key, expected: expected, value) }
        var texts: [String] = []
        for element in array {
            guard let text = element.string, !text.allSatisfy(\.isWhitespace), !texts.contains(text) else {
                let found = FoundValue.value(element, isSecret: false)
                let twice = element.string.map(texts.contains) == true ? " twice" : ""
                problem(key, expected: expected, found: "\(found)\(twice) in the list")
                return nil
            }
            texts.append(text)
        }
        return texts
    }

    /// One of a few words.
    func choice<Choice>(_ key: String, _ choices: [(name: String, value: Choice)]) -> Choice? {
        guard let value = table[key] else { return nil }
        let expected = Self.list(choices.map { "\"\($0.name)\"" })
        guard let word = value.string else { return refuse(key, expected: expected, value) }
        if let choice = choices.first(where: { $0.name == word }) { return choice.value }
        let hint = NearestName.of(word, among: choices.map(\.name)).map { "did you mean \"\($0)\"?" }
        return refuse(key, expected: expected, value, hint: hint)
    }

    /// The table under a key, to be read in turn.
    func table(_ key: String, _ value: any TOMLValueConvertible) -> TableReader? {
        guard let table = value.table else {
            return refuse(key, expected: "a table, [\(Self.path(parts + [key]))]", value)
        }
        return TableReader(table, at: parts + [key], collector: collector)
    }

    /// A time span within bounds, as systemd.time(7) writes it.
    ///
    /// - Parameter example: Such as `"15s" or "5min"`.
    func span(_ key: String, _ bounds: ClosedRange<Duration>, example: String) -> Duration? {
        guard let value = table[key] else { return nil }
        let least = "a time span of at least \(TimeSpan.text(bounds.lowerBound)), such as \(example)"
        guard let span = value.string.flatMap(TimeSpan.parse) else {
            let hint = value.int.map { "write it with its unit, as \"\($0)s\"" }
            return refuse(key, expected: least, value, hint: hint)
        }
        guard span >= bounds.lowerBound else { return refuse(key, expected: least, value) }
        guard span <= bounds.upperBound else {
            let most = "a time span of at most \(TimeSpan.text(bounds.upperBound)), such as \(example)"
            return refuse(key, expected: most, value)
        }
        return span
    }

    /// An absolute path.
    func path(_ key: String) -> String? {
        let expected = "an absolute path"
        guard let path = text(key, expected: expected) else { return nil }
        guard path.hasPrefix("/"), !path.hasSuffix("/") else {
            problem(key, expected: expected, found: FoundValue.text(path))
            return nil
        }
        return path
    }

    /// Refuses every key that is not known, with the nearest one that is.
    func refuseUnknownKeys(known: [String], later: Set<String> = []) {
        for key in keys.sorted() where !known.contains(key) {
            if later.contains(key) {
                statement(key, "not supported by this version", hint: "remove it")
            } else if let nearest = NearestName.of(key, among: known) {
                statement(key, "unknown key", hint: "did you mean \(nearest)?")
            } else if let home = KnownKeys.home(of: key) {
                statement(key, "unknown key here", hint: "it belongs in \(home)")
            } else {
                statement(key, "unknown key", hint: NearestName.question(key, among: later))
            }
        }
    }

    /// Notes that `key` holds something else than expected.
    func problem(_ key: String, expected: String, found: String, hint: String? = nil) {
        let problem = ConfigurationProblem(
            Self.path(parts + [key]),
            expected: expected,
            found: found,
            hint: hint
        )
        collector.add(problem, at: parts + [key])
    }

    /// Notes a problem of the table as a whole.
    func problem(expected: String, found: String, hint: String? = nil) {
        collector.add(
            ConfigurationProblem(Self.path(parts), expected: expected, found: found, hint: hint),
            at: parts
        )
    }

    /// Notes what is wrong with `key` in one statement.
    func statement(_ key: String, _ statement: String, hint: String? = nil) {
        collector.add(
            ConfigurationProblem(Self.path(parts + [key]), statement, hint: hint),
            at: parts + [key]
        )
    }

    /// Notes what is odd about the table as a whole.
    func warning(_ statement: String, hint: String? = nil) {
        collector.warn(ConfigurationProblem(Self.path(parts), statement, hint: hint), at: parts)
    }

    /// Notes what is odd about `key`.
    func warning(_ key: String, _ statement: String, hint: String? = nil) {
        collector.warn(
            ConfigurationProblem(Self.path(parts + [key]), statement, hint: hint),
            at: parts + [key]
        )
    }

    /// Notes that the value is not as expected, and is nil, to be returned at once.
    func refuse<Value>(
        _ key: String,
        expected: String,
        _ value: any TOMLValueConvertible,
        hint: String? = nil
    ) -> Value? {
        let found = FoundValue.value(value, isSecret: KnownKeys.secret.contains(key))
        problem(key, expected: expected, found: found, hint: hint)
        return nil
    }

    /// A path as it would be written in the file: parts that are no bare keys in quotes.
    static func path(_ parts: [String]) -> String {
        parts.map { part in
            let isBare = part.wholeMatch(of: #/[A-Za-z0-9_-]+(\[[0-9]+\])?/#) != nil
            return isBare ? FoundValue.withoutSecrets(part) : FoundValue.text(part)
        }
        .joined(separator: ".")
    }

    /// `a, b or c`.
    static func list(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " or " + last
    }
}
