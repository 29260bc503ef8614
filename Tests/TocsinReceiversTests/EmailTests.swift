import Foundation
import Testing
import TocsinJSON
import TocsinModel
import TocsinSettings

@testable import TocsinReceivers

@Suite struct EmailTests {
    private static func receiver(_ more: [JSONValue.Member] = [], global: GlobalSettings? = nil) throws -> EmailReceiver
    {
        let usual: [JSONValue.Member] = [
            .init("to", "a@example.org"), .init("from", "b@example.org"), .init("smarthost", "mail.example.org:587"),
        ]
        let settings = usual.filter { field in !more.contains { $0.name == field.name } } + more
        return try EmailReceiver(.object(settings), context: .sample(global: global ?? GlobalSettings()))
    }

    /// A header with its continuation lines, as it stands in the mail.
    private static func header(_ name: String, in rendered: RenderedRequest) -> String? {
        let lines = rendered.mailLines.prefix { !$0.isEmpty }
        guard let start = lines.firstIndex(where: { $0.hasPrefix("\(name):") }) else { return nil }
        let more = lines[(start + 1)...].prefix { $0.hasPrefix(" ") }
        return ([lines[start]] + more).joined(separator: "\n")
    }

    /// What Alertmanager 0.25 sent, but for what differs from mail to mail and the order of the headers.
    @Test(arguments: [0, 1])
    func aMailIsWhatAlertmanagerSends(place: Int) throws {
        let receiver = try Self.receiver([
            .init("to", "a@example.org, B <b@example.org>"), .init("from", "AM <am@example.org>"),
            .init("send_resolved", true), .init("text", "{{ template \"opsgenie.default.description\" . }}"),
            .init("headers", ["X-Foo": "bär"]),
        ])
        var notification = try GoldenTests.notification(named: ["two firing", "one of two resolved"][place])
        notification.content.receiver = "all"

        let rendered = try receiver.send(notification)

        let log = String(decoding: try CaseFile.bytes("Cases/smtp-0.25.log"), as: UTF8.self)
        let captured = log.split(separator: "EHLO localhost\n")[place]
        let names = ["X-Foo:", "Subject:", "To:", "From:"]
        let headers = captured.split(separator: "\n").filter { line in names.contains { line.hasPrefix($0) } }
        let envelope = try #require(rendered.request.mail)
        #expect(headers.count == 4)
        for header in headers {
            let name = String(header.prefix { $0 != ":" })
            #expect(Self.header(name, in: rendered)?.replacing("\n", with: "") == String(header))
        }
        #expect(envelope.sender == "am@example.org")
        #expect(envelope.recipients == ["a@example.org", "b@example.org"])
        let start = try #require(captured.firstRange(of: "charset=UTF-8\n\n")?.upperBound)
        let text = captured[start...].split(separator: "\n--")[0]
        let sent = rendered.mailLines.joined(separator: "\n")
        let sentStart = try #require(sent.firstRange(of: "text/plain; charset=UTF-8\n\n")?.upperBound)
        let sentText = sent[sentStart...].split(separator: "\n--")[0]
        #expect(sentText.trimmingCharacters(in: .newlines) == text.trimmingCharacters(in: .newlines))
    }

    @Test func noLabelAddsAHeaderOrEndsTheMail() throws {
        let evil = "x\r\nBcc: all@example.org\r\n\r\n.\r\nQUIT"
        let receiver = try Self.receiver([
            .init("headers", ["X-Name": "{{ .CommonLabels.alertname }}"]),
            .init("text", "{{ .CommonLabels.alertname }}"),
        ])

        let rendered = try receiver.send(
            .about([AnnouncedAlert(labels: ["alertname": evil], startsAt: .epoch)], groupLabels: ["alertname": evil]))

        let head = rendered.mailLines.prefix { !$0.isEmpty }
        #expect(!head.contains { $0.hasPrefix("Bcc") })
        #expect(!rendered.mailLines.contains("."))
    }

    @Test func addressesOfALabelCannotLeadElsewhere() throws {
        let receiver = try Self.receiver([.init("to", "{{ .CommonLabels.team }}@example.org")])
        let about = { (team: String) in
            TocsinReceivers.Notification.about([AnnouncedAlert(labels: ["team": team], startsAt: .epoch)])
        }

        #expect(try receiver.send(about("gpu")).request.mail?.recipients == ["gpu@example.org"])
        for team in ["a b", "a\r\nRCPT TO:<x@y>", "", "<x@y> z", "a;b"] {
            #expect(throws: Refusal("`to` is no list of addresses")) { try receiver.send(about(team)) }
        }
    }

