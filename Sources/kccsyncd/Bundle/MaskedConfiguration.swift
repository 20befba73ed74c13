import Foundation
import SyncEngine
import TOMLKit

/// The configuration file as it can be shown to others: a line for each key, no comments, and of every value that could be a
/// secret or a person's only what sort of thing it is.
///
/// Only the values of known keys are shown, so that a token pasted behind a mistyped key stays here.
struct MaskedConfiguration {
    /// `channels.web.shop_url = "https://mystore.myshopify.com"`, by the alphabet, but channels in the file's order, which
    /// decides between those of one shop.
    private(set) var lines: [String] = []
    /// All that this process could find under the keys of secrets: in the file, in files and in credentials.
    private(set) var secrets: [Secret] = []

    private let document: ConfigurationDocument
    private let credentialsFolder: String
    private let files: FileAccess

    /// Whose values are names that the merchant and KCC gave to their own things.
    private static let mappings: Set<String> = ["carriers", "sites", "couriers"]
    /// Harmless in most files; half of a log-in, an account's number, or an address, in some.
    private static let withheld: Set<String> = ["username", "client_id", "bank_account"]
    private static let shown: Set<String> = Set(
        KnownKeys.daemon + KnownKeys.retention + KnownKeys.orderTypes + KnownKeys.channel + KnownKeys.kcc
            + KnownKeys.channelKCC + KnownKeys.stock + KnownKeys.stockItem + [
                "kind", "card_type", "id", "code", "name",
            ]
    )
    .subtracting(KnownKeys.secret).subtracting(withheld)
    /// No secret is longer.
    private static let sizeLimit = 4096

    init(_ document: ConfigurationDocument, credentialsFolder: String, files: FileAccess = .system) {
        self.document = document
        self.credentialsFolder = credentialsFolder
        self.files = files
        walk(document.table, at: [])
    }

    private mutating func walk(_ table: TOMLTable, at path: [String]) {
        let isChannels = path == ["channels"]
        for key in isChannels ? document.ordered(table.keys, under: "channels") : table.keys.sorted() {
            guard let value = table[key] else { continue }
            add(value, at: path + [key])
        }
    }

    private mutating func add(_ value: any TOMLValueConvertible, at path: [String]) {
        let key = path[path.count - 1]
        // The shop's own address may be somebody's home.
        if key == "shop_address" { return note(path, "left out") }
        if let table = value.table { return walk(table, at: path) }
        if let array = value.array, array.contains(where: { $0.table != nil }) {
            for (index, element) in array.enumerated() {
                add(element, at: path.dropLast() + ["\(key)[\(index)]"])
            }
            return
        }
        collect(value, key)
        note(path, shown(value, at: path))
    }

    private mutating func note(_ path: [String], _ value: String) {
        lines.append("\(FoundValue.withoutSecrets(path.joined(separator: "."))) = \(value)")
    }

    private func shown(_ value: any TOMLValueConvertible, at path: [String]) -> String {
        let key = path[path.count - 1]
        let isMapping = path.dropLast().contains(where: Self.mappings.contains)
        guard Self.shown.contains(key) || isMapping else {
            return "\(FoundValue.kind(of: value.type)), left out"
        }
        if let text = value.string { return self.text(text, key) }
        if let date = value.date { return "\(date.year)-\(date.month)-\(date.day)" }
        if let array = value.array {
            return "[" + array.map { FoundValue.value($0, isSecret: false) }.joined(separator: ", ") + "]"
        }
        return FoundValue.value(value, isSecret: false)
    }

    /// A secret pasted in place of its file's name is not the name of any file.
    private func text(_ text: String, _ key: String) -> String {
        if key.hasSuffix("_url") { return ShopURL.shown(text) }
        guard let place = place(text, key), case .failure = files.status(place) else {
            return FoundValue.text(text)
        }
        return "a string, left out: no such file, or none that this user may see"
    }

    private func place(_ text: String, _ key: String) -> String? {
        if key.hasSuffix("_credential") { return "\(credentialsFolder)/\(text)" }
        return key.hasSuffix("_file") ? text : nil
    }

    private mutating func collect(_ value: any TOMLValueConvertible, _ key: String) {
        guard let text = value.string else { return }
        if KnownKeys.secret.contains(key) { return secrets.append(Secret(text)) }
        let name = key.replacing(#/_(credential|file)$/#, with: "")
        guard KnownKeys.secret.contains(name), let place = place(text, key),
            case .success(let bytes) = files.contents(place, Self.sizeLimit)
        else { return }
        let content = String(decoding: bytes, as: UTF8.self)
        secrets.append(Secret(content.trimmingCharacters(in: .whitespacesAndNewlines)))
    }
}
