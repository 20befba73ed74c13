extension [ChannelContext] {
    /// The channels that set stock: of several with one location only the first.
    ///
    /// What the file names by gid in one channel and by name in another shows only in the shop. A channel whose location is
    /// not known is among them: it is looked for.
    var stockSenders: [ChannelContext] {
        var taken: Set<ShopifyID> = []
        return filter { channel in
            guard channel.settings.sendsStock else { return false }
            guard let location = channel.location else { return true }
            return taken.insert(location.id).inserted
        }
    }

    /// The same channels with their locations as listed later.
    func located(in locations: [ShopLocation]) -> [ChannelContext] {
        map { channel in
            var channel = channel
            channel.location = locations.chosen(by: channel.settings.channelLocation)
            return channel
        }
    }

    /// A line for each channel whose levels are not sent because another one sets the same stock, by name.
    package var stockRivals: [(channel: String, text: String)] {
        let senders = stockSenders
        return filter { $0.settings.sendsStock }
            .compactMap { channel in
                guard let location = channel.location,
                    let first = senders.first(where: { $0.location?.id == location.id }),
                    first.settings.name != channel.settings.name
                else { return nil }
                let text =
                    "channel \(channel.settings.name): channel_location \(location.name) is that of channel \(first.settings.name), and only one may set its stock; levels told for \(channel.settings.name) are not sent until it names another location"
                return (channel.settings.name, text)
            }
    }
}
