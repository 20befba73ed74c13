import SyncEngine
import Testing

@Suite struct CountedTests {
    @Test(arguments: [(0, "0 shipments"), (1, "1 shipment"), (2, "2 shipments"), (1204, "1204 shipments")])
    func `a noun goes with its number`(_ number: Int, _ expected: String) {
        #expect(Counted.text(number, "shipment", "shipments") == expected)
    }
}
