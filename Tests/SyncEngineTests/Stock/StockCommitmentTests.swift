import SyncEngine
import Testing

/// `docs/stock-protocol.md`, "Which orders are in U".
@Suite struct StockCommitmentTests {
    @Test(arguments: [OrderState.pending, .imported, .failed])
    func `an order that may still reach KCC commits its units`(state: OrderState) {
        #expect(StockCommitment(state, nil) == .committed)
    }

    @Test(arguments: [
        ReasonCode.unpaid, .locationUnknown, .totalsDiffer, .maybeHandedOff, .unreadable, .downloadsOff,
        .cancelled,
    ])
    func `what holds an order up does not give its units back`(reason: ReasonCode) {
        #expect(StockCommitment(reason.state, reason) == .committed)
    }

    @Test(arguments: [ReasonCode.ignored, .beforeStartDate, .testOrder, .otherLocation, .gone])
    func `an order that is none of KCC's business commits none, whether downloads are on or off`(
        reason: ReasonCode
    ) {
        #expect(StockCommitment(reason.state, reason) == .none)
        #expect(StockCommitment(.pending, reason) == .none)
    }

    @Test func `a till sale that is not downloaded commits its units until a later level`() {
        #expect(StockCommitment(.skipped, .posNotDownloaded) == .untilLevel)
        #expect(StockCommitment(.pending, .posNotDownloaded) == .untilLevel)
    }
}
