import SyncEngine

/// Refusals of single fields or objects: a scope that is missing, or protected customer data.
///
/// See <https://shopify.dev/docs/api/usage/access-scopes> and
/// <https://shopify.dev/docs/apps/launch/protected-customer-data>. The latter come with or without
/// the code `ACCESS_DENIED`, depending on the shop's plan.
enum AccessRefusal {
    static func isOne(_ fault: GraphQLFault) -> Bool {
        fault.code == "ACCESS_DENIED" || isProtectedData(fault)
    }

    private static func isProtectedData(_ fault: GraphQLFault) -> Bool {
        fault.message.contains("not approved to access") || fault.message.contains("not approved to use")
    }

    /// For a refusal that leaves nothing to work with.
    static func error(_ fault: GraphQLFault) -> ShopError {
        let field = Quotation.plain(fields(fault.path[...]))
        let object = field.isEmpty ? "what was asked for" : field
        if isProtectedData(fault) {
            return ShopError(
                .scopeMissing,
                .pause,
                "Shopify does not let the app see \(object): it counts as protected customer data",
                remedy:
                    "allow the app's access to protected customer data in Shopify, or see whether the shop's plan has it"
            )
        }
        let scopes = scopes(in: fault.requiredAccess ?? fault.message)
        guard !scopes.isEmpty else {
            return ShopError(
                .scopeMissing,
                .pause,
                "Shopify does not let the app see \(object)",
                remedy: "look at the app's Admin API scopes, then install it again"
            )
        }
        return ShopError(
            .scopeMissing,
            .pause,
            "scope \(scopes) is missing: Shopify does not let the app see \(object)",
            remedy: "add \(scopes) to the app's Admin API scopes, then install it again"
        )
    }

    /// Field names of a path, without places in lists: `lineItems.sku`.
    static func fields(_ path: ArraySlice<PathStep>) -> String {
        path.compactMap { step in
            if case .field(let name) = step, name != "nodes" { name } else { nil }
        }
        .joined(separator: ".")
    }

    /// The scopes that a sentence names between backticks, such as "read_orders or write_orders".
    private static func scopes(in text: String) -> String {
        let quoted = text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { !$0.offset.isMultiple(of: 2) }
            .map(\.element)
        let names = quoted.filter { name in
            name.contains("_") && name.utf8.count < 80
                && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
        }
        return names.joined(separator: " or ")
    }
}
