import ArgumentParser
import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// What the tests of shipments share: one linked channel, an order of 2 TEA and 1 POT, and every way in.
enum ShipmentFault {
    static let order = ShopifyID.order(1001)
    /// When the order was placed.
    static let day: TimeInterval = 86_400

    static func run(
        _ text: String = ConfigurationText.linked,
        placed: Date = Instants.placed,
        _ body: (Installation, TestShop, KCC) async throws -> Void
    ) async throws {
        try await KCC.linked(text) { daemon, shop, kcc in
            shop.sell(
                .paid(1001, at: placed)
                    .with {
                        $0.lines = [
                            .units(2, of: "TEA", at: "10", line: 1), .units(1, of: "POT", at: "5", line: 2),
                        ]
                    }
            )
            await daemon.round()
            try await body(daemon, shop, kcc)
        }
    }

    /// KCC's shipments of the whole order, as it reports them.
    static func report(_ packages: [String], status: String = "Issue") -> String {
        #"[{"ID":"S1","Code":"INV1","Status":"\#(status)","Items":[{"OrderItemID":"1","ShipmentItemID":"1","SKU":"TEA","Quantity":2},{"OrderItemID":"2","ShipmentItemID":"2","SKU":"POT","Quantity":1}],"Packages":[\#(packages.joined(separator: ","))]}]"#
    }

    /// A package of KCC's.
    static func package(_ number: String?, _ courier: String? = nil, at time: String? = nil) -> String {
        let fields = [
            number.map { #""ConsignmentRef":\#(text($0))"# },
            courier.map { #""Courier":{"Code":\#(text($0))}"# },
            time.map { #""ShipmentDate":\#(text($0))"# },
        ]
        return "{\(fields.compactMap(\.self).joined(separator: ","))}"
    }

    private static func text(_ text: String) -> String {
        String(decoding: (try? JSONEncoder().encode(text)) ?? Data(), as: UTF8.self)
    }

    /// How a shipment is reported to the daemon.
    enum Way: String, Sendable {
        case command = "shipments add"
        case file = "shipments import"
        case inbox
        case kcc = "KCC's status"

        /// Reports the whole order as one shipment.
        func report(
            _ numbers: String,
            _ carrier: String? = nil,
            link: String? = nil,
            isDiscarded: Bool = false,
            _ daemon: Installation,
            _ kcc: KCC
        )
            async throws
        {
            switch self {
            case .command:
                var arguments = ["1001", "--id", "S1"]
                if !numbers.isEmpty { arguments += ["--tracking", numbers] }
                if let carrier { arguments += ["--carrier", carrier] }
                if let link { arguments += ["--url", link] }
                #expect(try await daemon.shipments(arguments).status == .done)
            case .file, .inbox:
                let text = """
                    ORDER_REF\tSHIPMENT_ID\tCONSIGNMENT_REF\tCOURIER\tTRACKING_URL
                    1001\tS1\t\(numbers)\t\(carrier ?? "")\t\(link ?? "")

                    """
                if self == .inbox {
                    try await daemon.drop(text)
                } else {
                    #expect(try await daemon.importShipments(text).refused == (isDiscarded ? 1 : 0))
                }
            case .kcc:
                let package = ShipmentFault.package(numbers, carrier)
                try await kcc.status(of: "1001", "Complete", shipments: ShipmentFault.report([package]))
            }
        }
    }
}

extension Installation {
    /// `kccsyncd shipments add …`, from its arguments.
    func shipments(_ arguments: [String]) async throws -> ControlReply {
        let command = try #require(
            try ShipmentsCommand.Add.parseAsRoot(arguments) as? ShipmentsCommand.Add
        )
        let told: ToldShipment
        do throws(ShipmentsCommand.Add.OptionProblem) {
            told = try command.told()
        } catch {
            return ControlReply(.usage, error: "\(error.option): \(error.reason)")
        }
        return await perform(.shipments([told]))
    }

    /// `kccsyncd shipments import FILE`.
    func importShipments(_ text: String, isDryRun: Bool = false, isStrict: Bool = false) async throws
        -> FileImport.Report
    {
        let files = FileImport(name: "ships.csv", channels: [], perform: { await self.perform($0) })
        let source = ByteSource(Data(text.utf8))
        if isStrict { return try await files.allShipments(source) }
        return try await isDryRun ? files.checkShipments(source) : files.shipments(source)
    }

    /// A file in the inbox.
    func drop(_ text: String) async throws {
        let inbox = Inbox(log: log, now: { Date().addingTimeInterval(100) })
        let path = folder.path("inbox")
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try Data(text.utf8).write(to: URL(filePath: path + "/ships.csv"))
        for _ in 0..<2 { await inbox.look(path, channels: ["web"]) { await self.perform($0) } }
        #expect(!FileManager.default.fileExists(atPath: path + "/ships.csv"))
    }
}

extension TestShop {
    /// The one fulfilment of the order that these tests are about.
    func fulfilment() throws -> FulfilmentView.Sent {
        let sent = sent(ShipmentFault.order)
        #expect(sent.count == 1)
        return try #require(sent.first)
    }

    /// Mails about the order's fulfilments.
    var mailCount: Int { sent(ShipmentFault.order).reduce(0) { $0 + mails($1.id) } }
}
