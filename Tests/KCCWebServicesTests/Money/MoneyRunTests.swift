import Foundation
import KCCWebServices
import SyncEngine
import TestSupport
import Testing

/// KCC's total against Shopify's, for orders by chance: `make money` runs 10,000 and prints the counts.
struct MoneyRunTests {
    private static let orders = ProcessInfo.processInfo.environment["MONEY_ORDERS"].flatMap { Int($0) }

    @Test
    func `every order comes to Shopify's current total to the coin, or is held with the true difference`() {
        let run = MoneyRun(orders: Self.orders ?? 1_000, seed: 2_026)
        #expect(run.problems.isEmpty, "\(run.problems.prefix(20).joined(separator: "\n"))")
        #expect(run.currencies.count == ShopifyBooks.currencies.count)
        #expect(run.heldPlanted > 0)
        for kind in ShopifyBooks.Kind.allCases {
            let count = run.counts[kind]
            #expect(kind == .wrong ? count?.sent == nil || count?.sent == 0 : count?.sent ?? 0 > 0, "\(kind)")
        }
        if Self.orders != nil { print(run.table) }
    }

    @Test func `orders whose amounts are each converted differ by more than a coin the more lines they have`()
    {
        var chance = SeededGenerator(seed: 2_026)
        let orders = Self.orders ?? 1_000
        let counts = [1, 2, 5, 10, 20, 50]
        var rows: [(lines: Int, rests: [Int])] = counts.map { ($0, [0, 0, 0]) }
        for number in 0..<orders {
            let row = number % counts.count
            var books = ShopifyBooks(&chance, mode: .amounts, lines: counts[row])
            books.goodwillCounts = false
            let order = books.order(number + 1, wrong: .zero)
            #expect(OrderFigures(of: order, .shop).isBalanced, "order \(number)")
            let total = books.exchange.stated(books.current).customer
            let rest = abs(total - books.statedSum(.presentment))
            rows[row].rests[min(rest, 2)] += 1
        }
        let more = rows.map { row in Double(row.rests[2]) / Double(max(1, row.rests.reduce(0, +))) }
        #expect(more[0] < 0.15 && more[5] > more[0])
        guard Self.orders != nil else { return }
        print(
            "money: orders whose customer's amounts are each converted, by how far they are from their total"
        )
        print("       lines  exact  one coin  more coins (held)")
        for (row, share) in zip(rows, more) {
            let cells = [row.lines] + row.rests
            print(
                "       " + zip(cells, [5, 7, 10, 12]).map { Self.right($0, $1) }.joined()
                    + "  \(Int((share * 1_000).rounded()) / 10).\(Int((share * 1_000).rounded()) % 10) %"
            )
        }
    }

    static func right(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: " ", count: max(0, width - text.count)) + text
    }
}

extension MoneyRun {
    /// The counts, a line for each kind of order.
    var table: String {
        var lines = [
            "money: \(orders) orders in \(currencies.count) currencies",
            "       \(exact) sent with parts that come to Shopify's current total to the coin",
            "       \(withinACoin) sent with parts that are one coin off, which GrossTotal corrects",
            "       \(heldPlanted) held for the wrong total that was planted",
            "       \(heldForRounding) held because each amount was converted by itself",
            "       \(problems.count) wrong",
            "        sent   held  kind",
        ]
        for kind in ShopifyBooks.Kind.allCases {
            let count = counts[kind] ?? Counts()
            lines.append(
                "     " + MoneyRunTests.right(count.sent, 7) + MoneyRunTests.right(count.held, 7)
                    + "  \(kind.rawValue)"
            )
        }
        return lines.joined(separator: "\n")
    }
}
