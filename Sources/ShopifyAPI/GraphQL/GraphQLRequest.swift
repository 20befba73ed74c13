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
    ///
    /// Keys are sorted: the same request is the same bytes in every process, which is what Shopify goes by when it sees an
    /// idempotency key again.
    func json() -> Data? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try? encoder.encode(self)
    }
}

/// For operations without variables.
struct NoVariables: Encodable, Sendable {}
