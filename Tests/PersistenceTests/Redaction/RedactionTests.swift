import Foundation
import GRDB
import TestSupport
import Testing

@testable import Persistence
@testable import SyncEngine

/// Personal data is taken out by age and on request, stays out, and leaves no copy in the file.
@Suite(.timeLimit(.minutes(30)))
struct RedactionTests {
    private let bench: Bench
    private var redaction: Redaction { Redaction(bench.store) }
    private var search: RedactionSearch { RedactionSearch(bench.store) }
    private let cutoff = Instants.placed.addingTimeInterval(1)
    private let later = Instants.now.addingTimeInterval(1000)

    init() throws { bench = try Bench() }

    /// Somebody whose every field is marked, and whose orders carry long notes, so that pages overflow.
    private static func marked(_ number: Int, customer: Int = 1) -> Order {
        Order.full.with { order in
            order.id = .order(number)
            order.name = "#\(number)"
            order.cancelledAt = nil
            order.retailLocation = nil
            order.withheld = []
            order.taxLines = Order.paid().taxLines
            order.email = "CANARY\(customer)@Example.com"
            order.customer?.id = .customer(customer)
            order.customer?.email = order.email
            order.billingAddress?.address1 = "\(customer) CANARY Street"
            order.shippingAddress = order.billingAddress
            order.note = String(repeating: "CANARY \(number) ", count: 100 + number % 7 * 300)
        }
    }

    private func acknowledge(_ numbers: Int...) async throws {
        for number in numbers {
            let order = try #require(try await bench.order(number))
            try await bench.operations.acknowledge(order, now: Instants.now)
        }
    }

    private func marks() throws -> Int {
        try ["", "-wal"]
            .reduce(0) { count, end in
                let path = bench.folder.database + end
                guard FileManager.default.fileExists(atPath: path) else { return count }
                let bytes = try Data(contentsOf: URL(filePath: path))
                var (found, start) = (0, bytes.startIndex)
                while let range = bytes.range(of: Data("CANARY".utf8), in: start..<bytes.endIndex) {
                    found += 1
                    start = range.upperBound
                }
                return count + found
            }
    }

