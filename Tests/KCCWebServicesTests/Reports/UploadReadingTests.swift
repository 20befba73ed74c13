import Foundation
import Testing

@testable import KCCWebServices

@Suite struct UploadReadingTests {
    /// libxml2 compares each attribute of an element with all others.
    private static let slow: [UInt8] = {
        let attributes = (0..<40_000).map { "a\($0)='1'" }.joined(separator: " ")
        return Array("<OrderStatuses \(attributes)><Statuses/></OrderStatuses>".utf8)
    }()

    @Test func `bodies that take long hold up no other task`() async throws {
        let read = Count()
        try await withThrowingTaskGroup(of: Void.self) { group in
            // One for each thread that tasks share.
            for _ in 0..<ProcessInfo.processInfo.activeProcessorCount {
                group.addTask {
                    _ = try await UploadReading.read(
                        OrderStatusUpload.self,
                        Self.slow,
                        root: OrderStatusUpload.root
                    )
                    await read.add()
                }
            }
            group.addTask {
                for _ in 0..<100 { await Task.yield() }
                #expect(await read.value == 0, "the other task had to wait for a body")
            }
            try await group.waitForAll()
        }
        #expect(await read.value == ProcessInfo.processInfo.activeProcessorCount)
    }

    private actor Count {
        private(set) var value = 0
        func add() { value += 1 }
    }
}
