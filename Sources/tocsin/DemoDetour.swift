import TocsinHTTP
import TocsinReceivers

/// Takes what is meant for Slack and PagerDuty to the demo's stand-in on this machine.
///
/// A configuration names Slack's real address, and PagerDuty's is fixed, so the way there is what has to change. It
/// changes for every host, not just for these two: whatever a configuration names, made-up alerts reach nobody.
struct DemoDetour: Transport {
    let transport: any Transport
    let standIn: ListenAddress

    /// `https://hooks.slack.com/services/…` becomes `http://127.0.0.1:PORT/hooks.slack.com/services/…`.
    func perform(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        guard let scheme = request.url.firstRange(of: "://") else {
            let message = "the URL cannot be used; it must be an absolute http or https URL"
            throw TransportFailure(kind: .invalidRequest, mayHaveArrived: false, message: message)
        }
        let place = request.url[scheme.upperBound...]
        let authority = place.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = (authority.split(separator: "@").last ?? "").prefix { $0 != ":" }
        var request = request
        request.url = "http://\(self.standIn)/\(host)\(place.dropFirst(authority.count))"
        return try await self.transport.perform(request)
    }
}
