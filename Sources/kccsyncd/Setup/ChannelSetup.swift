import ShopifyAPI
import SyncEngine

/// Makes a channel work: asks, tries the answers against Shopify, and only then stores them.
struct ChannelSetup {
    /// The channel's name.
    let channel: String
    /// The configuration file as it was found.
    let file: SetupFile
    /// Who answers.
    let answers: SetupAnswers
    /// What may end it early.
    let interruptions: Interruptions
    /// Reaches Shopify.
    let curl: CurlLoop

    /// What was written.
    struct Outcome {
        /// The configuration now.
        let configuration: Configuration
        /// The files that hold the secret.
        let credentials: [String]
        /// Whether the channel's table was added to the file.
        let isNew: Bool
        /// A line of the file that keeps the new secret from being used; nil = none.
        let leftover: String?
    }

    /// A shop, and how it is signed in to.
    private struct Place {
        let shop: ShopAddress
        /// How the file's channels of the shop do; nil = it has none.
        let signIn: SetupFile.SignIn?
        /// nil = by a token.
        let clientID: String?
        /// The names under which the secret is stored.
        let credentials: [String]
    }

    /// A place, and a secret that it accepted.
    private struct Access {
        let place: Place
        let secret: Secret
        let findings: Findings
        let locations: Result<[ShopLocation], ShopError>
    }

    /// Does all of it.
    ///
    /// - Throws: Why nothing was written, unless its message says otherwise.
    func run() async throws(SetupError) -> Outcome {
        let known = file.settings(of: channel)
        try AtomicFile.requireWritable(file.credentialsFolder)
        if known == nil { try AtomicFile.requireWritable(AtomicFile.folder(of: file.target)) }
        try answers.requireComplete(isNew: known == nil)
        answers.console?
            .say(
                known == nil
                    ? "\(channel) becomes a channel of \(file.path). Nothing is written until Shopify has accepted it."
                    : "\(channel) is in \(file.path). Its secret is replaced when Shopify has accepted the new one."
            )
        let access = try await access(known)
        let location = try location(known, access)
        let table = known == nil ? table(access, location) : nil
        let content = table?.appended(to: file.content)
        let configuration: Configuration
        do throws(ConfigurationError) {
            configuration = try file.judged(content, access.place.credentials, access.secret)
        } catch {
            let lost = table.map { "\nthe table that was to be added:\n\($0.text)" } ?? ""
            throw SetupError(.configuration, "\(error.description)\nnothing was written\(lost)")
        }
        try interruptions.writing { () throws(SetupError) in
            try file.write(content, access.place.credentials, access.secret)
        }
        return Outcome(
            configuration: configuration,
            credentials: access.place.credentials,
            isNew: known == nil,
            leftover: known == nil ? nil : access.place.signIn.flatMap(leftover)
        )
    }

    // MARK: - Asking

    /// Asks until Shopify accepts, or something has to be mended elsewhere first.
    private func access(_ known: ChannelSettings?) async throws(SetupError) -> Access {
        var place = try place(try address(known))
        while true {
            let secret = try answers.secret(isToken: place.clientID == nil)
            let (findings, locations) = try await check(settings(known, place, secret))
            guard findings.status != .done else {
                return Access(place: place, secret: secret, findings: findings, locations: locations)
            }
            let isAsked = answers.asksForSecret(isToken: place.clientID == nil)
            switch findings.error?.code {
            case .tokenRefused where isAsked:
                answers.console?.say(Self.another)
            case .clientRefused where isAsked:
                answers.console?.say(Self.another)
                place = try self.place(place.shop)
            case .shopUnknown where known == nil && answers.asksForAddress:
                place = try self.place(try answers.address())
            default: throw SetupError(findings.status, "\(channel): nothing was written")
            }
        }
    }

    private static let another = "Shopify refuses that one. Give another, or end this with Ctrl-C."

