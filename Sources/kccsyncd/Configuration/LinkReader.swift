import Foundation
import Glibc
import KCCWebServices
import SyncEngine
import TOMLKit

/// Reads the tables at the top that concern the link to KCC: `[sites]` and `[kcc]`.
struct LinkReader {
    /// The whole file.
    let top: TableReader
    /// Makes a reader of a table's secrets.
    let secrets: (TableReader) -> SecretReader
    /// Where certificates are looked at.
    let files: FileAccess

    /// KCC's SiteID of each site; what is wrong with them has been noted.
    func sites() -> [String: Int] {
        guard let value = top.value("sites"), let table = top.table("sites", value) else { return [:] }
        var sites: [String: Int] = [:]
        for name in table.keys.sorted() {
            let expected = "KCC's SiteID, a whole number above 0"
            guard let id = table.whole(name, 1...2_000_000_000, expected: expected) else {
                // The name is there all the same: whoever uses it is not to blame as well.
                sites[name] = 0
                continue
            }
            if let other = sites.first(where: { $0.value == id })?.key {
                table.problem(
                    name,
                    expected: "each SiteID once",
                    found: "\(id), which is \(FoundValue.text(other))"
                )
            }
            sites[name] = id
        }
        return sites
    }

    /// How KCC reaches us; nil where it does not, or something is wrong, which has then been noted.
    func link() -> LinkSettings? {
        guard let value = top.value("kcc"), let table = top.table("kcc", value) else { return nil }
        table.refuseUnknownKeys(known: KnownKeys.kcc)
        let tls = tls(table)
        let place = place(table, hasTLS: Self.tlsKeys.contains(where: table.has))
        let url = publicURL(table)
        guard let place, let url else { return nil }
        var link = LinkSettings(place: place, publicURL: url)
        link.tls = tls
        link.format =
            table.choice("format", WireFormat.allCases.map { ($0.rawValue.lowercased(), $0) }) ?? link.format
        link.frequency = frequency(table) ?? link.frequency
        let ways = SecretWays("status_password")
        if ways.all.contains(where: table.has) {
            link.statusPassword = secrets(table).one(of: ways, "the password of the status page")
        }
        return link
    }

    private func place(_ table: TableReader, hasTLS: Bool) -> LinkSettings.Place? {
        let expected = "an address and a port such as \"127.0.0.1:8484\", or \"systemd\""
        guard table.has("listen") else {
            table.problem("listen", expected: expected, found: "nothing")
            return nil
        }
        guard let text = table.text("listen", expected: expected) else { return nil }
        if text == "systemd" { return .systemd }
        guard let match = text.wholeMatch(of: #/(\[([0-9a-fA-F:.]+)\]|[0-9.]+|localhost):(\d{1,5})/#),
            let port = Int(match.3), port <= 65_535,
            match.2.map({ Self.isAddress($0, AF_INET6) })
                ?? (match.1 == "localhost" || Self.isAddress(match.1, AF_INET))
        else {
            table.problem("listen", expected: expected, found: FoundValue.text(text))
            return nil
        }
        let host = String(match.2 ?? match.1)
        guard Loopback.contains(host) || hasTLS else {
            table.problem(
                "listen",
                expected:
                    "an address of loopback, because passwords and customers' addresses must not travel in the clear",
                found: FoundValue.text(text),
                hint: "put a proxy with TLS before it, or set tls_certificate and tls_key"
            )
            return nil
        }
        return .address(host: host, port: port)
    }

    private static func isAddress(_ text: some StringProtocol, _ family: CInt) -> Bool {
        // Room for either kind of address.
        var address = in6_addr()
        return inet_pton(family, String(text), &address) == 1
    }

    private static let tlsKeys = ["tls_certificate", "tls_key"]

    private func tls(_ table: TableReader) -> LinkSettings.TLS? {
        let given = Self.tlsKeys.filter(table.has)
        guard !given.isEmpty else { return nil }
        guard given.count == 2 else {
            let missing = Self.tlsKeys.first { !table.has($0) } ?? ""
            table.problem(missing, expected: "a file in PEM beside \(given[0])", found: "nothing")
            return nil
        }
        let certificate = pem(table, "tls_certificate", "CERTIFICATE-----", "a certificate")
        let key = pem(table, "tls_key", "PRIVATE KEY-----", "a private key")
        guard let certificate, let key else { return nil }
        warnOfReaders(of: key, table)
        return LinkSettings.TLS(certificate: certificate, key: key)
    }

    /// The path of a file in PEM that holds something of a kind, as far as this process can see.
    private func pem(_ table: TableReader, _ key: String, _ mark: String, _ what: String) -> String? {
        guard let path = table.path(key) else { return nil }
        let expected = "a readable file with \(what) in PEM"
        switch files.contents(path, 1 << 20) {
        case .failure(let trouble):
            let found = "\(FoundValue.text(path)), which cannot be read (\(trouble))"
            guard trouble == .systemError(EACCES), secrets(table).unseen == .tolerated else {
                table.problem(key, expected: expected, found: found)
                return nil
            }
            table.warning(key, "not checked: expected \(expected), found \(found)")
            return path
        case .success(let bytes):
            guard String(decoding: bytes, as: UTF8.self).contains(mark) else {
                table.problem(key, expected: expected, found: "none in \(FoundValue.text(path))")
                return nil
            }
            return path
        }
    }

    private func warnOfReaders(of key: String, _ table: TableReader) {
        // systemd vouches for its credentials, whatever their mode.
        guard !key.hasPrefix("/run/credentials/"), case .success(let status) = files.status(key),
            status.mode & 0o007 != 0
        else { return }
        table.warning(
            "tls_key",
            "mode \(FoundValue.mode(status.mode)) of \(FoundValue.text(key)): others may read the key",
            hint: "run: chmod 0640 \(VisibleText.line(key))"
        )
    }

    private func publicURL(_ table: TableReader) -> String? {
        let key = "public_url"
        let expected =
            "the address at which KCC's cloud reaches the link, such as \"https://sync.example.com/kcc\""
        guard table.has(key) else {
            table.problem(key, expected: expected, found: "nothing")
            return nil
        }
        guard let text = table.text(key, expected: expected) else { return nil }
        let form = #/(https?):\/\/([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?((?:\/[A-Za-z0-9._~-]+)*)\/?/#
        guard let match = text.wholeMatch(of: form),
            match.3.map({ (1...65_535).contains(Int($0.dropFirst()) ?? 0) }) ?? true,
            // What a path becomes with these in it is for KCC's program to say, and no path of the link has them.
            !match.4.split(separator: "/").contains(where: { $0 == "." || $0 == ".." })
        else {
            table.problem(key, expected: expected, found: ShopURL.shown(text))
            return nil
        }
        let host = match.2.lowercased().trimmingCharacters(in: ["[", "]"])
        guard match.1 == "https" || Loopback.contains(host) else {
            table.problem(
                key,
                expected: expected,
                found: FoundValue.text(text),
                hint: "KCC sends its password with every call: write https://"
            )
            return nil
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    private func frequency(_ table: TableReader) -> Duration? {
        let key = "frequency"
        guard
            let span = table.span(
                key,
                .seconds(60)...(.seconds(86_400)),
                example: "\"5min\" or \"15min\""
            )
        else { return nil }
        guard span.components.seconds % 60 == 0, span.components.attoseconds == 0 else {
            table.problem(key, expected: "whole minutes", found: TimeSpan.text(span))
            return nil
        }
        return span
    }
}
