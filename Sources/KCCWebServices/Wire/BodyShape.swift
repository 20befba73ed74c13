/// Counts what a JSON document holds before any of it is decoded, so that a body made to cost time costs none.
///
/// Decoding takes a hundred times as long as counting. KCC's largest uploads, with a catalogue of a hundred thousand items, have
/// some two million values and no empty row.
enum BodyShape {
    /// Values of all kinds.
    static let mostValues = 3_000_000
    /// Rows with nothing in them: `{}` anywhere, and `""` in a list.
    static let mostEmptyRows = 1_000
    /// Deeper than anything of KCC's.
    static let deepest = 64

    /// Rejects a document that is larger in any of these than KCC's can be.
    ///
    /// - Parameter json: UTF-8; what is no JSON is the decoder's to find.
    static func check(_ json: [UInt8]) throws(UnreadableError) {
        // Whether each structure that is open is a list.
        var lists: [Bool] = []
        var values = 1
        var empty = 0
        var last: UInt8 = 0
        var place = 0
        while place < json.count {
            let byte = json[place]
            place += 1
            switch byte {
            case UInt8(ascii: "\""):
                let start = place
                while place < json.count, json[place] != UInt8(ascii: "\"") {
                    place += json[place] == UInt8(ascii: "\\") ? 2 : 1
                }
                if place == start, lists.last ?? false { empty += 1 }
                place += 1
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                lists.append(byte == UInt8(ascii: "["))
                values += 1
                guard lists.count <= deepest else {
                    throw UnreadableError(
                        description: "expected JSON, found it nested deeper than \(deepest)"
                    )
                }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if byte == UInt8(ascii: "}"), last == UInt8(ascii: "{") { empty += 1 }
                _ = lists.popLast()
            case UInt8(ascii: ","): values += 1
            case _ where ReceivedBody.isBlank(byte): continue
            default: break
            }
            last = byte
            guard values <= mostValues else {
                throw UnreadableError(
                    description: "expected an upload of at most \(mostValues) values, found more"
                )
            }
            guard empty <= mostEmptyRows else {
                throw UnreadableError(
                    description: "expected rows, found more than \(mostEmptyRows) with nothing in them"
                )
            }
        }
    }
}
