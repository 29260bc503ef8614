import Foundation
import Testing
import TocsinCurl
import TocsinReceivers
import TocsinSettings

/// Against real servers with an authority of their own.
@Suite(.timeLimit(.minutes(2)))
struct TLSTests {
    private let peer: Peer
    private let transport: CurlTransport

    init() throws {
        self.peer = try Peer.tls.get()
        self.transport = try CurlTransport()
    }

    private func answer(_ options: HTTPOptions, from server: String = "https") async throws -> [String: String] {
        let url = "https://127.0.0.1:\(try self.peer.port(server))/x"
        let answer = try await self.transport.perform(HTTPRequest(url: url, body: [1], options: options))
        return try JSONDecoder().decode([String: String].self, from: Data(answer.body))
    }

    private func failure(_ options: HTTPOptions, from server: String = "https") async throws -> TransportFailure {
        let request = HTTPRequest(url: "https://127.0.0.1:\(try self.peer.port(server))/x", options: options)
        return try await expectFailure(of: request, by: self.transport)
    }

    @Test func aPrivateAuthorityIsTrustedWhereItIsNamed() async throws {
        let answer = try await self.answer(try self.peer.trusting())

        #expect(answer["version"] == "TLSv1.3")
    }

    @Test func theServersNameIsAskedForAndTheHostStaysWhatItWas() async throws {
        let answer = try await self.answer(try self.peer.trusting())

        #expect(answer["asked_for"] == "receiver.test")
        let port = try self.peer.port("https")
        #expect(answer["host"] == "127.0.0.1:\(port)")
    }

    @Test func withoutItsAuthorityAServerIsNotTrusted() async throws {
        let unknown = try await self.failure(HTTPOptions())
        let wrong = try await self.failure(try self.peer.trusting("stranger"))

        for failure in [unknown, wrong] {
            #expect(failure.kind == .tls && !failure.mayHaveArrived)
            #expect(failure.message.hasSuffix("the certificate is of an unknown authority"))
        }
    }

    @Test func aCertificateForAnotherNameIsNotTrusted() async throws {
        let failure = try await self.failure(try self.peer.trusting(serverName: nil))
        let other = try await self.failure(try self.peer.trusting(serverName: "other.test"))

        #expect(failure.message.hasSuffix("the certificate is not for this host"))
        #expect(other.message.hasSuffix("the certificate is not for this host"))
    }

    @Test func checkingCanBeTurnedOffForOneRequestAlone() async throws {
        var careless = HTTPOptions()
        careless.tls.verifiesServer = false

        _ = try await self.answer(careless)

        let failure = try await self.failure(HTTPOptions())
        #expect(failure.kind == .tls)
    }

    @Test func aServerThatWantsACertificateGetsOurs() async throws {
        var options = try self.peer.trusting()
        options.tls.certificate = try self.peer.text("client.pem")
        options.tls.key = Secret(try self.peer.text("client.key"))

        let answer = try await self.answer(options, from: "mutual")
        #expect(answer["client"] == "client")
    }

    /// Even where a connection with the certificate stands already.
    @Test func aRequestWithoutTheCertificateGetsNoConnectionOfOneWithIt() async throws {
        var options = try self.peer.trusting()
        options.tls.certificate = try self.peer.text("client.pem")
        options.tls.key = Secret(try self.peer.text("client.key"))
        _ = try await self.answer(options, from: "mutual")

        let failure = try await self.failure(try self.peer.trusting(), from: "mutual")

        // Which of the two notices first depends on the moment; that there is no answer does not.
        #expect([.tls, .brokenOff, .unreachable].contains(failure.kind))
    }

    @Test func aKeyThatDoesNotBelongToTheCertificateIsNamed() async throws {
        var options = try self.peer.trusting()
        options.tls.certificate = try self.peer.text("client.pem")
        options.tls.key = Secret(try self.peer.text("server.key"))

        let failure = try await self.failure(options, from: "mutual")

        #expect(failure.kind == .tls && failure.message.hasSuffix("our certificate or its key cannot be used"))
    }

    @Test func versionsOfTLSAreWithinTheirLimits() async throws {
        var old = try self.peer.trusting()
        old.tls.maximumVersion = .tls12
        var new = try self.peer.trusting()
        new.tls.minimumVersion = .tls13

        let answers = [try await self.answer(old), try await self.answer(new)]
        let failure = try await self.failure(new, from: "old")
        #expect(answers.map { $0["version"] } == ["TLSv1.2", "TLSv1.3"])
        #expect(failure.kind == .tls)
    }
}
