package import SyncEngine

/// The whole answer to KCC's "OrderDownload".
package enum OrdersDocument {
    /// How KCC is to find the customers of one page; orders of both kinds never share a page.
    package enum Kind: String, Sendable, CaseIterable {
        /// By the URN that each order carries.
        case coded
        /// By address and name.
        case matched
    }

    /// The answer's body in UTF-8; one without orders is complete, too.
    package static func text(
        orders: [WireValue],
        kind: Kind,
        kcc: KCCSettings,
        format: WireFormat
    ) -> [UInt8] {
        let document = WireValue.record([
            "Orders": .list(child: "SalesOrder", orders),
            "ApiVersion": .whole(1000),
            "Config": config(kind, kcc),
        ])
        return switch format {
        case .json: JSONText.bytes(document)
        case .xml: XMLText.bytes(document, root: "SalesOrderImport")
        }
    }

    private static func config(_ kind: Kind, _ kcc: KCCSettings) -> WireValue {
        func words(_ words: [String]) -> WireValue { .repeated(words.map { .text($0) }) }
        return .record([
            // Matching by code stands alone by KCC's contract.
            "MatchCompanyOn": words(kind == .coded ? ["CompanyCode"] : kcc.matchCompanyOn),
            "MatchAddressOn": words(kcc.matchAddressOn),
            "MatchContactOn": words(kcc.matchContactOn),
            "DiscontinuedItems": .text(kcc.discontinuedItems.word),
            "RunToZeroErrorItems": .text(kcc.runToZeroItems.word),
            "ImportAsUnconfirmed": .flag(kcc.importAsUnconfirmed),
        ])
    }
}
