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
            let goesOn = place < pieces.count && mayBelong(pieces[place], to: number)
            let isNumber = number.digits <= most(number) && Set(number.text.filter(\.isNumber)).count > 1
            return isNumber && !number.isUnclear && !goesOn ? number.text.oneLine : nil
        }
        return nil
    }

    /// Whether a piece goes on with the number before it, as in `+49 30 / 1234567`.
    private static func belongs(_ next: PhoneText.Piece, to number: PhoneText.Piece) -> Bool {
        switch next.gap {
        case .hard: return false
        case .comma: return number.digits < PhoneText.fewest && number.beginsLikeNumber
        case .soft: return number.digits < PhoneText.fewest && number.beginsLikeNumber
        case .wide:
            let sum = number.digits + next.digits
            return number.beginsLikeNumber && number.digits < whole && sum <= most(number)
                && (number.digits < PhoneText.fewest || next.digits < PhoneText.fewest && sum >= whole)
        }
    }

    /// Whether the number may go on in a few digits, as in `0161 / 496 / 0000`.
    ///
    /// Behind a whole number they are another way to end it, as in `020 7946 0018/9`, or an extension.
    private static func mayBelong(_ next: PhoneText.Piece, to number: PhoneText.Piece) -> Bool {
        next.gap <= .soft && next.digits < PhoneText.fewest && number.digits < whole
    }

    /// With so many digits a number is whole, whichever country's it is.
    static let whole = 10

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
        /// It cannot be told which digits are its own.
        var isUnclear = false

        var digits: Int { text.count(where: \.isNumber) }
        var beginsLikeNumber: Bool { text.hasPrefix("+") || text.hasPrefix("0") }
    }

    /// How much a gap says that another number begins.
    enum Gap: Int, Comparable {
        /// Space of more than one character: mostly inside a number.
        case wide
        /// A slash, or a dash between spaces: some write it inside a number.
        case soft
        case comma
        /// Words, extensions, a second plus.
        case hard

        static func < (left: Gap, right: Gap) -> Bool { left.rawValue < right.rawValue }
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
        if isMistyped(scalar, run) { piece.isUnclear = true }
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
            if piece.digits > PhoneNumber.whole, run == 1 {
                // Hours, as in "9-5".
                piece.isUnclear = true
            } else if piece.digits >= PhoneNumber.whole, piece.beginsLikeNumber, run > 0 {
                // An extension, or another way to end it: "020 7946 0958-9".
                cut(.soft)
            }
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
        case "\t": cut(.wide)
        case _ where scalar.properties.isWhitespace:
            if isHouse {
                cut(.hard)
            } else if rest.first?.properties.isWhitespace ?? false {
                cut(.wide)
            } else {
                piece.text.append(" ")
            }
        case "#", "*":
            // An extension, or a code of the network.
            skipWord()
            cut(.hard)
        default:
            endBeforeWord(scalar, run)
            skipWord()
            cut(.hard)
        }
    }

    /// Decides whose the digits are that a word is attached to.
    private mutating func endBeforeWord(_ first: Unicode.Scalar, _ run: Int) {
        guard run > 0 else { return }
        if piece.digits == run {
            // "12a High Street" has no number; "1614960000home" has one.
            if run < Self.fewest { drop(run) }
            return
        }
        var word = String(first)
        for scalar in rest.prefix(while: { $0.properties.isAlphabetic }) {
            word.unicodeScalars.append(scalar)
        }
        // "9am", "2nd": of the word. "0000ext 12": of the number. "89w": of either.
        if run < 3, Self.afterDigits.contains(word.lowercased()) {
            drop(run)
        } else if run < 3 {
            piece.isUnclear = true
        }
    }

    private static let afterDigits: Set = ["st", "nd", "rd", "th", "am", "pm"]

    /// Whether a letter was typed for a zero or a one of the number: a word of such letters and digits alone.
    private func isMistyped(_ scalar: Unicode.Scalar, _ run: Int) -> Bool {
        let likeDigits: Set<Unicode.Scalar> = ["o", "O", "l", "I"]
        guard likeDigits.contains(scalar) else { return false }
        let word = rest.prefix { $0.properties.isAlphabetic || Self.digit($0) != nil }
        let isInNumber =
            run > 0 || piece.digits > 0 && !word.isEmpty || word.contains { Self.digit($0) != nil }
        return isInNumber && word.allSatisfy { likeDigits.contains($0) || Self.digit($0) != nil }
    }

    /// Whether what stands here is the number of a house or a flat, and a telephone number follows it.
    private var isHouse: Bool {
        guard (1...2).contains(piece.digits), !piece.beginsLikeNumber else { return false }
        return rest.first.flatMap(Self.digit) == "0"
            && rest.prefix(while: { Self.digit($0) != nil }).count > 2
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
            piece.gap = max(piece.gap, gap)
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
