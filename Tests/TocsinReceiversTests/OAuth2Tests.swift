import Testing
import TocsinJSON
import TocsinSettings

@testable import TocsinReceivers

@Suite struct OAuth2Tests {
    private static func grant(_ more: [JSONValue.Member] = []) throws -> OAuth2Grant {
        let settings: [JSONValue.Member] =
            [
                .init("client_id", "id"), .init("client_secret", "s&cret"), .init("token_url", "https://auth/token"),
            ] + more
        let receiver = try WebhookReceiver([
            "url": "http://hook/", "http_config": ["oauth2": .object(settings)],
        ])
        return try #require(try receiver.send().request.grant)
    }

    private static func form(_ request: HTTPRequest) -> String { String(decoding: request.body, as: UTF8.self) }

    private static func token(_ json: JSONValue) throws -> OAuth2Token? {
        var exchange = OAuth2Exchange(try Self.grant())
        guard case .token(let token) = exchange.take(.json(200, json)) else { return nil }
        return token
    }

    @Test func theClientSaysWhoItIsInTheHeaderFirst() throws {
        let question = OAuth2Exchange(try Self.grant()).question

        #expect(question.url == "https://auth/token")
        #expect(Self.form(question) == "grant_type=client_credentials")
        let authorization = question.headers.first { $0.name == "Authorization" }?.value
        #expect(authorization == "Basic \(Base64.encoded("id:s%26cret"))")
    }

    @Test func scopesAndParametersAreSentInTheOrderOfTheirNames() throws {
        let grant = try Self.grant([
            .init("scopes", ["a", "b"]), .init("endpoint_params", ["resource": "x y", "audience": "z"]),
        ])

        let form = Self.form(OAuth2Exchange(grant).question)

        #expect(form == "grant_type=client_credentials&scope=a+b&audience=z&resource=x+y")
    }

    @Test(arguments: [400, 401])
    func aServerThatDoesNotReadTheHeaderIsAskedOnceMoreInTheBody(status: Int) throws {
        var exchange = OAuth2Exchange(try Self.grant())

        guard case .ask(let second) = exchange.take(.json(status, ["error": "invalid_client"])) else {
            Issue.record("it must ask again")
            return
        }
        let step = exchange.take(.json(status, ["error": "invalid_client", "error_description": "s&cret"]))

        let form = "grant_type=client_credentials&client_id=id&client_secret=s%26cret"
        #expect(Self.form(second) == form && !second.headers.contains { $0.name == "Authorization" })
        #expect(exchange.credentials == .inBody)
        guard case .failed(let failure) = step else {
            Issue.record("it must fail")
            return
        }
        let reason = "no OAuth 2.0 token: the token endpoint answered \(status) (invalid_client)"
        #expect(failure == TransportFailure(kind: .unauthorized, mayHaveArrived: false, message: reason))
    }

    @Test(arguments: [(403, true), (404, true), (408, false), (429, false), (500, false), (503, false), (302, false)])
    func onlyADenialIsFinal(status: Int, isFinal: Bool) throws {
        var exchange = OAuth2Exchange(try Self.grant())

        guard case .failed(let failure) = exchange.take(.plain(status, "<html>s&cret")) else {
            Issue.record("it must fail")
            return
        }
        #expect(failure.kind == (isFinal ? .unauthorized : .unreachable))
        #expect(!failure.mayHaveArrived && !failure.message.contains("cret"))
    }

    @Test(
        arguments: [
            (["access_token": "t", "token_type": "bearer", "expires_in": 60], "Bearer t", .seconds(60)),
            (["access_token": "t", "token_type": "MAC", "expires_in": "90"], "MAC t", .seconds(90)),
            (["access_token": "t"], "Bearer t", nil), (["access_token": "t", "expires_in": 0], "Bearer t", nil),
            (["access_token": "t", "token_type": "a b"], "Bearer t", nil),
            (["access_token": "t", "expires_in": 1e300], "Bearer t", .seconds(31_536_000)),
        ] as [(JSONValue, String, Duration?)])
    func aTokenAndItsTimeAreRead(json: JSONValue, header: String, lifetime: Duration?) throws {
        let token = try #require(try Self.token(json))

        #expect(token.header == HTTPRequest.Header("Authorization", header))
        #expect(token.lifetime == lifetime)
    }

    @Test(
        arguments: [
            [:], ["access_token": ""], ["access_token": 7], ["access_token": "a\r\nX-Evil: 1"], [1], "text",
        ] as [JSONValue])
    func whatIsNoTokenIsNone(json: JSONValue) throws {
        #expect(try Self.token(json) == nil)
    }

    @Test func aReceiversOwnHeaderGoesBeforeTheToken() throws {
        let config: JSONValue = ["oauth2": ["client_id": "id", "token_url": "https://auth/token"]]
        let receiver = try OpsGenieReceiver(["api_key": "k", "http_config": config])

        let request = try receiver.send().request

        #expect(request.grant == nil)
        #expect(request.headers.filter { $0.name == "Authorization" }.map(\.value) == ["GenieKey k"])
    }
}

/// What a request says nobody may read.
@Suite struct SensitiveValuesTests {
    @Test func aKeyThatATemplateMadeIsSensitive() throws {
        let key = "{{ .GroupLabels.alertname }}-key"
        let pagerDuty = try PagerDutyReceiver(["routing_key": .string(key)]).send().request
        let pushover = try PushoverReceiver(["user_key": .string(key), "token": "t-key"]).send().request

        let rendered = try rendered(key)
        #expect(pagerDuty.revealedSecrets.contains(rendered))
        #expect(pushover.revealedSecrets == ["t-key", rendered])
    }

    @Test func secretHeadersAndThePasswordOfAProxyAreSensitive() throws {
        let config: JSONValue = [
            "proxy_url": "http://ann:pr0xy@proxy:1", "http_headers": ["X-Key": ["secrets": ["s"], "values": ["v"]]],
        ]

        let request = try WebhookReceiver(["url": "http://hook/", "http_config": config]).send().request

        #expect(request.revealedSecrets == ["s", "http://ann:pr0xy@proxy:1", "pr0xy"])
    }

    @Test func aCardForTeamsTakesTheGlobalProxyIfItsBlockNamesNone() throws {
        var global = GlobalSettings()
        global.http.options.proxy.route = .by(url: Secret("http://proxy:1"), except: "")
        let context = ReceiverContext.sample(global: global)
        let own: JSONValue = ["webhook_url": "http://h/", "http_config": ["follow_redirects": false]]

        let card = try MSTeamsV2Receiver(own, context: context).send().request
        let other = try MSTeamsReceiver(own, context: context).send().request

        #expect(card.options.proxy.route == global.http.options.proxy.route)
        #expect(other.options.proxy.route == .direct)
    }
}
