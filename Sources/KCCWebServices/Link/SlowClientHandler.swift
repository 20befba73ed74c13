import HTTPTypes
import NIOCore
import NIOHTTPTypes

#if canImport(Glibc)
import Glibc
#endif

/// Closes connections of clients that take too long: over a request's head, its body, the reading of an answer, or between two requests.
///
/// A timeout between two bytes would not do: whoever sends a byte a second never meets it.
final class SlowClientHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// How long each part of an exchange may take.
    struct Patience: Sendable, Equatable {
        /// From the connection, its handshake included, to the end of the first head.
        var head = TimeAmount.seconds(15)
        /// From the end of an answer to the end of the next head.
        var idle = TimeAmount.seconds(75)
        /// For a body, and for an answer to be read, besides what its size takes.
        var body = TimeAmount.seconds(20)
        /// Bytes a second that a body has to come with, and an answer has to be read with.
        var bodyRate = 16 << 10
        /// Bytes of a body at most, whether they are wanted or thrown away.
        var largestBody = 64 << 20
    }

    /// Some bytes that have to pass within the time that their number earns.
    private struct Passage {
        var bytes = 0
        let since = NIODeadline.now()

        func left(_ patience: Patience) -> TimeAmount {
            let earned = TimeAmount.seconds(Int64(bytes / patience.bodyRate))
            return max(since + patience.body + earned - .now(), .zero)
        }
    }

    private let patience: Patience
    /// When the client has to have sent what it is expected to send.
    private var sending: Scheduled<Void>?
    /// When it has to have read the answer that is on its way.
    private var reading: Scheduled<Void>?
    /// Requests that are not answered yet, or whose answer is not read.
    private var open = 0
    /// Answers that have begun, and are not read.
    private var unread = 0
    private var body = Passage()
    private var answer = Passage()

    init(_ patience: Patience = Patience()) {
        self.patience = patience
    }

    func handlerAdded(context: ChannelHandlerContext) {
        sending = close(context, in: patience.head)
    }

    func handlerRemoved(context: ChannelHandlerContext) { forget() }

    func channelInactive(context: ChannelHandlerContext) {
        forget()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        sending?.cancel()
        switch unwrapInboundIn(data) {
        case .head:
            open += 1
            body = Passage()
            sending = close(context, in: patience.body)
        case .body(let buffer):
            body.bytes += buffer.readableBytes
            guard body.bytes <= patience.largestBody else { return context.close(promise: nil) }
            sending = close(context, in: body.left(patience))
        case .end: break
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            guard head.status.kind != .informational else { break }
            unread += 1
            answer = Passage()
            expectReading(context)
        case .body(let buffer):
            answer.bytes += buffer.readableBytes
            expectReading(context)
        case .end:
            let written = promise ?? context.eventLoop.makePromise()
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            written.futureResult.whenSuccess { bound.value.0.isRead(bound.value.1) }
            return context.write(data, promise: written)
        }
        context.write(data, promise: promise)
    }

    private func expectReading(_ context: ChannelHandlerContext) {
        reading?.cancel()
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        reading = context.eventLoop.scheduleTask(in: answer.left(patience)) {
            // With a plain close the kernel would keep what nobody reads, and try to send it for minutes.
            let socket = bound.value.channel as? any SocketOptionProvider
            _ = socket?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
            bound.value.close(promise: nil)
        }
    }

    /// The kernel has taken a whole answer.
    private func isRead(_ context: ChannelHandlerContext) {
        unread -= 1
        if unread == 0 { reading?.cancel() }
        open -= 1
        if open == 0 {
            sending?.cancel()
            sending = close(context, in: patience.idle)
        }
    }

    private func close(_ context: ChannelHandlerContext, in time: TimeAmount) -> Scheduled<Void> {
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        return context.eventLoop.scheduleTask(in: time) { bound.value.close(promise: nil) }
    }

    private func forget() {
        sending?.cancel()
        reading?.cancel()
    }
}
