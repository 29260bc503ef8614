import TocsinJSON
public import TocsinSettings

/// What a token is asked for with. Requests with equal grants share one.
public struct OAuth2Grant: Hashable, Sendable {
    public struct Parameter: Hashable, Sendable {
        var name: String
        var value: String
    }

    let tokenURL: String
    let clientID: String
    let clientSecret: Secret<String>
    let scopes: [String]
    let parameters: [Parameter]
    let options: HTTPOptions

    /// Where the client says who it is. Servers differ, and none says beforehand which it wants.
    public enum Credentials: Hashable, Sendable {
        case inHeader
        case inBody
    }

    /// What nobody may read.
    public var sensitive: [Secret<String>] { [self.clientSecret] + self.options.proxy.sensitive }
}

/// A token, and how it is shown.
public struct OAuth2Token: Hashable, Sendable {
    let type: String
    public let value: Secret<String>
    /// From the moment of the answer; `nil` if the server named none.
    public let lifetime: Duration?

    public var header: HTTPRequest.Header { .init("Authorization", "\(self.type) \(self.value.revealed)") }
}

/// The steps to a token: a question, and if the client's credentials were not understood there, the same question with
/// them in another place.
public struct OAuth2Exchange: Sendable {
    private let grant: OAuth2Grant
    public private(set) var credentials: OAuth2Grant.Credentials
    private var hasAskedAgain = false

    /// - Parameter credentials: where they were understood the last time, if that is known.
    public init(_ grant: OAuth2Grant, credentials: OAuth2Grant.Credentials? = nil) {
        self.grant = grant
        self.credentials = credentials ?? .inHeader
    }

    public enum Step: Sendable {
        case ask(HTTPRequest)
        case token(OAuth2Token)
        case failed(TransportFailure)
    }

    public var question: HTTPRequest {
        var parameters = [("grant_type", "client_credentials")]
        if !self.grant.scopes.isEmpty { parameters.append(("scope", self.grant.scopes.joined(separator: " "))) }
        parameters += self.grant.parameters.map { ($0.name, $0.value) }
        var headers = [HTTPRequest.Header("Content-Type", "application/x-www-form-urlencoded")]
        let secret = self.grant.clientSecret.revealed
        switch self.credentials {
        case .inHeader:
            let text = Base64.encoded("\(self.grant.clientID.formEncoded):\(secret.formEncoded)")
            headers.append(HTTPRequest.Header("Authorization", "Basic \(text)"))
        case .inBody:
            parameters.append(("client_id", self.grant.clientID))
            if !secret.isEmpty { parameters.append(("client_secret", secret)) }
        }
        let form = parameters.map { "\($0.0.formEncoded)=\($0.1.formEncoded)" }.joined(separator: "&")
        return HTTPRequest(
            url: self.grant.tokenURL,
            headers: headers + [HTTPRequest.Header("Accept", "application/json")],
            body: Array(form.utf8),
            options: self.grant.options,
            sensitive: self.grant.sensitive
        )
    }

    /// What follows from an answer.
    public mutating func take(_ response: HTTPResponse) -> Step {
        if response.isSuccess { return self.token(in: response) }
        if !self.hasAskedAgain, response.status == 400 || response.status == 401 {
            self.hasAskedAgain = true
            self.credentials = self.credentials == .inHeader ? .inBody : .inHeader
            return .ask(self.question)
        }
        let isFinal = (400..<500).contains(response.status) && response.status != 408 && response.status != 429
        return .failed(self.failure("answered \(response.status)\(self.complaint(in: response))", isFinal: isFinal))
    }

    private func token(in response: HTTPResponse) -> Step {
        guard let json = response.json, let value = json["access_token"]?.string, !value.isEmpty,
            value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return .failed(self.failure("gave no token", isFinal: false)) }
        let seconds = json["expires_in"]?.number ?? json["expires_in"]?.string.flatMap { Double($0) }
        let lifetime = seconds.flatMap { $0 > 0 ? Duration.seconds(Int64(min($0, 31_536_000))) : nil }
        return .token(
            OAuth2Token(type: Self.scheme(json["token_type"]?.string), value: Secret(value), lifetime: lifetime))
    }

    /// Servers write it as they like; what is nothing to them is a bearer token.
    private static func scheme(_ type: String?) -> String {
        guard let type, type.isHeaderName, type.lowercased() != "bearer" else { return "Bearer" }
        return type
    }

    /// The error's code as RFC 6749 has it. Nothing else of the answer is repeated.
    private func complaint(in response: HTTPResponse) -> String {
        guard let code = response.json?["error"]?.string, !code.isEmpty, code.utf8.count <= 60,
            code.utf8.allSatisfy({ $0 == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
        else { return "" }
        return " (\(code))"
    }

    private func failure(_ reason: String, isFinal: Bool) -> TransportFailure {
        TransportFailure(
            kind: isFinal ? .unauthorized : .unreachable,
            mayHaveArrived: false,
            message: "no OAuth 2.0 token: the token endpoint \(reason)"
        )
    }
}
