import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// For how long a body is recognised: until its answer has gone out, whatever the clock says.
@Suite(.timeLimit(.minutes(30)))
struct RepetitionMemoryTests {
    typealias Fault = RepetitionFault

    enum Between: CaseIterable, Sendable, CustomTestStringConvertible {
        case restart
        case forwardAndRestart
        case forwardAndReload
        case forwardRestartAndBack
        case backAndRestart
        case yearsOfRestarts
        case rename

        var testDescription: String {
            switch self {
            case .restart: "the daemon restarts"
            case .forwardAndRestart: "the clock is set two days ahead, and the daemon restarts"
            case .forwardAndReload: "the clock is set two days ahead, and the configuration changes"
            case .forwardRestartAndBack: "the clock is set two days ahead and back, with a restart in between"
            case .backAndRestart: "the clock is set two days back, and the daemon restarts"
            case .yearsOfRestarts: "the clock is set years ahead, with several restarts"
            case .rename: "the channel is renamed"
            }
        }

        func happen(to daemon: Installation) async throws {
            let days: TimeInterval = 2 * 86_400
            switch self {
            case .restart: try await daemon.restart()
            case .forwardAndRestart:
                daemon.now.advance(by: days)
                try await daemon.restart()
            case .forwardAndReload:
                daemon.now.advance(by: days)
                let text = ConfigurationText.text("import_test_orders = true")
                let loaded = try await daemon.reload(text)
                #expect(loaded.status == .done, "\(loaded.errors)")
            case .forwardRestartAndBack:
                daemon.now.advance(by: days)
                try await daemon.restart()
                daemon.now.advance(by: -days)
            case .backAndRestart:
                daemon.now.advance(by: -days)
                try await daemon.restart()
            case .yearsOfRestarts:
                for _ in 0..<3 {
                    daemon.now.advance(by: 365 * days)
                    try await daemon.restart()
                }
            case .rename:
                #expect(await daemon.perform(.renameChannel(old: "web", new: "shop")).status == .done)
                let text = ConfigurationText.linked.replacing("[channels.web", with: "[channels.shop")
                #expect(try await daemon.reload(text).status == .done)
            }
        }
    }

    @Test(arguments: Between.allCases, Fault.Loss.allCases)
    func `S5: no clock, restart or rename makes news of a repeated body`(
        _ between: Between,
        _ loss: Fault.Loss
    ) async throws {
        try await Fault.run { (daemon, _, kcc) async throws in
            let repeated = [
                Fault.level("OLD", 1000), Fault.deletion("32"), Fault.level("B", 1000, id: "33", site: 4),
            ]
            for upload in repeated { try await kcc.lose(upload, loss, daemon) }
            try await kcc.send(
                Fault.level("OLD", 5),
                Fault.item("A", id: "32"),
                Fault.level("A", 6, id: "32")
            )
            try await kcc.send(Fault.level("B", 7, id: "33"), Fault.level("B", 8, id: "33", site: 4))
            await daemon.forget("B", site: "SHOP1")
            try await between.happen(to: daemon)
            let name = between == .rename ? "shop" : "web"
            try await KCC.calling(daemon) { (kcc) async throws in
                for upload in repeated { try await kcc.send(upload, to: name) }
            }
            #expect(try await daemon.levels() == ["A MAIN 6", "B MAIN 7", "OLD MAIN 5"])
        }
    }

    @Test func `S5: an answer is noted when it is written, and no second later`() async throws {
        try await Fault.run { (daemon, shop, kcc) async throws in
            for upload in [Fault.level("OLD", 3), Fault.item("OLD"), Fault.deletion("99")] {
                try await kcc.send(upload)
                // Of one connection the next request is read when the last one is done with.
                _ = try await kcc.orders("nobody")
                #expect(try await daemon.rows("SELECT digest FROM kcc_undelivered").isEmpty)
            }
            try await kcc.send(Fault.level("OLD", 9), Fault.level("OLD", 3))
            await daemon.pass(60)
            #expect(shop.offered("OLD") == 3)
        }
    }

    /// Uploads of the channel between, and whether the body is news after them.
    @Test(arguments: [(1, false), (9_000, false), (10_100, true), (1_000_000, true)])
    func `S5: a body that did not come again for ten thousand uploads is news`(_ uploads: Int, _ isNews: Bool)
        async throws
    {
        try await Fault.run { (daemon, shop, kcc) async throws in
            try await kcc.lose(Fault.level("OLD", 3), .unanswered, daemon)
            try await kcc.send(Fault.level("OLD", 9))
            try await daemon.execute("UPDATE kcc_channel SET uploads = uploads + \(uploads)")
            try await kcc.send(Fault.level("OLD", 3))
            await daemon.pass(60)
            #expect(shop.offered("OLD") == (isNews ? 3 : 9))
            try await daemon.restart()
            #expect(try await daemon.rows("SELECT digest FROM kcc_undelivered").isEmpty)
        }
    }

    @Test func `S5: a body that comes again and again without an answer is recognised throughout`()
        async throws
    {
        try await Fault.run { (daemon, _, kcc) async throws in
            for _ in 0..<4 {
                try await kcc.lose(Fault.level("OLD", 1000), .refused, daemon)
                try await kcc.send(Fault.level("OLD", 5))
                try await daemon.execute("UPDATE kcc_channel SET uploads = uploads + 6000")
            }
            try await kcc.send(Fault.level("OLD", 1000))
            #expect(try await daemon.levels() == ["OLD MAIN 5"])
        }
    }
}
