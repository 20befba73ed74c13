import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// KCC repeats an upload unless it got our answer: a repetition keeps its place, and a new report with the same body does not.
@Suite(.timeLimit(.minutes(30)), .serialized)
struct StockDeliveryTests {
    enum Ending: CaseIterable, Sendable, CustomTestStringConvertible {
        case finished
        case closed
        case reset
        case answered
        case answeredAndClosed

        var testDescription: String {
            switch self {
            case .finished: "KCC ends its side (FIN) before the answer is written"
            case .closed: "KCC closes the connection before the answer is written"
            case .reset: "KCC resets the connection (RST) before the answer is written"
            case .answered: "KCC gets the answer and keeps the connection"
            case .answeredAndClosed: "KCC gets the answer and closes the connection"
            }
        }

        /// How the client ends its side before the answer.
        var before: RawCaller.End? {
            switch self {
            case .finished: .finish
            case .closed: .close
            case .reset: .reset
            case .answered, .answeredAndClosed: nil
            }
        }
    }

    @Test(arguments: Ending.allCases)
    func `S5: a body whose answer did not reach KCC keeps its first arrival when it comes again`(
        _ ending: Ending
    ) async throws {
        try await StockFault.run { (daemon, shop) async throws in
            let gate = Gate()
            try await KCC.calling(daemon, beforeAnswer: { await gate.pass() }) { (kcc) async throws in
                let caller = try RawCaller(port: kcc.port)
                caller.post(
                    KCC.stockBody([(StockFault.sku, 1000)]),
                    to: "/kcc/web/stock",
                    authorization: kcc.authorization
                )
                await gate.reached()
                // It is stored, and not answered yet.
                if let end = ending.before { await caller.end(end) }
                gate.open()
                if ending.before == nil {
                    #expect(await caller.answer().hasPrefix("HTTP/1.1 200"))
                    if ending == .answeredAndClosed { await caller.end(.close) }
                }
                #expect(try await kcc.stock([(StockFault.sku, 5)]) == 200)
                #expect(try await kcc.stock([(StockFault.sku, 1000)]) == 200)
                await daemon.pass(60)
                #expect(shop.offered(StockFault.sku) == (ending.before == nil ? 1000 : 5))
                // By now KCC has its answer to that body, so the same is a new report.
                #expect(try await kcc.stock([(StockFault.sku, 6)]) == 200)
                #expect(try await kcc.stock([(StockFault.sku, 1000)]) == 200)
                await daemon.pass(60)
                #expect(shop.offered(StockFault.sku) == 1000)
            }
        }
    }

    enum Between: CaseIterable, Sendable, CustomTestStringConvertible {
        case nothing
        case restart
        case rename
        case renameAndRestart

        var testDescription: String {
            switch self {
            case .nothing: "nothing happens in between"
            case .restart: "the daemon restarts in between"
            case .rename: "the channel is renamed in between"
            case .renameAndRestart: "the channel is renamed, and the daemon restarts"
            }
        }

        var renames: Bool { self == .rename || self == .renameAndRestart }

        /// The channel's name afterwards.
        var name: String { renames ? "shop" : "web" }

        func happen(to daemon: Installation) async throws {
            if renames {
                #expect(await daemon.perform(.renameChannel(old: "web", new: "shop")).status == .done)
                let text = ConfigurationText.linked.replacing("[channels.web", with: "[channels.shop")
                #expect(try await daemon.reload(text).status == .done)
                await daemon.pass(15)
            }
            if self == .restart || self == .renameAndRestart { try await daemon.restart() }
        }
    }

    @Test(arguments: Between.allCases)
    func `S5: an answer that KCC has is remembered at once`(_ between: Between) async throws {
        try await StockFault.run { (daemon, shop) async throws in
            try await KCC.calling(daemon) { (kcc) async throws in
                #expect(try await kcc.stock([(StockFault.sku, 5)]) == 200)
            }
            try await between.happen(to: daemon)
            try await KCC.calling(daemon) { (kcc) async throws in
                #expect(try await kcc.stock([(StockFault.sku, 1000)], to: between.name) == 200)
                #expect(try await kcc.stock([(StockFault.sku, 5)], to: between.name) == 200)
            }
            await daemon.pass(60)
            #expect(shop.offered(StockFault.sku) == 5)
        }
    }

    @Test(arguments: Between.allCases)
    func `S5: a body that was answered 503 keeps its first arrival`(_ between: Between) async throws {
        try await StockFault.run { (daemon, shop) async throws in
            try await KCC.calling(daemon) { (kcc) async throws in
                try await daemon.execute(
                    "CREATE TRIGGER broken BEFORE INSERT ON kcc_level BEGIN SELECT RAISE(ABORT, 'broken'); END"
                )
                #expect(try await kcc.stock([(StockFault.sku, 1000)]) == 503)
                #expect(try await kcc.stock([(StockFault.sku, 1000)]) == 503)
                try await daemon.execute("DROP TRIGGER broken")
            }
            try await between.happen(to: daemon)
            try await KCC.calling(daemon) { (kcc) async throws in
                #expect(try await kcc.stock([(StockFault.sku, 5)], to: between.name) == 200)
                #expect(try await kcc.stock([(StockFault.sku, 1000)], to: between.name) == 200)
            }
            await daemon.pass(60)
            #expect(shop.offered(StockFault.sku) == 5)
            // It was taken, so the same is a new report from now on.
            try await KCC.calling(daemon) { (kcc) async throws in
                #expect(try await kcc.stock([(StockFault.sku, 1000)], to: between.name) == 200)
            }
            await daemon.pass(60)
            #expect(shop.offered(StockFault.sku) == 1000)
        }
    }

    @Test func `S5: a body that came while the store could not take it keeps its first arrival`() async throws
    {
        try await StockFault.run { (daemon, shop) async throws in
            try await KCC.calling(daemon) { (kcc) async throws in
                try await daemon.execute(
                    "CREATE TRIGGER broken BEFORE INSERT ON kcc_level BEGIN SELECT RAISE(ABORT, 'broken'); END"
                )
                #expect(try await kcc.stock([(StockFault.sku, 1000)]) == 503)
                try await daemon.execute("DROP TRIGGER broken")
                #expect(try await kcc.stock([(StockFault.sku, 5)]) == 200)
                #expect(try await kcc.stock([(StockFault.sku, 1000)]) == 200)
                await daemon.pass(60)
                #expect(shop.offered(StockFault.sku) == 5)
            }
        }
    }
}

/// Holds up the first who passes until a test opens it.
private final class Gate: Sendable {
    private let arrived = AsyncStream<Void>.makeStream()
    private let opened = AsyncStream<Void>.makeStream()

    func pass() async {
        arrived.continuation.yield()
        for await _ in opened.stream { return }
    }

    /// Waits for the first.
    func reached() async { for await _ in arrived.stream { return } }

    /// Lets everybody pass from now on.
    func open() { opened.continuation.finish() }
}
