import Foundation

/// The columns of a file of shipments: which there are, and which other names are probably meant for them.
struct ShipmentColumns {
    /// Every column that a file may have.
    static let known = [
        "ORDER_REF", "SHIPMENT_ID", "STOCK_CODE", "QUANTITY", "CONSIGNMENT_REF", "COURIER", "TRACKING_URL",
        "DESPATCHED_AT",
    ]

    /// What a file has that nothing is read of, in its order.
    let unused: [String]
    /// Why no line of the file can be used; empty where they can.
    let problems: [String]

    init(_ columns: ColumnNames) {
        let missing = Self.known.filter { !columns.has($0) }
        let others = columns.names.filter { !Self.known.contains($0.uppercased()) }
        unused = others
        guard columns.has("ORDER_REF") || others.contains(where: Self.meansOrder) else {
            problems = [
                "expected a first line with the column ORDER_REF (and \(Self.known.dropFirst().joined(separator: ", ")) where wanted)"
            ]
            return
        }
        var problems = columns.doubled.map { name, count in
            "column \(name): expected once, found \(count); remove or rename the others"
        }
        for name in others {
            guard let meant = Self.meant(by: name, among: missing) else { continue }
            problems.append(
                "column \(name.prefix(40)): unknown; did you mean \(meant)? Rename it, or remove it from the file"
            )
        }
        if problems.isEmpty, columns.has("QUANTITY"), !columns.has("STOCK_CODE") {
            problems.append("column QUANTITY: needs a column STOCK_CODE; add it, or remove QUANTITY")
        }
        self.problems = problems
    }

    /// Whether a name is probably meant for the column that every such file has.
    static func meansOrder(_ name: String) -> Bool { meant(by: name, among: known) == "ORDER_REF" }

    /// The column that a name that is none is probably meant for.
    ///
    /// - Parameter missing: Columns that the file does not have.
    static func meant(by name: String, among missing: [String]) -> String? {
        let words = name.uppercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
        let squeezed = words.joined()
        if let column = usual[squeezed] ?? words.lazy.compactMap({ certain[$0] }).first {
            return missing.contains(column) ? column : nil
        }
        let shapes = missing.map { (squeezed: $0.replacing("_", with: ""), column: $0) }
        if let near = NearestName.of(squeezed, among: shapes.map(\.squeezed)) {
            return shapes.first { $0.squeezed == near }?.column
        }
        return words.lazy.compactMap { telling[$0] }.first { missing.contains($0) }
    }

    /// Names that other programs give to these columns, without anything between their words.
    private static let usual: [String: String] = {
        let names: [String: [String]] = [
            "ORDER_REF": [
                "ORDER", "ORDERNO", "ORDERNUMBER", "ORDERNUM", "ORDERID", "ORDERNAME", "ORDERCODE", "REF",
                "REFERENCE", "ASSOCIATEDREF", "SALESORDER",
            ],
            "SHIPMENT_ID": [
                "SHIPMENT", "SHIPMENTNO", "SHIPMENTNUMBER", "SHIPMENTREF", "DESPATCHID", "DISPATCHID",
                "DESPATCHNO", "DISPATCHNO", "DELIVERYID", "DELIVERYNO", "DELIVERYNOTE", "PARCELID",
                "PACKAGEID",
            ],
            "STOCK_CODE": [
                "SKU", "SKUS", "ITEM", "ITEMS", "ITEMCODE", "ITEMNO", "ITEMNUMBER", "ITEMID", "PRODUCT",
                "PRODUCTCODE", "PRODUCTID", "PRODUCTNO", "CODE", "STOCK", "STOCKID", "STOCKNO", "STOCKITEM",
                "PART", "PARTNO", "PARTNUMBER", "ARTICLE", "ARTICLENO", "VARIANT", "VARIANTSKU",
            ],
            "QUANTITY": [
                "QTY", "QTYS", "QUANTITIES", "QUANT", "UNIT", "UNITS", "AMOUNT", "COUNT", "PIECES", "PCS",
                "NUMBEROFUNITS", "SHIPPED",
            ],
            "CONSIGNMENT_REF": [
                "TRACKING", "TRACKINGNUMBER", "TRACKINGNO", "TRACKINGNUM", "TRACKINGNUMBERS", "TRACKINGREF",
                "TRACKINGCODE", "TRACKINGID", "TRACK", "CONSIGNMENT", "CONSIGNMENTNO", "CONSIGNMENTNUMBER",
                "CONSIGNMENTID", "CONSIGNMENTCODE", "CONREF", "PARCELNO", "PARCELNUMBER", "WAYBILL", "AWB",
                "BARCODE",
            ],
            "COURIER": [
                "CARRIER", "CARRIERNAME", "CARRIERCODE", "COURIERNAME", "COURIERCODE", "SHIPPER",
                "SHIPPEDBY", "SHIPPINGCOMPANY", "TRACKINGCOMPANY", "SERVICE", "HAULIER",
            ],
            "TRACKING_URL": ["URL", "LINK", "TRACKINGLINK", "TRACKURL", "TRACKLINK", "HREF"],
            "DESPATCHED_AT": [
                "DATE", "DESPATCHDATE", "DISPATCHDATE", "DESPATCHEDON", "DISPATCHEDON", "DISPATCHEDAT",
                "DATEDESPATCHED", "DATEDISPATCHED", "SHIPDATE", "SHIPPEDAT", "SHIPPEDON", "SHIPPINGDATE",
                "SHIPMENTDATE", "DATESHIPPED", "SHIPPEDDATE", "DESPATCHTIME", "SENTAT", "SENTON",
            ],
        ]
        return names.reduce(into: [:]) { all, entry in
            for name in entry.value { all[name] = entry.key }
        }
    }()

    /// Words that decide what a longer name means, however it is spelt otherwise.
    private static let certain = ["SKU": "STOCK_CODE", "QTY": "QUANTITY", "QUANTITY": "QUANTITY"]

    /// Words that a longer name has for one of these columns alone.
    private static let telling = [
        "STOCKCODE": "STOCK_CODE", "TRACKING": "CONSIGNMENT_REF", "CONSIGNMENT": "CONSIGNMENT_REF",
        "COURIER": "COURIER",
        "CARRIER": "COURIER", "DESPATCHED": "DESPATCHED_AT", "DISPATCHED": "DESPATCHED_AT",
    ]
}
