import Foundation
import SyncEngine

/// What a request says of who sends it (RFC 7617).
enum Credentials: Equatable {
    case missing
    /// Present, and not what the scheme asks for.
    case malformed
    case basic(user: String, password: Secret)

    /// Reads an `Authorization` header.
    init(_ header: String?) {
        guard let header, !header.allSatisfy(\.isWhitespace) else {
            self = .missing
            return
        }
        let parts = header.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "basic",
            let data = Data(base64Encoded: parts[1].trimmingCharacters(in: .whitespaces)),
            let text = String(data: data, encoding: .utf8),
            let colon = text.firstIndex(of: ":")
        else {
            self = .malformed
            return
        }
        // A password may hold colons, a user name none.
        self = .basic(
            user: String(text[..<colon]),
            password: Secret(String(text[text.index(after: colon)...]))
        )
    }

    /// Whether they are these; how long it takes tells nothing of where they differ.
    func match(user: String, password: Secret) -> Bool {
        guard case .basic(let givenUser, let givenPassword) = self else { return false }
        let sameUser = Self.isEqual(givenUser, user)
        let samePassword = Self.isEqual(givenPassword.reveal(), password.reveal())
        return sameUser && samePassword && !password.isEmpty
    }

    /// Compares every byte of what was given, whatever the bytes before were.
    private static func isEqual(_ given: String, _ expected: String) -> Bool {
        let expected = Array(expected.utf8)
        var difference = given.utf8.count ^ expected.count
        for (index, byte) in given.utf8.enumerated() {
            let other = expected.isEmpty ? 0 : expected[index % expected.count]
            difference |= Int(byte ^ other)
        }
        return difference == 0
    }
}
