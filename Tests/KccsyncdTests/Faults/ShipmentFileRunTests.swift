import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Whatever happens to a good file of shipments, nothing is stored whose units the file does not name.
@Suite(.timeLimit(.minutes(30)))
struct ShipmentFileRunTests {
    /// A file on its way to be damaged.
    private struct Table {
        var names = [
            "ORDER_REF", "SHIPMENT_ID", "STOCK_CODE", "QUANTITY", "CONSIGNMENT_REF", "COURIER",
            "TRACKING_URL",
            "DESPATCHED_AT",
        ]
        /// The column that each name is a misspelling or another word of, where it is one.
        var meant: [String: String] = [:]
        var rows = [
            "1001,S1,TEA,1,T1,DPD,https://a.example/T1,2026-11-23", "1001,S1,POT,1,T2,DPD,,2026-11-23",
            "#1002,,TEA,2,T3,,,", "1003,S3,,,T4,UPS,https://a.example/T4,", "1003,S4,,,,,,",
            "1002,,POT,1,T3,,,", "1004,,TEA,3,,,,", "1004,,,,,,,",
        ]
        .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }

        var text: String { ([names] + rows).map { $0.joined(separator: ",") + "\n" }.joined() }

        static let others = ["WEIGHT", "Notes", "CUSTOMER", "BOX", ""]
        static let words = [
            "SKU": "STOCK_CODE", "Item": "STOCK_CODE", "Stock Code": "STOCK_CODE", "PRODUCT": "STOCK_CODE",
            "QTY": "QUANTITY", "Units": "QUANTITY", "ORDER_NO": "ORDER_REF", "Ref": "ORDER_REF",
            "TRACKING": "CONSIGNMENT_REF", "CONSIGNMENT_NO": "CONSIGNMENT_REF", "Carrier": "COURIER",
            "URL": "TRACKING_URL", "DATE": "DESPATCHED_AT", "SHIPMENT_REF": "SHIPMENT_ID",
        ]

        mutating func damage(_ chance: inout SeededGenerator) {
            let place = names.indices.randomElement(using: &chance) ?? 0
            let row = rows.indices.randomElement(using: &chance) ?? 0
            guard !names.isEmpty, !rows.isEmpty else { return }
            switch Int.random(in: 0..<11, using: &chance) {
            case 0: names[place] = Self.others.randomElement(using: &chance) ?? ""
            case 1:
                let word = Self.words.keys.sorted().randomElement(using: &chance) ?? ""
                names[place] = word
                meant[word.uppercased()] = Self.words[word]
            case 2: misspell(place, &chance)
            case 3: names[place] = " \(names[place].lowercased()) "
            case 4: names[place] = Table().names.randomElement(using: &chance) ?? ""
            case 5:
                names.remove(at: place)
                for row in rows.indices where rows[row].indices.contains(place) {
                    rows[row].remove(at: place)
                }
            case 6:
                names.append(names[place])
                for row in rows.indices {
                    rows[row].append(rows[row].indices.contains(place) ? rows[row][place] : "")
                }
            case 7:
                if let cell = rows[row].indices.randomElement(using: &chance) { rows[row][cell] = "" }
            case 8: rows.append(rows[row])
            case 9: rows[row].append(["", "x"].randomElement(using: &chance) ?? "")
            default: rows[row].removeLast(min(rows[row].count - 1, Int.random(in: 0..<5, using: &chance)))
            }
        }

