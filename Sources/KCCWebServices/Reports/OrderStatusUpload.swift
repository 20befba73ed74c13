import Foundation
import SyncEngine

/// KCC's order status upload: `{"Statuses": [SalesOrderStatus…]}`.
struct OrderStatusUpload: Decodable {
    static let root = "OrderStatuses"

    let statuses: Rows<Status>

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Field.self)
        guard let statuses = try container.list("Statuses", of: Status.self) else {
            throw UnreadableError(description: "expected Statuses, found none")
        }
        self.statuses = statuses
    }

    /// One order's status; KCC's table calls the field `OrderStatus`, all its samples `Status`.
    struct Status: Decodable {
        let report: OrderReport
        let shipmentTimes: [[String?]]
        /// Shipments that cannot be read.
        let unreadable: Int

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Field.self)
            let shipments = container.rows("Shipments", of: Shipment.self)
            unreadable = shipments.unreadable
            shipmentTimes = shipments.values.map(\.times)
            report = OrderReport(
                id: container.text("OrderID"),
                code: container.text("OrderCode"),
                status: Self.word(
                    container.text("Status") ?? container.text("OrderStatus"),
                    StatusWords.order
                ),
                customData: container.text("CustomData"),
                associatedRef: container.text("AssociatedRef"),
                shipments: shipments.values.map(\.report)
            )
            guard report.id ?? report.code ?? report.customData ?? report.associatedRef != nil else {
                throw UnreadableError(description: "expected an order's id or reference, found none")
            }
        }

        static func word(_ text: String?, _ words: [String: String]) -> String {
            guard let text else { return "" }
            return words[text.lowercased()] ?? text
        }

        /// The report, with its shipments' dates read in a zone.
        func report(in zone: TimeZone) -> OrderReport {
            var report = report
            for shipment in report.shipments.indices {
                for package in report.shipments[shipment].packages.indices {
                    report.shipments[shipment].packages[package].shippedAt =
                        shipmentTimes[shipment][package].flatMap { ReportedTime.parse($0, in: zone) }
                }
            }
            return report
        }
    }

    struct Shipment: Decodable {
        let report: ShipmentReport
        /// The packages' dates as they are written.
        let times: [String?]

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Field.self)
            guard let id = container.text("ID") else {
                throw UnreadableError(description: "expected a shipment's ID, found none")
            }
            let packages = container.rows("Packages", of: Package.self).values
            times = packages.map(\.time)
            report = ShipmentReport(
                id: id,
                code: container.text("Code"),
                status: Status.word(container.text("Status"), StatusWords.shipment),
                items: container.rows("Items", of: Item.self).values.map(\.item),
                packages: packages.map(\.package)
            )
        }
    }

    struct Item: Decodable {
        let item: ShipmentReport.Item

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Field.self)
            item = ShipmentReport.Item(
                orderItem: container.text("OrderItemID"),
                id: container.text("ShipmentItemID"),
                sku: SKU(given: container.text("SKU")),
                quantity: container.number("Quantity"),
                importRef: container.text("ImportRef"),
                itemRef: container.text("WebsiteItemRef") ?? container.text("WebItemRef")
            )
        }
    }

    struct Package: Decodable {
        let package: ShipmentReport.Package
        let time: String?

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Field.self)
            time = container.text("ShipmentDate")
            package = ShipmentReport.Package(
                consignment: container.text("ConsignmentRef"),
                courier: container.object("Courier", Courier.self)?.courier,
                shippedAt: nil
            )
        }
    }

    /// Named in up to three ways at once, or as a text, which is then its name.
    struct Courier: Decodable {
        let courier: ShipmentReport.Courier

        init(from decoder: any Decoder) throws {
            if let container = try? decoder.container(keyedBy: Field.self) {
                courier = ShipmentReport.Courier(
                    id: container.text("ID"),
                    code: container.text("Code"),
                    name: container.text("Name")
                )
            } else {
                courier = ShipmentReport.Courier(
                    id: nil,
                    code: nil,
                    name: try LenientText(from: decoder).value
                )
            }
            guard courier.id ?? courier.code ?? courier.name != nil else {
                throw UnreadableError(description: "expected a courier, found a blank one")
            }
        }
    }
}

/// The words of KCC's statuses, in any case, and the numbers that stood for them until 2018.
enum StatusWords {
    static let order = table([
        "Received": "1", "Shipping": "2", "PartialShip": "3", "Complete": "4", "Cancelled": "100",
    ])

    /// 20 stood for two of them and so for none.
    static let shipment = table([
        "Released": "9", "Staging": "10", "Payment": "11", "Picking": "12", "Packing": "13", "Shipping": "14",
        "Invoicing": "15", "Issue": "16", "AwaitingStock": "18", "ManualHold": "19", "TermsHold": "21",
        "Processing": "", "AwaitingDate": "", "Archived": "",
    ])

    private static func table(_ words: [String: String]) -> [String: String] {
        words.reduce(into: [:]) { table, entry in
            table[entry.key.lowercased()] = entry.key
            if !entry.value.isEmpty { table[entry.value] = entry.key }
        }
    }
}
