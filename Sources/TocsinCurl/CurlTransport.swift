import CCurlShim
public import TocsinReceivers

/// The `Transport` of the product: HTTP and SMTP over libcurl.
///
/// For HTTP one thread drives all transfers through libcurl's multi interface, so that a thousand receivers which hang
/// cost a thousand sockets and no more threads. Connections are kept and used again. Mails have threads of their own
/// (``MailDesk``), since libcurl blocks while it waits for some replies of a mail server. What a request says about
/// timeouts, redirects and TLS holds for it alone.
public final class CurlTransport: Transport {
    /// Why a transport could not be made: the system had no thread or no memory left for it.
    public struct StartFailure: Error, Hashable, Sendable, CustomStringConvertible {
        public let description: String
    }

    private let inbox: Inbox
    private let mailDesk = MailDesk()
    private let userAgent: String

    /// `global_init` is due once in a process; a static is initialised once, whoever comes first.
    private static let globalInit = ccurl_global_init()

    /// - Parameter userAgent: what requests say sent them, unless they say it themselves.
    public init(userAgent: String = "Tocsin") throws(StartFailure) {
        self.userAgent = userAgent
        guard Self.globalInit == CURLE_OK, let multi = MultiHandle() else {
            throw StartFailure(description: "libcurl could not be initialised")
        }
        self.inbox = Inbox(multi: multi)
        guard TransferLoop.startThread(inbox: self.inbox, multi: multi) else {
            self.inbox.close(then: { multi.cleanUp() })
            throw StartFailure(description: "no thread could be started for HTTP transfers")
        }
    }

    deinit {
        self.inbox.stop(waiter: nil)
        self.mailDesk.stop(waiter: nil)
    }

    /// One attempt. Concurrent calls share the thread; how many may run is the caller's business, up to 1,024 in all
    /// and 256 to one server, beyond which a transfer waits for a connection, and its timeout runs.
    ///
    /// libcurl sends a request a second time by itself in one case: a kept connection turns out to have been closed
    /// by the other side before a single byte of an answer came.
    public func perform(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        if let envelope = request.mail {
            return try await self.mailDesk.send(try CheckedMail(request, envelope))
        }
        var request = request
        if request.header("User-Agent") == nil { request.headers.append(.init("User-Agent", self.userAgent)) }
        let checked = try CheckedRequest(request)
        let id = self.inbox.nextID()

        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: Order.Answer) in
                self.inbox.submit(Order(id: id, request: checked, answer: continuation))
                // A cancellation that came before the line above found nothing to cancel and would be lost.
                if Task.isCancelled {
                    self.inbox.cancel(id)
                }
            }
        } onCancel: {
            self.inbox.cancel(id)
        }
        return try result.get()
    }

    /// Ends the thread. Transfers under way fail with `.cancelled`, as does every later request. Returns when the
    /// last transfer has been answered and the connections are closed; doing it again is harmless.
    public func shutdown() async {
        await withCheckedContinuation { continuation in
            self.inbox.stop(waiter: continuation)
        }
        await withCheckedContinuation { continuation in
            self.mailDesk.stop(waiter: continuation)
        }
    }
}
