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
    ///
    /// - Parameters:
    ///   - granted: What the app has now; empty where that is not known. Shopify names every scope that would do, those
    ///     that the app has as well.
    ///   - isOfMutation: Whether a mutation was denied.
    ///   - isUnexecuted: Whether the answer shows that it was not executed.
    static func error(
        _ fault: GraphQLFault,
        granted: GrantedScopes,
        isOfMutation: Bool = false,
        isUnexecuted: Bool = false
    ) -> ShopError {
        let field = Quotation.plain(fields(fault.path[...]))
        let object = field.isEmpty ? "what was asked for" : field
        // A mutation shows nothing, and its refusal names permissions that no scope stands for.
        let words = isOfMutation ? ": Shopify says: \(Quotation.masked(fault.message))" : ""
        let denial = isOfMutation ? "Shopify denies \(object)" : "Shopify does not let the app see \(object)"
        func error(_ message: String, _ remedy: String) -> ShopError {
            var error = ShopError(.scopeMissing, .pause, message + words, remedy: remedy)
            error.isUnexecuted = isUnexecuted
            return error
        }
        if isProtectedData(fault) {
            return error(
                "\(denial): it counts as protected customer data",
                "allow the app's access to protected customer data in Shopify, or see whether the shop's plan has it"
            )
        }
        let named = scopes(in: fault.requiredAccess ?? fault.message)
        let missing = named.filter { !granted.has($0) }
        guard !missing.isEmpty else {
            let inSpite =
                named.isEmpty
                ? "" : " although \(isOfMutation ? "the app" : "it") has \(named.joined(separator: " and "))"
            return error(
                "\(denial)\(inSpite)",
                (isOfMutation ? permission(in: fault.message) : nil)
                    .map {
                        "give the user who installed the app the permission \($0), then reinstall the app"
                    }
                    ?? "check the app's Admin API scopes and the permissions of the user who installed it, then reinstall it"
            )
        }
        // Of those for fulfilment orders one would do: that for the shop's own locations, else that for others'.
        let preferred = ["merchant_managed", "third_party"]
            .compactMap { kind in missing.first { $0.hasSuffix("_\(kind)_fulfillment_orders") } }
        let scopes = preferred.first ?? missing.joined(separator: " or ")
        return error(
            "scope \(scopes) is missing: \(denial)",
            "add \(scopes) to the app's Admin API scopes and reinstall the app"
        )
    }

    /// Field names of a path, without places in lists: `lineItems.sku`.
    static func fields(_ path: ArraySlice<PathStep>) -> String {
        path.compactMap { step in
            if case .field(let name) = step, name != "nodes" { name } else { nil }
        }
        .joined(separator: ".")
    }

    /// The permission of a member of staff that a sentence such as "The user must have fulfill_and_ship_orders permission." names.
    private static func permission(in text: String) -> String? {
        text.firstMatch(of: /([a-z]+_[a-z_]{2,60})`? permission/).map { String($0.1) }
    }

    /// The scopes that a sentence names between backticks, such as "read_orders or write_orders".
    private static func scopes(in text: String) -> [String] {
        let quoted = text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { !$0.offset.isMultiple(of: 2) }
            .map(\.element)
        let names = quoted.filter { name in
            (name.hasPrefix("read_") || name.hasPrefix("write_")) && name.utf8.count < 80
                && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
        }
        return names.map(String.init)
    }
}
