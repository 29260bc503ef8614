import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import TocsinAPI

/// How a connection is set up: encrypted or not, HTTP/1.1, one request after the other, each handed over whole.
///
/// Not Hummingbird's own channel, which carries every part of a request across threads by itself and makes its own
/// kind of head of it: that is more work than reading the alerts.
struct RequestChannel: ServerChildChannel {
    private let shared: RequestHandler.Shared
    private let gate: WebGate?
    let open = OpenConnections()

    init(_ respond: @escaping HTTPServer.Responder, _ limits: HTTPServer.Configuration) {
        self.shared = RequestHandler.Shared(respond: respond, limits: limits)
        self.gate = limits.gate
    }

    struct Connection: ServerChildChannelValue {
        let channel: any Channel
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Connection> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            try channel.syncOptions?.setOption(
                .recvAllocator,
                value: FixedSizeRecvByteBufferAllocator(capacity: RequestChannel.readSize)
            )
            if let encryption = self.gate?.connectionHandler() { try pipeline.addHandler(encryption) }
            try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: true, withErrorHandling: true)
            try pipeline.addHandler(RequestHandler(self.shared, channel))
            return Connection(channel: channel)
        }
    }

    /// Enough for the usual request to come in one piece, which is then read where it lies.
    private static let readSize = 64 << 10

    /// Waits for the connection's end.
    func handle(value connection: Connection, logger: Logger) async {
        self.open.insert(connection.channel)
        do {
            try await connection.channel.closeFuture.get()
        } catch {
            logger.debug("a connection ended with an error: \(error)")
        }
        self.open.remove(connection.channel)
    }
}
