import Foundation

/// A request or a response of HTTP/1.1, as it came over the wire.
struct HTTPMessage: Sendable {
    /// `POST /path HTTP/1.1` or `HTTP/1.1 200 OK`.
    let startLine: String
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    var text: String { String(decoding: self.body, as: UTF8.self) }

    func header(_ name: String) -> String? {
        self.headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(self.body))
    }
}

/// Takes messages off a connection, one after the other.
struct HTTPReader {
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// The next message, or `nil` when the other side has closed, broke off, or says what is not HTTP.
    ///
    /// - Parameter endsWithConnection: whether a message without a length goes on until the connection ends, as
    ///   responses do.
    mutating func next(endsWithConnection: Bool) -> HTTPMessage? {
        guard let head = self.head() else { return nil }
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n").map(String.init)
        guard let startLine = lines.first else { return nil }
        let headers = lines.dropFirst().map { line -> (name: String, value: String) in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
        }
        let lengths = HTTPMessage(startLine: startLine, headers: headers, body: [])
        let body: [UInt8]?
        if lengths.header("Transfer-Encoding")?.lowercased() == "chunked" {
            body = self.chunks()
        } else if let length = lengths.header("Content-Length") {
            body = Int(length).flatMap { self.bytes($0) }
        } else {
            body = endsWithConnection ? self.rest() : []
        }
        return body.map { HTTPMessage(startLine: startLine, headers: headers, body: $0) }
    }

    private mutating func head() -> [UInt8]? {
        let end: [UInt8] = [13, 10, 13, 10]
        while true {
            if let range = self.buffer.firstRange(of: end) {
                let head = Array(self.buffer[..<range.lowerBound])
                self.buffer.removeSubrange(..<range.upperBound)
                return head
            }
            guard self.buffer.count < 1 << 20, self.fill() else { return nil }
        }
    }

    private mutating func bytes(_ count: Int) -> [UInt8]? {
        while self.buffer.count < count {
            guard self.fill() else { return nil }
        }
        let bytes = Array(self.buffer.prefix(count))
        self.buffer.removeFirst(count)
        return bytes
    }

    private mutating func rest() -> [UInt8] {
        while self.fill() {}
        defer { self.buffer = [] }
        return self.buffer
    }

    private mutating func chunks() -> [UInt8]? {
        var body: [UInt8] = []
        while true {
            guard let line = self.line(), let size = Int(line, radix: 16), let chunk = self.bytes(size) else {
                return nil
            }
            body += chunk
            guard self.line()?.isEmpty == true else { return nil }
            if size == 0 { return body }
        }
    }

    private mutating func line() -> String? {
        while true {
            if let range = self.buffer.firstRange(of: [13, 10]) {
                let line = String(decoding: self.buffer[..<range.lowerBound], as: UTF8.self)
                self.buffer.removeSubrange(..<range.upperBound)
                return line
            }
            guard self.fill() else { return nil }
        }
    }

    private mutating func fill() -> Bool {
        guard let more = Sockets.receive(from: self.descriptor) else { return false }
        self.buffer += more
        return true
    }
}
