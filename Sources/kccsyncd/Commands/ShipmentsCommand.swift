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
        @Option(help: "Where the parcel can be followed.") var url: String?
        @Option(help: "Your own id of the shipment: the same id told twice is one shipment.") var id: String?

        func run() async throws {
            var shipment = ToldShipment(order: order, reference: id)
            for text in line {
                guard let parsed = Self.line(text) else {
                    Terminal.complain("--line: expected SKU=QTY such as TEA-250=2, found \"\(text)\"")
                    throw ExitStatus.usage.code
                }
                shipment.add(parsed, tracking: nil, carrier: nil, url: nil, despatchedAt: nil)
            }
            shipment.tracking = tracking
            shipment.carrier = carrier
            shipment.url = url
            try await Control(option: option).performAndPrint(.shipments([shipment]))
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

        func run() async throws {
            let control = Control(option: option)
            let files = FileImport(name: file, channels: [], perform: { try await control.perform($0) })
            try await files.shipments(try InputFile(file).source()).finish()
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
