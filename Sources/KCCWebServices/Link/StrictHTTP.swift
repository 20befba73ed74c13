import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// HTTP/1.1 over a connection, with what Hummingbird's channel leaves to others: which requests are none, and when a connection ends.
struct StrictHTTP<Base: ServerChildChannel>: ServerChildChannel {
    private let base: Base

    init(_ base: Base) {
        self.base = base
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        base.setup(channel: channel, logger: logger)
            .map { value in
                let pipeline = channel.pipeline.syncOperations
                do {
                    let codec = try pipeline.context(handlerType: HTTP1ToHTTPServerCodec.self)
                    try pipeline.addHandler(RequestHeadHandler(), position: .before(codec.handler))
                } catch {
                    // The value must be served all the same: it is finished there.
                    channel.close(promise: nil)
                }
                return value
            }
    }

    func handle(value: Base.Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}

/// Rejects requests whose host is ambiguous, and has connections end where the caller expects it.
final class RequestHeadHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Whether each request that is not answered yet lets the connection go on.
    private var keepsAlive: [Bool] = []

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        // RFC 9112, section 3.2: more than one Host is answered with 400.
        guard head.headers["host"].count <= 1 else {
            return context.fireErrorCaught(HTTPParserError.unknown)
        }
        // Hummingbird knows neither HTTP/1.0, which ends after an answer, nor other spellings of "close".
        if !head.isKeepAlive { head.headers.replaceOrAdd(name: "connection", value: "close") }
        keepsAlive.append(head.isKeepAlive)
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = unwrapOutboundIn(data), head.status.code >= 200, !keepsAlive.isEmpty,
            !keepsAlive.removeFirst()
        else { return context.write(data, promise: promise) }
        head.headers.replaceOrAdd(name: "connection", value: "close")
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }
}