    @Test(
        arguments: [
            ("a@b.c", ["|a@b.c"]), (" a@b.c ,, d@e.f", ["|a@b.c", "|d@e.f"]),
            ("\"Doe, J. (ops)\" <j@b.c>", ["Doe, J. (ops)|j@b.c"]), ("J (comment, more) <j@b.c>", ["J|j@b.c"]),
            ("Jö <j@b.c>", ["Jö|j@b.c"]), ("\"a\\\"b\" <j@b.c>", ["a\"b|j@b.c"]),
            ("a", nil), ("a@", nil), ("@b", nil), ("a@b@c", nil), ("<a@b", nil), ("a@b c@d", nil),
        ] as [(String, [String]?)])
    func addressesAreRead(text: String, expected: [String]?) {
        #expect(MailAddress.list(text)?.map { "\($0.name)|\($0.address)" } == expected)
    }

    @Test func longAndForeignHeadersAreFolded() throws {
        let subject = String(repeating: "Größe 日本 ", count: 40)
        let rendered = try Self.receiver([.init("headers", ["Subject": .string(subject)])]).send()

        let lines = try #require(Self.header("Subject", in: rendered)).split(separator: "\n")
        #expect(lines.count > 10 && lines.allSatisfy { $0.utf8.count <= 78 && $0.utf8.allSatisfy { $0 < 0x7F } })
    }

    @Test(
        arguments: [
            ("a=b", "a=3Db"), ("é", "=C3=A9"), ("a \nb", "a=20\r\nb"), (".\n..", "=2E\r\n=2E."), ("a\r\nb", "a\r\nb"),
            ("a\rb", "a=0Db"), ("", ""),
        ])
    func partsAreQuotedPrintable(text: String, expected: String) {
        #expect(String(decoding: MailText.quotedPrintable(text), as: UTF8.self) == expected)
    }

