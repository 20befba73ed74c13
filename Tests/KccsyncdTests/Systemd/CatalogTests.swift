import ArgumentParser
import Foundation
import SyncEngine
import Testing

@testable import kccsyncd

/// `journalctl -x` explains every event: packaging/systemd/kccsyncd.catalog against what the daemon says.
@Suite struct CatalogTests {
    private struct Entry {
        let id: String
        let headers: [Substring]
        let text: String
    }

    private static func file(_ path: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    private static func entries() throws -> [Entry] {
        try file("packaging/systemd/kccsyncd.catalog").components(separatedBy: "\n-- ").dropFirst()
            .map { block in
                let (head, text) = try #require(
                    block.firstRange(of: "\n\n").map { (block[..<$0.lowerBound], block[$0.upperBound...]) }
                )
                let lines = head.split(separator: "\n")
                return Entry(id: String(lines[0]), headers: Array(lines.dropFirst()), text: String(text))
            }
    }

    @Test func `every kind of event has one entry, and there is no other`() throws {
        let ids = try Self.entries().map(\.id)
        #expect(Set(ids).count == ids.count)
        #expect(Set(ids) == Set(EventKind.allCases.map(\.messageID)))
        #expect(Set(EventKind.allCases.map(\.messageID)).count == EventKind.allCases.count)
    }

    @Test func `each says what happened, what it means and what to do`() throws {
        for entry in try Self.entries() {
            #expect(
                entry.headers.map { $0.split(separator: ":")[0] } == ["Subject", "Defined-By", "Support"],
                "\(entry.id)"
            )
            let paragraphs = entry.text.components(separatedBy: "\n\n").filter { !$0.isEmpty }
            let beginnings = ["What happened: ", "What it means: ", "What to do: "]
            #expect(paragraphs.count == beginnings.count, "\(entry.id)")
            for (paragraph, beginning) in zip(paragraphs, beginnings) {
                #expect(
                    paragraph.hasPrefix(beginning) && paragraph.count > beginning.count + 7,
                    "\(entry.id)"
                )
            }
        }
    }

    @Test func `a field that is filled in is one that events have`() throws {
        let known = Set(EventField.allCases.map(\.rawValue))
        for entry in try Self.entries() {
            for field in entry.text.matches(of: /@([A-Z_]+)@/) {
                #expect(known.contains(String(field.1)), "\(entry.id)")
            }
        }
    }

    @Test func `a command that is advised exists`() throws {
        var seen = 0
        for entry in try Self.entries() {
            let words = entry.text.replacing("\n", with: " ")
            for command in words.matches(of: /"kccsyncd ([a-z -]+)/) {
                seen += 1
                #expect(
                    Self.exists(command.1.split(separator: " ").map(String.init)),
                    "kccsyncd \(command.1)"
                )
            }
        }
        #expect(seen > 20)
        #expect(!Self.exists(["orders", "burn"]) && !Self.exists(["dance"]))
    }

    /// Whether the words name a command; those of a command without subcommands are its arguments.
    private static func exists(_ words: [String]) -> Bool {
        var command: any ParsableCommand.Type = Kccsyncd.self
        for word in words {
            let inside = command.configuration.subcommands
            if inside.isEmpty { return true }
            guard let next = inside.first(where: { $0._commandName == word }) else {
                return false
            }
            command = next
        }
        return command.configuration.subcommands.isEmpty
    }
}
