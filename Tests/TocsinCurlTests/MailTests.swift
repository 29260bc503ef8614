import Foundation
import Testing
import TocsinReceivers
import TocsinSettings

@testable import TocsinCurl

extension Peer {
    /// `.ci/python` installs what it needs.
    static let mail = Result { try Peer("smtp_peer", python: Peer.python, arguments: []) }

    private static var python: String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let peers = ProcessInfo.processInfo.environment["TOCSIN_PEERS"] ?? "\(root)/.build/peers"
        return "\(peers)/python/bin/python3"
    }

    struct Mail: Decodable {
        let server: String
        let hello: String
        let from: String
        let to: String
        let user: String
        let tls: String
        let data: String
    }

    /// The one mail that a server took from that sender.
    func mail(from sender: String) throws -> Mail? {
        let mails = try self.text("mails.log").split(separator: "\n")
            .map { try JSONDecoder().decode(Mail.self, from: Data($0.utf8)) }.filter { $0.from == sender }
        #expect(mails.count <= 1)
        return mails.first
    }
}

/// Against real mail servers.
@Suite(.timeLimit(.minutes(2)))
struct MailTests {
    private let peer: Peer
    private let transport: CurlTransport

    init() throws {
        self.peer = try Peer.mail.get()
        self.transport = try CurlTransport()
    }

    private static let login = MailEnvelope.Login(
        username: "ann", identity: "", password: Secret("correct horse"), secret: nil)

    private func mail(
        _ server: String,
        from sender: String,
        to recipients: [String] = ["a@example.org", "b@example.org"],
        text: String = "Subject: x\r\n\r\nHello\r\n.\r\n..dots\r\nend\r\n",
        requiresTLS: Bool = false,
        login: MailEnvelope.Login? = nil
    ) throws -> HTTPRequest {
        var options = try self.peer.trusting()
        options.timeout = .seconds(20)
        let scheme = server == "tls" ? "smtps" : "smtp"
        return HTTPRequest(
            url: "\(scheme)://127.0.0.1:\(try self.peer.port(server))",
            body: Array(text.utf8),
            options: options,
            mail: MailEnvelope(
                sender: sender, recipients: recipients, hello: "alerts.example.org", requiresTLS: requiresTLS,
                login: login)
        )
    }

    @Test func aMailArrivesAsItWasWritten() async throws {
        let answer = try await self.transport.perform(try self.mail("open", from: "open@example.org"))

        let mail = try #require(try self.peer.mail(from: "open@example.org"))
        #expect(answer.status == 250)
        #expect(mail.to == "a@example.org,b@example.org" && mail.hello == "alerts.example.org")
        #expect(mail.data == "Subject: x\r\n\r\nHello\r\n.\r\n..dots\r\nend\r\n")
    }

    @Test func whereTLSIsRequiredItComesBeforeAllElse() async throws {
        _ = try await self.transport.perform(try self.mail("starttls", from: "s@example.org", requiresTLS: true))

        #expect(try self.peer.mail(from: "s@example.org")?.tls == "yes")
    }

    @Test func aServerWithoutTLSGetsNothingWhereItIsRequired() async throws {
        let request = try self.mail("open", from: "no-tls@example.org", requiresTLS: true, login: Self.login)

        let failure = try await expectFailure(of: request, by: self.transport)

        #expect(!failure.mayHaveArrived)
        #expect(failure.message.hasSuffix("does not advertise the STARTTLS extension"))
        #expect(try self.peer.mail(from: "no-tls@example.org") == nil)
    }

    @Test func TLSCanComeFirst() async throws {
        _ = try await self.transport.perform(try self.mail("tls", from: "tls@example.org", requiresTLS: true))

        #expect(try self.peer.mail(from: "tls@example.org")?.server == "tls")
    }

    @Test(arguments: ["starttls", "tls"])
    func aMailServerThatIsNotTrustedGetsNothing(server: String) async throws {
        var request = try self.mail(server, from: "untrusted@example.org", requiresTLS: true)
        request.options.tls.authorities = try self.peer.text("stranger.pem")

        let failure = try await expectFailure(of: request, by: self.transport)

        #expect(failure.kind == .tls && !failure.mayHaveArrived)
    }

    @Test func aPasswordIsShownBehindTLS() async throws {
        let request = try self.mail("login", from: "login@example.org", requiresTLS: true, login: Self.login)

        _ = try await self.transport.perform(request)

        let mail = try #require(try self.peer.mail(from: "login@example.org"))
        #expect(mail.user.hasSuffix(":ann") && mail.tls == "yes")
    }

    @Test func aServerThatKnowsOnlyLOGINIsSpokenToSo() async throws {
        _ = try await self.transport.perform(
            try self.mail("only_login", from: "only-login@example.org", login: Self.login))

        #expect(try self.peer.mail(from: "only-login@example.org")?.user == "LOGIN:ann")
    }

