import Glibc

/// A server on a free port of 127.0.0.1 that does exactly what a test says, one thread per connection.
///
/// `@unchecked Sendable`: everything that changes after `init` is under the mutex.
final class StubServer: @unchecked Sendable {
    let port: UInt16
    private let listener: CInt
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var openSockets: Set<CInt> = []
    private var isStopped = false
    private var _connections = 0
    private var _requests: [Connection.Request] = []

    /// The script runs once per connection, of which it learns the number, from 1.
    init(_ script: @escaping @Sendable (Connection, Int) -> Void) {
        self.mutex = .allocate(capacity: 1)
        pthread_mutex_init(self.mutex, nil)
        (self.listener, self.port) = Self.listen()
        let listener = self.listener
        Self.inThread { [weak self] in
            while true {
                let socket = accept(listener, nil, nil)
                guard socket >= 0, let server = self, let number = server.admit(socket) else { return }
                Self.inThread {
                    script(Connection(socket: socket, server: server), number)
                    server.dismiss(socket)
                }
            }
        }
    }

    /// Answers every request of every connection alike.
    convenience init(answering answer: @escaping @Sendable (Connection.Request) -> String) {
        self.init { connection, _ in
            while let request = connection.readRequest() {
                guard connection.send(answer(request)) else { return }
            }
        }
    }

    /// A port nobody listens on: one that was free a moment ago.
    static func unusedPort() -> UInt16 {
        let (socket, port) = self.listen()
        close(socket)
        return port
    }

    deinit {
        close(self.listener)
        pthread_mutex_destroy(self.mutex)
        self.mutex.deallocate()
    }

    /// Ends all threads: what they wait for fails.
    func stop() {
        self.withLock {
            self.isStopped = true
            shutdown(self.listener, CInt(SHUT_RDWR))
            for socket in self.openSockets {
                shutdown(socket, CInt(SHUT_RDWR))
            }
        }
    }

    func url(_ path: String = "/", scheme: String = "http") -> String { "\(scheme)://127.0.0.1:\(self.port)\(path)" }

    /// How many were accepted.
    var connections: Int { self.withLock { self._connections } }
    var requests: [Connection.Request] { self.withLock { self._requests } }

    fileprivate func record(_ request: Connection.Request) {
        self.withLock { self._requests.append(request) }
    }

    private func admit(_ socket: CInt) -> Int? {
        self.withLock {
            guard !self.isStopped else {
                close(socket)
                return nil
            }
            self.openSockets.insert(socket)
            self._connections += 1
            return self._connections
        }
    }

    private func dismiss(_ socket: CInt) {
        self.withLock {
            self.openSockets.remove(socket)
            close(socket)
        }
    }

    private func withLock<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(self.mutex)
        defer { pthread_mutex_unlock(self.mutex) }
        return body()
    }

    private static func listen() -> (socket: CInt, port: UInt16) {
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, size) | Glibc.listen(listener, 512) | getsockname(listener, address, &size)
            }
        }
        precondition(listener >= 0 && status == 0, "127.0.0.1 has a free port")
        return (listener, UInt16(bigEndian: address.sin_port))
    }

    private final class Work {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private static func inThread(_ run: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let status = pthread_create(
            &thread,
            nil,
            { pointer in
                if let pointer {
                    Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().run()
                }
                return nil
            },
            Unmanaged.passRetained(Work(run)).toOpaque()
        )
        precondition(status == 0, "the system has room for a thread")
        pthread_detach(thread)
    }
}

/// One accepted connection, with blocking reads and writes.
struct Connection: Sendable {
    struct Request: Sendable {
        var head: String
        var body: String

        var line: String { String(self.head.prefix { $0 != "\r\n" }) }

        func header(_ name: String) -> String? {
            for line in self.head.split(separator: "\r\n").dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                if parts[0].lowercased() == name.lowercased() {
                    return parts[1].drop { $0 == " " }.description
                }
            }
            return nil
        }
    }

    fileprivate let socket: CInt
    fileprivate let server: StubServer

    /// Nil when the other side has closed.
    func readRequest() -> Request? {
        var head: [UInt8] = []
        while !head.hasSuffix([13, 10, 13, 10]) {
            guard let byte = self.read(1) else { return nil }
            head += byte
        }
        var request = Request(head: String(decoding: head, as: UTF8.self), body: "")
        if let length = request.header("Content-Length").flatMap({ Int($0) }), length > 0 {
            guard let body = self.read(length) else { return nil }
            request.body = String(decoding: body, as: UTF8.self)
        }
        self.server.record(request)
        return request
    }

    private func read(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return recv(self.socket, &bytes, count, CInt(MSG_WAITALL)) == count ? bytes : nil
    }

    /// False when the other side has closed.
    @discardableResult
    func send(_ text: String) -> Bool { self.send(Array(text.utf8)) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(self.socket, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Until the other side closes.
    func waitForClose() {
        while self.read(1) != nil {}
    }

    /// Whether the other side closed within that time.
    func isClosed(within milliseconds: CInt) -> Bool {
        var descriptor = pollfd(fd: self.socket, events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, milliseconds) > 0
    }
}

/// Lets threads go when so many of them have come; then the next so many.
///
/// `@unchecked Sendable`: a POSIX barrier is made for it.
final class Barrier: @unchecked Sendable {
    private let barrier: UnsafeMutablePointer<pthread_barrier_t>

    init(_ count: UInt32) {
        self.barrier = .allocate(capacity: 1)
        pthread_barrier_init(self.barrier, nil, count)
    }

    deinit {
        pthread_barrier_destroy(self.barrier)
        self.barrier.deallocate()
    }

    func wait() {
        pthread_barrier_wait(self.barrier)
    }
}

extension [UInt8] {
    fileprivate func hasSuffix(_ suffix: [UInt8]) -> Bool { self.suffix(suffix.count).elementsEqual(suffix) }
}

/// The text of a response with a `Content-Length`.
func response(_ status: Int = 200, _ headers: [String] = [], body: String = "") -> String {
    let lines = ["HTTP/1.1 \(status) Status", "Content-Length: \(body.utf8.count)"] + headers
    return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
}

func setProxyVariables(to url: String) {
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        setenv(name, url, 1)
    }
}
