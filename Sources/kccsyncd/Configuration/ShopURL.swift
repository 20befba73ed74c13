import SyncEngine

/// `shop_url`: the shop's own address at Shopify, and for tests and the demo one on this machine.
enum ShopURL {
    /// Why an address is refused: the problem's hint names the right form.
    struct Refusal: Error, Equatable {
        let hint: String
        /// What was probably meant.
        var meant: ShopAddress?
    }

    /// What a message says it expected.
    static let expected = "the shop's address, such as \"https://mystore.myshopify.com\""

    /// Reads the address; upper case is folded and a lone slash at the end forgiven.
    static func parse(_ text: String) throws(Refusal) -> ShopAddress {
        let parts = Parts(text)
        if Loopback.contains(parts.host) { return try loopback(parts) }
        guard let shop = shopName(parts) else {
            throw Refusal(hint: "take the myshopify.com address from the Shopify admin, Settings, Domains")
        }
        let address = ShopAddress(scheme: "https", host: "\(shop).myshopify.com")
        guard parts.scheme == "https", parts.host == address.host, parts.isBare, parts.port == nil else {
            throw Refusal(hint: "write \"\(address)\"", meant: address)
        }
        return address
    }

    /// The address for a message: a password or query in it stays out.
    static func shown(_ text: String) -> String {
        var shown = Substring(text)
        if let query = shown.firstIndex(where: { $0 == "?" || $0 == "#" }) {
            shown = shown[..<query] + "?…"
        }
        let scheme = shown.firstRange(of: "://").map { shown[..<$0.upperBound] } ?? ""
        let rest = shown.dropFirst(scheme.count)
        guard let at = rest.lastIndex(of: "@") else { return FoundValue.text(String(shown)) }
        return FoundValue.text(scheme + "…" + rest[at...])
    }

    private static func loopback(_ parts: Parts) throws(Refusal) -> ShopAddress {
        let port = parts.port.flatMap { UInt16($0) }.map { Int($0) }
        guard let scheme = parts.scheme, scheme == "http" || scheme == "https", parts.isBare,
            parts.port == nil || (port ?? 0) > 0
        else {
            throw Refusal(hint: "an address on this machine is written like \"http://127.0.0.1:8080\"")
        }
        return ShopAddress(scheme: scheme, host: parts.host, port: port)
    }

    /// The name in front of `.myshopify.com`, wherever in the address it can be made out.
    private static func shopName(_ parts: Parts) -> String? {
        var name = parts.host
        if name == "admin.shopify.com" {
            let path = parts.path.split(separator: "/")
            guard path.count >= 2, path[0] == "store" else { return nil }
            name = path[1].lowercased()
        } else if name.hasSuffix(".myshopify.com") {
            name = String(name.dropLast(".myshopify.com".count))
        } else if name.contains(".") || parts.scheme != nil {
            return nil
        }
        return name.wholeMatch(of: #/[a-z0-9][a-z0-9-]{0,99}/#) == nil ? nil : name
    }

    /// An address taken apart without judging it.
    private struct Parts {
        let scheme: String?
        let user: Substring?
        let host: String
        let port: Substring?
        let path: Substring
        let tail: Substring

        /// Host and nothing else, but for the port.
        var isBare: Bool { user == nil && (path.isEmpty || path == "/") && tail.isEmpty }

        init(_ text: String) {
            var rest = Substring(text)
            if let mark = rest.firstRange(of: "://") {
                scheme = rest[..<mark.lowerBound].lowercased()
                rest = rest[mark.upperBound...]
            } else {
                scheme = nil
            }
            let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
            rest = rest.dropFirst(authority.count)
            path = rest.prefix { $0 != "?" && $0 != "#" }
            tail = rest.dropFirst(path.count)
            let at = authority.lastIndex(of: "@")
            user = at.map { authority[..<$0] }
            let place = at.map { authority[authority.index(after: $0)...] } ?? authority
            let colon = place.firstIndex(of: ":")
            host = (colon.map { place[..<$0] } ?? place).lowercased()
            port = colon.map { place[place.index(after: $0)...] }
        }
    }
}
