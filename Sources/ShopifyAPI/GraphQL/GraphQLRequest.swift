import Foundation

/// The body of a GraphQL request.
struct GraphQLRequest<Variables: Encodable>: Encodable {
    let operationName: String
    let query: String
    let variables: Variables

    init(_ document: GraphQLDocument, _ variables: Variables) {
        operationName = document.name
        query = document.text
        self.variables = variables
    }

    /// The JSON to send; nil could only come of variables that have no JSON form, which ours have.
    func json() -> Data? {
        try? JSONEncoder().encode(self)
    }
}

/// For operations without variables.
struct NoVariables: Encodable, Sendable {}
