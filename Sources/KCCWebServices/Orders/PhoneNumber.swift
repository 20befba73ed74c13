/// Telephone numbers as KCC's fields take them.
enum PhoneNumber {
    /// The first number of a text in ASCII digits; without spaces where it is too long with them, nil where it still is.
    ///
    /// People type two numbers into one field, a label before one, or an extension behind it. What does not belong to the first
    /// number is left out, and where it cannot be told where that ends, nothing is kept: a wrong number is worse than none.
    static func fitted(_ phone: String?, _ limit: Int) -> String? {
        guard let phone, let spaced = first(of: PhoneText(phone).pieces) else { return nil }
        if spaced.fits(limit) { return spaced }
        let tight = spaced.filter { $0 != " " }
        return tight.fits(limit) ? tight : nil
    }

    /// The first pieces that make up one number.
    private static func first(of pieces: [PhoneText.Piece]) -> String? {
        var place = 0
        while place < pieces.count {
            var number = pieces[place]
            place += 1
            while place < pieces.count, belongs(pieces[place], to: number) {
                number.text += " " + pieces[place].text
                place += 1
            }
            // Fewer digits are a label or an extension.
            guard number.digits >= PhoneText.fewest else { continue }
            return number.digits <= most(number) ? number.text.oneLine : nil
        }
        return nil
    }

    /// Whether a piece goes on with the number before it, as in `+49 30 / 1234567`.
    private static func belongs(_ next: PhoneText.Piece, to number: PhoneText.Piece) -> Bool {
        switch next.gap {
        case .hard: return false
        case .comma: return number.digits < PhoneText.fewest && number.beginsLikeNumber
        case .soft:
            if number.digits < PhoneText.fewest { return number.beginsLikeNumber }
            return next.digits < PhoneText.fewest && number.digits + next.digits <= most(number)
        }
    }

    /// The most digits that a number has: 15 with the country's code (ITU-T E.164), and 13 where it begins otherwise; two
    /// that were typed without anything between them have more.
    private static func most(_ number: PhoneText.Piece) -> Int {
        if number.text.hasPrefix("+") { return 15 }
        return number.text.hasPrefix("00") ? 17 : 13
    }
}

/// A text that holds telephone numbers, cut where one may end.
struct PhoneText {
    /// Digits that belong together, with single spaces.
    struct Piece {
        var text = ""
        /// What stands before it.
        var gap = Gap.hard

        var digits: Int { text.count(where: \.isNumber) }
        var beginsLikeNumber: Bool { text.hasPrefix("+") || text.hasPrefix("0") }
    }

    /// How much a gap says that another number begins.
    enum Gap: Int {
        /// A slash, a dash between spaces, or wide space: some write it inside a number.
        case soft
        case comma
        /// Words, extensions, a second plus.
        case hard
    }

    /// A number has so many digits at least.
    static let fewest = 6

    private(set) var pieces: [Piece] = []
    private var piece = Piece()
    /// Digits since the last character that was none.
    private var attached = 0
    private var rest: Substring.UnicodeScalarView

    init(_ text: String) {
        rest = text[...].unicodeScalars
        while let scalar = rest.popFirst() { take(scalar) }
        cut(.hard)
    }

    private mutating func take(_ scalar: Unicode.Scalar) {
        if let digit = Self.digit(scalar) {
            piece.text.append(digit)
            attached += 1
            return
        }
        if Self.isInvisible(scalar) { return }
        let run = attached
        attached = 0
        switch scalar {
        case "+", "\u{FF0B}":
            cut(.hard)
            piece.text = "+"
        case "(", "\u{FF08}":
            // The trunk prefix, which is not dialled after a country's code: +44 (0)20.
            let isTrunk =
                rest.first.flatMap(Self.digit) == "0" && [")", "\u{FF09}"].contains(rest.dropFirst().first)
            if piece.digits > 0, isTrunk {
                rest = rest.dropFirst(2)
            } else if piece.digits > Self.fewest {
                cut(.hard)
            }
            piece.text.append(" ")
        case ")", "\u{FF09}", ".", "\u{FF0E}", "\u{30FC}": if scalar != "." { piece.text.append(" ") }
        case "-", "\u{2010}"..."\u{2015}", "\u{2212}", "\u{FF0D}":
            if piece.text.last == " ", rest.first?.properties.isWhitespace ?? false { cut(.soft) }
        case "/", "\u{FF0F}":
            // "24/7" is no number.
            if (1...2).contains(run), piece.digits == run, !piece.beginsLikeNumber, beginsWithDigit {
                drop(run)
                skipWord()
                cut(.hard)
            } else {
                cut(.soft)
            }
        case ":", "\u{FF1A}":
            // A time, or a label such as "Tel 1:".
            if run > 0, beginsWithDigit {
                drop(run)
                skipWord()
            } else if run < 3 {
                drop(run)
            }
            cut(.hard)
        case ",", ";", "|", "&", "\n", "\r", "\u{2028}", "\u{2029}": cut(.comma)
        case "\t": cut(.soft)
        case _ where scalar.properties.isWhitespace:
            if rest.first?.properties.isWhitespace ?? false { cut(.soft) } else { piece.text.append(" ") }
        case "#", "*":
            // An extension, or a code of the network.
            skipWord()
            cut(.hard)
        default:
            // A word, with the digits in it: "mobile1", "2nd". What stands before "x12" is a number.
            if run < Self.fewest, scalar != "x", scalar != "X" { drop(run) }
            skipWord()
            cut(.hard)
        }
    }

    private var beginsWithDigit: Bool { rest.first.flatMap(Self.digit) != nil }

    private mutating func drop(_ digits: Int) { piece.text.removeLast(digits) }

    private mutating func skipWord() {
        let ends: Set<Unicode.Scalar> = [",", ";", "|", "&", "/", ":", "+", "("]
        rest = rest.drop { !$0.properties.isWhitespace && !ends.contains($0) }
    }

    private mutating func cut(_ gap: Gap) {
        attached = 0
        if piece.digits > 0 {
            piece.text = piece.text.oneLine ?? ""
            pieces.append(piece)
            piece = Piece(gap: gap)
        } else {
            piece.text = ""
            if gap.rawValue > piece.gap.rawValue { piece.gap = gap }
        }
    }

    /// Marks of the direction of writing, which address books put around numbers.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\u{AD}" || scalar.properties.generalCategory == .format
            || scalar.isControl && !scalar.properties.isWhitespace
    }

    private static func digit(_ scalar: Unicode.Scalar) -> Character? {
        guard scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue else {
            return nil
        }
        return Character(String(Int(value)))
    }
}
