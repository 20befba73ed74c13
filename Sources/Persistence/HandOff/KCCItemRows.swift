import Foundation
internal import GRDB
import SyncEngine

/// Remembers KCC's stock codes, inside a transaction, so that an order with one that KCC lacks can be named before KCC refuses it.
struct KCCItemRows {
    let db: GRDB.Database
    let channel: LinkedChannel
    /// When the report arrived.
    let arrival: Arrival

    private var now: Date { arrival.at }
    private var repetitions: RepetitionRows { RepetitionRows(db: db, channel: channel.name) }
    private var notices: NoticeRows { NoticeRows(db: db, channel: channel, now: now) }

    func take(_ item: StockItemReport, _ outcome: inout ReportOutcome) throws {
        try forgetCodes(item.stockID)
        var codes = [("StockCode", item.stockCode)] + item.barcodes.map { ("Barcode", SKU($0)) }
        if let other = item.otherRef { codes.append(("OtherRef", SKU(other))) }
        for (kind, code) in codes where !code.isEmpty {
            try db.cachedStatement(sql: "INSERT OR IGNORE INTO kcc_stock_code VALUES (?, ?, ?, ?)")
                .execute(arguments: [channel.name, kind, code, item.stockID])
        }
        try KCCLevelRows(db: db, channel: channel, now: now)
            .rename(item.stockID, to: item.stockCode, arrival, &outcome)
        try repetitions.remember(item.stockCode, of: item.stockID, arrival)
    }

    /// KCC has deleted an item.
    func delete(_ stockID: String, _ outcome: inout ReportOutcome) throws {
        try forgetCodes(stockID)
        let codes = try KCCLevelRows(db: db, channel: channel, now: now).forget(stockID, exceptCode: nil)
        try db.execute(
            sql: "DELETE FROM kcc_level WHERE channel = ? AND stock_id = ?",
            arguments: [channel.name, stockID]
        )
        try repetitions.remember(nil, of: stockID, arrival)
        for code in codes {
            try notices.raise(
                .itemDeleted,
                subject: code.text,
                "KCC has deleted stock code \(code); its levels are not sent any more, and what Shopify offers of it stays as it is",
                "take it off sale in Shopify if it is gone, then dismiss this",
                &outcome
            )
        }
    }

    private func forgetCodes(_ stockID: String) throws {
        try db.cachedStatement(sql: "DELETE FROM kcc_stock_code WHERE channel = ? AND stock_id = ?")
            .execute(arguments: [channel.name, stockID])
    }
}
