/// Why the order store did not do what it was asked, and what follows from it.
package struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    package var code: Code
    /// One line, lower-case start, no full stop; never holds a customer's data.
    package var message: String
    package var remedy: String

    package init(_ code: Code, _ message: String, remedy: String = "") {
        self.code = code
        self.message = message
        self.remedy = remedy
    }

    package var description: String {
        remedy.isEmpty ? message : "\(message); \(remedy)"
    }

    /// What happened.
    package enum Code: String, Sendable {
        /// No space left: nothing is lost, work stops until there is space again.
        case full
        /// Another program holds the database.
        case busy
        /// The file or its file system is read-only.
        case readOnly = "read_only"
        /// Reading or writing failed below SQLite.
        case inputOutput = "input_output"
        /// What was written did not reach the disk, and nobody can tell what of it did.
        case flushFailed = "flush_failed"
        /// Not a database, or a damaged one.
        case corrupt
        /// Made by a newer kccsyncd, or by another program.
        case foreign
        /// The file cannot be opened.
        case cannotOpen = "cannot_open"
        /// The work was called off; nothing of it happened.
        case cancelled
        /// A command named something that is not there, or that is not in the right state.
        case refused
        /// Anything else: a defect of ours.
        case `internal`
    }

    /// Whether trying again later can help without anybody mending anything in the program.
    package var isTemporary: Bool {
        switch code {
        case .full, .busy, .readOnly, .inputOutput, .cancelled: true
        case .flushFailed, .corrupt, .foreign, .cannotOpen, .refused, .internal: false
        }
    }
}
