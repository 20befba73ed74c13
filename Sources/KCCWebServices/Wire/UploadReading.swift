import Dispatch

/// Reads uploads on a thread of their own, one after another.
///
/// A body that is made for it, or just very large, takes seconds. On the threads that all tasks share two of them would hold
/// up polls, pushes and the watchdog.
enum UploadReading {
    private static let queue = DispatchQueue(label: "kccsyncd.uploads")

    /// Reads a body as an upload of one kind, once those before it are read.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8, or UTF-16 with a byte-order mark.
    ///   - root: The root element that the upload has in XML; JSON has none.
    static func read<Upload: Decodable & Sendable>(_ type: Upload.Type, _ bytes: [UInt8], root: String)
        async throws(UnreadableError) -> Upload
    {
        try await apart { () throws(UnreadableError) in try ReceivedBody.read(type, bytes, root: root) }
    }

    /// Does something that takes long on the thread of uploads.
    static func apart<Value: Sendable>(_ work: @escaping @Sendable () throws(UnreadableError) -> Value)
        async throws(UnreadableError) -> Value
    {
        let result: Result<Value, UnreadableError> = await withCheckedContinuation { waiting in
            queue.async { waiting.resume(returning: Result(catching: work)) }
        }
        return try result.get()
    }
}
