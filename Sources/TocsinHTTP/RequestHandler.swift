import NIOCore
import NIOHTTP1
import TocsinAPI

/// One connection: collects a request, has it answered (in `RequestHandler+Answering`), and keeps the time.
///
/// Lives on its connection's event loop.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    let shared: Shared
    let channel: any Channel
    var context: ChannelHandlerContext?
    var state = State.waiting
    var head: HTTPRequestHead?
    var body: ByteBuffer?
    /// Whether the client has said that it sends nothing more.
    var isInputClosed = false
    /// Whether the answer under way has no end of its own.
    var isStreaming = false
    var answering: Task<Void, Never>?
    /// Gives up the answer that is being made; only where there is a limit to that.
    var giveUp: Scheduled<Void>?
    /// Counts the requests, so that an answer that was given up is not taken for the next one's.
    var requestNumber = 0
    let patience: Patience
    let executor: LoopExecutor

    /// What all connections have in common.
    struct Shared: Sendable {
        let respond: HTTPServer.Responder
        let limits: HTTPServer.Configuration
        let date = DateField()
    }

    enum State {
        /// For a request.
        case waiting
        case reading
        case answering
        /// The answer is sent already; the rest of the request is thrown away, so that the client gets to read it.
        case discarding
    }

    init(_ shared: Shared, _ channel: any Channel) {
        self.shared = shared
        self.channel = channel
        self.patience = Patience(channel)
        self.executor = LoopExecutor(channel.eventLoop)
    }
}

// MARK: - The connection

extension RequestHandler {
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { self.patience.wait(self.shared.limits.readTimeout) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.patience.end()
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        self.patience.wait(self.shared.limits.readTimeout)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.patience.end()
        self.answering?.cancel()
        self.giveUp?.cancel()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event {
            self.isInputClosed = true
            // Whoever is gone reads no more of what has no end.
            if case .answering = self.state, !self.isStreaming {} else { context.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }
}

// MARK: - Reading

extension RequestHandler {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (RequestHandler.unwrapInboundIn(data), self.state) {
        case (.head(let head), .waiting): self.begin(head, context)
        case (.body(let part), .reading): self.take(part, context)
        case (.end, .reading): self.answer()
        case (.body, .discarding): break
        case (.end, .discarding): context.close(promise: nil)
        case (_, .answering), (_, .waiting), (.head, _):
            // Does not happen: the handler before this one lets in one request at a time, its parts in order.
            context.close(promise: nil)
        }
    }

    /// A body that has not come whole by now may be slow in coming.
    func channelReadComplete(context: ChannelHandlerContext) {
        if case .reading = self.state, !self.patience.isWaiting { self.patience.wait(self.shared.limits.readTimeout) }
        context.fireChannelReadComplete()
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        self.patience.pause()
        self.head = head
        self.state = .reading
        let length = head.headers.first(name: "Content-Length").flatMap { Int($0) } ?? 0
        if length > self.shared.limits.maximumBodySize {
            self.refuseBody(context)
        } else if head.headers.first(name: "Expect")?.lowercased() == "100-continue" {
            let head = HTTPResponseHead(version: head.version, status: .continue)
            context.writeAndFlush(RequestHandler.wrapOutboundOut(.head(head)), promise: nil)
        }
    }

    private func take(_ part: ByteBuffer, _ context: ChannelHandlerContext) {
        let count = (self.body?.readableBytes ?? 0) + part.readableBytes
        guard count <= self.shared.limits.maximumBodySize else { return self.refuseBody(context) }
        if self.body == nil {
            // The usual body comes in one piece and is left where it is.
            self.body = part
        } else {
            self.body?.writeImmutableBuffer(part)
        }
    }

    /// Whoever is answered before it has sent everything would lose the answer if the connection were closed at once.
    private func refuseBody(_ context: ChannelHandlerContext) {
        self.state = .discarding
        self.body = nil
        self.patience.wait(self.shared.limits.readTimeout)
        let limit = self.shared.limits.maximumBodySize
        self.write(Router.bodyTooLarge(limit: limit, at: self.head?.uri ?? ""), isLast: true)
        context.close(mode: .output, promise: nil)
    }
}
