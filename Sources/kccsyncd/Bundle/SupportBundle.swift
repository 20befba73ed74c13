import Foundation
import SyncEngine

/// What a developer needs to know of an installation, as texts that pass a sieve before they are kept.
struct SupportBundle {
    /// One of its files.
    struct File {
        let name: String
        let text: String
        fileprivate let about: String
    }

    private(set) var files: [File] = []
    /// What could not be got, and why.
    private(set) var missing: [String] = []
    let sieve: Sieve

    init(sieve: Sieve) {
        self.sieve = sieve
    }

    /// Adds a file, or a note that there is none.
    ///
    /// - Parameters:
    ///   - about: What is in it, for the README.
    ///   - text: Makes it.
    mutating func add(_ name: String, _ about: String, _ text: () async throws -> String) async {
        do {
            files.append(File(name: name, text: sieve.passed(try await text()), about: about))
        } catch {
            miss(name, error)
        }
    }

    /// Notes that a file could not be made.
    mutating func miss(_ name: String, _ error: any Error) {
        let known = (error as? StoreError)?.description ?? (error as? Program.Trouble)?.description
        let reason = known ?? "\(type(of: error))"
        missing.append(sieve.sentence("\(name): not to be had: \(reason)"))
    }

    /// All files, and the one that explains them.
    func complete(at time: Date) -> [File] {
        let list = files.map { "  \($0.name): \($0.about)" }
        let gaps = missing.isEmpty ? ["  nothing"] : missing.map { "  \($0)" }
        let text = """
            Support bundle of kccsyncd \(Version.number), made \(time.formatted(.iso8601))

            In it:
            \(list.joined(separator: "\n"))

            What could not be had:
            \(gaps.joined(separator: "\n"))

            Not in it: tokens, passwords and client secrets; names, addresses, e-mail addresses and telephone numbers; orders, and
            what was bought; tracking numbers; what Shopify and KCC said in their own words; bodies of KCC's calls; the shop_address
            of the configuration, its comments and its unknown values; the names of this machine and of its users.
            Orders are named in the journal by Shopify's numbers, such as #1042.

            """
        return files + [File(name: "README", text: text, about: "")]
    }
}
