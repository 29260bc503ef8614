import TocsinReceivers
import TocsinSettings

// Redirects are followed here and not by libcurl, which keeps the method of a PUT where Go's client, and with it
// Alertmanager, turns it into a GET.

extension CheckedRequest {
    /// The request that a response asks for in place of this one. Nil if it asks for none, or for one that cannot be
    /// sent: then that response is the answer, and the receiver judges its status.
    func redirected(by response: HTTPResponse) -> CheckedRequest? {
        let keepsMethod: Bool
        switch response.status {
        case 301, 302, 303: keepsMethod = false
        case 307, 308: keepsMethod = true
        default: return nil
        }
        guard let location = response.header("location"), !location.isEmpty,
            let url = ParsedURL(location, relativeTo: self.request.url)
        else { return nil }

        var next = self.request
        if !keepsMethod, next.method != "GET", next.method != "HEAD" {
            next.method = "GET"
            next.body = []
            next.headers.removeAll { Self.aboutTheBody.contains($0.name.lowercased()) }
        }
        if !self.origin.shares(secretsWith: url.origin) {
            let secrets = next.sensitive.map(\.revealed).filter { !$0.isEmpty }
            next.headers.removeAll { header in
                Self.forThisServerAlone.contains(header.name.lowercased())
                    || secrets.contains { header.value.contains($0) }
            }
        }
        do throws(TransportFailure) {
            return try CheckedRequest(next, url: url)
        } catch {
            return nil
        }
    }

    private static let aboutTheBody: Set<String> = [
        "content-encoding", "content-language", "content-location", "content-type",
    ]

    private static let forThisServerAlone: Set<String> = [
        "authorization", "cookie", "host", "proxy-authorization", "www-authenticate",
    ]
}

extension CheckedRequest.Origin {
    /// The same server, or the same host asking to come back over TLS, each at its usual port.
    fileprivate func shares(secretsWith next: Self) -> Bool {
        if self == next { return true }
        return self.host.utf8.elementsEqual(next.host.utf8) && self.scheme == "http" && self.port == "80"
            && next.scheme == "https" && next.port == "443"
    }
}
