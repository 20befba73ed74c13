import Foundation
import Glibc
import SyncEngine

/// The person at the terminal; prompts go to standard error, so that standard output can be kept.
struct Console {
    /// Restores the terminal when the program is ended in the middle of a secret.
    let interruptions: Interruptions

    /// The console; nil where standard input is no terminal.
    init?(_ interruptions: Interruptions) {
        guard isatty(STDIN_FILENO) == 1 else { return nil }
        self.interruptions = interruptions
    }

    /// Says something between two questions.
    func say(_ text: String) { Self.write("  \(text)\n") }

    /// Asks and waits for a line.
    ///
    /// - Parameter standard: The answer of whoever just presses return.
    /// - Returns: The line without the blanks around it; never empty.
    /// - Throws: `.usage` at the end of the input.
    func ask(_ question: String, standard: String? = nil) throws(SetupError) -> String {
        while true {
            Self.write("\(question)\(standard.map { " [\($0)]" } ?? ""): ")
            let answer = try line()
            if let answer = answer.isEmpty ? standard : answer { return answer }
        }
    }

    /// Asks for something that the terminal does not show.
    func askHidden(_ question: String) throws(SetupError) -> String {
        try interruptions.hidden { () throws(SetupError) in
            while true {
                Self.write("\(question) (not shown): ")
                let answer = try line()
                if !answer.isEmpty { return answer }
            }
        }
    }

    /// A terminal hands out one line at a time.
    private func line() throws(SetupError) -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(STDIN_FILENO, &bytes, bytes.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                Self.write("\n")
                throw SetupError(.usage, "the questions were not answered; nothing was written")
            }
            return String(decoding: bytes.prefix(count), as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    private static func write(_ text: String) {
        // What was printed before the question must be seen before it.
        fflush(nil)
        FileHandle.standardError.write(Data(text.utf8))
    }
}
