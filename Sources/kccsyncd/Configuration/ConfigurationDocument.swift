import Foundation
import SyncEngine
import TOMLKit

/// The configuration file as a parsed table, before anything is known about its content.
struct ConfigurationDocument {
    /// The whole file.
    let table: TOMLTable
    /// Where its keys are.
    let outline: DocumentOutline
    /// The file's permission bits.
    let mode: UInt32

    /// A megabyte holds thousands of channels; more is not a configuration.
    private static let sizeLimit = 1 << 20
    private static let example = "/usr/share/doc/kccsyncd/examples/kccsyncd.toml.example"

    /// Reads and parses the file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - files: The file system.
    /// - Returns: The parsed file.
    /// - Throws: The one problem that hides all others.
    static func open(_ path: String, files: FileAccess) throws(ConfigurationProblem) -> ConfigurationDocument
    {
        let (text, mode) = try read(path, files: files)
        let (table, outline) = try parse(text)
        return ConfigurationDocument(table: table, outline: outline, mode: mode)
    }

    /// Parses a text, and finds where its keys are; the one place that hands a text to the parser.
    ///
    /// - Throws: What is wrong with it, with its line.
    static func parse(_ text: String) throws(ConfigurationProblem) -> (TOMLTable, DocumentOutline) {
        let outline = DocumentOutline(of: text)
        // The parser takes such a header for granted, and ends the process where it is wrong.
        if let (line, found) = outline.oddHeader {
            throw ConfigurationProblem(
                "",
                expected: "the name of a table behind \"[\", such as [channels.web]",
                found: found.map { FoundValue.text(String($0)) } ?? "nothing",
                line: line
            )
        }
        do {
            return (try TOMLTable(string: text), outline)
        } catch let error as TOMLParseError {
            throw syntaxProblem(error)
        } catch {
            throw ConfigurationProblem("", "cannot be read as TOML")
        }
    }

    /// The file's text, whether it is TOML or not, and its permission bits.
    ///
    /// - Throws: Why it is not there, cannot be read, or is not to be trusted.
    static func read(_ path: String, files: FileAccess) throws(ConfigurationProblem) -> (String, UInt32) {
        let mode = try checkedMode(path, files)
        switch files.contents(path, sizeLimit) {
        case .failure(let trouble): throw ConfigurationProblem("", "cannot be read: \(trouble)")
        case .success(let bytes): return (try text(bytes), mode)
        }
    }

    /// The names in the file's order; those that the outline missed come last, by the alphabet.
    func ordered(_ names: [String], under table: String) -> [String] {
        let known = outline.names(under: table).filter(names.contains)
        return known + names.filter { !known.contains($0) }.sorted()
    }

    /// The file's mode, if it is a file that not just anybody can change.
    private static func checkedMode(_ path: String, _ files: FileAccess) throws(ConfigurationProblem)
        -> UInt32
    {
        switch files.status(path) {
        case .failure(.systemError(ENOENT)):
            throw ConfigurationProblem("", "no such file", hint: "an example is in \(example)")
        case .failure(let trouble):
            throw ConfigurationProblem("", "cannot be read: \(trouble)")
        case .success(let status):
            guard status.kind == .file else {
                let found = status.kind == .directory ? "a directory" : "something else"
                throw ConfigurationProblem("", expected: "a file", found: found)
            }
            guard status.mode & 0o002 == 0 else {
                throw ConfigurationProblem(
                    "",
                    expected: "a file that others cannot change",
                    found: "mode \(FoundValue.mode(status.mode))",
                    hint: "run: chmod 0640 \(VisibleText.line(path))"
                )
            }
            try checkFolder(of: path, files)
            return status.mode
        }
    }

    /// Whoever may write the folder can put another file in this one's place, unless the sticky bit forbids
    /// it.
    private static func checkFolder(of path: String, _ files: FileAccess) throws(ConfigurationProblem) {
        let folder = path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]) : "."
        guard case .success(let status) = files.status(folder.isEmpty ? "/" : folder) else { return }
        guard status.mode & 0o002 == 0 || status.mode & 0o1000 != 0 else {
            throw ConfigurationProblem(
                "",
                expected: "a folder that others cannot change",
                found: "mode \(FoundValue.mode(status.mode)) of \(FoundValue.text(folder))",
                hint: "run: chmod o-w \(VisibleText.line(folder))"
            )
        }
    }

    private static func text(_ bytes: [UInt8]) throws(ConfigurationProblem) -> String {
        // An editor's byte order mark is no part of the text.
        let content = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes[...]
        guard let text = String(validating: content, as: UTF8.self) else {
            throw ConfigurationProblem(
                "",
                expected: "text in UTF-8",
                found: "other bytes",
                line: firstInvalidLine(content)
            )
        }
        // Neither a NUL nor its escape can be told from a text's end by the parser below.
        guard !text.unicodeScalars.contains("\0"), !text.contains(#"\u0000"#), !text.contains(#"\U00000000"#)
        else {
            throw ConfigurationProblem("", "holds a NUL character")
        }
        guard !text.allSatisfy(\.isWhitespace) else {
            throw ConfigurationProblem("", "the file is empty", hint: "an example is in \(example)")
        }
        return text
    }

    /// The first line that is no UTF-8.
    private static func firstInvalidLine(_ bytes: ArraySlice<UInt8>) -> Int? {
        bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .firstIndex { String(validating: $0, as: UTF8.self) == nil }
            .map { $0 + 1 }
    }

    private static func syntaxProblem(_ error: TOMLParseError) -> ConfigurationProblem {
        let position = error.source.begin
        // The parser quotes single characters, names of keys, and numbers: a number could be a secret.
        let quoted = error.description.replacing(#/'[0-9_+-]{8,}'/#, with: "a number")
        let reason = VisibleText.line(FoundValue.withoutSecrets(quoted))
        return ConfigurationProblem(
            "",
            "no valid TOML at column \(position.column): \(reason)",
            line: position.line
        )
    }
}
