import NIOCore
import NIOHTTP1
import TocsinAPI
import TocsinModel

/// From a whole request to the last byte of its answer.
extension RequestHandler {
    func answer() {
        guard let head = self.head else { preconditionFailure("a request ends after it has begun") }
        self.state = .answering
        self.patience.pause()
        let request = APIRequest(
            APIMethod(head.method),
            head.uri,
            headers: HeaderFields(fields: head.headers),
            body: BodyBytes(buffer: self.body ?? ByteBuffer())
        )
        self.body = nil
        self.requestNumber += 1
        let number = self.requestNumber
        self.limitAnswering()
        let respond = self.shared.respond
        let connection = NIOLoopBound(self, eventLoop: self.channel.eventLoop)
        if RequestHandler.staysOnLoop(request) {
            self.answering = Task.immediate(executorPreference: self.executor) {
                await RequestHandler.answer(request, number, respond, on: connection)
            }
        } else {
            self.answering = Task { await RequestHandler.answer(request, number, respond, on: connection) }
        }
    }

    /// Alerts are read on the thread that received them, which spares two changes of thread for each request. Lists and
    /// large bodies take too long for that: other connections wait meanwhile.
    private static func staysOnLoop(_ request: APIRequest) -> Bool {
        request.method == .post && (1...RequestHandler.largestShortBody).contains(request.body.count)
    }

    /// Some hundred alerts, or less than half a millisecond.
    private static let largestShortBody = 256 << 10

    /// Has an answer that takes too long given up, as Go's servers do; what the request asked for may happen all the
    /// same.
    private func limitAnswering() {
        guard let limit = self.shared.limits.answerTimeout else { return }
        let loop = self.channel.eventLoop.assumeIsolated()
        self.giveUp = loop.scheduleTask(in: TimeAmount(limit)) {
            self.answering?.cancel()
            // Whatever comes now belongs to no request.
            self.requestNumber += 1
            self.finish(with: .text(503, "Exceeded configured timeout of \(limit.goText)."))
        }
    }

    /// Whether an answer is that of the request that waits. It is wanted once.
    private func takesAnswer(to number: Int) -> Bool {
        guard number == self.requestNumber else { return false }
        self.giveUp?.cancel()
        self.giveUp = nil
        return true
    }

    private static func answer(
        _ request: APIRequest,
        _ number: Int,
        _ respond: HTTPServer.Responder,
        on connection: NIOLoopBound<RequestHandler>
    ) async {
        let response = await respond(request)
        let loop = connection.eventLoop
        if case .bytes = response.body {
            // Never at once: requests that came together would be answered inside each other, and the stack would grow.
            loop.execute {
                if connection.value.takesAnswer(to: number) { connection.value.finish(with: response) }
            }
            return
        }
        let isWanted = loop.submit {
            guard connection.value.takesAnswer(to: number) else { return false }
            connection.value.begin(response)
            return true
        }
        do {
            let isBegun = try await isWanted.get()
            switch response.body {
            case .bytes: break
            case .pieces(var pieces):
                guard isBegun else { return }
                while let piece = pieces.next() { try await loop.flatSubmit { connection.value.send(piece) }.get() }
            case .stream(let stream):
                defer { stream.end() }
                guard isBegun else { return }
                try await self.send(stream, on: connection)
            }
        } catch {
            // The client is gone, and with it the connection.
            return
        }
        loop.execute { connection.value.finish() }
    }

    /// Sends a body that ends when it does. Between two pieces nobody waits for the client.
    private static func send(
        _ stream: any BodyStream,
        on connection: NIOLoopBound<RequestHandler>
    ) async throws {
        let loop = connection.eventLoop
        try await loop.flatSubmit { connection.value.flushHead() }.get()
        while let piece = await stream.next() {
            try await loop.flatSubmit { connection.value.send(piece) }.get()
            loop.execute { connection.value.patience.pause() }
        }
    }
}

// MARK: - Writing

extension RequestHandler {
    /// Sends an answer that is at hand.
    private func finish(with response: APIResponse) {
        let mayGoOn = self.becomeReady()
        self.write(response, isLast: !mayGoOn)
        if !mayGoOn { self.context?.close(promise: nil) }
    }

    /// Begins an answer that comes in pieces.
    private func begin(_ response: APIResponse) {
        // HTTP/1.0 knows no length but the connection's end.
        if self.head?.version.minor == 0 { self.isInputClosed = true }
        self.writeHead(response, length: nil, isLast: !self.mayGoOn)
    }

    /// The first piece may be long in coming; that the answer has begun is said at once.
    private func flushHead() -> EventLoopFuture<Void> {
        self.isStreaming = true
        self.patience.pause()
        if self.isInputClosed { self.context?.close(promise: nil) }
        self.context?.flush()
        return self.channel.eventLoop.makeSucceededVoidFuture()
    }

    private func send(_ piece: [UInt8]) -> EventLoopFuture<Void> {
        self.patience.wait(self.shared.limits.writeTimeout)
        let written = self.channel.eventLoop.makePromise(of: Void.self)
        guard let context = self.context else {
            written.fail(ChannelError.ioOnClosedChannel)
            return written.futureResult
        }
        let buffer = self.channel.allocator.buffer(bytes: piece)
        context.writeAndFlush(RequestHandler.wrapOutboundOut(.body(.byteBuffer(buffer))), promise: written)
        return written.futureResult
    }

    private func finish() {
        let mayGoOn = self.becomeReady()
        self.context?.writeAndFlush(RequestHandler.wrapOutboundOut(.end(nil)), promise: nil)
        if !mayGoOn { self.context?.close(promise: nil) }
    }

    /// To be called before the last part of an answer is written, because that lets in the next request at once, if
    /// it has come already.
    ///
    /// - Returns: whether there may be another one.
    private func becomeReady() -> Bool {
        self.answering = nil
        self.isStreaming = false
        self.state = .waiting
        self.patience.wait(self.shared.limits.idleTimeout)
        return self.mayGoOn
    }

    /// Whether another request may follow on this connection.
    private var mayGoOn: Bool { !self.isInputClosed && self.head?.isKeepAlive ?? false }

    /// Writes a whole answer.
    func write(_ response: APIResponse, isLast: Bool) {
        guard let context = self.context, case .bytes(let bytes) = response.body else { return }
        self.writeHead(response, length: bytes.count, isLast: isLast)
        if !bytes.isEmpty {
            let buffer = self.channel.allocator.buffer(bytes: bytes)
            context.write(RequestHandler.wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
        }
        context.writeAndFlush(RequestHandler.wrapOutboundOut(.end(nil)), promise: nil)
    }

    /// - Parameter length: `nil` if it is not known yet.
    private func writeHead(_ response: APIResponse, length: Int?, isLast: Bool) {
        guard let context = self.context, let request = self.head else { return }
        var headers = HTTPHeaders(response.headers)
        headers.add(name: "Date", value: self.shared.date.value)
        if let length, response.status != 204, response.header("Content-Length") == nil {
            headers.add(name: "Content-Length", value: String(length))
        }
        if isLast {
            headers.add(name: "Connection", value: "close")
        } else if request.version.minor == 0 {
            headers.add(name: "Connection", value: "keep-alive")
        }
        let head = HTTPResponseHead(
            version: request.version,
            status: HTTPResponseStatus(statusCode: response.status),
            headers: headers
        )
        context.write(RequestHandler.wrapOutboundOut(.head(head)), promise: nil)
    }
}
