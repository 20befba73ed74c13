/// Texts as a configuration file has them, for files that are written and for lines that are shown to be copied.
package enum TOMLText {
    /// A basic string.
    package static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.properties.generalCategory == .control:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// A key, in quotes unless it is a plain name: `1.5` alone would be two keys, and `15` looks like a number.
    package static func key(_ name: String) -> String {
        name.wholeMatch(of: #/[A-Za-z][A-Za-z0-9_-]*/#) != nil ? name : quoted(name)
    }
}
