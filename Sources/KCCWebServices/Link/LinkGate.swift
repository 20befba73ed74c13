import Foundation
import HTTPTypes
import Hummingbird
import SyncEngine

/// Lets in who knows a password, and slows down who guesses.
struct LinkGate: Sendable {
    let log: any EventLog
    let now: @Sendable () -> Date
    private let limiter = GuessLimiter()

    init(log: any EventLog, now: @escaping @Sendable () -> Date) {
        self.log = log
        self.now = now
    }

    /// Something with a user name and a password before it.
    struct Door {
        /// What a refusal calls it, such as `channel web`.
        var name: String
        var realm: String
        var user: String
        var password: Secret

        /// A channel's address.
        static func channel(_ channel: LinkedChannel) -> Door {
            Door(
                name: "channel \(channel.name)",
                realm: "kccsyncd \(channel.name)",
                user: channel.kcc.username,
                password: channel.kcc.password
            )
        }

        /// The pages for people, to whom they are opened by `kcc.status_password`.
        static func pages(_ password: Secret) -> Door {
            Door(name: "the status page", realm: "kccsyncd status", user: "status", password: password)
        }
    }

    /// The answer to whoever may not pass; nil for who may.
    func refusal(_ request: Request, _ caller: Caller, _ door: Door) async -> LinkAnswer? {
        guard !limiter.isShutOut(caller.address, at: now()) else { return shutOut }
        let given = Credentials(request.headers[.authorization])
        if given.match(user: door.user, password: door.password) { return nil }
        // Some programs send a password only when they are asked for one: that is no attack.
        if given != .missing {
            limiter.failed(caller.address, at: now())
            let from =
                caller.address ?? "behind the proxy, which does not say whose they are (X-Forwarded-For)"
            log.record(
                Event(
                    .warning,
                    "wrong user name or password for \(door.name) from \(from); if it is KCC, compare its channel screen with the configuration",
                    kind: .linkRefused
                )
            )
            guard await limiter.hold(for: .seconds(1)) else { return shutOut }
        }
        var answer = LinkAnswer(.unauthorized, "expected the user name and password of \(door.name)")
        answer.fields.append((.wwwAuthenticate, "Basic realm=\"\(door.realm)\", charset=\"UTF-8\""))
        return answer
    }

    private var shutOut: LinkAnswer {
        var answer = LinkAnswer(.tooManyRequests, "too many wrong passwords; ask again in a minute")
        answer.fields.append((.retryAfter, "60"))
        return answer
    }
}
