import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Items and deletions that KCC repeats count from their first arrival, and facts of before are judged by what came since.
@Suite(.timeLimit(.minutes(30)))
struct ItemRepetitionTests {
    typealias Fault = RepetitionFault

    /// A body that is lost, what comes before its repetition, and what is stored in the end.
    struct Example: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var lost: Fault.Upload
        var then: [Fault.Upload]
        var levels: [String]
    }

    private static let examples = [
        Example(
            testDescription: "an item, and the item gets another code",
            lost: Fault.item("OLD"),
            then: [Fault.item("NEW"), Fault.level("NEW", 5)],
            levels: ["NEW MAIN 5"]
        ),
        Example(
            testDescription: "an item, and a level comes under another code",
            lost: Fault.item("OLD"),
            then: [Fault.level("NEW", 5)],
            levels: ["NEW MAIN 5"]
        ),
        Example(
            testDescription: "a new code, and the item is deleted",
            lost: Fault.item("NEW"),
            then: [Fault.deletion()],
            levels: []
        ),
        Example(
            testDescription: "a new code, and the item is deleted and reported again",
            lost: Fault.item("NEW"),
            then: [Fault.deletion(), Fault.level("OLD", 5)],
            levels: ["OLD MAIN 5"]
        ),
        Example(
            testDescription: "a deletion, and the item and its level are reported again",
            lost: Fault.deletion(),
            then: [Fault.item("OLD"), Fault.level("OLD", 5)],
            levels: ["OLD MAIN 5"]
        ),
        Example(
            testDescription: "a deletion, and a level is reported again",
            lost: Fault.deletion(),
            then: [Fault.level("OLD", 5, site: 4)],
            levels: ["OLD SHOP1 5"]
        ),
        Example(
            testDescription: "a deletion, and nothing",
            lost: Fault.deletion(),
            then: [Fault.level("A", 5, id: "32")],
            levels: ["A MAIN 5"]
        ),
        Example(
            testDescription: "a new code, and nothing",
            lost: Fault.item("NEW"),
            then: [Fault.level("A", 5, id: "32")],
            levels: ["A MAIN 5", "NEW MAIN 20"]
        ),
        Example(
            testDescription: "a level, and the item is deleted, created again and reported at another site",
            lost: Fault.level("OLD", 1000, site: 4),
            then: [
                Fault.level("OLD", 5), Fault.deletion(), Fault.item("OLD"), Fault.level("OLD", 7),
            ],
            levels: ["OLD MAIN 7"]
        ),
        Example(
            testDescription: "a level, and the item is deleted and comes back under another code",
            lost: Fault.level("OLD", 1000, site: 4),
            then: [Fault.deletion(), Fault.level("NEW", 7), Fault.item("NEW")],
            levels: ["NEW MAIN 7"]
        ),
        Example(
            testDescription: "a level, and the item is deleted twice in between",
            lost: Fault.level("OLD", 1000, site: 4),
            then: [
                Fault.deletion(), Fault.item("OLD"), Fault.deletion(), Fault.item("NEW"),
                Fault.level("NEW", 7),
            ],
            levels: ["NEW MAIN 7"]
        ),
    ]

    @Test(arguments: examples, Fault.Loss.allCases)
    func `S5: a repeated body undoes nothing that was reported since its first arrival`(
        _ example: Example,
        _ loss: Fault.Loss
    ) async throws {
        try await Fault.run { (daemon, shop, kcc) async throws in
            try await kcc.send(Fault.level("OLD", 20))
            try await kcc.lose(example.lost, loss, daemon)
            for upload in example.then { try await kcc.send(upload) }
            try await kcc.send(example.lost)
            #expect(try await daemon.levels() == example.levels)
            await daemon.pass(60)
            for code in ["OLD", "NEW"] {
                let figures = example.levels.filter { $0.hasPrefix(code) }
                    .compactMap { $0.split(separator: " ").last }
                if let figure = figures.first { #expect(shop.offered(code) == Int(figure)) }
            }
        }
    }

    @Test func `S5: what is really reported again counts, however often the same was reported before`()
        async throws
    {
        try await Fault.run { (daemon, shop, kcc) async throws in
            for figure in [5, 3, 5, 3, 5] {
                try await kcc.send(Fault.level("OLD", figure))
                await daemon.pass(60)
                #expect(shop.offered("OLD") == figure)
            }
            for code in ["NEW", "OLD", "NEW", "OLD"] {
                try await kcc.send(Fault.item(code))
                #expect(try await daemon.levels() == ["\(code) MAIN 5"])
            }
            for _ in 0..<3 {
                try await kcc.send(Fault.deletion())
                #expect(try await daemon.levels().isEmpty)
                try await kcc.send(Fault.level("OLD", 5))
                #expect(try await daemon.levels() == ["OLD MAIN 5"])
            }
            for _ in 0..<3 {
                await daemon.forget("OLD")
                #expect(try await daemon.levels().isEmpty)
                try await kcc.send(Fault.level("OLD", 5))
                #expect(try await daemon.levels() == ["OLD MAIN 5"])
            }
        }
    }

    @Test(arguments: [Fault.item("OLD"), Fault.deletion(), Fault.level("OLD", 9)], Fault.Loss.allCases)
    func `S5: after its repetition was answered, a body of the same content is news`(
        _ upload: Fault.Upload,
        _ loss: Fault.Loss
    ) async throws {
        try await Fault.run { (daemon, _, kcc) async throws in
            try await kcc.lose(upload, loss, daemon)
            try await kcc.send(Fault.item("NEW"), Fault.level("NEW", 3), upload)
            #expect(try await daemon.levels() == ["NEW MAIN 3"])
            try await kcc.send(upload)
            let expected =
                switch upload {
                case Fault.item("OLD"): ["OLD MAIN 3"]
                case Fault.deletion(): [String]()
                default: ["OLD MAIN 9"]
                }
            #expect(try await daemon.levels() == expected)
        }
    }

    @Test func `S5: the codes that orders are checked against are those of the newest report`() async throws {
        try await Fault.run { (daemon, _, kcc) async throws in
            let codes = "SELECT kind || ' ' || code FROM kcc_stock_code ORDER BY kind, code"
            try await kcc.lose(Fault.item("OLD"), .refused, daemon)
            try await kcc.lose(Fault.deletion(), .refused, daemon)
            try await kcc.send(Fault.item("NEW"), Fault.item("OLD"), Fault.deletion())
            #expect(try await daemon.rows(codes) == ["StockCode NEW"])
            try await kcc.send(Fault.deletion())
            #expect(try await daemon.rows(codes).isEmpty)
        }
    }
}
