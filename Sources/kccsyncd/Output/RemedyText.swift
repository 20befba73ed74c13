import ArgumentParser

/// Finds in a sentence what a person has to type or to copy: commands and addresses.
///
/// Sentences come from all parts of the program, and each is plain text for the journal and for a terminal as well.
struct RemedyText {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    /// A run of the sentence.
    enum Piece: Equatable {
        case words(String)
        /// To be typed or copied as it is.
        case code(String)
        /// The same in brackets, which stay with it.
        case aside(String)
    }

    /// The sentence with its commands and addresses as `<code>`.
    var html: HTML {
        HTML(
            pieces.map { piece in
                switch piece {
                case .words(let words): "\(words)"
                case .code(let code): "<code>\(code)</code>"
                case .aside(let code): "<span class=\"aside\">(<code>\(code)</code>)</span>"
                }
            }
        )
    }

    /// The sentence with `--instance NAME` behind each of its commands, where it is for one of several merchants.
    func addressed(to instance: Instance) -> String {
        guard let name = instance.name, text.contains("kccsyncd ") else { return text }
        var addressed = ""
        var rest = text[...]
        while let first = rest.first {
            let isWord = addressed.last.map { " (`".contains($0) } ?? true
            if isWord, rest.hasPrefix("kccsyncd "), let (command, length) = Self.command(at: rest),
                !command.contains(" --instance "), !command.contains(" --config ")
            {
                addressed += "\(command) --instance \(name)"
                rest = rest.dropFirst(length)
            } else {
                addressed.append(first)
                rest = rest.dropFirst()
            }
        }
        return addressed
    }

    var pieces: [Piece] {
        var pieces: [Piece] = []
        var words = ""
        var rest = text[...]
        while let first = rest.first {
            let atWord = words.last.map { $0 == " " || $0 == "(" } ?? true
            if let (code, length) = atWord ? Self.code(at: rest) : nil {
                rest = rest.dropFirst(length)
                let isAside = words.last == "(" && rest.first == ")"
                if isAside {
                    words.removeLast()
                    rest = rest.dropFirst()
                }
                if !words.isEmpty { pieces.append(.words(words)) }
                words = ""
                pieces.append(isAside ? .aside(code) : .code(code))
            } else {
                words.append(first)
                rest = rest.dropFirst()
            }
        }
        if !words.isEmpty { pieces.append(.words(words)) }
        return pieces
    }

    /// What stands at the beginning of a text and is not words, and how many characters of it that is.
    private static func code(at text: Substring) -> (code: String, length: Int)? {
        if text.hasPrefix("`") {
            let inner = text.dropFirst().prefix { $0 != "`" }
            guard !inner.isEmpty, inner.endIndex < text.endIndex else { return nil }
            return (String(inner), inner.count + 2)
        }
        if text.hasPrefix("https://") || text.hasPrefix("http://") {
            let address = trimmed(text.prefix { !$0.isWhitespace })
            return (String(address), address.count)
        }
        guard text.hasPrefix("kccsyncd ") else { return nil }
        return command(at: text)
    }

    /// `kccsyncd orders explain 1042` out of `kccsyncd orders explain 1042; then …`.
    private static func command(at text: Substring) -> (code: String, length: Int)? {
        let whole = text.prefix(commandLength(of: text))
        var words: [Substring] = []
        for word in whole.split(separator: " ", omittingEmptySubsequences: false) {
            if word.isEmpty || prose.contains(word) { break }
            words.append(word)
        }
        // `the user that kccsyncd runs as` is no command.
        guard words.count > 1, commands.contains(words[1]) else { return nil }
        let said = trimmed(text.prefix(words.joined(separator: " ").count))
        return (String(said), said.count)
    }

    /// Up to what cannot be part of a command, outside of quotes; a colon can be part of a gid.
    private static func commandLength(of text: Substring) -> Int {
        var isQuoted = false
        var length = 0
        var rest = text
        while let first = rest.popFirst() {
            if first == "'" { isQuoted.toggle() }
            let isColonOfWord = first == ":" && rest.first.map { !$0.isWhitespace } == true
            if !isQuoted, ";,:()`".contains(first), !isColonOfWord { break }
            length += 1
        }
        return length
    }

    /// Without the full stop or the like at its end.
    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let last = text.last, ".,;:)".contains(last) { text = text.dropLast() }
        return text
    }

    private static let commands = Set(
        Kccsyncd.configuration.subcommands.compactMap { $0.configuration.commandName.map { Substring($0) } }
    )

    /// Words with which a sentence goes on behind a command.
    private static let prose: Set<Substring> = [
        "and", "as", "brings", "for", "if", "made", "or", "replaces", "then", "to", "when",
    ]
}
