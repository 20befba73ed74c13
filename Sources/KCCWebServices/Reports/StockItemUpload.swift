import SyncEngine

/// KCC's stock item upload: `{"Items": [StockItem…], "Deleted": […]}`, of which only codes are looked at.
struct StockItemUpload: Decodable {
    static let root = "StockItems"

    let items: Rows<Item>
    let deleted: [String]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Field.self)
        let items = try Self.items(in: container)
        let deleted = try container.list("Deleted", of: DeletedItem.self)
        guard items != nil || deleted != nil else {
            throw UnreadableError(description: "expected Items and Deleted, found neither")
        }
        self.items = items ?? Rows()
        self.deleted = (deleted ?? Rows()).values.map(\.id)
    }

    /// The contract's table has an object around the list, its samples the list alone.
    private static func items(in container: KeyedDecodingContainer<Field>) throws -> Rows<Item>? {
        guard let nested = try? container.nestedContainer(keyedBy: Field.self, forKey: "Items"),
            nested.contains("Items")
        else { return try container.list("Items", of: Item.self) }
        return try nested.list("Items", of: Item.self)
    }

    struct Item: Decodable {
        let item: StockItemReport

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Field.self)
            guard let id = container.text("StockID"), let code = try container.code("StockCode")
            else {
                throw UnreadableError(
                    description: "expected StockID and StockCode, found an item without one"
                )
            }
            item = StockItemReport(
                stockID: id,
                stockCode: code,
                otherRef: container.text("OtherRef"),
                barcodes: container.rows("Barcodes", of: Barcode.self).values.map(\.code)
            )
        }
    }

    private struct Barcode: Decodable {
        let code: String

        init(from decoder: any Decoder) throws {
            let nested = (try? decoder.container(keyedBy: Field.self))?.text("Barcode")
            guard let code = try nested ?? LenientText(from: decoder).value else {
                throw UnreadableError(description: "expected a barcode, found a blank one")
            }
            self.code = code
        }
    }

    /// An id alone, or an object with one.
    private struct DeletedItem: Decodable {
        let id: String

        init(from decoder: any Decoder) throws {
            let nested = (try? decoder.container(keyedBy: Field.self))?.text("StockID")
            guard let id = try nested ?? LenientText(from: decoder).value else {
                throw UnreadableError(description: "expected the id of a deleted item, found a blank one")
            }
            self.id = id
        }
    }
}
