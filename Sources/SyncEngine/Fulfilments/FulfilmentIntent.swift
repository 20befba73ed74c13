import Foundation

/// What is about to be sent for a shipment, or was when its outcome became unknown: committed with the job.
enum FulfilmentIntent: Codable, Sendable {
    case fulfil(FulfilmentRequest, before: [ShopifyID], lines: [LineUnits]?, sentAt: Date)
    case track(TrackingRequest, sentAt: Date)
    case prepare(PickupRequest, sentAt: Date)

    /// A line of the order before the request.
    struct LineUnits: Codable, Sendable, Equatable {
        var line: ShopifyID
        var unfulfilled: Int
        var current: Int?
    }

    /// A fulfilment, with what the order shows before it.
    static func fulfil(_ request: FulfilmentRequest, from view: FulfilmentView, at date: Date) -> Self {
        let lines = request.lines.compactMap { asked in view.lines.first { $0.id == asked.line } }
        return .fulfil(
            request,
            before: view.sent.map(\.id),
            lines: lines.map { LineUnits(line: $0.id, unfulfilled: $0.unfulfilled, current: $0.current) },
            sentAt: date
        )
    }

    var sentAt: Date {
        switch self {
        case .fulfil(_, _, _, let date), .track(_, let date), .prepare(_, let date): date
        }
    }

    /// Tells the same request from another one.
    var fingerprint: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let data =
            switch self {
            case .fulfil(let request, _, _, _): try? encoder.encode(request)
            case .track(let request, _): try? encoder.encode(request)
            case .prepare(let request, _): try? encoder.encode(request)
            }
        return StableHash.text(String(decoding: data ?? Data(), as: UTF8.self))
    }
}
