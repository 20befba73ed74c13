/// Texts within HTML.
enum HTMLText {
    /// A text that means nothing but itself.
    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }

    /// A line in which commands of ours are set apart.
    static func withCommands(_ line: String) -> String {
        escaped(line).replacing(#/kccsyncd [a-z]+( [a-zA-Z0-9_#-]+)*/#) { "<code>\($0.output.0)</code>" }
    }
}
