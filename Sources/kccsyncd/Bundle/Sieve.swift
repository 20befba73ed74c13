import SyncEngine

/// Takes out of a text what must not leave the machine: the last safeguard, behind the choice of what is gathered at all.
struct Sieve: Sendable {
    private let secrets: [String]

    /// - Parameter secrets: Those that this process could read; each is taken out wherever it stands.
    init(secrets: [Secret]) {
        self.secrets = secrets.map { $0.reveal() }.filter { !$0.isEmpty }.sorted { $0.count > $1.count }
    }

    /// The text without secrets, without anything of the form of Shopify's tokens, and without e-mail addresses.
    func passed(_ text: String) -> String {
        var text = text
        for secret in secrets { text = text.replacing(secret, with: "•••") }
        text = FoundValue.withoutSecrets(text)
        return text.replacing(#/[^\s"'<>,;:()\[\]=\/]+@[^\s"'<>,;:()\[\]=\/]+/#) { match in
            // `kccsyncd@outlet` is a unit.
            match.output.hasPrefix("kccsyncd@") || match.output.hasPrefix("kccsyncd-backup@")
                ? String(match.output) : "…"
        }
    }

    /// The same for a sentence of ours, which may end in somebody else's words: those are left out.
    ///
    /// Shopify's always follow a colon behind its name or an HTTP status, and may repeat what a customer typed.
    func sentence(_ text: String) -> String {
        passed(text.replacing(#/((?:Shopify|HTTP [0-9])[^:;]*): .*/#) { "\($0.output.1): …" })
    }
}
