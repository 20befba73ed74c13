/// A text as one word of a shell.
package enum ShellWord {
    private static let harmless = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:@%+="
    )

    /// The text itself where a shell takes it as it is, else in single quotes.
    package static func text(_ text: String) -> String {
        if !text.isEmpty, text.allSatisfy(harmless.contains), !text.hasPrefix("-") { return text }
        return "'\(text.replacing("'", with: "'\\''"))'"
    }
}
