import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// `orders export --format kcc-json`, asked of the daemon by somebody who may not read the store.
@Suite(.timeLimit(.minutes(30)))
struct ExportTests {
    /// Orders that KCC cannot be sent among others.
    enum Case: CaseIterable, CustomTestStringConvertible {
        case oneOfTwo
        case allOfThem
        case theFirstOfTwo
        case none
        case noOrders

        var testDescription: String {
            switch self {
            case .oneOfTwo: "the second of two cannot be sent"
            case .theFirstOfTwo: "the first of two cannot be sent"
            case .allOfThem: "none of two can be sent"
            case .none: "both can be sent"
            case .noOrders: "there are no orders"
            }
        }

        var numbers: [Int] { self == .noOrders ? [] : [1001, 1002] }

        var broken: [Int] {
            switch self {
            case .oneOfTwo: [1002]
            case .theFirstOfTwo: [1001]
            case .allOfThem: [1001, 1002]
            case .none, .noOrders: []
            }
        }
    }

    @Test(arguments: Case.allCases)
    func `C4: orders that cannot be sent reach the caller, the others are printed, the status says so`(
        _ input: Case
    ) async throws {
        let now = ManualNow()
        let shop = TestShop(now)
        for number in input.numbers {
            shop.orders.put(
                .paid(number)
                    .with {
                        // KCC takes no address without a country.
                        if input.broken.contains(number) {
                            $0.billingAddress?.countryCode = nil
                            $0.shippingAddress?.countryCode = nil
                        }
                    }
            )
        }
        try await Installation.run(ConfigurationText.linked, shops: [ConfigurationText.host: shop], now: now)
        { daemon in
            await daemon.round()
            let question = Question.export(.kccJSON, unacknowledged: true, channel: nil)
            let reply = await daemon.perform(.ask(question, json: false))
            // As it travels over the socket.
            let bytes = try JSONEncoder.control.encode(reply)
            let answer = try #require(JSONDecoder.control.decode(ControlReply.self, from: bytes).answer)
            let names = input.broken.map { "not sent: order \($0): " }
            #expect(answer.errors.count == names.count)
            for name in names { #expect(answer.errors.contains { $0.hasPrefix(name) }) }
            #expect(answer.status == (input.broken.isEmpty ? .done : .usage))
            let sent = Set(input.numbers).subtracting(input.broken)
            for number in input.numbers {
                #expect(
                    answer.lines.contains { $0.contains("\"AssociatedRef\":\"\(number)\"") }
                        == sent.contains(number)
                )
            }
        }
    }
}
