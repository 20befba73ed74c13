import Foundation
import SyncEngine

/// What was asked, as far as the meaning of an answer depends on it.
struct Asked: Sendable {
    /// For messages: "reading 12 orders".
    var what: String
    /// Such as `2026-07`; nil where no version is involved.
    var version: String?
    /// What the shop has granted; empty where that was not asked yet.
    var granted = GrantedScopes([String]())
}

/// Data of an answer, which knows which of its objects can miss a field and still be of use.
protocol GraphQLAnswer: Decodable, Sendable {
    /// The returned object below which an error's path lies, and how many steps lead to it; nil
    /// where the path ends at or above such an object, or the object itself is null.
    func object(above path: [PathStep]) -> (index: Int, depth: Int)?

    /// The returned object that an error of any kind concerns alone, so that the others are good; nil where the whole answer is
    /// concerned.
    func objectAlone(at path: [PathStep]) -> Int?

    /// Whether the answer is that to a mutation which was not executed.
    var isUnexecuted: Bool { get }

    /// Whether it answers a mutation, whose denial Shopify explains best itself.
    static var isOfMutation: Bool { get }
}

extension GraphQLAnswer {
    func object(above path: [PathStep]) -> (index: Int, depth: Int)? { nil }

    func objectAlone(at path: [PathStep]) -> Int? { nil }

    var isUnexecuted: Bool { false }

    static var isOfMutation: Bool { false }
}

/// A field that Shopify did not let us see, in one of the answer's objects.
struct Withheld: Sendable, Equatable {
    /// The object's place in the list asked for; 0 where one object was asked for.
    var index: Int
    /// Field names from the object on, such as `customer.firstName`.
    var path: String
}

/// What an answer came to.
struct Verdict<Answer: GraphQLAnswer>: Sendable {
    var result: Result<Reply<Answer>, ShopError>
    /// Told by refusals too.
    var cost: QueryCost?
    /// The version that answered.
    var version: String?

    /// Whether Shopify denied the access to all that was asked for, or to one of its objects.
    var isDenied: Bool {
        switch result {
        case .failure(let error): error.code == .scopeMissing
        case .success(let reply): reply.failures.values.contains { $0.code == .scopeMissing }
        }
    }
}

/// A good answer.
struct Reply<Answer: GraphQLAnswer>: Sendable {
    var data: Answer
    var withheld: [Withheld] = []
    /// What went wrong with single objects, by their place in the list asked for.
    var failures: [Int: ShopError] = [:]
    var version: String?
    /// Shopify's clock.
    var date: Date?
    var points: Int
    var bytes: Int
    var elapsed: Duration
}
