public import TocsinModel
public import TocsinSettings

/// The answers so far in one attempt to deliver a notification.
public struct Conversation: Sendable {
    /// As they came, the first one first; never empty. They may repeat secrets of the requests.
    public private(set) var responses: [HTTPResponse]
    /// What the last answer means, by ``Receiver/outcome(of:)``.
    public private(set) var outcome: Outcome

    public init(_ response: HTTPResponse, meaning outcome: Outcome) {
        self.responses = [response]
        self.outcome = outcome
    }

    public mutating func append(_ response: HTTPResponse, meaning outcome: Outcome) {
        self.responses.append(response)
        self.outcome = outcome
    }
}

/// What proves for a while who sends: fetched by a request of its own, and used for more than one notification.
public struct AccessToken: Sendable {
    public var text: Secret<String>
    /// By the wall clock. The other side may take it back before.
    public var expiresAt: Timestamp

    private let parts: [Secret<String>]

    /// What nobody may see.
    public var concealed: [String] { self.parts.map(\.revealed) }

    /// - Parameter parts: the secrets in the text, if it is not one itself.
    public init(_ text: Secret<String>, parts: [Secret<String>] = [], expiresAt: Timestamp) {
        self.text = text
        self.parts = parts + [text]
        self.expiresAt = expiresAt
    }
}

/// Where a sequence stands that sends with a token: with the one that is there, and where there is none, or it has run
/// out, with one that is fetched first.
enum TokenStep: Equatable {
    case fetch
    /// With the token of ``Conversation/responses``' last answer.
    case send
    case done

    /// - Parameter isStale: whether an answer says that the token is not valid any more.
    init(after conversation: Conversation, hadToken: Bool, isStale: (HTTPResponse) -> Bool) {
        let count = conversation.responses.count
        if hadToken, count == 1, isStale(conversation.responses[0]) {
            self = .fetch
        } else if count == (hadToken ? 2 : 1), conversation.outcome == .delivered {
            self = .send
        } else {
            self = .done
        }
    }
}
