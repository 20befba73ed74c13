import Dispatch
import Foundation
import Testing

@testable import KCCWebServices

@Suite struct UploadReadingTests {
    /// As many readings as tasks have threads stand still until another task has run: on those threads it never could.
    @Test func `bodies that take long hold up no other task`() async throws {
        let otherTaskRan = DispatchSemaphore(value: 0)
        let readers = ProcessInfo.processInfo.activeProcessorCount
        try await withThrowingTaskGroup(of: DispatchTimeoutResult.self) { group in
            for _ in 0..<readers {
                group.addTask {
                    // The time is only for a failure, which would last for ever.
                    try await UploadReading.apart { otherTaskRan.wait(timeout: .now() + 300) }
                }
            }
            group.addTask {
                for _ in 0..<readers { otherTaskRan.signal() }
                return .success
            }
            for try await result in group { #expect(result == .success) }
        }
    }

    @Test func `what cannot be read is told in its own words`() async {
        await #expect(throws: UnreadableError(description: "expected JSON or XML, found nothing")) {
            try await UploadReading.read(OrderStatusUpload.self, [], root: OrderStatusUpload.root)
        }
    }
}
