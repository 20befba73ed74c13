import SyncEngine

/// KCC's stock level upload: `{"Statuses": [StockStatus…]}`.
struct StockStatusUpload: Decodable {
    static let root = "StockStatuses"

    let statuses: Rows<Status>

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Field.self)
        guard let statuses = try container.list("Statuses", of: Status.self) else {
            throw UnreadableError(description: "expected Statuses, found none")
        }
        self.statuses = statuses
    }

    /// One item at one site.
    struct Status: Decodable {
        private(set) var row: LevelReportRow

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Field.self)
            guard let code = try container.code("StockCode"), let id = container.text("StockID"),
                let site = container.text("SiteID")
            else {
                throw UnreadableError(
                    description: "expected StockCode, StockID and SiteID, found a row without one"
                )
            }
            // What there is stands alone; an item without levels is built from others when it is ordered.
            let levels = container.object("Levels", Levels.self)
            let potential = container.object("RelationshipPotential", Potential.self)
            row = LevelReportRow(
                stockCode: code,
                stockID: id,
                siteID: site,
                level: levels == nil ? potential?.fromChildren : levels?.available
            )
            row.found = levels?.found
        }
    }

    private struct Levels: Decodable {
        let available: Amount?
        /// What stands in its place, where it is no number.
        let found: String?

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Field.self)
            available = container.number("Available")
            found = available == nil ? container.text("Available") : nil
        }
    }

    private struct Potential: Decodable {
        let fromChildren: Amount?

        init(from decoder: any Decoder) throws {
            fromChildren = try decoder.container(keyedBy: Field.self).number("FromChildren")
        }
    }
}