        private mutating func misspell(_ place: Int, _ chance: inout SeededGenerator) {
            let before = names[place].trimmingCharacters(in: .whitespaces).uppercased()
            guard Table().names.contains(before) else { return }
            var letters = Array(before)
            let letter = Int.random(in: 1..<letters.count - 1, using: &chance)
            if Bool.random(using: &chance) {
                letters.remove(at: letter)
            } else {
                letters.swapAt(letter, letter + 1)
            }
            names[place] = String(letters)
            meant[String(letters)] = before
        }
    }

    /// What may be stored of one shipment: units by SKU; none = all that remains.
    private typealias Units = [String: Int]

    /// The plain model: reads the table as `docs/commands.md` has it.
    private struct Model {
        private struct Row {
            var order: String
            var cells: [String: String]
            /// Nil = the row is no good.
            var units: Units?
            var mayName: Bool
        }

        private(set) var shipments: [String: Units] = [:]

        init(_ table: Table) {
            let known = Table().names
            let names = table.names.map { $0.trimmingCharacters(in: .whitespaces).uppercased() }
            let filled = names.filter { !$0.isEmpty }
            guard Set(filled).count == filled.count, names.contains("ORDER_REF") else { return }
            let misses = { (name: String) in
                !known.contains(name) && table.meant[name].map { !names.contains($0) } ?? false
            }
            if names.contains(where: misses) { return }
            if names.contains("QUANTITY"), !names.contains("STOCK_CODE") { return }
            var groups: [String: [Row]] = [:]
            for fields in table.rows {
                if fields.allSatisfy(\.isEmpty), fields.count < 2 { continue }
                let row = Self.row(fields, names)
                let id = row.cells["SHIPMENT_ID"] ?? ""
                let key = id.isEmpty ? row.order.isEmpty ? "" : "order \(row.order)" : "id \(id)"
                groups[key, default: []].append(row)
            }
            groups[""] = nil
            for (key, rows) in groups { if let units = Self.units(rows) { shipments[key] = units } }
        }

        private static func row(_ fields: [String], _ names: [String]) -> Row {
            var cells: [String: String] = [:]
            var isGood = fields.count <= names.count
            for (name, field) in zip(names, fields) where !field.isEmpty {
                if name.isEmpty { isGood = false }
                cells[name] = field
            }
            let order = (cells["ORDER_REF"] ?? "").replacing("#", with: "")
            // A line that ends before these columns may have been cut off.
            let isCut = ["STOCK_CODE", "QUANTITY"]
                .contains { names.firstIndex(of: $0).map { $0 >= fields.count } ?? false }
            let mayName = !isGood || isCut || cells["STOCK_CODE"] != nil || cells["QUANTITY"] != nil
            if order.isEmpty { isGood = false }
            if let link = cells["TRACKING_URL"], !link.hasPrefix("https://") { isGood = false }
            if let date = cells["DESPATCHED_AT"], date != "2026-11-23" { isGood = false }
            var units: Units? = [:]
            if let code = cells["STOCK_CODE"] {
                let count = names.contains("QUANTITY") ? Int(cells["QUANTITY"] ?? "") ?? 0 : 1
                units = count > 0 ? [code: count] : nil
            } else if cells["QUANTITY"] != nil || isCut {
                units = nil
            }
            return Row(order: order, cells: cells, units: isGood ? units : nil, mayName: mayName)
        }

        /// What the rows of one shipment come to; nil for nothing.
        private static func units(_ rows: [Row]) -> Units? {
            var good: [Row] = []
            var isDamaged = false
            for row in rows {
                let courier = good.compactMap { $0.cells["COURIER"] }.first
                let fits =
                    row.units != nil && (good.first.map { $0.order == row.order } ?? true)
                    && (courier == nil || row.cells["COURIER"] == nil || courier == row.cells["COURIER"])
                if fits { good.append(row) } else if row.mayName { isDamaged = true }
            }
            guard !good.isEmpty else { return nil }
            let bare = good.count { $0.units?.isEmpty ?? false }
            if bare == good.count { return isDamaged || !hasNumbers(good) ? nil : [:] }
            guard bare == 0, hasNumbers(good) else { return nil }
            return good.reduce(into: [:]) { sum, row in sum.merge(row.units ?? [:]) { $0 + $1 } }
        }

        /// Whether each link of the rows belongs to a number.
        private static func hasNumbers(_ rows: [Row]) -> Bool {
            let first = rows.compactMap { $0.cells["TRACKING_URL"] }.first
            let links = Set(
                rows.compactMap { row in
                    row.cells["CONSIGNMENT_REF"].flatMap { _ in row.cells["TRACKING_URL"] ?? first }
                }
            )
            return rows.allSatisfy { $0.cells["TRACKING_URL"].map(links.contains) ?? true }
        }
    }

    @Test func `F13: nothing is stored whose units a damaged file does not name`() async throws {
        var chance = SeededGenerator(seed: 1_312)
        var taken = 0
        var due = 0
        for _ in 0..<5_000 {
            var table = Table()
            for _ in 0..<Int.random(in: 1...4, using: &chance) { table.damage(&chance) }
            let model = Model(table).shipments
            let sent = Locked<[ToldShipment]>([])
            let files = FileImport(name: "f", channels: []) { command in
                if case .shipments(let piece) = command { sent.set(sent.current + piece) }
                return ControlReply()
            }
            _ = try await files.shipments(ByteSource(Data(table.text.utf8)))
            due += model.count
            taken += sent.current.count
            for told in sent.current {
                let key = told.reference.map { "id \($0)" } ?? "order \(told.order.replacing("#", with: ""))"
                let units = told.lines.reduce(into: Units()) {
                    $0[$1.sku?.text ?? "", default: 0] += $1.quantity
                }
                #expect(model[key] == units, "\(key) of\n\(table.text)")
            }
        }
        // What may be stored is, but for names that are taken for more than the model has them for.
        #expect(taken > 5_000 && Double(taken) > Double(due) * 0.97, "\(taken) of \(due)")
    }
}
