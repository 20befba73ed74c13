import Foundation
import SyncEngine

/// Lines of the journal, of which only known fields are kept.
struct JournalExcerpt {
    /// Everything else, such as the host's name and the command line, is left out.
    private static let fields =
        [
            "__REALTIME_TIMESTAMP", "PRIORITY", "SYSLOG_IDENTIFIER", "MESSAGE", "MESSAGE_ID", "_PID",
            "_TRANSPORT", "UNIT_RESULT", "EXIT_CODE", "EXIT_STATUS", "JOB_TYPE", "JOB_RESULT",
        ] + EventField.allCases.map(\.rawValue)

    private let sieve: Sieve

    init(sieve: Sieve) {
        self.sieve = sieve
    }

    /// The last lines of a unit, each a JSON object.
    ///
    /// - Throws: `Program.Trouble` where there is no journal to be read.
    func lines(of unit: String, count: Int) throws -> String {
        let said = try Program("journalctl")
            .run(["--unit=\(unit)", "--output=json", "--lines=\(count)", "--no-pager", "--quiet"])
        return kept(said)
    }

    /// The known fields of each object of `journalctl --output=json`.
    func kept(_ said: Data) -> String {
        said.split(separator: UInt8(ascii: "\n"))
            .compactMap { line -> String? in
                guard let entry = try? JSONSerialization.jsonObject(with: line) as? [String: Any] else {
                    return nil
                }
                var kept: [String: String] = [:]
                for field in Self.fields {
                    // A value that is no text is an array of bytes, and none of ours.
                    guard let value = entry[field] as? String else { continue }
                    kept[field] = field == "MESSAGE" ? message(value, entry) : sieve.passed(value)
                }
                let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
                guard let data = try? JSONSerialization.data(withJSONObject: kept, options: options) else {
                    return nil
                }
                return String(decoding: data, as: UTF8.self) + "\n"
            }
            .joined()
    }

    private func message(_ text: String, _ entry: [String: Any]) -> String {
        let id = entry["MESSAGE_ID"] as? String
        // A parcel's number leads to whoever gets it.
        if id == EventKind.fulfilmentSent.messageID {
            return sieve.passed(text.replacing(#/ sent: .*/#, with: " sent: …"))
        }
        // Of what KCC told, the kind stands in KCC_REASON.
        if id == EventKind.linkNotice.messageID { return "…" }
        // A value of the configuration that is not as expected may be a secret in the wrong place.
        let refusals = [EventKind.startRefused.messageID, EventKind.configurationRefused.messageID]
        let isOfValues = id.map(refusals.contains) == true || text.hasPrefix("configuration: ")
        return sieve.sentence(isOfValues ? text.replacing(#/"[^"]*"/#, with: "\"…\"") : text)
    }
}
