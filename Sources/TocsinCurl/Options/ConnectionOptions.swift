import CCurlShim
import TocsinReceivers

extension EasyHandle {
    /// How the connection is found, made, kept, and when it is given up.
    func setConnection(
        _ options: HTTPOptions,
        timeLeft: Duration,
        protocols: String = "http,https"
    ) throws(OptionRefused) {
        try self.set(CURLOPT_PROTOCOLS_STR, protocols)
        try self.set(CURLOPT_NOSIGNAL, true)
        // Otherwise the end of a transfer waits until its name lookup is through, seconds where the name server is
        // silent, and all other transfers with it. The lookup's own thread clears up after itself.
        try self.set(CURLOPT_QUICK_EXIT, true)
        try self.set(CURLOPT_HTTP_VERSION, options.http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1)

        try self.set(CURLOPT_TIMEOUT_MS, timeLeft.curlMilliseconds)
        try self.set(CURLOPT_CONNECTTIMEOUT_MS, min(options.connectTimeout, timeLeft).curlMilliseconds)

        // A connection that was idle for longer may have been forgotten on the way, without a word to us.
        try self.set(CURLOPT_MAXAGE_CONN, 90)
        // So that a change of address behind a name is noticed even where traffic never pauses.
        try self.set(CURLOPT_MAXLIFETIME_CONN, 600)
    }

    /// By which proxy it goes, and to whom the connection really leads.
    func setRoute(of request: CheckedRequest) throws(OptionRefused) {
        let options = request.request.options
        // An empty one also keeps libcurl from asking the environment itself.
        let proxy = request.proxy.url ?? ""
        try self.set(CURLOPT_PROXY, proxy)
        try self.set(CURLOPT_NOPROXY, "")
        if !proxy.isEmpty {
            try self.setProxyTLS(options.tls)
            // What a proxy answers to CONNECT is no part of the answer.
            try self.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, true)
            try self.set(CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE))
            let headers = request.origin.scheme == "https" ? options.proxy.connectHeaders : []
            try self.set(CURLOPT_PROXYHEADER, headers.map { "\($0.name): \($0.value)" })
        }
        if let connectTo = request.connectTo { try self.set(CURLOPT_CONNECT_TO, [connectTo]) }
    }
}

extension Duration {
    /// Rounded up, and never 0, which is "no limit" to libcurl.
    var curlMilliseconds: Int {
        let (seconds, attoseconds) = self.components
        guard seconds >= 0, attoseconds >= 0 else { return 1 }
        guard seconds < 1_000_000 else { return 1_000_000_000 }
        let milliseconds = seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return max(1, Int(milliseconds))
    }
}
