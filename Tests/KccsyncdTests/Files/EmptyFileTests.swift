import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// A file that says nothing is bad input, wherever it is given.
@Suite(.timeLimit(.minutes(30)))
struct EmptyFileTests {
    enum Ending: String, CaseIterable, Sendable {
        case none = ""
        case line = "\n"
        case returned = "\r\n"
        case blank = "\n\n\r\n"
    }

    enum Kind: CaseIterable, Sendable {
        case stock
        case shipments

        var header: String { self == .stock ? "STOCK_CODE,STOCK_LEVEL" : "ORDER_REF,CONSIGNMENT_REF" }
        var noun: String { self == .stock ? "levels" : "shipments" }
    }

    private func imported(_ text: String, _ kind: Kind) async throws -> FileImport.Report {
        let files = FileImport(
            name: "file.csv",
            channels: ["web"],
            perform: { _ in ControlReply(.internalError, error: "nothing is to be written") }
        )
        let source = ByteSource(Data(text.utf8))
        return kind == .stock
            ? try await files.stock(source, asOf: Instants.now) : try await files.shipments(source)
    }

    @Test(arguments: Kind.allCases, Ending.allCases)
    func `a file with nothing but column names is rejected`(_ kind: Kind, _ ending: Ending) async throws {
        for header in [kind.header, "\u{FEFF}\(kind.header)", kind.header.replacing(",", with: "\t")] {
            let report = try await imported(header + ending.rawValue, kind)
            #expect(
                report.lines == [
                    "file.csv: no \(kind.noun) in it: nothing follows the line with the column names",
                    "file.csv: nothing taken",
                ]
            )
            #expect(report.refused == 1 && report.status == .done)
        }
    }

    @Test(arguments: Kind.allCases, ["", "\n", "\r\n\n", "\u{FEFF}"])
    func `an empty file is rejected`(_ kind: Kind, _ text: String) async throws {
        let report = try await imported(text, kind)
        #expect(report.problems == ["file.csv: line 1: the file is empty"])
        #expect(report.refused == 1 && report.summary == "file.csv: nothing taken")
    }

    @Test(arguments: Ending.allCases)
    func `customers: a file with nothing but column names is rejected`(_ ending: Ending) {
        let error = #expect(throws: CustomerFile.Unusable.self) {
            try CustomerFile(Data(("COMPANY_CODE,COMPANY_NAME" + ending.rawValue).utf8), path: "file.csv")
        }
        #expect(
            error?.description
                == "file.csv: no customers in it: nothing follows the line with the column names"
        )
    }

    @Test(arguments: [
        ("", "file.csv: the file is empty"), ("\n\n", "file.csv: the file is empty"),
        (
            "STOCK_CODE,STOCK_LEVEL\n",
            "file.csv: no levels in it: nothing follows the line with the column names"
        ),
        ("ORDER_REF", "file.csv: no shipments in it: nothing follows the line with the column names"),
    ])
    func `the inbox sets such a file aside with a report`(_ text: String, _ problem: String) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("file.csv")
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let written = Date(timeIntervalSinceNow: -120)
        try FileManager.default.setAttributes([.modificationDate: written], ofItemAtPath: path)
        let log = CollectingLog()
        let inbox = Inbox(log: log)
        let place = URL(fileURLWithPath: path).deletingLastPathComponent().path
        for _ in 1...2 {
            await inbox.look(
                place,
                channels: ["web"],
                perform: { _ in ControlReply(.internalError, error: "nothing is to be written") }
            )
        }
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(FileManager.default.fileExists(atPath: "\(place)/failed/file.csv"))
        let report = try String(contentsOfFile: "\(place)/failed/file.csv.report", encoding: .utf8)
        #expect(report == "\(problem)\nfile.csv: nothing taken\n")
        #expect(log.messages.contains { $0.contains("file.csv: nothing taken; see ") }, "\(log.messages)")
    }
}
