import Hummingbird
import SyncEngine

/// Reads the bodies of uploads, as few large ones at once as memory allows.
struct BodyIntake: Sendable {
    /// Bodies of more than a mebibyte that are being read or taken.
    private let large = Locked(0)

    /// Bytes of a body at most: KCC's first upload of a catalogue has tens of megabytes.
    static let largestBody = 32 << 20
    private static let largeBody = 1 << 20
    private static let mostLarge = 2

    /// Refuses a body before it is sent, where its coding or its size says enough.
    func refusal(_ request: Request) -> LinkAnswer? {
        if let coding = request.headers[.contentEncoding]?.lowercased(), coding != "identity", !coding.isEmpty
        {
            return LinkAnswer(
                .unsupportedMediaType,
                "expected a body that is not compressed, found one with a Content-Encoding; KCC's uploads go without"
            )
        }
        guard let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Self.largestBody
        else {
            return nil
        }
        return tooLarge(found: "\(length) bytes")
    }

    /// Reads a body, and lets others of its size follow once it is dealt with.
    func withBody(of request: Request, _ deal: ([UInt8]) async throws -> LinkAnswer) async throws
        -> LinkAnswer
    {
        var body: [UInt8] = []
        body.reserveCapacity(min(request.headers[.contentLength].flatMap { Int($0) } ?? 0, Self.largeBody))
        var isLarge = false
        defer { if isLarge { large.withLock { $0 -= 1 } } }
        for try await piece in request.body {
            body.append(contentsOf: piece.readableBytesView)
            if !isLarge, body.count > Self.largeBody {
                // A catalogue comes in a few pieces, one after another: what comes beside it waits for its turn.
                while !claim() { try await Task.sleep(for: .milliseconds(50)) }
                isLarge = true
            }
            if body.count > Self.largestBody { return tooLarge(found: "a larger one") }
        }
        return try await deal(body)
    }

    private func claim() -> Bool {
        large.withLock { count in
            guard count < Self.mostLarge else { return false }
            count += 1
            return true
        }
    }

    private func tooLarge(found: String) -> LinkAnswer {
        LinkAnswer(
            .contentTooLarge,
            "expected a body of at most \(Self.largestBody >> 20) MiB, found \(found)"
        )
    }
}
