package import SyncEngine

extension KCCSettings {
    /// A link with every setting at its default.
    package static func plain(_ change: (inout KCCSettings) -> Void = { _ in }) -> KCCSettings {
        var kcc = KCCSettings(
            username: "khaos",
            password: Secret("correct-horse-battery"),
            companyClass: .name("Web"),
            salesSource: .name("WEB"),
            site: "MAIN"
        )
        change(&kcc)
        return kcc
    }
}

extension LinkedChannel {
    /// The plain channel with a link, and KCC's sites MAIN (1) and SHOP1 (4).
    package static func plain(
        _ name: String = "web",
        sites: [String: Int] = ["MAIN": 1, "SHOP1": 4],
        carriers: [String: String] = ["RM24": "Royal Mail"],
        _ change: (inout ChannelSettings) -> Void = { _ in }
    ) -> LinkedChannel {
        let settings = ChannelSettings.plain(name) {
            $0.kcc = .plain()
            change(&$0)
        }
        guard let channel = LinkedChannel(settings, sites: sites, carriers: carriers) else {
            preconditionFailure("the change took the link away")
        }
        return channel
    }
}