    private func place(_ shop: ShopAddress) throws(SetupError) -> Place {
        let signIn = file.signIn(at: shop, from: channel)
        return Place(
            shop: shop,
            signIn: signIn,
            clientID: try clientID(signIn),
            credentials: try credentials(signIn, shop)
        )
    }

    /// The channel as it is going to be.
    private func settings(_ known: ChannelSettings?, _ place: Place, _ secret: Secret) -> ChannelSettings {
        var settings = known ?? ChannelSettings(name: channel, shop: place.shop, credential: .token(secret))
        settings.credential = place.clientID.map { .client(id: $0, secret: secret) } ?? .token(secret)
        if known == nil, let other = place.signIn.flatMap({ file.settings(of: $0.channel) }) {
            settings.apiVersion = other.apiVersion
            settings.caFile = other.caFile
        }
        return settings
    }

    /// Tries the channel as `kccsyncd check` does, and says what it finds.
    private func check(
        _ settings: ChannelSettings
    ) async throws(SetupError) -> (findings: Findings, locations: Result<[ShopLocation], ShopError>) {
        let plan = ShopPlan(domain: settings.shop.domain, channels: [settings], orderTypes: [])
        guard let shop = ShopConnector.shopify(over: curl).connect(plan, StandardErrorLog(minimum: .error))
        else {
            throw SetupError(.internalError, "\(channel): there is no way to ask \(settings.shop)")
        }
        print("\(settings.name)  \(settings.shop)")
        let findings = await ChannelCheck(
            settings: settings,
            orderTypes: [],
            shop: shop,
            facts: file.settings(of: channel) == nil ? ChannelFacts() : nil
        )
        .run()
        for finding in findings.all { Terminal.print(finding.lines) }
        guard findings.status == .done else { return (findings, .success([])) }
        do throws(ShopError) {
            return (findings, .success(try await shop.locations()))
        } catch {
            return (findings, .failure(error))
        }
    }

    /// The location to write down; for a channel that is in the file, only whether an option says what the file says.
    private func location(_ known: ChannelSettings?, _ access: Access) throws(SetupError) -> ShopLocation? {
        if known != nil, answers.options.location == nil { return nil }
        let location: ShopLocation?
        switch access.locations {
        case .success(let locations): location = try answers.location(among: locations)
        case .failure where answers.options.location == "none": location = nil
        case .failure(let error) where answers.options.location == nil:
            answers.console?.say("the shop's locations cannot be read: \(error.message)")
            location = nil
        case .failure(let error):
            throw SetupError(
                ExitStatus(error),
                "--location: the shop's locations cannot be read: \(error.message); \(error.remedy(for: channel))"
            )
        }
        if let known { try requireSame(location, known) } else { warn(of: location, access) }
        return location
    }

    private static func noStock(_ channel: String) -> String {
        "no location chosen, so no stock levels will sync; to change that set channel_location in [channels.\(channel)]"
    }

    /// Says what a channel with a location needs besides, and what one without does not do.
    private func warn(of location: ShopLocation?, _ access: Access) {
        guard let location else {
            answers.console?.say(Self.noStock(channel))
            return
        }
        guard let identity = access.findings.identity else { return }
        var settings = settings(nil, access.place, access.secret)
        settings.channelLocation = location.id.gid
        let said = Set(access.findings.all.map(\.text))
        var more = Findings()
        for need in ScopeNeed.missing(for: [settings], granted: identity.granted)
        where !said.contains(need.text) {
            more.warn(need.text, ScopeNeed.remedy)
        }
        for finding in more.all { Terminal.print(finding.lines) }
    }

    private func table(_ access: Access, _ location: ShopLocation?) -> ChannelTable {
        ChannelTable(
            channel: channel,
            shop: access.place.shop,
            clientID: access.place.clientID,
            credential: access.place.credentials[0],
            folder: file.credentialsFolder,
            location: location,
            shared: file.shared(at: access.place.shop)
        )
    }
}
