/// Finds the name that somebody probably meant.
enum NearestName {
    /// The known name with the fewest slips between it and `word`; nil where none is near.
    static func of(_ word: String, among names: some Sequence<String>) -> String? {
        let folded = word.lowercased().replacing("-", with: "_")
        let ranked = names.map { ($0, distance(folded, $0.lowercased())) }
        if let best = ranked.min(by: { $0.1 < $1.1 }), best.1 <= max(1, min(folded.count, best.0.count) / 3) {
            return best.0
        }
        // "warn" is three slips away from "warning" and still unmistakable.
        let continued = ranked.map(\.0).filter { folded.count >= 3 && $0.hasPrefix(folded) }
        return continued.count == 1 ? continued.first : nil
    }

    /// "; did you mean X?" without the semicolon, where there is an X.
    static func question(_ word: String, among names: some Sequence<String>) -> String? {
        of(word, among: names).map { "did you mean \($0)?" }
    }

    /// Edits between two words; two neighbours swapped count as one slip (optimal string alignment).
    static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.unicodeScalars.prefix(64))
        let right = Array(right.unicodeScalars.prefix(64))
        var rows = [Array(0...right.count)]
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                let replaced = rows[i][j] + (left[i] == right[j] ? 0 : 1)
                var best = min(replaced, rows[i][j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    best = min(best, rows[i - 1][j - 1] + 1)
                }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
