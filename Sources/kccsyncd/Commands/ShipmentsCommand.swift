import ArgumentParser
import Foundation
import SyncEngine

/// `kccsyncd shipments …`.
struct ShipmentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shipments",
        abstract: "Despatches: tell them and see what became of them.",
        subcommands: [Add.self, Import.self, List.self]
    )

    /// `kccsyncd shipments add REF`.
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell that an order, or part of it, has left.",
            discussion: "Without --line all that remains of the order has left."
        )

        @OptionGroup var option: ConfigurationOption
        @Argument(help: "The associated ref, Shopify's name, or the gid.") var order: String
        @Option(help: ArgumentHelp("What left; may be repeated.", valueName: "sku=qty"))
        var line: [String] = []
        @Option(help: "A tracking number; may be repeated, one per parcel.") var tracking: [String] = []
        @Option(help: "The carrier.") var carrier: String?
        @Option(help: "Where the parcels can be followed; once for all numbers, or once for each.")
        var url: [String] = []
        @Option(help: "Your own id of the shipment: the same id told twice is one shipment.") var id: String?

        func run() async throws {
            let shipment: ToldShipment
            do throws(OptionProblem) {
                shipment = try told()
            } catch {
                Terminal.complain("\(error.option): \(error.reason)")
                throw ExitStatus.usage.code
            }
            try await Control(option: option).performAndPrint(.shipments([shipment]))
        }

        /// An option that does not hold what it should.
        struct OptionProblem: Error {
            var option: String
            var reason: String
        }

        /// What the options say.
        func told() throws(OptionProblem) -> ToldShipment {
            var shipment = ToldShipment(order: order, reference: try Self.filled(id, "--id", "an id"))
            for text in line {
                guard let line = Self.line(text) else {
                    throw OptionProblem(
                        option: "--line",
                        reason: "expected SKU=QTY such as TEA-250=2, found \"\(text)\""
                    )
                }
                shipment.lines.append(line)
            }
            var numbers: [String] = []
            for text in tracking {
                let found = Tracking.numbers(in: text)
                guard !found.isEmpty else {
                    throw OptionProblem(
                        option: "--tracking",
                        reason:
                            "expected a tracking number, found \"\(text)\"; leave it out where there is none yet"
                    )
                }
                numbers += found
            }
            shipment.tracking = Tracking(
                numbers: numbers,
                company: try Self.filled(carrier, "--carrier", "a carrier's name")
            )
            try link(&shipment)
            return shipment
        }

        /// Gives the numbers their links.
        private func link(_ shipment: inout ToldShipment) throws(OptionProblem) {
            let numbers = shipment.tracking.numbers
            for text in url where !Tracking.isLink(text) {
                throw OptionProblem(
                    option: "--url",
                    reason: "expected a link such as https://example.com/track/JD1, found \"\(text)\""
                )
            }
            guard url.count < 2 || url.count == numbers.count else {
                throw OptionProblem(
                    option: "--url",
                    reason:
                        "expected one, or one for each of \(Counted.text(numbers.count, "number", "numbers")), found \(url.count)"
                )
            }
            guard url.isEmpty || !numbers.isEmpty else {
                throw OptionProblem(option: "--url", reason: "a link needs a number; add --tracking")
            }
            if url.count == 1 {
                shipment.url = url[0]
            } else if !url.isEmpty {
                shipment.tracking = Tracking(
                    zip(numbers, url).map { Tracking.Parcel(number: $0, link: $1) },
                    company: shipment.tracking.company
                )
            }
        }

        private static func filled(_ text: String?, _ option: String, _ what: String) throws(OptionProblem)
            -> String?
        {
            guard let text else { return nil }
            let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
            guard trimmed.isEmpty else { return trimmed }
            throw OptionProblem(option: option, reason: "expected \(what), found \"\(text)\"")
        }

        /// A SKU may hold an equals sign itself, so the last one counts.
        private static func line(_ text: String) -> Shipment.Line? {
            guard let split = text.lastIndex(of: "="),
                let quantity = Int(text[text.index(after: split)...]), (1...1_000_000_000).contains(quantity)
            else { return nil }
            return SKU(given: String(text[..<split])).map { Shipment.Line(sku: $0, quantity: quantity) }
        }
    }

    /// `kccsyncd shipments import FILE.csv`.
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell the despatches of a CSV or tab-separated file.",
            discussion:
                "Columns by name: ORDER_REF, and SHIPMENT_ID, STOCK_CODE, QUANTITY, CONSIGNMENT_REF, COURIER, TRACKING_URL, DESPATCHED_AT where wanted. Lines with one SHIPMENT_ID, or without any with one ORDER_REF, are one shipment."
        )

        @OptionGroup var option: ConfigurationOption
        @Argument(help: "The file.") var file: String
        @Flag(help: "Take nothing if a single line cannot be taken.") var strict = false

        func run() async throws {
            let control = Control(option: option)
            let input = try InputFile(file)
            let files = FileImport(name: file, channels: [], perform: { try await control.perform($0) })
            let source = try input.source()
            guard strict else { return try await files.shipments(source).finish() }
            let report = try await files.allShipments(source)
            guard report.refused > 0 || report.status != .done else { return try report.finish() }
            for line in report.lines { Terminal.complain(line) }
            throw max(report.status, .usage).code
        }
    }

    /// `kccsyncd shipments list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List shipments and their state.")

        @OptionGroup var inquiry: Inquiry

        func run() async throws {
            try await inquiry.ask(.shipments)
        }
    }
}
