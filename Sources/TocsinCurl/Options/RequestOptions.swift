import CCurlShim
import TocsinReceivers

extension EasyHandle {
    /// What is sent. The request has been checked: it holds nothing that could end a header early.
    func setRequest(_ checked: CheckedRequest) throws(OptionRefused) {
        try self.set(CURLOPT_URL, checked.connectionURL)
        try self.setMethod(checked.request)
        // The URL's host may be the name that the certificate must have; the server is asked for the real one.
        let host = checked.connectTo == nil ? [] : ["Host: \(checked.hostHeader)"]
        try self.set(CURLOPT_HTTPHEADER, host + Self.headerLines(checked.request))
    }

    private func setMethod(_ request: HTTPRequest) throws(OptionRefused) {
        // These three say "Content-Length: 0" where others say nothing.
        let alwaysHasBody = ["POST", "PUT", "PATCH"].contains(request.method)
        if request.method == "HEAD" {
            try self.set(CURLOPT_NOBODY, true)
        } else if alwaysHasBody || !request.body.isEmpty {
            try self.set(CURLOPT_POST, true)
            try self.setBody(request.body)
            if request.method != "POST" {
                try self.set(CURLOPT_CUSTOMREQUEST, request.method)
            }
        } else {
            try self.set(CURLOPT_HTTPGET, true)
            if request.method != "GET" {
                try self.set(CURLOPT_CUSTOMREQUEST, request.method)
            }
        }
    }

    private static func headerLines(_ request: HTTPRequest) -> [String] {
        // "Name:" takes away a header libcurl would add. "Expect: 100-continue" costs a second of waiting with
        // servers that do not know it; the default Content-Type is that of a form.
        var lines = ["Expect:"]
        var hasContentType = false
        for header in request.headers {
            let value = String(decoding: header.value.utf8.trimmingBlanks(), as: UTF8.self)
            // "Name;" is how libcurl is told to send a header that has no value.
            lines.append(value.isEmpty ? "\(header.name);" : "\(header.name): \(value)")
            let name = header.name.lowercased()
            hasContentType = hasContentType || name == "content-type"
        }
        if !hasContentType {
            lines.append("Content-Type:")
        }
        return lines
    }
}
