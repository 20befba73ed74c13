package import Foundation

/// What KCC says of one of its orders: a row of its order status upload.
///
/// Words of KCC's that are not known are kept as they came; they change nothing.
package struct OrderReport: Sendable, Equatable, Codable {
    /// KCC's own id of the order, which never changes.
    package var id: String?
    /// KCC's own number of it, for people.
    package var code: String?
    /// Such as `Received`, `PartialShip`, `Complete` or `Cancelled`.
    package var status: String
    /// Our `CustomData`: the order's gid.
    package var customData: String?
    package var associatedRef: String?
    package var shipments: [ShipmentReport]

    package init(
        id: String?,
        code: String?,
        status: String,
        customData: String?,
        associatedRef: String?,
        shipments: [ShipmentReport]
    ) {
        self.id = id
        self.code = code
        self.status = status
        self.customData = customData
        self.associatedRef = associatedRef
        self.shipments = shipments
    }

    /// What it is called in messages.
    package var subject: String {
        [associatedRef, code, id, customData].compactMap(\.self).first { !$0.isEmpty }
            ?? "an order without any name"
    }

    /// Whether KCC regards the order as despatched, in part or in whole.
    var saysDespatched: Bool { status == "Complete" || status == "PartialShip" }
}

/// What KCC says of one shipment of an order.
package struct ShipmentReport: Sendable, Equatable, Codable {
    /// Stable; the code may change.
    package var id: String
    /// The invoice's number, for people.
    package var code: String?
    /// Such as `Picking`, `Issue` or `Archived`.
    package var status: String
    package var items: [Item]
    package var packages: [Package]

    package init(id: String, code: String?, status: String, items: [Item], packages: [Package]) {
        self.id = id
        self.code = code
        self.status = status
        self.items = items
        self.packages = packages
    }

    /// Units of one of KCC's order lines.
    package struct Item: Sendable, Equatable, Codable {
        /// KCC's id of the order's line.
        package var orderItem: String?
        /// KCC's id of this line of the shipment.
        package var id: String?
        /// KCC's stock code, which need not be the SKU that we sent.
        package var sku: SKU?
        /// Nil where KCC's figure is no number.
        package var quantity: Amount?
        /// Our `ImportRef`: the line's gid.
        package var importRef: String?
        /// Our `WebItemRef`: the gid's number.
        package var itemRef: String?

        package init(
            orderItem: String?,
            id: String?,
            sku: SKU?,
            quantity: Amount?,
            importRef: String?,
            itemRef: String?
        ) {
            self.orderItem = orderItem
            self.id = id
            self.sku = sku
            self.quantity = quantity
            self.importRef = importRef
            self.itemRef = itemRef
        }

        /// What the quantity that was sent of it is remembered by; nil where nothing tells the item apart.
        var key: String? {
            [id, orderItem, importRef, itemRef, sku?.text].compactMap(\.self).first { !$0.isEmpty }
        }
    }

    /// A parcel.
    package struct Package: Sendable, Equatable, Codable {
        /// The tracking number; nil or blank until it is known.
        package var consignment: String?
        package var courier: Courier?
        package var shippedAt: Date?

        package init(consignment: String?, courier: Courier?, shippedAt: Date?) {
            self.consignment = consignment
            self.courier = courier
            self.shippedAt = shippedAt
        }
    }

    /// KCC's courier, named in up to three ways at once.
    package struct Courier: Sendable, Hashable, Codable {
        package var id: String?
        package var code: String?
        package var name: String?

        package init(id: String?, code: String?, name: String?) {
            self.id = id
            self.code = code
            self.name = name
        }

        /// The way that `[carriers]` knows, else the courier's name, else its code.
        func text(knownTo carriers: [String: String]) -> String? {
            let names = [id, code, name].compactMap(\.self).filter { !$0.isEmpty }
            return names.first { carriers[$0] != nil }
                ?? [name, code, id].compactMap(\.self).first { !$0.isEmpty }
        }
    }

    /// Every tracking number once, in KCC's order; a package may name several.
    var numbers: [String] {
        Tracking(numbers: packages.flatMap { Tracking.numbers(in: $0.consignment ?? "") }).numbers
    }

    /// Tells what is reported apart, whatever order KCC lists it in.
    package func digest(in order: OrderReport) -> String {
        let items = items.map { item in
            [
                item.orderItem, item.id, item.sku?.text, item.quantity?.description, item.importRef,
                item.itemRef,
            ]
            .map { $0 ?? "" }.joined(separator: "\u{1F}")
        }
        let parcels = packages.map { parcel in
            [
                parcel.consignment, parcel.courier?.id, parcel.courier?.code, parcel.courier?.name,
                parcel.shippedAt.map { String(Int64($0.timeIntervalSince1970)) },
            ]
            .map { $0 ?? "" }.joined(separator: "\u{1F}")
        }
        let text =
            ([status, String(order.saysDespatched)] + items.sorted() + [""] + parcels.sorted())
            .joined(separator: "\u{1E}")
        return StableHash.text(text)
    }
}
