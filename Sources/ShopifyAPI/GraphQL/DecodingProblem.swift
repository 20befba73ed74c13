/// Says in words where an answer differs from what was expected, without any of its values.
enum DecodingProblem {
    /// Such as `lineItems[2].quantity: expected a whole number, found a string`.
    ///
    /// - Parameters:
    ///   - error: What a decoder threw.
    ///   - prefix: Steps of the path to leave out, indexes included.
    static func text(of error: any Error, below prefix: [String]) -> String {
        // The decoder throws an error of its own, without a place, for 2.5 or 1e99 in a whole number's place.
        guard let error = error as? DecodingError else { return "holds a number out of range" }
        switch error {
        case .typeMismatch(let type, let context):
            return line(
                context,
                prefix,
                nil,
                "expected \(name(of: type)), found \(found(context.debugDescription))"
            )
        case .valueNotFound(let type, let context):
            return line(context, prefix, nil, "expected \(name(of: type)), found null")
        case .keyNotFound(let key, let context):
            return line(context, prefix, key, "expected, but missing")
        case .dataCorrupted(let context):
            // Our own types word their complaints like this; the decoder's own may quote values.
            let text = context.debugDescription
            return line(
                context,
                prefix,
                nil,
                text.hasPrefix("expected ") ? text : "holds a value out of range"
            )
        @unknown default:
            return "could not be decoded"
        }
    }

    private static func line(
        _ context: DecodingError.Context,
        _ prefix: [String],
        _ key: (any CodingKey)?,
        _ text: String
    ) -> String {
        var steps = context.codingPath.map(step)
        if let key { steps.append(key.stringValue) }
        var rest = prefix[...]
        while let first = rest.first,
            steps.first == first || (first == "*" && steps.first?.hasPrefix("[") == true)
        {
            steps.removeFirst()
            rest = rest.dropFirst()
        }
        var path = ""
        // "nodes" is how GraphQL wraps every list and says nothing to a reader.
        for step in steps where step != "nodes" || steps.count == 1 {
            path += step.hasPrefix("[") || path.isEmpty ? step : "." + step
        }
        return path.isEmpty ? text : "\(path): \(text)"
    }

    private static func step(_ key: any CodingKey) -> String {
        key.intValue.map { "[\($0)]" } ?? key.stringValue
    }

    private static func name(of type: any Any.Type) -> String {
        let name = String(describing: type)
        if name.hasPrefix("Array") { return "a list" }
        if name.hasPrefix("Dictionary") { return "an object" }
        switch name {
        case "Int": return "a whole number"
        case "Double", "Decimal": return "a number"
        case "String", "Instant", "Amount", "ShopifyID": return "a string"
        case "Bool": return "true or false"
        default: return "an object"
        }
    }

    /// The kind of value that the decoder's sentence ends on.
    private static func found(_ description: String) -> String {
        let tail = description.lowercased().split(separator: "found").last ?? ""
        for (word, name) in [
            ("string", "a string"), ("bool", "true or false"), ("number", "a number"), ("array", "a list"),
            ("dictionary", "an object"), ("null", "null"),
        ] where tail.contains(word) {
            return name
        }
        return "something else"
    }
}
