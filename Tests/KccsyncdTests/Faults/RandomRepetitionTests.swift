import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Random reports, lost and repeated, against a model that applies each at its first arrival.
@Suite(.timeLimit(.minutes(30)))
struct RandomRepetitionTests {
    typealias Fault = RepetitionFault

    /// What happened, at its place in the order of first arrival.
    enum Fact: Sendable {
        case level(id: String, code: String, site: Int, figure: Int)
        case item(id: String, code: String)
        case deletion(id: String)
        /// An operator removed the levels of items, at one site or at all.
        case removal(ids: Set<String>, site: Int?)

        var upload: Fault.Upload? {
            switch self {
            case .level(let id, let code, let site, let figure): Fault.level(code, figure, id: id, site: site)
            case .item(let id, let code): Fault.item(code, id: id)
            case .deletion(let id): Fault.deletion(id)
            case .removal: nil
            }
        }
    }

    struct Item {
        var code: String?
        var levels: [Int: (figure: Int, at: Int)] = [:]
    }

    /// Items after facts that each came after the one before.
    static func items(_ facts: [Fact]) -> [String: Item] {
        var items: [String: Item] = [:]
        for (at, fact) in facts.enumerated() {
            switch fact {
            case .level(let id, let code, let site, let figure):
                items[id, default: Item()].code = code
                items[id]?.levels[site] = (figure, at)
            case .item(let id, let code): items[id, default: Item()].code = code
            case .deletion(let id): items[id] = Item()
            case .removal(let ids, let site):
                for id in ids {
                    if let site { items[id]?.levels[site] = nil } else { items[id]?.levels = [:] }
                }
            }
        }
        return items
    }

    /// The channel's levels: of each code and site the newest.
    static func levels(_ facts: [Fact]) -> [String] {
        var newest: [String: (figure: Int, at: Int)] = [:]
        for item in items(facts).values {
            guard let code = item.code else { continue }
            for (site, level) in item.levels {
                let key = "\(code) \(site == 1 ? "MAIN" : "SHOP1")"
                if let known = newest[key], known.at > level.at { continue }
                newest[key] = level
            }
        }
        return newest.map { "\($0.key) \($0.value.figure)" }.sorted()
    }

    struct Mode: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var losesItems = true
        var sharesCodes = false
        var forgets = false
    }

    static let modes = [
        Mode(testDescription: "only levels are lost", losesItems: false, forgets: true),
        Mode(testDescription: "levels and items are lost", forgets: true),
        Mode(testDescription: "items share codes", sharesCodes: true),
        Mode(
            testDescription: "items share codes, and only levels are lost",
            losesItems: false,
            sharesCodes: true
        ),
    ]

    @Test(arguments: modes, [3, 7] as [UInt64])
    func `S5: random reports, lost and repeated, end as if each had come once`(_ mode: Mode, _ seed: UInt64)
        async throws
    {
        try await Fault.run { (daemon, _, kcc) async throws in
            for round in 1...20 {
                var run = Run(mode: mode, seed: seed * 1000 + UInt64(round), round: round)
                guard try await run.play(daemon, kcc) else { return }
            }
        }
    }

    /// One sequence, with codes and items of its own.
    private struct Run {
        let mode: Mode
        let round: Int
        var random: UInt64
        var facts: [Fact] = []
        /// Places of facts whose uploads KCC has no answer to.
        var lost: [Int] = []
        /// Places of facts that were not stored so far.
        var unknown: Set<Int> = []
        var log: [String] = []

        init(mode: Mode, seed: UInt64, round: Int) {
            self.mode = mode
            self.round = round
            random = seed &* 0x9E37_79B9_7F4A_7C15
        }

        mutating func pick(_ count: Int) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((random >> 33) % UInt64(count))
        }

        /// - Returns: Whether the store was what the model says.
        mutating func play(_ daemon: Installation, _ kcc: KCC) async throws -> Bool {
            for step in 0..<16 {
                if pick(10) < 3, !lost.isEmpty {
                    try await again(kcc)
                } else if let fact = try await event(daemon) {
                    try await send(fact, daemon, kcc)
                }
                while step == 15, !lost.isEmpty { try await again(kcc) }
                guard lost.isEmpty else { continue }
                let found = try await daemon.levels().filter { $0.contains("-\(round) ") }
                let expected = RandomRepetitionTests.levels(facts)
                #expect(found == expected, "\(log.joined(separator: "\n"))")
                guard found == expected else { return false }
            }
            return true
        }

        /// Something that may happen now; what an operator does has happened, and is on record.
        private mutating func event(_ daemon: Installation) async throws -> Fact? {
            let number = pick(2)
            let id = "\(round)-\(31 + number)"
            let names = mode.sharesCodes || number == 0 ? ["OLD", "NEW"] : ["A", "B"]
            let code = "\(names[pick(2)])-\(round)"
            let site = [1, 4][pick(2)]
            switch pick(7) {
            case 0...3: return .level(id: id, code: code, site: site, figure: 1 + pick(4))
            case 4: return .item(id: id, code: code)
            case 5: return .deletion(id: id)
            default:
                guard mode.forgets else { return nil }
                let place: Int? = [nil, 1, 4][pick(3)]
                let name = place.map { $0 == 1 ? "MAIN" : "SHOP1" }
                let reply = await daemon.perform(.forgetLevel(channel: "web", sku: SKU(code), site: name))
                guard reply.status == .done else { return nil }
                // What the operator saw: what was not stored yet had not happened for him.
                let known = facts.enumerated().filter { !unknown.contains($0.offset) }.map(\.element)
                let seen = RandomRepetitionTests.items(known).filter { $0.value.code == code }
                facts.append(.removal(ids: Set(seen.keys), site: place))
                log.append("forget \(code) \(name ?? "everywhere")")
                return nil
            }
        }

        private mutating func send(_ fact: Fact, _ daemon: Installation, _ kcc: KCC) async throws {
            guard let upload = fact.upload, !lost.contains(where: { facts[$0].upload == upload }) else {
                return
            }
            let place = facts.count
            facts.append(fact)
            guard mode.losesItems || upload.leaf == "stock", pick(3) == 0 else {
                log.append("took \(upload.body)")
                return try await kcc.send(upload)
            }
            let loss = Fault.Loss.allCases[pick(2)]
            log.append("lost \(upload.body), \(loss)")
            lost.append(place)
            if loss == .refused { unknown.insert(place) }
            try await kcc.lose(upload, loss, daemon)
        }

        private mutating func again(_ kcc: KCC) async throws {
            let place = lost.remove(at: pick(lost.count))
            unknown.remove(place)
            guard let upload = facts[place].upload else { return }
            log.append("again \(upload.body)")
            try await kcc.send(upload)
        }
    }
}
