import Foundation

/// Everything that a GraphQL answer may hold, decoded in one pass.
///
/// Shopify answers refusals at HTTP level with a string under `errors` and those at GraphQL level
/// with an array. Data of a wrong shape does not keep the errors beside it from being read.
struct Envelope<Answer: Decodable & Sendable>: Decodable, Sendable {
    var data: Answer?
    /// Where and how `data` differs from what was expected.
    var dataProblem: String?
    var errorText: String?
    var errors: [GraphQLFault] = []
    var cost: QueryCost?
    var searchWarnings: [SearchWarning] = []

    private enum Keys: String, CodingKey {
        case data
        case errors
        case extensions
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        do {
            data = try container.decodeIfPresent(Answer.self, forKey: .data)
        } catch {
            dataProblem = DecodingProblem.text(of: error, below: ["data"])
        }
        if let text = try? container.decode(String.self, forKey: .errors) {
            errorText = text
        } else if let list = try? container.decode([GraphQLFault].self, forKey: .errors) {
            errors = list
        } else if container.contains(.errors), (try? container.decodeNil(forKey: .errors)) != true {
            // Such as {"errors": {"base": ["…"]}}: a refusal all the same.
            errorText = "errors in an unknown form"
        }
        if let extensions = try? container.decodeIfPresent(Extensions.self, forKey: .extensions) {
            cost = extensions.cost
            searchWarnings = (extensions.search ?? []).flatMap { $0.warnings ?? [] }
        }
    }

    private struct Extensions: Decodable {
        var cost: QueryCost?
        var search: [Search]?
    }

    private struct Search: Decodable {
        var warnings: [SearchWarning]?
    }
}

/// An entry of `errors`.
struct GraphQLFault: Decodable, Sendable, Equatable {
    var message = ""
    var path: [PathStep] = []
    var code: String?
    /// What `ACCESS_DENIED` says is needed, in Shopify's words.
    var requiredAccess: String?

    private enum Keys: String, CodingKey {
        case message
        case path
        case extensions
    }

    private struct Extensions: Decodable {
        var code: String?
        var requiredAccess: String?
    }

    init(message: String, path: [PathStep] = [], code: String? = nil, requiredAccess: String? = nil) {
        self.message = message
        self.path = path
        self.code = code
        self.requiredAccess = requiredAccess
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        message = (try? container.decode(String.self, forKey: .message)) ?? ""
        path = (try? container.decode([PathStep].self, forKey: .path)) ?? []
        let extensions = try? container.decode(Extensions.self, forKey: .extensions)
        code = extensions?.code
        requiredAccess = extensions?.requiredAccess
    }
}

/// A step of an error's path: a field, or a place in a list.
enum PathStep: Decodable, Sendable, Equatable {
    case field(String)
    case index(Int)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let index = try? container.decode(Int.self) {
            self = .index(index)
        } else {
            self = .field(try container.decode(String.self))
        }
    }
}

/// A part of a search query that Shopify did not understand and therefore ignored.
struct SearchWarning: Decodable, Sendable, Equatable {
    var field: String?
    var code: String?
}

/// What a request cost: <https://shopify.dev/docs/api/usage/limits>.
struct QueryCost: Decodable, Sendable, Equatable {
    var requestedQueryCost: Int?
    /// Null where the request was not executed.
    var actualQueryCost: Int?
    var throttleStatus: ThrottleStatus?
}

/// The state of the bucket after a request.
///
/// Shopify writes these as floats (`2000.0`) or as whole numbers.
struct ThrottleStatus: Decodable, Sendable, Equatable {
    var maximumAvailable: Double
    var currentlyAvailable: Double
    var restoreRate: Double
}
