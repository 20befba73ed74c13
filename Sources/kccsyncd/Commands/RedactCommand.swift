import ArgumentParser
import Foundation

extension CustomersCommand {
    /// `kccsyncd customers redact REF|EMAIL`.
    struct Redact: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a customer's personal data for good.",
            discussion: """
                All orders of the customer lose names, addresses, e-mails, phones, notes and the like; what was sold, for how \
                much and when stays. Orders that KCC has yet to get are refused. It is asked for once more on a terminal; \
                elsewhere give --yes.

                With - in place of the customer it is read from standard input: what is given on the command line is \
                seen in the list of processes, and kept in the shell's history.
                """
        )

        @OptionGroup var option: ConfigurationOption
        @Argument(help: "An order of the customer's, an e-mail address, or - to read it from standard input.")
        var customer: String
        @Flag(help: "Do not ask.") var yes = false

        func run() async throws {
            let user = getuid()
            guard let customer = customer == "-" ? readLine() : customer,
                case let named = customer.trimmingCharacters(in: .whitespaces), !named.isEmpty
            else {
                Terminal.complain("expected an order or an e-mail address, found nothing")
                throw ExitStatus.usage.code
            }
            if !yes {
                guard isatty(0) == 1 else {
                    Terminal.complain("this removes data for good; where nobody can be asked, give --yes")
                    throw ExitStatus.usage.code
                }
                guard try await isMeant(named, user) else { return }
            }
            try await Control(option: option)
                .performAndPrint(.redact(customer: named, isRehearsal: false, user: user))
        }

        /// Shows what there is, and asks.
        private func isMeant(_ customer: String, _ user: UInt32) async throws -> Bool {
            let reply = try await Control(option: option)
                .perform(.redact(customer: customer, isRehearsal: true, user: user))
            Terminal.print(reply.lines)
            for error in reply.errors { Terminal.complain(error) }
            if reply.status != .done { throw reply.status.code }
            guard reply.number != nil else { return false }
            print("type yes to go on: ", terminator: "")
            fflush(nil)
            if readLine() == "yes" { return true }
            Terminal.complain("nothing was removed")
            return false
        }
    }
}
