import Foundation
import SyncEngine

/// Something that a person has to do or to know.
struct Trouble: Equatable {
    /// The channel that it is about; nil where it is about all of them.
    var channel: String?
    var fact: String
    /// From when on it has been so, where that is known.
    var since: Date?
    /// On whose clock that is shown.
    var zone = TimeZone.current
    /// What to do about it, where that can be said.
    var remedy: String?
    /// What stands between the two in a line of text.
    var joint = "; "
    /// Whether it is good to know, and nothing has to be done.
    var isNews = false

    init(_ channel: String?, _ fact: String, remedy: String? = nil) {
        self.channel = channel
        self.fact = fact
        self.remedy = remedy
    }

    /// As `kccsyncd status` says it.
    var line: String {
        (channel.map { "\($0): " } ?? "") + sentence
    }

    /// The same without the channel.
    var sentence: String {
        fact + (since.map { " since \($0.shown(in: zone))" } ?? "") + (remedy.map { joint + $0 } ?? "")
    }
}
