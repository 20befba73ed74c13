import HTTPTypes
import NIOCore
import NIOHTTPTypes

#if canImport(Glibc)
import Glibc
#endif

/// Tells whether a connection's last answer was delivered: written in full while the caller could still receive it.
///
/// A caller that has closed its side before an answer is written may be gone: its kernel takes the bytes all the same, or
/// answers with a reset. Only what was delivered may be regarded as known to the caller.
final class DeliveryHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private var callerHasClosed = false
    private var canReceive: EventLoopFuture<Bool>?
    /// Of the last answer whose end was written; nil before there is one.
    private(set) var delivery: EventLoopFuture<Bool>?

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { callerHasClosed = true }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        callerHasClosed = true
        context.fireChannelInactive()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            if head.status.kind != .informational { canReceive = isOpen(context) }
        case .body: break
        case .end:
            let written = promise ?? context.eventLoop.makePromise(of: Void.self)
            let canReceive = canReceive ?? context.eventLoop.makeSucceededFuture(false)
            delivery = written.futureResult.flatMap { canReceive }.flatMapErrorThrowing { _ in false }
            return context.write(data, promise: written)
        }
        context.write(data, promise: promise)
    }

    /// Whether the caller's side of the connection is open now, by the kernel: its end may be there and not read yet.
    private func isOpen(_ context: ChannelHandlerContext) -> EventLoopFuture<Bool> {
        guard !callerHasClosed else { return context.eventLoop.makeSucceededFuture(false) }
        guard let socket = context.channel as? any SocketOptionProvider else {
            return context.eventLoop.makeSucceededFuture(true)
        }
        return socket.getTCPInfo()
            .map { $0.tcpi_state == UInt8(TCP_ESTABLISHED) }
            .flatMapErrorThrowing { _ in false }
    }
}

extension DeliveryHandler {
    /// Whether the last answer on a connection was delivered; waits until it is written.
    static func hasDelivered(on channel: any Channel) async throws -> Bool {
        try await channel.eventLoop
            .flatSubmit {
                let handler = try? channel.pipeline.syncOperations.handler(type: DeliveryHandler.self)
                return handler?.delivery ?? channel.eventLoop.makeSucceededFuture(false)
            }
            .get()
    }
}
