import Foundation
import Synchronization

/// Stands in for everything that Tocsin and its peers talk to: an HTTP server on a free port of 127.0.0.1 that writes
/// down what it is asked and answers as the test says; 200 and `ok` if it says nothing.
final class Sink: Sendable {
    struct Request: Sendable {
        let method: String
        let path: String
        let message: HTTPMessage
        let arrivedAt: Date

        var text: String { self.message.text }
    }

    enum Answer: Sendable {
        case respond(status: Int = 200, headers: [String] = [], body: String = "ok", after: Duration = .zero)
        /// The connection stays open and nothing is said.
        case hang
    }

    let port: Int
    private let listener: Int32
    private let state = Mutex(State())

    private struct State {
        var requests: [Request] = []
        var rules: [(prefix: String, answer: @Sendable (Request) -> Answer)] = []
        var connections: Set<Int32> = []
        var isOpen = false
        var isStopped = false
    }

    /// - Parameter isOpen: if not, whoever connects is refused until ``open()``.
    init(isOpen: Bool = true) {
        (self.listener, self.port) = Sockets.reserved()
        if isOpen { self.open() }
    }

    /// From now on connections are taken.
    func open() {
        let isFirst = self.state.withLock { state in
            defer { state.isOpen = true }
            return !state.isOpen
        }
        guard isFirst else { return }
        let status = listen(self.listener, 256)
        precondition(status == 0, "a socket with a port can listen")
        Thread.detachNewThread { self.accept() }
    }

    /// How requests are answered whose path begins so. The last word counts.
    func answer(_ prefix: String, by answer: @escaping @Sendable (Request) -> Answer) {
        self.state.withLock { $0.rules.insert((prefix, answer), at: 0) }
    }

    func answer(_ prefix: String, with answer: Answer) { self.answer(prefix) { _ in answer } }

    /// Those whose path begins so, in the order in which they came.
    func requests(_ prefix: String = "/") -> [Request] {
        self.state.withLock { $0.requests.filter { $0.path.hasPrefix(prefix) } }
    }

    func url(_ path: String) -> String { "http://127.0.0.1:\(self.port)\(path)" }

    /// Ends all threads: what they wait for fails.
    func stop() {
        self.state.withLock { state in
            guard !state.isStopped else { return }
            state.isStopped = true
            shutdown(self.listener, Int32(SHUT_RDWR))
            if !state.isOpen { close(self.listener) }
            for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }
}

// MARK: - Connections

extension Sink {
    private func accept() {
        defer { close(self.listener) }
        while true {
            let descriptor = Foundation.accept(self.listener, nil, nil)
            guard descriptor >= 0 else {
                if errno == EINTR || errno == ECONNABORTED { continue }
                return
            }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            let isWelcome = self.state.withLock { state in
                if !state.isStopped { state.connections.insert(descriptor) }
                return !state.isStopped
            }
            guard isWelcome else {
                close(descriptor)
                return
            }
            Thread.detachNewThread { self.serve(descriptor) }
        }
    }

    private func serve(_ descriptor: Int32) {
        defer {
            self.state.withLock { state in
                state.connections.remove(descriptor)
                close(descriptor)
            }
        }
        var reader = HTTPReader(descriptor)
        while let message = reader.next(endsWithConnection: false) {
            let words = message.startLine.split(separator: " ").map(String.init)
            guard words.count == 3 else { return }
            let request = Request(method: words[0], path: words[1], message: message, arrivedAt: Date())
            let answer = self.state.withLock { state in
                state.requests.append(request)
                return state.rules.first { request.path.hasPrefix($0.prefix) }?.answer
            }
            switch answer?(request) ?? .respond() {
            case .hang:
                while Sockets.receive(from: descriptor) != nil {}
                return
            case .respond(let status, let headers, let body, let delay):
                if delay > .zero { Thread.sleep(forTimeInterval: delay / .seconds(1)) }
                let lines = ["HTTP/1.1 \(status) Status", "Content-Length: \(body.utf8.count)"] + headers
                let response = lines.joined(separator: "\r\n") + "\r\n\r\n" + body
                guard Sockets.send(Array(response.utf8), to: descriptor) else { return }
            }
        }
    }
}
