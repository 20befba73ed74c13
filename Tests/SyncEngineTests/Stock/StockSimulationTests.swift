import Testing

@Suite struct StockSimulationTests {
    @Test func `at no instant more is offered than there is, and at rest exactly that`() {
        for seed in 0..<400 as Range<UInt64> {
            var run = StockSimulation(seed: seed)
            run.run()
            #expect(run.worst <= 0, "seed \(seed) oversold")
            #expect(run.atRest == 0, "seed \(seed) is wrong at rest")
        }
    }

    @Test(arguments: StockSimulation.Weakening.allCases)
    func `each weakening of the protocol oversells`(weakening: StockSimulation.Weakening) {
        let oversold = (0..<200 as Range<UInt64>)
            .contains { seed in
                var run = StockSimulation(seed: seed, weakening)
                run.run()
                return run.worst > 0
            }
        #expect(oversold)
    }
}
