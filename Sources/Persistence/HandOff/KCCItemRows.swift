import Foundation
internal import GRDB
import SyncEngine

/// Takes KCC's items, inside a transaction: their codes, so that an order with one that KCC lacks can be named before KCC
/// refuses it, and what follows for their levels.
struct KCCItemRows {
    let db: GRDB.Database
    let channel: LinkedChannel
    /// When the report arrived first.
    let arrival: Arrival
    let levels: KCCLevelRows

    private var facts: KCCFactRows { KCCFactRows(db: db, channel: channel.name) }

    /// Takes an item, as far as nothing newer is known of it.
    func take(_ report: StockItemReport, _ changes: inout KCCLevelRows.Changes) throws {
        var item = try facts.item(report.stockID)
        guard arrival.number > item.deletion else { return }
        item.name(report.stockCode, arrival.number)
        let isNewest = arrival.number >= item.itemArrival
        if isNewest { item.itemArrival = arrival.number }
        try facts.save(item, report.stockID)
        let code = item.current ?? report.stockCode
        if isNewest { try remember(report, code) }
        try levels.rename(report.stockID, to: code, &changes)
    }

    /// KCC has deleted an item.
    func delete(_ stockID: String, _ changes: inout KCCLevelRows.Changes) throws {
        var item = try facts.item(stockID)
        guard arrival.number > item.deletion else { return }
        item.deletion = arrival.number
        try facts.save(item, stockID)
        if item.itemArrival <= arrival.number { try forgetCodes(stockID) }
        try levels.delete(stockID, arrival, isGone: item.current == nil, &changes)
    }

    private func remember(_ report: StockItemReport, _ code: SKU) throws {
        try forgetCodes(report.stockID)
        var codes = [("StockCode", code)] + report.barcodes.map { ("Barcode", SKU($0)) }
        if let other = report.otherRef { codes.append(("OtherRef", SKU(other))) }
        for (kind, code) in codes where !code.isEmpty {
            try db.cachedStatement(sql: "INSERT OR IGNORE INTO kcc_stock_code VALUES (?, ?, ?, ?)")
                .execute(arguments: [channel.name, kind, code, report.stockID])
        }
    }

    private func forgetCodes(_ stockID: String) throws {
        try db.cachedStatement(sql: "DELETE FROM kcc_stock_code WHERE channel = ? AND stock_id = ?")
            .execute(arguments: [channel.name, stockID])
    }
}