    @Test func aWrongPasswordIsNamedAndNotRepeated() async throws {
        var login = Self.login
        login.password = Secret("wrong-password")

        let answer = try await self.transport.perform(
            try self.mail("login", from: "wrong@example.org", requiresTLS: true, login: login))

        #expect(answer.status == 535)
        #expect(!String(decoding: answer.body, as: UTF8.self).contains("wrong-password"))
    }

    @Test func aSecretIsPreferredToAPassword() async throws {
        var login = Self.login
        login.secret = Secret("battery staple")

        _ = try await self.transport.perform(try self.mail("challenge", from: "cram@example.org", login: login))

        #expect(try self.peer.mail(from: "cram@example.org")?.user == "CRAM-MD5:ann")
    }

    @Test func whereTheServerDoesNotKnowTheSecretsWayThePasswordServes() async throws {
        var login = Self.login
        login.secret = Secret("battery staple")

        _ = try await self.transport.perform(try self.mail("only_login", from: "both@example.org", login: login))

        #expect(try self.peer.mail(from: "both@example.org")?.user == "LOGIN:ann")
    }

    @Test func aServerThatOffersNoWayIsNamed() async throws {
        var login = Self.login
        login.password = nil
        login.secret = Secret("battery staple")

        let failure = try await expectFailure(
            of: try self.mail("only_login", from: "no-way@example.org", login: login), by: self.transport)

        #expect(failure.message.hasSuffix("the server offers no way to log in that we can use (LOGIN)"))
        #expect(!failure.mayHaveArrived)
    }

    @Test(arguments: [
        ("nobody@example.org", "Hello", 550, "no such user here"), ("later@example.org", "Hello", 451, "greylisted"),
        ("a@example.org", "refuse-this", 554, "looks like spam"),
    ])
    func whatAServerRefusesIsItsAnswer(to: String, text: String, status: Int, words: String) async throws {
        let answer = try await self.transport.perform(
            try self.mail("open", from: "refused-\(status)@example.org", to: [to], text: "X: y\r\n\r\n\(text)\r\n"))

        #expect(answer.status == status)
        #expect(String(decoding: answer.body, as: UTF8.self).contains(words))
        #expect(try self.peer.mail(from: "refused-\(status)@example.org") == nil)
    }

    @Test(arguments: [("silent", false), ("silent_after_text", true)])
    func aMailServerThatHangsTimesOut(server: String, mayHaveArrived: Bool) async throws {
        var request = try self.mail(server, from: "hanging@example.org")
        request.options.timeout = .seconds(1)

        let failure = try await expectFailure(of: request, by: self.transport)

        #expect(failure.kind == .timedOut)
        #expect(failure.mayHaveArrived == mayHaveArrived)
    }

    @Test func aServerThatClosesAfterTheTextMayHaveTakenIt() async throws {
        let failure = try await expectFailure(
            of: try self.mail("closed_after_text", from: "closed@example.org"), by: self.transport)

        #expect(failure.kind == .brokenOff && failure.mayHaveArrived)
    }

    /// The mail is taken, and the answer is there before the goodbye has timed out.
    @Test func nobodyWaitsForTheAnswerToTheGoodbye() async throws {
        var request = try self.mail("silent_at_goodbye", from: "goodbye@example.org")
        request.options.timeout = .milliseconds(900)

        let answer = try await self.transport.perform(request)

        #expect(answer.status == 250)
    }

    @Test func aMailServerThatHangsHoldsUpNoNotificationByHTTP() async throws {
        let server = StubServer { _ in response() }
        try await withTransport(server) { transport in
            var request = try self.mail("silent_after_text", from: "slow@example.org")
            request.options.timeout = .seconds(5)
            async let mail = expectFailure(of: request, by: transport)

            for _ in 0..<20 { _ = try await transport.perform(HTTPRequest(url: server.url(), options: .impatient)) }

            #expect(try await mail.kind == .timedOut)
        }
    }

    @Test func shutdownCallsMailsOff() async throws {
        let transport = try CurlTransport()
        async let pending = expectFailure(of: try self.mail("silent", from: "stop@example.org"), by: transport)
        // Nothing tells when it is under way; called off before, it is refused with the same kind.
        await Task.yield()

        await transport.shutdown()

        #expect(try await pending.kind == .cancelled)
    }

    @Test(arguments: ["a@b\r\nRCPT TO:<c@d>", "a b@c", "<a@b>", ""])
    func anAddressThatWouldEndItsCommandIsNotSent(address: String) async throws {
        let recipient = try await expectFailure(
            of: try self.mail("open", from: "x@example.org", to: [address]), by: self.transport)
        let sender = try await expectFailure(of: try self.mail("open", from: address), by: self.transport)

        #expect(recipient.kind == .invalidRequest && sender.kind == .invalidRequest)
    }
}
