import Testing
import TocsinReceivers

@testable import TocsinCurl

/// What needs the usual ports, or names, and so cannot be seen on a loopback.
struct RedirectedRequestTests {
    @Test(arguments: [
        ("http://hooks.example/x", "https://hooks.example/x", true),
        ("http://hooks.example/x", "https://HOOKS.example/x", true),
        ("https://hooks.example/x", "https://hooks.example:443/y", true),
        ("https://hooks.example/x", "//hooks.example/y", true),
        ("https://hooks.example/x", "http://hooks.example/x", false),
        ("https://hooks.example/x", "https://hooks.example:8443/x", false),
        ("http://hooks.example/x", "https://hooks.example:8443/x", false),
        ("http://hooks.example:8080/x", "https://hooks.example/x", false),
        ("http://hooks.example/x", "https://other.example/x", false),
        ("https://hooks.example/x", "https://hooks.example.evil.example/x", false),
        ("https://hooks.example/x", "https://hooks.example@evil.example/x", false),
    ])
    func credentialsStayWithTheServerTheyAreFor(from: String, to: String, areKept: Bool) throws {
        let request = HTTPRequest(url: from, headers: [.init("Authorization", "Bearer s"), .init("X-A", "1")])

        let next = try #require(try CheckedRequest(request).redirected(by: response(307, to: to)))

        #expect(next.request.headers.contains { $0.name == "Authorization" } == areKept)
        #expect(next.request.headers.contains { $0.name == "X-A" })
    }

    @Test(arguments: [
        ("next", "https://ann:pw@h.example/a/next"), ("/next?q", "https://ann:pw@h.example/next?q"),
        ("?q=1", "https://ann:pw@h.example/a/b?q=1"), ("//o.example/x", "https://o.example/x"),
        ("https://h.example/x", "https://h.example/x"),
    ])
    func aLocationIsReadFromWhereItWasGiven(location: String, url: String) throws {
        let request = HTTPRequest(url: "https://ann:pw@h.example/a/b?c#d")

        let next = try CheckedRequest(request).redirected(by: response(307, to: location))

        #expect(next?.request.url == url)
    }

    private func response(_ status: Int, to location: String) -> HTTPResponse {
        HTTPResponse(status: status, headers: [.init("location", location)])
    }
}
