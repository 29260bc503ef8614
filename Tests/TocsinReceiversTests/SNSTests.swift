import Testing
import TocsinJSON
import TocsinModel
import TocsinSettings

@testable import TocsinReceivers

@Suite struct SNSTests {
    // MARK: Signatures

    @Test(arguments: try CaseFile.json("Cases/sigv4.json")["cases"]?.array ?? [])
    func aRequestIsSignedAsAWSsOwnLibrariesSignIt(example: JSONValue) throws {
        let file = try CaseFile.json("Cases/sigv4.json")
        let credentials = try AWSCredentials(
            accessKey: file.text("access_key"), secretKey: file.text("secret_key"), sessionToken: example.text("token"))
        let signature = AWSSignature(
            credentials: credentials, region: try example.text("region"), service: try example.text("service"))
        let type = HTTPRequest.Header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
        let endpoint = try AWSEndpoint(try example.text("url"), of: "api_url")
        let request = HTTPRequest(url: endpoint.url, headers: [type], body: Array(try example.text("body").utf8))

        let signed = signature.signed(
            request, to: endpoint, at: try #require(Timestamp(rfc3339: "2015-08-30T12:36:00Z")))

        #expect(signed.url == (try example.text("url")))
        #expect(signed.value("X-Amz-Date") == (try example.text("date")))
        #expect(signed.value("Authorization") == (try example.text("authorization")))
        let token = try example.text("token")
        #expect(signed.value("X-Amz-Security-Token") == (token.isEmpty ? nil : token))
    }

    /// RFC 4231, cases 2 and 6: a short key, and one that is longer than a block.
    @Test(
        arguments: [
            (
                Array("Jefe".utf8), "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
        ] as [([UInt8], String, String)])
    func codesAreThoseOfTheStandard(key: [UInt8], text: String, code: String) {
        #expect(Digest.hexadecimal(Digest.hmac(text, key: key)) == code)
    }

    @Test(arguments: [
        ("https://SNS.us-east-1.amazonaws.com", "https://sns.us-east-1.amazonaws.com/", "sns.us-east-1.amazonaws.com"),
        ("https://h:443/x?a=b#c", "https://h/x/", "h"), ("http://h:443/", "http://h:443/", "h:443"),
        ("http://u:p@h:80/x y", "http://h/x%20y/", "h"),
    ])
    func anAddressHasOneForm(text: String, url: String, host: String) throws {
        let endpoint = try AWSEndpoint(text, of: "api_url")

        #expect(endpoint.url == url)
        #expect(endpoint.host == host)
    }

    // MARK: Credentials

    private static let topic = "arn:aws:sns:us-east-2:1:T"

    private func receiver(_ sigv4: JSONValue?, environment: [String: String]) throws -> SNSReceiver {
        var context = ReceiverContext.sample()
        context.environment = environment
        var members = [JSONValue.Member("topic_arn", .string(SNSTests.topic))]
        if let sigv4 { members.append(JSONValue.Member("sigv4", sigv4)) }
        return try SNSReceiver(.object(members), context: context)
    }

    private static let files = """
        # comment
        [default]
        aws_access_key_id = DEFAULTKEY
        aws_secret_access_key = s
        [team]
        aws_access_key_id=TEAMKEY
        aws_secret_access_key=s2
        aws_session_token = tok
        """

    @Test(
        arguments: [
            (["access_key": "GIVEN", "secret_key": "s", "region": "r"], ["AWS_ACCESS_KEY_ID": "E"], "GIVEN", "r", nil),
            (
                nil, ["AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "e-1"], "ENV", "e-1", nil
            ),
            (
                ["region": "r"],
                [
                    "AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t",
                    "AWS_REGION": "e",
                ],
                "ENV", "r", "t"
            ),
            (["region": "r"], ["HOME": "/h"], "DEFAULTKEY", "r", nil),
            (["region": "r"], ["HOME": "/h", "AWS_PROFILE": "team"], "TEAMKEY", "r", "tok"),
            (
                ["profile": "team"], ["HOME": "/h", "AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s"],
                "TEAMKEY",
                "from-config", "tok"
            ),
        ] as [(JSONValue?, [String: String], String, String, String?)])
    func theKeyComesFromTheSettingsThenTheEnvironmentThenTheSharedFiles(
        sigv4: JSONValue?, environment: [String: String], key: String, region: String, token: String?
    ) throws {
        let receiver = try self.receiver(sigv4, environment: environment)
        var notification = TocsinReceivers.Notification.sample
        notification.secretFiles.add(SNSTests.files, of: "/h/.aws/credentials")
        notification.secretFiles.add("[profile team]\nregion = from-config\n", of: "/h/.aws/config")

        let request = try receiver.send(notification).request

        let proof = try #require(request.value("Authorization"))
        #expect(proof.hasPrefix("AWS4-HMAC-SHA256 Credential=\(key)/"))
        #expect(proof.contains("/\(region)/sns/aws4_request, "))
        #expect(request.value("X-Amz-Security-Token") == token)
        #expect(request.url == "https://sns.\(region).amazonaws.com/")
    }

    @Test(
        arguments: [
            ([:], "region not configured"), (["AWS_REGION": "r"], "no AWS credentials"),
            (["AWS_REGION": "r", "HOME": "/h"], "cannot read /h/.aws/credentials"),
            (["AWS_REGION": "r", "HOME": "/h", "AWS_PROFILE": "x"], "cannot read /h/.aws/credentials"),
            (["AWS_REGION": "https://evil/", "AWS_ACCESS_KEY_ID": "E", "AWS_SECRET_ACCESS_KEY": "s"], "not the name"),
        ] as [([String: String], String)])
    func withoutAKeyOrARegionNothingIsSent(environment: [String: String], reason: String) throws {
        let receiver = try self.receiver(nil, environment: environment)

        let refusal = #expect(throws: Refusal.self) { try receiver.send() }

        // The credentials are asked for first.
        let isLate = reason.hasPrefix("region") && refusal?.reason.hasPrefix("no AWS credentials") == true
        #expect(isLate || refusal?.reason.contains(reason) == true, "\(refusal?.reason ?? "")")
    }

    // MARK: Roles

    private static let assumed = HTTPResponse(
        status: 200,
        body: Array(
            """
            <AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>TEMP</AccessKeyId>
            <SecretAccessKey>s&amp;</SecretAccessKey><SessionToken>tok/+=</SessionToken>
            <Expiration>1970-01-01T01:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
            """.utf8)
    )

    private static let settings: JSONValue = [
        "topic_arn": "arn:aws:sns:us-east-2:1:T",
        "sigv4": [
            "region": "us-east-2", "access_key": "AK", "secret_key": "SK", "role_arn": "arn:aws:iam::1:role/x",
            "external_id": "e",
        ],
    ]

    @Test func aRoleIsTakenOnBeforeTheFirstMessageAndKeptForLaterOnes() throws {
        let receiver = try SNSReceiver(SNSTests.settings)
        var notification = TocsinReceivers.Notification.about([AnnouncedAlert(labels: ["a": "b"], startsAt: .epoch)])

        let first = try receiver.send(notification)
        #expect(first.request.url == "https://sts.us-east-2.amazonaws.com/")
        #expect(try first.meaning["Action"] == "AssumeRole")
        #expect(try first.meaning["ExternalId"] == "e")

        let conversation = Conversation(SNSTests.assumed, meaning: receiver.outcome(of: SNSTests.assumed))
        let second = try #require(
            try receiver.next(after: conversation, for: notification, with: Receivers.templates))
        #expect(second.request.value("X-Amz-Security-Token") == "tok/+=")
        #expect(try second.meaning["Action"] == "Publish")

        let token = try #require(receiver.token(in: SNSTests.assumed, for: notification))
        #expect(token.expiresAt == .epoch + .seconds(3540))
        notification.token = token
        let later = try receiver.send(notification)
        #expect(later.request == second.request)
    }

    @Test func aTokenThatRanOutIsFetchedAnewOnce() throws {
        let receiver = try SNSReceiver(SNSTests.settings)
        var notification = TocsinReceivers.Notification.sample
        notification.token = receiver.token(in: SNSTests.assumed, for: .about([]))
        let expired = HTTPResponse.plain(403, "<Error><Code>ExpiredToken</Code><Message>expired</Message></Error>")
        var conversation = Conversation(expired, meaning: receiver.outcome(of: expired))

        let again = try #require(try receiver.next(after: conversation, for: notification, with: Receivers.templates))
        #expect(again.request.url == "https://sts.us-east-2.amazonaws.com/")

        conversation.append(SNSTests.assumed, meaning: .delivered)
        let message = try #require(
            try receiver.next(after: conversation, for: notification, with: Receivers.templates))
        #expect(try message.meaning["Action"] == "Publish")

        conversation.append(expired, meaning: receiver.outcome(of: expired))
        #expect(try receiver.next(after: conversation, for: notification, with: Receivers.templates) == nil)
    }

    // MARK: Messages

    @Test(arguments: [("topic_arn", 262_144), ("phone_number", 1600)])
    func whatIsTooLongIsCutAndSaysSo(target: String, limit: Int) throws {
        let receiver = try SNSReceiver(
            .object([
                JSONValue.Member(target, "x"),
                JSONValue.Member("sigv4", ["region": "r", "access_key": "a", "secret_key": "s"]),
                JSONValue.Member("message", "x{{ .CommonLabels.a }}"),
            ])
        )
        let alert = AnnouncedAlert(labels: ["a": String(repeating: "\u{1F525}", count: 70_000)], startsAt: .epoch)

        let form = try receiver.send(.about([alert])).meaning

        // Whole characters: four bytes each behind the first.
        #expect(form["Message"]?.string?.utf8.count == limit - 3)
        #expect(form["MessageAttributes.entry.1.Name"] == "truncated")
        #expect(form["MessageAttributes.entry.1.Value.StringValue"] == "true")
    }

    @Test func aQueueThatKeepsTheOrderGetsTheGroupAndANumberForEachNews() throws {
        let receiver = try SNSReceiver([
            "topic_arn": "arn:aws:sns:us-east-2:1:{{ .GroupLabels.a }}.fifo",
            "sigv4": ["region": "r", "access_key": "a", "secret_key": "s"],
        ])
        var notification = TocsinReceivers.Notification.about(
            [AnnouncedAlert(labels: ["a": "b"], startsAt: .epoch)], groupLabels: ["a": "b"])

        let first = try receiver.send(notification).meaning
        let again = try receiver.send(notification).meaning
        notification.content.flushedAt = .epoch + .seconds(1)
        let later = try receiver.send(notification).meaning

        #expect(first["TopicArn"] == "arn:aws:sns:us-east-2:1:b.fifo")
        #expect(first["MessageGroupId"] == .string(notification.alias))
        #expect(first["MessageDeduplicationId"] == again["MessageDeduplicationId"])
        #expect(first["MessageGroupId"] == later["MessageGroupId"])
        #expect(first["MessageDeduplicationId"] != later["MessageDeduplicationId"])
    }

    @Test func aSubjectIsOneShortLine() throws {
        let receiver = try SNSReceiver([
            "topic_arn": "x", "sigv4": ["region": "r", "access_key": "a", "secret_key": "s"],
            "subject": "a\n{{ .CommonLabels.a }}",
        ])
        let alert = AnnouncedAlert(labels: ["a": String(repeating: "x", count: 200)], startsAt: .epoch)

        let subject = try #require(try receiver.send(.about([alert])).meaning["Subject"]?.string)

        #expect(subject.hasPrefix("a xxx"))
        #expect(subject.unicodeScalars.count == 99)
    }

    @Test func whatSNSDoesNotTakeIsSentOnceMoreWithoutSubjectAndAttributes() throws {
        let receiver = try SNSReceiver([
            "topic_arn": "x", "sigv4": ["region": "r", "access_key": "a", "secret_key": "s"], "attributes": ["a": "b"],
        ])
        let answer = HTTPResponse.plain(400, "<E><Code>InvalidParameter</Code><Message>Subject</Message></E>")

        let plain = try #require(try receiver.plainRequest(for: .sample, with: Receivers.templates, after: answer))

        #expect(receiver.outcome(of: answer) == .refused(reason: "HTTP 400: InvalidParameter: Subject"))
        #expect(try plain.meaning["Subject"] == nil)
        #expect(try plain.meaning["MessageAttributes.entry.1.Name"] == nil)
        #expect(try plain.meaning["Message"]?.string?.isEmpty == false)
    }

    @Test func throttlingIsTriedAgain() throws {
        let receiver = try SNSReceiver(SNSTests.settings)
        let answer = HTTPResponse.plain(400, "<E><Code>Throttling</Code><Message>Rate exceeded</Message></E>")

        #expect(
            receiver.outcome(of: answer)
                == .failed(reason: "HTTP 400: Throttling: Rate exceeded", mayHaveArrived: false))
    }

    @Test(
        arguments: [
            ([:], "must provide either a Target ARN"), (["topic_arn": "a", "target_arn": "b"], "must provide either"),
            (["topic_arn": "a", "sigv4": ["access_key": "k"]], "must provide a AWS SigV4 Access key and Secret Key"),
            (["topic_arn": "a", "sigv4": ["external_id": "k"]], "external_id can only be used with role_arn"),
        ] as [(JSONValue, String)])
    func mistakesAreReported(settings: JSONValue, message: String) throws {
        let errors = #expect(throws: SettingsErrors.self) { try SNSReceiver(settings) }
        #expect(errors?.description.contains(message) ?? false)
    }
}

extension HTTPRequest {
    /// A header's value.
    func value(_ name: String) -> String? { self.headers.first { $0.name == name }?.value }
}
