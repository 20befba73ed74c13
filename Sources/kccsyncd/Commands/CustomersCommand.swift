import ArgumentParser
import Foundation
import Persistence
import SyncEngine

/// `kccsyncd customers …`.
struct CustomersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "customers",
        abstract: "KCC's customers, which orders are matched with.",
        subcommands: [Import.self, List.self, Redact.self]
    )

    /// `kccsyncd customers import FILE.csv`.
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read KCC's customers from a CSV file.",
            discussion:
                "Columns by name: COMPANY_CODE, COMPANY_NAME, ADDRESS:ADDRESS1, ADDRESS:TOWN, ADDRESS:POSTCODE, ADDRESS:COUNTRY2_CODE, and FORENAME, SURNAME, EMAIL where known."
        )

        @OptionGroup var option: ConfigurationOption
        @Argument(help: "The file.") var file: String

        func run() async throws {
            let rows: CustomerFile
            do {
                rows = try CustomerFile(path: file)
            } catch {
                Terminal.complain(error.description)
                throw ExitStatus.usage.code
            }
            for problem in rows.problems { Terminal.complain(problem) }
            try await Control(option: option).performAndPrint(.customers(rows.customers))
            if !rows.problems.isEmpty { throw ExitStatus.usage.code }
        }
    }

    /// `kccsyncd customers list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the customers that the store knows.")

        @OptionGroup var inquiry: Inquiry

        func run() async throws {
            try await inquiry.ask(.customers)
        }
    }
}
