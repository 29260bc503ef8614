import Foundation
import Testing
import TocsinReceivers
import TocsinSettings

@testable import TocsinCurl

@Suite(.timeLimit(.minutes(2)))
struct ProxyTests {
    private let peer: Peer
    private let transport: CurlTransport

    init() throws {
        self.peer = try Peer.tls.get()
        self.transport = try CurlTransport()
    }

    /// What the proxy was asked for a host that only this test has.
    private func heads(of host: String) throws -> [String] {
        try self.peer.text("proxy.log").split(separator: "\n")
            .map { try JSONDecoder().decode(String.self, from: Data($0.utf8)) }
            .filter { $0.contains(host) }
    }

    @Test func aRequestGoesToTheProxyWithItsPassword() async throws {
        var options = HTTPOptions()
        options.proxy = try self.peer.asProxy()

        let answer = try await self.transport.perform(HTTPRequest(url: "http://plain.test/x?y", options: options))

        #expect(String(decoding: answer.body, as: UTF8.self) == "via proxy")
        let head = try #require(try self.heads(of: "plain.test").first)
        #expect(head.hasPrefix("POST http://plain.test/x?y HTTP/1.1\r\n"))
        #expect(head.contains("Proxy-Authorization: Basic YW5uOnByb3h5cGFzc3dvcmQ="))
    }

    @Test func aServerOfTLSIsReachedByATunnelThatSeesNoHeaderOfTheRequest() async throws {
        var options = try self.peer.trusting(serverName: nil)
        options.proxy = try self.peer.asProxy(password: false)
        options.proxy.connectHeaders = [.init("X-Key", "secret-of-the-proxy")]
        let url = "https://receiver.test:\(try self.peer.port("https"))/x"
        let headers = [HTTPRequest.Header("Authorization", "Bearer for-the-server")]

        let answer = try await self.transport.perform(HTTPRequest(url: url, headers: headers, options: options))

        #expect(answer.status == 200)
        #expect(answer.header("X-Of-The-Proxy") == nil)
        let head = try #require(try self.heads(of: "receiver.test").first)
        #expect(head.hasPrefix("CONNECT receiver.test:"))
        #expect(head.contains("X-Key: secret-of-the-proxy"))
        #expect(!head.contains("for-the-server"))
    }

    @Test func aTunnelThatTheProxyRefusesHasNotArrived() async throws {
        var options = try self.peer.trusting()
        options.proxy = try self.peer.asProxy(password: false)

        let failure = try await expectFailure(
            of: HTTPRequest(url: "https://refused.test/secret", body: [1, 2, 3], options: options), by: self.transport)

        #expect(failure.kind == .unreachable && !failure.mayHaveArrived)
        #expect(failure.message == "refused.test:443: the proxy gives no connection: it answered 407")
    }

    @Test func aProxyThatIsNotThereIsUnreachable() async throws {
        var options = HTTPOptions()
        options.proxy.route = .by(url: Secret("http://a:secret@127.0.0.1:\(StubServer.unusedPort())"), except: "")

        let failure = try await expectFailure(
            of: HTTPRequest(url: "http://receiver.test/", options: options), by: self.transport)

        #expect(failure.kind == .unreachable && !failure.mayHaveArrived)
        #expect(!failure.message.contains("secret"))
    }

    @Test func anExceptedHostIsReachedDirectly() async throws {
        let server = StubServer { _ in response() }
        try await withTransport(server) { transport in
            var options = HTTPOptions()
            options.proxy = try self.peer.asProxy(except: "10.0.0.0/8,example.org")

            let answer = try await transport.perform(HTTPRequest(url: server.url(), options: options))

            #expect(answer.status == 200)
            #expect(server.requests.first?.line == "POST / HTTP/1.1")
        }
    }

    @Test(arguments: [
        ("http://example.org", "example.org", true), ("http://a.example.org", "example.org", true),
        ("http://notexample.org", "example.org", false), ("http://example.org", ".example.org", false),
        ("http://a.example.org", ".example.org", true), ("http://a.example.org", "*.example.org", true),
        ("http://EXAMPLE.org", "foo, Example.ORG", true), ("http://example.org:81", "example.org:81", true),
        ("http://example.org:82", "example.org:81", false), ("https://example.org", "example.org:443", true),
        ("http://10.1.2.3", "10.0.0.0/8", true), ("http://11.1.2.3", "10.0.0.0/8", false),
        ("http://10.1.2.3", "10.1.2.3", true), ("http://[fd00::1]", "fd00::/8", true),
        ("http://[fd00::1]:80", "[fd00::1]:80", true), ("http://10.1.2.3", "0/8,10.0.0.0/99", false),
        ("http://anything", "*", true), ("http://localhost", "", true), ("http://127.0.0.9", "x", true),
        ("http://[::1]", "x", true), ("http://host", ",,", false),
    ])
    func hostsAreExceptedAsInGo(url: String, list: String, isExcepted: Bool) throws {
        let origin = try #require(ParsedURL(url)).origin

        #expect(ProxyChoice.isExcepted(origin, by: list) == isExcepted)
    }

    /// In a process of its own, as the environment belongs to all threads.
    @Test func theVariablesCountWhereTheyAreAskedFor() async {
        await #expect(processExitsWith: .success) {
            let proxy = StubServer { _ in response(body: "via proxy") }
            setProxyVariables(to: proxy.url())
            let transport = try CurlTransport()
            var options = HTTPOptions()
            options.proxy.route = .asTheEnvironmentSays
            let answer = try await transport.perform(HTTPRequest(url: "http://receiver.test/", options: options))
            try #require(String(decoding: answer.body, as: UTF8.self) == "via proxy")
        }
    }
}
