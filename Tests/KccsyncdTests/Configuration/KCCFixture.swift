import Testing

@testable import kccsyncd

/// A `[channels.web.kcc]` table that is complete, and what a test has otherwise in it.
enum KCCFixture {
    static let password = "correct-horse-battery"
    private static let needed = [
        "username = \"khaos\"", "password = \"\(password)\"", "company_class = \"Web\"",
        "sales_source = \"WEB\"", "site = \"MAIN\"",
    ]

    /// A file with a link whose channel has what it needs and these lines.
    ///
    /// A line that gives a needed key stands in its place; `#key` takes it away.
    static func fixture(_ lines: String) -> ConfigurationFixture {
        let keys = lines.split(separator: "\n").map { $0.prefix { $0 != " " } }
        let kept = needed.filter { line in
            let key = line.prefix { $0 != " " }
            return !keys.contains(key) && !keys.contains("#\(key)")
        }
        return ConfigurationFixture.web(
            """
            [channels.web.kcc]
            \(kept.joined(separator: "\n"))
            \(lines)
            [sites]
            MAIN = 1
            SHOP1 = 4
            [kcc]
            listen = "127.0.0.1:8484"
            public_url = "https://sync.example.com/kcc"
            """
        )
    }
}
