import Foundation
import SyncEngine
import Testing

/// The diagram in `docs/hand-off.md`, drawn from the state machine itself.
struct HandOffDiagramTests {
    @Test func `the diagram in docs shows every transition of the code, and no other`() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../docs/hand-off.md").standardizedFileURL
        var text = try String(contentsOf: page, encoding: .utf8)
        let opening = "```mermaid\n"
        let start = try #require(text.range(of: opening)?.upperBound)
        let end = try #require(text.range(of: "```", range: start..<text.endIndex)?.lowerBound)
        let drawn = Self.diagram()
        if ProcessInfo.processInfo.environment["KCCSYNCD_RECORD"] != nil {
            text.replaceSubrange(start..<end, with: drawn)
            try text.write(to: page, atomically: true, encoding: .utf8)
        } else {
            #expect(String(text[start..<end]) == drawn, "record it with KCCSYNCD_RECORD=1")
        }
    }

    private struct Edge: Hashable {
        var from: HandOff
        var to: HandOff
    }

    /// Tries every event in every state that any events lead to.
    private static func diagram() -> String {
        var edges: [Edge: Set<String>] = [:]
        var known: [HandOffState] = [HandOffState()]
        var next = 0
        while next < known.count {
            for event in HandOffEvent.allCases {
                for revision in 1...2 {
                    var state = known[next]
                    guard (try? event.happen(to: &state, revision: revision)) != nil else { continue }
                    if state.phase != known[next].phase {
                        edges[Edge(from: known[next].phase, to: state.phase), default: []].insert(event.label)
                    }
                    if !known.contains(state) { known.append(state) }
                }
            }
            next += 1
        }
        let order = HandOffEvent.allCases.map(\.label)
        let lines = HandOff.allCases.flatMap { from in
            HandOff.allCases.compactMap { to -> String? in
                guard let labels = edges[Edge(from: from, to: to)] else { return nil }
                let text = order.filter(labels.contains).joined(separator: "<br>")
                return "    \(name(from)) --> \(name(to)): \(text)"
            }
        }
        return (["stateDiagram-v2", "    [*] --> \(name(.none))"] + lines).joined(separator: "\n") + "\n"
    }

    private static func name(_ phase: HandOff) -> String { phase == .none ? "not_offered" : phase.rawValue }
}