    @Test
    func `by age: handed over and skipped orders lose it, waiting ones and those with a shipment keep it`()
        async throws
    {
        let young = Self.marked(1005, customer: 5).with { $0.processedAt = cutoff }
        try await bench.take(
            Self.marked(1001),
            Self.marked(1002, customer: 2),
            Self.marked(1003, customer: 3)
        )
        try await bench.take(Self.marked(1004, customer: 4).status("PENDING"), young)
        try await acknowledge(1001, 1003, 1005)
        let row = try #require(try await bench.order(1003)).row
        try await bench.database.writer.write { db in
            try db.execute(
                sql:
                    "INSERT INTO shipment (id, reference, order_id, despatched_at_ms, told_at_ms) VALUES (1, 'S', ?, 0, 0)",
                arguments: [row]
            )
            try db.execute(
                sql: """
                    INSERT INTO push_job (shop_id, channel, kind, lane, subject, shipment_id, state, next_at_ms, created_at_ms)
                    VALUES (1, 'web', 'fulfilment', '1003', '#1003', 1, 'parked', 0, 0)
                    """
            )
        }
        let report = try await redaction.removeData(placedBefore: cutoff, now: later)
        #expect(report.orders == 2)
        #expect(report.unfinished == 2)
        #expect(try await bench.order(1001)?.redactedAt == later)
        #expect(try await bench.order(1001)?.customer == nil)
        #expect(try await bench.order(1004)?.standing.reason == .unpaid)
        #expect(try await bench.order(1004)?.redactedAt == later)
        for kept in [1002, 1003, 1005] { #expect(try await bench.order(kept)?.redactedAt == nil) }
        #expect(
            try await bench.value("SELECT group_concat(email_key) FROM customer", as: String.self)
                == "canary2@example.com,canary3@example.com,canary5@example.com"
        )
        #expect(try await bench.value("SELECT count(*) FROM customer_link") == 3)
        #expect(try await DatabaseCare(bench.database).check() == [])
        #expect(try await redaction.removeData(placedBefore: cutoff, now: later).orders == 0)
        let history = try await bench.queries.history(try #require(try await bench.order(1001)))
        #expect(history.last?.what == "personal data removed")
    }

    @Test func `more orders than fit into one transaction`() async throws {
        for start in stride(from: 3000, to: 4200, by: 200) {
            try await bench.take(
                (start..<start + 200).map { .order(Self.marked($0, customer: $0).status("PENDING")) }
            )
        }
        #expect(try await redaction.removeData(placedBefore: cutoff, now: later).orders == 1200)
        #expect(try await redaction.erase() == .done)
        #expect(try marks() == 0)
    }

    @Test func `what old uploads said goes with its time, and what is open stays`() async throws {
        try await bench.database.writer.write { db in
            for (at, text) in [(0, "old"), (Int64.max, "new")] {
                try db.execute(
                    sql: "INSERT INTO kcc_body VALUES ('web', ?, ?, ?, 6, ?)",
                    arguments: [text, text, at, Data("CANARY".utf8)]
                )
                try db.execute(
                    sql: "INSERT INTO kcc_orphan VALUES ('web', ?, NULL, NULL, ?, '{}')",
                    arguments: [text, at]
                )
            }
        }
        _ = try await redaction.removeData(placedBefore: cutoff, now: later)
        #expect(
            try await bench.value("SELECT group_concat(endpoint) FROM kcc_body", as: String.self) == "new"
        )
        #expect(
            try await bench.value("SELECT group_concat(subject) FROM kcc_orphan", as: String.self) == "new"
        )
    }

    @Test func `a newer version is stripped before it is stored, and nothing looks changed`() async throws {
        try await bench.take(Self.marked(1001))
        try await acknowledge(1001)
        _ = try await redaction.removeData(placedBefore: cutoff, now: later)
        let same = try await bench.take(Self.marked(1001).later { $0.shippingAddress?.city = "CANARY Town" })
        #expect(same.events.map(\.change) == [.updated])
        let stored = try #require(try await bench.order(1001))
        #expect(stored.standing.changedFields.isEmpty)
        #expect(stored.redactedAt == later)
        let changed = try await bench.take(
            Self.marked(1001).later(by: 120) { $0.financialStatus = "REFUNDED" }
        )
        #expect(changed.events.map(\.change) == [.changedAfterHandOff])
        #expect(changed.events.map(\.detail) == ["payment"])
        #expect(try await redaction.erase() == .done)
        #expect(try marks() == 0)
    }

    @Test
    func `by e-mail: all orders of the customer in any case, and those of the same id under another address`()
        async throws
    {
        let moved = Self.marked(1002)
            .with {
                $0.email = "CANARY.new@example.com"
                $0.customer?.email = "CANARY.new@example.com"
            }
        try await bench.take(
            Self.marked(1001),
            moved,
            Self.marked(1003, customer: 3),
            Self.marked(1004, customer: 4)
        )
        try await acknowledge(1001, 1002, 1003)
        let found = try await search.find(email: " canary1@EXAMPLE.com")
        #expect(found.ready.count == 2)
        #expect(found.unfinished.isEmpty)
        let report = try await redaction.remove(found.ready, customers: found.customers, now: later)
        #expect(report.orders == 2)
        #expect(try await bench.order(1002)?.redactedAt == later)
        #expect(try await bench.order(1003)?.redactedAt == nil)
        #expect(try await search.find(email: "canary1@example.com").isEmpty)
        #expect(try await search.find(email: "canary4@example.com").unfinished == ["#1004"])
    }

    @Test
    func `by order: its customer's other orders, and a till's own address on an order draws in nobody else`()
        async throws
    {
        let till = Self.marked(1003, customer: 3).with { $0.email = "till@example.com" }
        let other = Self.marked(1004, customer: 4).with { $0.email = "till@example.com" }
        try await bench.take(Self.marked(1001), Self.marked(1002), till, other)
        try await acknowledge(1001, 1002, 1003, 1004)
        let of1001 = try await search.find(customerOf: try #require(try await bench.order(1001)))
        #expect(of1001.ready.count == 2)
        let byTill = try await search.find(email: "canary3@example.com")
        #expect(byTill.ready.count == 1)
    }

    @Test func `an order that was read before and waits by now is not touched`() async throws {
        try await bench.take(Self.marked(1001))
        let row = try #require(try await bench.order(1001)).row
        #expect(try await redaction.remove([row], customers: [], now: later).orders == 0)
        #expect(try await bench.order(1001)?.redactedAt == nil)
    }

    @Test func `a customer of KCC's list goes on request only, and the generic one never`() async throws {
        var listed = StoredCustomer(urn: "U1")
        listed.email = "canary1@example.com"
        _ = try await bench.operations.importCustomers([listed], now: Instants.now)
        try await bench.take(Self.marked(1001))
        try await acknowledge(1001)
        _ = try await redaction.removeData(placedBefore: cutoff, now: later)
        #expect(try await bench.value("SELECT count(*) FROM customer") == 1)
        #expect(try await bench.value("SELECT count(*) FROM customer_link") == 0)
        let found = try await search.find(email: "canary1@example.com")
        #expect(found.imported == 1)
        _ = try await redaction.remove(found.ready, customers: found.customers, now: later)
        #expect(try await bench.value("SELECT count(*) FROM customer") == 0)
    }

    @Test func `after many updates no byte is left, though a reader held the log back at first`() async throws
    {
        for round in 0..<4 {
            for number in 1001..<1060 {
                try await bench.take(
                    Self.marked(number, customer: number)
                        .later(by: Double(round + 1)) {
                            $0.note = String(repeating: "CANARY ", count: (number * 7 + round * 131) % 900)
                        }
                )
            }
        }
        for number in 1001..<1060 { try await acknowledge(number) }
        #expect(try marks() > 0)
        var options = GRDB.Configuration()
        options.allowsUnsafeTransactions = true
        let reader = try DatabaseQueue(path: bench.folder.database, configuration: options)
        try await reader.writeWithoutTransaction { db in
            try db.execute(sql: "BEGIN; SELECT count(*) FROM \"order\"")
        }
        _ = try await redaction.removeData(placedBefore: cutoff, now: later)
        #expect(try await redaction.erase() == .readerInTheWay)
        #expect(try await redaction.isErasing())
        try await reader.writeWithoutTransaction { db in try db.execute(sql: "COMMIT") }
        try reader.close()
        #expect(try await redaction.erase() == .done)
        #expect(try await !redaction.isErasing())
        #expect(try marks() == 0)
        #expect(try await DatabaseCare(bench.database).check() == [])
    }

    @Test func `a file that is too large is not written anew beside the work, and its log goes all the same`()
        async throws
    {
        try await bench.take(Self.marked(1001))
        try await acknowledge(1001)
        _ = try await redaction.removeData(placedBefore: cutoff, now: later)
        guard case .tooLarge = try await redaction.erase(limit: 4096) else {
            Issue.record("it was written anew")
            return
        }
        #expect(try await redaction.isErasing())
        #expect(try await redaction.erase(limit: nil) == .done)
    }

    @Test func `a damaged text is left as it is and named, and the others go on`() async throws {
        try await bench.take(Self.marked(1001), Self.marked(1002, customer: 2))
        try await acknowledge(1001, 1002)
        try await bench.database.writer.write { db in
            try db.execute(sql: "UPDATE \"order\" SET snapshot = 'no order' WHERE name = '#1001'")
        }
        let report = try await redaction.removeData(placedBefore: cutoff, now: later)
        #expect(report.orders == 1)
        #expect(report.damaged == ["#1001"])
        #expect(try await search.find(email: "canary2@example.com").isEmpty)
    }

    @Test func `it is neither offered again nor found by name, and an operator may say that KCC has it`()
        async throws
    {
        try await bench.take(Self.marked(1001))
        try await acknowledge(1001)
        _ = try await redaction.removeData(placedBefore: cutoff, now: later)
        let order = try #require(try await bench.order(1001))
        await #expect {
            try await bench.operations.resend(order, now: later)
        } throws: { error in
            "\(error)"
                == "order #1001 cannot be offered: its personal data was removed; enter it in KCC by hand, then run: kccsyncd orders ack 1001"
        }
        #expect(try await SQLiteHandOffStore(bench.store).named(["1001"], channel: .plain()).isEmpty)
    }
}
