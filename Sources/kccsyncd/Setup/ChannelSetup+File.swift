import SyncEngine

/// What the file says already goes before what an option says: only a person changes what is there.
extension ChannelSetup {
    /// The shop's address, out of the file or asked for.
    func address(_ known: ChannelSettings?) throws(SetupError) -> ShopAddress {
        guard let known else { return try answers.address() }
        if !answers.asksForAddress, try answers.address() != known.shop {
            throw contradiction("--url", "has shop_url = \"\(known.shop)\"", key: "shop_url")
        }
        return known.shop
    }

    /// The app's client id, by which the other channels of the shop sign in, or asked for; nil = it is a token.
    func clientID(_ signIn: SetupFile.SignIn?) throws(SetupError) -> String? {
        guard let signIn else { return try answers.clientID() }
        let options = answers.options
        func says(_ option: String, _ text: String) -> SetupError {
            contradiction(option, "has \(text)", key: signIn.key, of: signIn.channel)
        }
        guard let id = signIn.clientID else {
            if options.clientID != nil { throw says("--client-id", "\(signIn.key), an access token") }
            if options.clientSecretFile != nil {
                throw says("--client-secret-file", "\(signIn.key), an access token")
            }
            return nil
        }
        if options.tokenFile != nil { throw says("--token-file", "\(signIn.key) with a client_id") }
        if let other = options.clientID, other != id {
            throw contradiction("--client-id", "has another client_id", key: "client_id", of: signIn.channel)
        }
        return id
    }

    /// The names under which the secret is stored: all that the shop's channels use, since they share it.
    func credentials(_ signIn: SetupFile.SignIn?, _ shop: ShopAddress) throws(SetupError) -> [String] {
        if let signIn, !signIn.credentials.isEmpty { return signIn.credentials }
        if let use = file.otherUse(of: channel, at: shop) {
            throw SetupError(
                .configuration,
                "\(channel): \(use) in \(file.path) names the credential \"\(channel)\" already; "
                    + "give the channel another name, or that credential"
            )
        }
        return [channel]
    }

    /// Refuses an option that names another location than the file does.
    func requireSame(_ location: ShopLocation?, _ known: ChannelSettings) throws(SetupError) {
        switch (location, known.channelLocation) {
        case (nil, nil): return
        case (let place?, let text?) where place.matches(text): return
        case (let place?, nil):
            throw contradiction(
                "--location",
                "has no channel_location; the line to add is channel_location = \(place.id.number)",
                key: nil
            )
        case (_, let text?):
            throw contradiction(
                "--location",
                "has channel_location = \(FoundValue.text(text))",
                key: "channel_location"
            )
        }
    }

    /// What a person must change before a secret that was kept in another way is read from its credential.
    func leftover(_ signIn: SetupFile.SignIn) -> String? {
        guard signIn.credentials.isEmpty else { return nil }
        let new = signIn.clientID == nil ? "access_token_credential" : "client_secret_credential"
        let place = signIn.line.map { "line \($0) of " } ?? ""
        return "put \(new) = \"\(channel)\" in place of \(signIn.key) in \(place)\(file.path)"
    }

    private func contradiction(
        _ option: String,
        _ statement: String,
        key: String?,
        of other: String? = nil
    ) -> SetupError {
        let name = other ?? channel
        let line = file.line(of: key, in: name).map { ", line \($0) of \(file.path)" } ?? " in \(file.path)"
        let same = name == channel ? "" : ", which is of the same shop,"
        return SetupError(
            .usage,
            "\(option): channels.\(name)\(same) \(statement)\(line); change it there, or leave the option out"
        )
    }
}
