import Foundation

/// Asks a server on this machine, one connection a request.
struct HTTPClient: Sendable {
    let port: Int

    struct Response: Sendable {
        let status: Int
        let message: HTTPMessage

        var text: String { self.message.text }
    }

    /// Why there is no answer.
    enum Silence: Error {
        /// Nobody listens.
        case refused
        /// The connection ended, or nothing came for half a minute.
        case brokenOff
    }

    /// Waits on a thread of its own, so that a slow answer holds up no other test.
    func send(
        _ method: String,
        _ path: String,
        body: [UInt8] = [],
        type: String = "application/json"
    ) async throws(Silence) -> Response {
        let port = self.port
        var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
        if method == "POST" { head += "Content-Type: \(type)\r\nContent-Length: \(body.count)\r\n" }
        let request = Array("\(head)\r\n".utf8) + body
        let result: Result<Response, Silence> = await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: HTTPClient.exchange(request, with: port)) }
        }
        return try result.get()
    }

    private static func exchange(_ request: [UInt8], with port: Int) -> Result<Response, Silence> {
        guard let descriptor = Sockets.connection(to: port, patience: 30) else { return .failure(.refused) }
        defer { close(descriptor) }
        var reader = HTTPReader(descriptor)
        guard Sockets.send(request, to: descriptor), let message = reader.next(endsWithConnection: true) else {
            return .failure(.brokenOff)
        }
        let words = message.startLine.split(separator: " ")
        guard words.count >= 2, let status = Int(words[1]) else { return .failure(.brokenOff) }
        return .success(Response(status: status, message: message))
    }
}
