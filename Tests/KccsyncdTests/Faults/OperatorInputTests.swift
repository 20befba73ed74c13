import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// What operators and KCC may give that is empty, negative or off.
@Suite(.timeLimit(.minutes(30)))
struct OperatorInputTests {
    // MARK: Negative numbers

    @Test(arguments: [
        (["stock", "set", "web", "A", "-3"], "QTY: expected a number of 0 or more, found \"-3\""),
        (["stock", "set", "web", "A", "-2.5"], "QTY: expected a number of 0 or more, found \"-2.5\""),
        (["stock", "set", "web", "A", "-.5"], "QTY: expected a number of 0 or more, found \"-.5\""),
        (["stock", "set", "web", "A", "-1,234"], "QTY: expected a number of 0 or more, found \"-1,234\""),
        (
            ["stock", "set", "web", "--site", "MAIN", "A", "-3", "--json"],
            "QTY: expected a number of 0 or more, found \"-3\""
        ),
        (
            ["orders", "payment", "1001", "-5", "--kind", "cash"],
            "AMOUNT: expected a number of 0 or more, found \"-5\""
        ),
        (["queue", "retry", "-5"], "expected no negative number, found \"-5\""),
        (["stock", "set", "web", "A", "5", "-3"], "expected no negative number, found \"-3\""),
    ])
    func `a negative number is named, and not taken for an option`(_ arguments: [String], _ text: String) {
        #expect(CommandLineComplaint.text(about: arguments) == text)
    }

    @Test(arguments: [
        ["stock", "set", "web", "A", "3"], ["stock", "set", "web", "A"], ["stock", "set", "web", "A", "-x"],
        ["stock", "set", "web", "--", "-3", "5"], ["stock", "list"], ["nonsense", "--help"], [],
        ["shipments", "add", "1001", "--tracking=-3"],
    ])
    func `other command lines are left to the parser`(_ arguments: [String]) {
        #expect(CommandLineComplaint.text(about: arguments) == nil)
    }

    // MARK: Times that have not come

    @Test(arguments: [(86_400.0, true), (5, true), (0.5, false), (0, false), (-60, false)])
    func `a file of levels whose modification time has not come is rejected`(
        _ ahead: Double,
        _ isRejected: Bool
    )
        throws
    {
        let folder = try TemporaryFolder()
        let path = folder.path("levels.csv")
        try Data("STOCK_CODE,STOCK_LEVEL\nTEA,77\n".utf8).write(to: URL(filePath: path))
        let now = Date(timeIntervalSince1970: 1_795_000_000)
        try FileManager.default.setAttributes(
            [.modificationDate: now.addingTimeInterval(ahead)],
            ofItemAtPath: path
        )
        let found = try InputFile(path).complaint(now: now, in: .gmt)
        let time = now.addingTimeInterval(ahead).shown(in: .gmt)
        let text =
            "\(path): expected a modification time that has passed, found \(time); if its levels are right now run: touch \(path); else say when they were right with --as-of"
        #expect(found == (isRejected ? text : nil))
    }

    // MARK: Nothing to check

    @Test func `check says which channels are off where all are, and which names it knows`() throws {
        let off = ["web", "shop"]
            .map { name in
                var channel = ChannelSettings.plain(name)
                channel.enabled = false
                return channel
            }
        let none = CheckedChannels(nil, of: off)
        #expect(none.channels.isEmpty && none.status == .configuration)
        #expect(
            none.problem
                == "every channel is off (enabled = false), so there is nothing to check: web, shop; set enabled = true, or check one as it is: kccsyncd check web"
        )
        let one = CheckedChannels("shop", of: off)
        #expect(one.channels.map(\.name) == ["shop"] && one.problem == nil)
        let unknown = CheckedChannels("wbe", of: off)
        #expect(unknown.channels.isEmpty && unknown.status == .usage)
        #expect(unknown.problem == "channel wbe: not configured; did you mean web?")
        let far = CheckedChannels("elsewhere", of: off)
        #expect(far.problem == "channel elsewhere: not configured; channels are: web, shop")
        let mixed = CheckedChannels(nil, of: [.plain("web"), off[1]])
        #expect(mixed.channels.map(\.name) == ["web"] && mixed.problem == nil)
        #expect(mixed.skipped == ["shop"])
    }

    // MARK: Orders by name

    @Test(arguments: ["\"\"", "\" \"", ",", "\",\"", "\"\",\"\""])
    func `a header that names no order is treated as absent`(_ ids: String) async throws {
        try await KCC.linked { (daemon, shop, kcc) async throws in
            shop.sell(.paid(1001))
            await daemon.round()
            let page = try await kcc.orders(ids: ids)
            #expect(page.status == 200 && page.refs == ["1001"])
            #expect(page.position != nil, "\(page)")
            let next = try await kcc.orders(from: page.position, ids: ids)
            #expect(next.refs.isEmpty)
            let orders = try await daemon.orders()
            #expect(orders == ["1001 imported acknowledged"])
        }
    }
}
