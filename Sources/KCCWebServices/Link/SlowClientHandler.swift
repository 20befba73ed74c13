import NIOCore
import NIOHTTPTypes

/// Closes connections of clients that take too long: over a request's head, its body, or between two requests.
///
/// A timeout between two bytes would not do: whoever sends a byte a second never meets it.
final class SlowClientHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// How long each part of an exchange may take.
    struct Patience: Sendable {
        /// From the connection, its handshake included, to the end of the first head.
        var head = TimeAmount.seconds(15)
        /// From the end of an answer to the end of the next head.
        var idle = TimeAmount.seconds(75)
        /// For a body, besides what its size takes.
        var body = TimeAmount.seconds(20)
        /// Bytes a second that a body has to come with.
        var bodyRate = 16 << 10
        /// Bytes of a body at most, whether they are wanted or thrown away.
        var largestBody = 64 << 20
    }

    private let patience: Patience
    private var deadline: Scheduled<Void>?
    private var open = 0
    private var bodyBytes = 0
    private var bodySince = NIODeadline.now()

    init(_ patience: Patience = Patience()) {
        self.patience = patience
    }

    func handlerAdded(context: ChannelHandlerContext) {
        expect(within: patience.head, context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            open += 1
            bodyBytes = 0
            bodySince = .now()
            expect(within: patience.body, context)
        case .body(let buffer):
            bodyBytes += buffer.readableBytes
            guard bodyBytes <= patience.largestBody else { return context.close(promise: nil) }
            let earned = TimeAmount.seconds(Int64(bodyBytes / patience.bodyRate))
            let left = bodySince + patience.body + earned - .now()
            expect(within: max(left, .zero), context)
        case .end:
            deadline?.cancel()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            open -= 1
            if open == 0 { expect(within: patience.idle, context) }
        }
        context.write(data, promise: promise)
    }

    private func expect(within time: TimeAmount, _ context: ChannelHandlerContext) {
        deadline?.cancel()
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: time) {
            bound.value.close(promise: nil)
        }
    }
}
