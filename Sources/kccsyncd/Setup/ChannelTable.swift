import SyncEngine

/// The table of a new channel, and the configuration file with it at its end.
struct ChannelTable {
    /// The channel's name.
    let channel: String
    /// Its shop.
    let shop: ShopAddress
    /// The app's client id, beside its secret; nil = the secret is a token.
    let clientID: String?
    /// The secret's file in the folder of credentials.
    let credential: String
    /// That folder, for the comment.
    let folder: String
    /// The channel's location; nil = none.
    let location: ShopLocation?
    /// Keys that all channels of a shop must agree on, and whose values are texts.
    var shared: [(key: String, value: String)] = []

    /// The table with a comment above each key, lines ended by line feeds.
    var text: String {
        let file = "the file \(credential) of \(VisibleText.line(folder))"
        let replaces = "kccsyncd setup \(channel) replaces it"
        var lines = [
            "[channels.\(channel)]", "# The shop's myshopify.com address.",
            "shop_url = \(TOMLText.quoted(shop.description))",
        ]
        if let clientID {
            lines.append("# The Dev Dashboard app. Its client secret is \(file); \(replaces).")
            lines.append("client_id = \(TOMLText.quoted(clientID))")
            lines.append("client_secret_credential = \(TOMLText.quoted(credential))")
        } else {
            lines.append("# The Admin API access token is \(file); \(replaces).")
            lines.append("access_token_credential = \(TOMLText.quoted(credential))")
        }
        if let location {
            lines.append("# \(VisibleText.line(location.name)): where its stock levels go.")
            lines.append("channel_location = \(location.id.number)")
        }
        if !shared.isEmpty { lines.append("# As in the shop's other channels.") }
        lines += shared.map { "\($0.key) = \(TOMLText.quoted($0.value))" }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The file with the table at its end, and not a byte of what was there changed.
    ///
    /// - Parameter content: The file so far; nil = there is none.
    func appended(to content: [UInt8]?) -> [UInt8] {
        let heading =
            "# kccsyncd's configuration. Every key is in /usr/share/doc/kccsyncd/kccsyncd.toml.example.\n"
        guard let content else { return Array("\(heading)\n\(text)".utf8) }
        let line = UInt8(ascii: "\n")
        let first = content.firstIndex(of: line)
        let hasReturns = first.map { $0 > 0 && content[$0 - 1] == UInt8(ascii: "\r") } ?? false
        let isBlank = content.isEmpty || content == [0xef, 0xbb, 0xbf]
        let gap = isBlank ? "" : content.last == line ? "\n" : "\n\n"
        let added = gap + text
        return content + Array((hasReturns ? added.replacing("\n", with: "\r\n") : added).utf8)
    }
}
