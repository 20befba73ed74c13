/// Telephone numbers as KCC's fields take them.
enum PhoneNumber {
    /// The longest number that the telephone network has, by ITU-T E.164.
    private static let most = 15

    /// The first number of a text in ASCII digits; without spaces where it is too long with them, nil where it still is.
    ///
    /// People type two numbers into one field, or an extension behind one. What follows the first number is left out, and
    /// where it cannot be told where that ends, nothing is kept: a wrong number is worse than none.
    static func fitted(_ phone: String?, _ limit: Int) -> String? {
        guard let phone, let spaced = first(of: phone) else { return nil }
        if spaced.fits(limit) { return spaced }
        let tight = spaced.filter { $0 != " " }
        return tight.fits(limit) ? tight : nil
    }

    private static func first(of phone: String) -> String? {
        guard let whole = run(in: phone[...]) else { return nil }
        guard digits(of: whole) > most else { return whole }
        // Two numbers with nothing but space or a dash between them.
        for gap in ["\n", "  ", "\t", " - ", " – ", " — "] {
            guard let end = phone.firstRange(of: gap)?.lowerBound, let start = run(in: phone[..<end]) else {
                continue
            }
            if (5...most).contains(digits(of: start)) { return start }
        }
        return nil
    }

    private static func digits(of number: String) -> Int { number.count(where: \.isNumber) }

    /// The first digits of a text with what people put between the digits of one number.
    private static func run(in text: Substring) -> String? {
        var number = ""
        var count = 0
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if let digit = digit(scalar) {
                number.append(digit)
                count += 1
                continue
            }
            switch scalar {
            case "+", "\u{FF0B}":
                // A second number begins with it.
                if count > 0 { return number.oneLine }
                number = "+"
            case "(", "\u{FF08}":
                // The trunk prefix, which is not dialled after a country's code: +44 (0)20.
                let isTrunk =
                    rest.first.flatMap(digit) == "0" && [")", "\u{FF09}"].contains(rest.dropFirst().first)
                if count > 0, isTrunk {
                    rest = rest.dropFirst(2)
                } else if count > 6 {
                    return number.oneLine
                }
                number.append(" ")
            case ")", "\u{FF09}": number.append(" ")
            case "-", ".", "\u{2010}"..."\u{2015}", "\u{2212}", "\u{FF0D}", "\u{FF0E}", "\u{30FC}", "\u{AD}":
                break
            case _ where isInvisible(scalar): break
            case _ where scalar.properties.isWhitespace: number.append(" ")
            case _ where count == 0: number = ""
            case _ where scalar.properties.isAlphabetic && count < 5:
                // 0800 FLOWERS: the letters are digits.
                return nil
            default: return number.oneLine
            }
        }
        return count > 0 ? number.oneLine : nil
    }

    /// Marks of the direction of writing, which address books put around numbers.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .format || scalar.isControl && !scalar.properties.isWhitespace
    }

    private static func digit(_ scalar: Unicode.Scalar) -> Character? {
        guard scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue else {
            return nil
        }
        return Character(String(Int(value)))
    }
}
