import Glibc
import SyncEngine

/// The answers to setup's questions: the options, and for what they leave out the person at the terminal.
struct SetupAnswers {
    let options: SetupOptions
    /// Who is asked; nil = nobody.
    let console: Console?

    /// Whether the address comes from the person at the terminal.
    var asksForAddress: Bool { options.url == nil }

    /// Whether the secret does.
    func asksForSecret(isToken: Bool) -> Bool {
        let file = isToken ? options.tokenFile : options.clientSecretFile
        // Standard input that is a terminal would show it.
        return console != nil && (file == nil || file == "-")
    }

    /// What is missing where nobody can be asked is said before Shopify is bothered.
    ///
    /// - Parameter isNew: Whether the file lacks the channel.
    func requireComplete(isNew: Bool) throws(SetupError) {
        guard console == nil, isNew else { return }
        if options.url == nil { throw .missing("--url") }
        if options.location == nil { throw .missing("--location") }
    }

    /// The shop's address; a form that only needs mending is mended, and that is said.
    func address() throws(SetupError) -> ShopAddress {
        if let url = options.url {
            do throws(Refusal) {
                return try address(url)
            } catch {
                throw SetupError(.usage, "--url: \(error.sentence)")
            }
        }
        guard let console else { throw .missing("--url") }
        while true {
            let answer = try console.ask("The shop's address, such as https://mystore.myshopify.com")
            do throws(Refusal) {
                return try address(answer)
            } catch {
                console.say(error.sentence)
            }
        }
    }

    /// Whether the shop knows us by a token or by a client id and secret: the id; nil = a token.
    func clientID() throws(SetupError) -> String? {
        if options.tokenFile != nil { return nil }
        if let id = options.clientID {
            guard Self.isClientID(id) else {
                throw SetupError(
                    .usage,
                    "--client-id: expected the app's client id, without spaces, found \(FoundValue.text(id))"
                )
            }
            return id
        }
        guard let console, options.clientSecretFile == nil else {
            throw .missing(options.clientSecretFile == nil ? "--token-file, or --client-id," : "--client-id")
        }
        while true {
            let answer = try console.ask(
                "Is there an access \"token\", or a \"client\" id and secret?",
                standard: "token"
            )
            switch answer.lowercased() {
            case "token": return nil
            case "client":
                let id = try console.ask("Client id")
                if Self.isClientID(id) { return id }
                console.say("expected the app's client id, without spaces, found \(FoundValue.text(id))")
            default: console.say("expected token or client, found \(FoundValue.text(answer))")
            }
        }
    }

    /// The token or the client secret.
    func secret(isToken: Bool) throws(SetupError) -> Secret {
        let option = isToken ? "--token-file" : "--client-secret-file"
        let file = isToken ? options.tokenFile : options.clientSecretFile
        if let file, !asksForSecret(isToken: isToken) {
            let bytes = try bytes(of: file, option)
            do throws(Refusal) {
                return try Self.secret(bytes, isToken: isToken)
            } catch {
                throw SetupError(.usage, "\(option): \(error.sentence)")
            }
        }
        guard let console else { throw .missing(option) }
        while true {
            let answer = try console.askHidden(isToken ? "Access token" : "Client secret")
            do throws(Refusal) {
                return try Self.secret(Array(answer.utf8), isToken: isToken)
            } catch {
                console.say(error.sentence)
            }
        }
    }

    /// The channel's location among those of its shop; nil = none.
    func location(among locations: [ShopLocation]) throws(SetupError) -> ShopLocation? {
        let open = locations.filter(\.active)
        if let answer = options.location {
            do throws(Refusal) {
                return try Self.location(answer, among: open)
            } catch {
                throw SetupError(.usage, "--location: \(error.sentence)")
            }
        }
        guard let console else { throw .missing("--location") }
        print("Locations of the shop:")
        for (number, place) in zip(1..., open) {
            print("  \(number)  \(VisibleText.line(place.name)) (\(place.id.number))")
        }
        let only = open.count == 1 ? open.first : nil
        let enter =
            only.map { "Enter sends stock levels to \(VisibleText.line($0.name))" }
            ?? "Enter chooses none, and then no stock levels are sent to Shopify"
        while true {
            let answer = try console.ask(
                "Location for the channel's stock levels: number, name, id or none (\(enter))",
                standard: only == nil ? "none" : "1"
            )
            if let number = Int(answer), open.indices.contains(number - 1) { return open[number - 1] }
            do throws(Refusal) {
                return try Self.location(answer, among: open)
            } catch {
                console.say(error.sentence)
            }
        }
    }

    /// Why an answer is none.
    private struct Refusal: Error {
        let sentence: String
    }

    private func address(_ text: String) throws(Refusal) -> ShopAddress {
        do throws(ShopURL.Refusal) {
            return try ShopURL.parse(text)
        } catch {
            guard let meant = error.meant else {
                throw Refusal(
                    sentence: "expected \(ShopURL.expected), found \(ShopURL.shown(text)); \(error.hint)"
                )
            }
            Terminal.complain("  taken as \(meant)")
            return meant
        }
    }

    private static func isClientID(_ text: String) -> Bool {
        !text.isEmpty && text.unicodeScalars.allSatisfy { (0x21...0x7e).contains($0.value) }
    }

    private static func secret(_ bytes: [UInt8], isToken: Bool) throws(Refusal) -> Secret {
        let secret: Secret
        do throws(SecretSource.Trouble) {
            secret = try SecretSource.secret(in: bytes, from: "it")
        } catch {
            throw Refusal(sentence: "expected \(error.expected), found \(error.found)")
        }
        guard let found = CredentialReader.mixUp(secret, isToken: isToken) else { return secret }
        throw Refusal(sentence: "expected \(isToken ? "an access token" : "a client secret"), found \(found)")
    }

    private static func location(_ answer: String, among open: [ShopLocation]) throws(Refusal)
        -> ShopLocation?
    {
        if answer == "none" { return nil }
        let found = open.filter { $0.matches(answer) }
        guard let place = found.first, found.count == 1 else {
            let places = open.map { "\(VisibleText.line($0.name)) (\($0.id.number))" }
            throw Refusal(
                sentence:
                    "expected one of the shop's active locations, \(TableReader.list(places + ["none"])), "
                    + "found \(FoundValue.text(answer))\(found.isEmpty ? "" : ", which several are called: give its id")"
            )
        }
        return place
    }

    /// The bytes of a file, which may be a pipe, or of standard input; more than a secret has are left.
    private func bytes(of file: String, _ option: String) throws(SetupError) -> [UInt8] {
        let descriptor = file == "-" ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let reason = FileTrouble.systemError(errno).description
            throw SetupError(.usage, "\(option): \(FoundValue.text(file)) cannot be read: \(reason)")
        }
        defer { if file != "-" { close(descriptor) } }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while bytes.count <= 4096 {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                let reason = FileTrouble.systemError(errno).description
                throw SetupError(.usage, "\(option): \(FoundValue.text(file)) cannot be read: \(reason)")
            }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return bytes
    }
}
