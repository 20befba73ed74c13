/// Aligned columns for people.
struct TextTable {
    private var rows: [[String]] = []
    private let rightAligned: Set<Int>

    init(_ header: [String], rightAligned: Set<Int> = []) {
        self.rightAligned = rightAligned
        rows.append(header)
    }

    mutating func add(_ row: [String]) {
        rows.append(row)
    }

    var isEmpty: Bool { rows.count == 1 }

    /// The lines, without blanks at their ends.
    var lines: [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns)
            .map { column in
                rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
            }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let blanks = String(repeating: " ", count: max(0, widths[column] - cell.count))
                line +=
                    (column == 0 ? "" : "  ")
                    + (rightAligned.contains(column) ? blanks + cell : cell + blanks)
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }
}
