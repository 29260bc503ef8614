import Glibc
import NIOCore
import NIOPosix
import Testing

/// A connection that sends bytes as they are and reads until it has seen enough, so that tests can say what no decent
/// client says.
enum RawConnection {
    struct Conversation {
        fileprivate var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
        fileprivate let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
        fileprivate var unread = ""

        func send(_ text: String) async throws { try await self.outbound.write(ByteBuffer(string: text)) }

        /// Says that nothing more will be sent.
        func finishSending() { self.outbound.finish() }

        /// Reads one answer: its head, and as many bytes as the head announces.
        mutating func answer(hasBody: Bool = true) async throws -> (head: String, body: String) {
            while !self.unread.contains("\r\n\r\n") {
                guard try await self.read() else { return (self.unread, "") }
            }
            let end = try #require(self.unread.firstRange(of: "\r\n\r\n"))
            let head = String(self.unread[..<end.lowerBound])
            self.unread = String(self.unread[end.upperBound...])
            let length = head.firstMatch(of: #/Content-Length: ([0-9]+)/#).flatMap { Int($0.1) } ?? 0
            guard hasBody else { return (head, "") }
            while self.unread.utf8.count < length {
                guard try await self.read() else { break }
            }
            let body = String(decoding: self.unread.utf8.prefix(length), as: UTF8.self)
            self.unread = String(decoding: self.unread.utf8.dropFirst(length), as: UTF8.self)
            return (head, body)
        }

        /// Everything up to a text, which must come.
        mutating func all(upTo text: String) async throws -> String {
            while !self.unread.contains(text) {
                guard try await self.read() else { break }
            }
            let end = try #require(self.unread.firstRange(of: text))
            defer { self.unread = String(self.unread[end.upperBound...]) }
            return String(self.unread[..<end.upperBound])
        }

        /// Everything until the server closes.
        mutating func rest() async throws -> String {
            while try await self.read() {}
            defer { self.unread = "" }
            return self.unread
        }

        /// - Returns: `false` when the server has closed, be it because it would not read what was sent.
        private mutating func read() async throws -> Bool {
            do {
                guard let part = try await self.inbound.next(isolation: #isolation) else { return false }
                self.unread += String(buffer: part)
                return true
            } catch let error as IOError where error.errnoCode == ECONNRESET {
                return false
            }
        }
    }

    /// Connects, talks, closes.
    static func with<Value: Sendable>(
        port: Int,
        _ talk: (inout Conversation) async throws -> Value
    ) async throws -> Value {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var conversation = Conversation(inbound: inbound.makeAsyncIterator(), outbound: outbound)
            return try await talk(&conversation)
        }
    }
}