    @Test func longLinesAreBrokenSoftly() {
        let text = String(repeating: "abc.é=", count: 400)
        let encoded = String(decoding: MailText.quotedPrintable(text), as: UTF8.self)

        let lines = encoded.split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.utf8.count <= 76 && !$0.hasPrefix(".") })
        #expect(
            encoded.replacing("=\r\n", with: "").replacing("=2E", with: ".")
                == String(repeating: "abc.=C3=A9=3D", count: 400))
    }

    @Test func aMailAboutTooManyAlertsSaysHowManyItLeavesOut() throws {
        let alerts = (0..<2000).map { number in
            AnnouncedAlert(
                labels: ["alertname": "A", "instance": "node-\(number)"],
                details: AlertDetails(annotations: ["summary": "It is broken"], generatorURL: "http://p/g"),
                startsAt: .epoch
            )
        }
        let receiver = try Self.receiver([])

        let rendered = try receiver.send(.about(alerts, groupLabels: ["alertname": "A"]))

        let html = rendered.request.body.count
        let text = rendered.mailLines.joined().replacing("=", with: "")
        #expect(html < 130_000)
        #expect(text.contains("[2000] Firing") && text.contains("node-0") && !text.contains("node-1999"))
        let shown = text.ranges(of: "node-").count
        #expect(text.contains("And \(2000 - shown) more") && shown > 20)
    }

    @Test func everythingInTheBodyIsEscaped() throws {
        let labels: LabelSet = ["alertname": "<script>alert(1)</script>"]
        let alert = AnnouncedAlert(
            labels: labels, details: AlertDetails(annotations: [:], generatorURL: "javascript:alert(1)"),
            startsAt: .epoch)

        let lines = try Self.receiver().send(.about([alert], groupLabels: labels)).mailLines
        let mail = lines.drop { !$0.isEmpty }.joined()

        #expect(!mail.replacing("=", with: "").contains("<script>alert"))
        #expect(!mail.contains("javascript:"))
    }

    @Test func theSameNotificationIsTheSameMailAndAnotherIsNot() throws {
        let receiver = try Self.receiver()
        let other = try Self.receiver([.init("to", "other@example.org")])

        let ids = try [receiver.send(), receiver.send(), other.send()].map { Self.header("Message-Id", in: $0) }

        #expect(ids[0] == ids[1] && ids[0] != ids[2])
        #expect(ids[0]?.hasSuffix("@example.org>") == true)
    }

    @Test func mailsOfOneGroupAreOneConversation() throws {
        let forGood = try Self.receiver([.init("threading", ["enabled": true, "thread_by_date": "none"])]).send()
        let byDay = try Self.receiver([.init("threading", ["enabled": true, "thread_by_date": "daily"])]).send()

        let key = TocsinReceivers.Notification.sample.alias.prefix(16)
        #expect(Self.header("References", in: forGood) == "References: <alert-\(key)-@alertmanager>")
        #expect(Self.header("In-Reply-To", in: byDay)?.hasPrefix("In-Reply-To: <alert-\(key)-2") == true)
    }

    private static let global: GlobalSettings = {
        var global = GlobalSettings()
        global.smtp.from = "global@example.org"
        global.smtp.username = "global-user"
        global.smtp.password = .inline(Secret("global-password"))
        global.smtp.requiresTLS = false
        return global
    }()

    @Test func whatIsNotGivenComesFromGlobal() throws {
        let settings: JSONValue = ["to": "a@example.org", "smarthost": "mail.example.org:25"]
        let inherited = try EmailReceiver(settings, context: .sample(global: Self.global)).send().request
        let own = try Self.receiver(
            [.init("auth_password", "own"), .init("require_tls", true)], global: Self.global
        ).send().request

        #expect(inherited.mail?.sender == "global@example.org" && inherited.mail?.requiresTLS == false)
        #expect(inherited.mail?.login?.password?.revealed == "global-password")
        #expect(own.mail?.sender == "b@example.org" && own.mail?.requiresTLS == true)
        #expect(own.mail?.login?.password?.revealed == "own" && own.revealedSecrets == ["own"])
    }

    @Test(arguments: [
        ("h:25", nil, "smtp://h:25"), ("h:465", nil, "smtps://h:465"), ("h:smtps", nil, "smtps://h:465"),
        ("h:465", false, "smtp://h:465"), ("h:2525", true, "smtps://h:2525"), ("[::1]:25", nil, "smtp://[::1]:25"),
    ])
    func thePortOrTheSettingSaysWhetherTLSComesFirst(host: String, forced: Bool?, url: String) throws {
        var settings: [JSONValue.Member] = [.init("smarthost", .string(host))]
        if let forced { settings.append(.init("force_implicit_tls", .bool(forced))) }

        #expect(try Self.receiver(settings).send().request.url == url)
    }

    @Test(
        arguments: [
            ([.init("to", "")], "missing to address in email config"),
            ([.init("smarthost", nil)], "no global SMTP smarthost set"),
            ([.init("from", nil)], "no global SMTP from set"),
            ([.init("smarthost", "h:")], "`smarthost` has an empty port"),
            ([.init("smarthost", "h")], "`smarthost` must be a host and a port"),
            ([.init("smarthost", "::1:25")], "`smarthost` has a host that cannot be one"),
            ([.init("headers", ["subject": "a", "Subject": "b"])], "duplicate header \"Subject\" in email config"),
            ([.init("headers", ["X: y": "a"])], "a header's name holds a character that none may hold"),
            (
                [.init("threading", ["enabled": true])],
                "threading.thread_by_date must be either 'none' or 'daily'"
            ),
            (
                [
                    .init("threading", ["enabled": true, "thread_by_date": "none"]),
                    .init("headers", ["references": "x"]),
                ],
                "conflicting configuration: threading.enabled conflicts with custom References header"
            ),
        ] as [([JSONValue.Member], String)])
    func mistakesAreNamed(settings: [JSONValue.Member], message: String) throws {
        let errors = #expect(throws: SettingsErrors.self) { try Self.receiver(settings) }

        let text = errors?.description ?? ""
        #expect(text.contains(message) && errors?.errors.count == 1 && !text.contains("secret"), "\(text)")
    }

    @Test(arguments: [
        (250, "OK", Outcome.delivered),
        (451, "4.7.1 later", .failed(reason: "SMTP 451: 4.7.1 later", mayHaveArrived: false)),
        (550, "no such user", .failed(reason: "SMTP 550: no such user", mayHaveArrived: false)),
        (535, "", .failed(reason: "SMTP 535", mayHaveArrived: false)),
    ])
    func whateverAServerHasAgainstAMailIsTriedAgain(code: Int, text: String, expected: Outcome) throws {
        let response = HTTPResponse(status: code, body: Array(text.utf8))

        #expect(try Self.receiver().outcome(of: response) == expected)
    }
}
