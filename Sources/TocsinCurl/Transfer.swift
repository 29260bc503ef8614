import CCurlShim
import TocsinReceivers

/// One order on its way, over as many requests as its redirects take.
final class Transfer {
    enum Conclusion {
        case over(Result<HTTPResponse, TransportFailure>)
        /// ``request`` is the next one.
        case redirected
    }

    let order: Order
    let easy: EasyHandle
    private(set) var request: CheckedRequest
    private var incoming: IncomingResponse
    private var redirects = 0
    /// What the requests before this one took of the time for the whole attempt.
    private var elapsed: Duration = .zero
    /// A request that was answered with "see the result over there" has had its effect.
    private var hasArrivedBefore = false

    static let maximumRedirects = 10

    init(order: Order, easy: EasyHandle) {
        self.order = order
        self.easy = easy
        self.request = order.request
        self.incoming = IncomingResponse(maximumBodySize: order.request.request.options.maximumBodySize)
    }

    private var options: HTTPOptions { self.order.request.request.options }

    /// Needs a handle without options, and afterwards lives until its transfer is over.
    func configure() throws(OptionRefused) {
        self.incoming = IncomingResponse(maximumBodySize: self.options.maximumBodySize)
        try self.easy.set(CURLOPT_PRIVATE, unretained: self)
        try self.easy.setConnection(self.options, timeLeft: self.options.timeout - self.elapsed)
        try self.easy.setRoute(of: self.request)
        try self.easy.setTLS(self.options.tls)
        try self.easy.setRequest(self.request)
        try self.easy.setResponse(into: self.incoming)
    }

    /// To be asked before the handle is removed or reset.
    var mayHaveArrived: Bool {
        // What a proxy was asked for a connection counts as sent too, and the server behind it has not seen it.
        if self.request.proxy.url != nil, self.request.origin.scheme == "https", !self.reachedTheServer {
            return self.hasArrivedBefore
        }
        // Counts every byte of a request that was written to a connection which stood, TLS included.
        return self.hasArrivedBefore || self.easy.number(CURLINFO_REQUEST_SIZE) > 0
    }

    /// Whether the way through a proxy stood: a connection that was kept, or one whose TLS handshake came to its end.
    private var reachedTheServer: Bool {
        self.easy.number(CURLINFO_NUM_CONNECTS) == 0 || self.easy.offset(CURLINFO_APPCONNECT_TIME_T) > 0
    }

    func failure(_ code: CURLcode) -> TransportFailure {
        TransportFailure(
            code: code,
            origin: self.request.origin,
            mayHaveArrived: self.mayHaveArrived,
            systemError: self.easy.number(CURLINFO_OS_ERRNO),
            certificateError: self.easy.number(CURLINFO_SSL_VERIFYRESULT),
            proxyStatus: self.easy.number(CURLINFO_HTTP_CONNECTCODE)
        )
    }

    /// What follows from the end of one request.
    func conclude(_ code: CURLcode) -> Conclusion {
        let status = self.easy.number(CURLINFO_RESPONSE_CODE)
        // libcurl calls it an error that we wanted no more of the answer; it is one all the same if it has no status.
        guard code == CURLE_OK || (self.incoming.isCut && status >= 200) else {
            return .over(.failure(self.failure(code)))
        }
        guard self.incoming.hasWholeHeader || self.incoming.isCut else {
            return .over(.failure(self.failure(CURLE_PARTIAL_FILE)))
        }
        let response = HTTPResponse(status: status, headers: self.incoming.headers, body: self.incoming.body)
        guard self.options.followRedirects, self.redirects < Self.maximumRedirects,
            let next = self.request.redirected(by: response)
        else {
            return .over(.success(response))
        }

        self.hasArrivedBefore = self.hasArrivedBefore || next.request.method != self.request.request.method
        self.elapsed += .microseconds(self.easy.offset(CURLINFO_TOTAL_TIME_T))
        guard self.elapsed < self.options.timeout else {
            return .over(.failure(self.failure(CURLE_OPERATION_TIMEDOUT)))
        }
        self.redirects += 1
        self.request = next
        return .redirected
    }
}
