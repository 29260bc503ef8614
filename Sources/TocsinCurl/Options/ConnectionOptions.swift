import CCurlShim
import TocsinReceivers

extension EasyHandle {
    /// How the connection is found, made, kept, and when it is given up.
    func setConnection(_ options: HTTPOptions, timeLeft: Duration) throws(OptionRefused) {
        try self.set(CURLOPT_PROTOCOLS_STR, "http,https")
        // A variable in the environment must not send notifications through a proxy that no configuration names.
        try self.set(CURLOPT_PROXY, "")
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
