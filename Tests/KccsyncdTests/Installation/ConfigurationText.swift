/// Configuration files of installations.
enum ConfigurationText {
    static let host = "test.myshopify.com"

    /// One channel `web` with a link to KCC.
    static let linked = text()

    /// A file with a channel `web`.
    ///
    /// - Parameters:
    ///   - channel: Lines added to the channel's table.
    ///   - kcc: Lines added to the table of its link; nil = no link.
    ///   - more: Further tables.
    static func text(_ channel: String = "", kcc: String? = "", more: String = "") -> String {
        """
        [daemon]
        database = "DATABASE"
        \(kcc == nil ? "" : link)
        \(self.channel("web", channel, kcc: kcc))
        \(more)
        """
    }

    /// `[kcc]` and `[sites]`.
    static let link = """
        [kcc]
        listen = "127.0.0.1:8484"
        public_url = "https://sync.example.com/kcc"
        [sites]
        MAIN = 1
        SHOP1 = 4
        """

    /// A channel's tables.
    static func channel(_ name: String, _ lines: String = "", host: String = host, kcc: String? = "")
        -> String
    {
        """
        [channels.\(name)]
        shop_url = "https://\(host)"
        access_token = "shpat_0123456789abcdef"
        channel_location = "Main Warehouse"
        \(lines)
        \(kcc.map { linkTable(of: name, $0) } ?? "")
        """
    }

    private static func linkTable(of name: String, _ lines: String) -> String {
        """
        [channels.\(name).kcc]
        username = "khaos"
        password = "correct-horse-battery"
        company_class = "Web"
        sales_source = "WEB"
        site = "MAIN"
        \(lines)
        """
    }
}
