import SyncEngine

/// KCC's stock item upload: `{"Items": [StockItem…], "Deleted": […]}`, of which only codes are looked at.
struct StockItemUpload: Decodable {
    static let root = "StockItems"

    let items: Rows<Item>
    let deleted: [String]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Field.self)
        guard container.contains("Items") || container.contains("Deleted") else {
            throw UnreadableError(description: "expected Items and Deleted, found neither")
        }
        // The contract's table has an object around the list, its samples the list alone.
        items = container.object("Items", Nested.self)?.items ?? container.rows("Items", of: Item.self)
        deleted = container.rows("Deleted", of: DeletedItem.self).values.map(\.id)
    }

    private struct Nested: Decodable {
        let items: Rows<Item>

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Field.self)
            guard container.contains("Items") else {
                throw UnreadableError(description: "expected a list within Items, found none")
            }
            items = container.rows("Items", of: Item.self)
        }
    }

    struct Item: Decodable {
        let item: StockItemReport

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Field.self)
            guard let id = container.text("StockID"), let code = SKU(given: container.text("StockCode"))
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
