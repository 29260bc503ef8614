public import TocsinModel
public import TocsinSettings
public import TocsinTemplate

/// One kind of integration: a notification to a request, an answer to a verdict. No networking, no clock, no logger.
///
/// One file for each kind and one line in ``Receivers``; the contract tests run on every kind in that list.
public protocol Receiver: Sendable {
    /// As in `slack_configs` and `slack[0]`.
    static var kind: String { get }

    /// Reads its settings. Reports every mistake to `fields`, with its place; throws only where it cannot go on.
    ///
    /// Read every field, one after the other, whatever the others say: a field that was not asked for counts as
    /// unknown. `Fields+Receivers.swift` has the reads for templates, durations and secrets, `HTTPConfig` the one for
    /// `http_config`; what Alertmanager has and this kind does not yet is named with `fields.unsupported`.
    init(from fields: inout Fields, context: ReceiverContext) throws(SettingsError)

    /// `send_resolved`.
    var sendResolved: Bool { get }

    /// What decides where a notification ends up: URL, key, channel. Hashed, never shown.
    var destination: [String] { get }

    /// What the other side paces by after a 429: a Slack channel, a PagerDuty key. Hashed, never shown.
    var channel: [String] { get }

    /// The templates in its settings, for the check that what they call is defined.
    var templates: [Template] { get }

    /// The files that its secrets lie in (``SecretSource/path``, ``HTTPConfig/secretFiles``). The shell reads them
    /// before each request and hands them over in ``Notification/secretFiles``.
    var secretFiles: [String] { get }

    /// What to send. A field whose template fails takes its default, and the failure is reported with the request;
    /// it throws only where a field that decides where the message goes cannot be rendered.
    func request(for notification: Notification, with templates: TemplateSet) throws(Refusal) -> RenderedRequest

    /// What an answer means. A reason names no secret, nor the address.
    func outcome(of response: HTTPResponse) -> Outcome

    /// What to send next: a kind that needs several requests for one notification is a machine of pure steps. `nil` if
    /// that was all, as in most kinds; then the outcome of the last answer is that of the attempt.
    ///
    /// It is asked after a failure too: there may be another way, such as a fresh token in the place of one that has
    /// run out.
    ///
    /// Nobody remembers how far a notification came. If a step fails, or the process ends between two, the next attempt
    /// begins with ``request(for:with:)`` again, so the same sequence twice must do no more than once.
    ///
    /// - Parameter conversation: the answers so far; never more than ``maximumSteps``.
    func next(
        after conversation: Conversation,
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest?

    /// What to know again at the next notification of the same group, such as the ID of a message that is changed then
    /// (``Notification/receiverData``). It lies on the disk, so no secrets. Asked once all is delivered.
    func receiverData(after conversation: Conversation, for notification: Notification) -> LabelSet

    /// The token that an answer brings, to be used again until it runs out (``Notification/token``). It stays in
    /// memory. Asked after each answer.
    func token(in response: HTTPResponse, for notification: Notification) -> AccessToken?

    /// Whose token it is: integrations of the same kind and scope share one. Hashed, never shown.
    var tokenScope: [String] { get }

    /// What to send in the place of a request that was refused for what it says, not for where it went: the same news
    /// in a form that nothing can be wrong with, so that no page is lost to its formatting. `nil` if that was not the
    /// reason, and in most kinds.
    ///
    /// Whoever sends asks once for each attempt whose outcome is ``Outcome/refused(reason:)``; the answer to the plain
    /// request is final, whatever it is.
    func plainRequest(
        for notification: Notification,
        with templates: TemplateSet,
        after response: HTTPResponse
    ) throws(Refusal) -> RenderedRequest?
}

extension Receiver {
    public var secretFiles: [String] { [] }

    /// No notification may take more requests than this after its first.
    public static var maximumSteps: Int { 8 }

    public func next(
        after conversation: Conversation,
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest? { nil }

    public func receiverData(after conversation: Conversation, for notification: Notification) -> LabelSet { .empty }

    public func token(in response: HTTPResponse, for notification: Notification) -> AccessToken? { nil }

    public var tokenScope: [String] { self.destination }

    public func plainRequest(
        for notification: Notification,
        with templates: TemplateSet,
        after response: HTTPResponse
    ) throws(Refusal) -> RenderedRequest? { nil }
}

/// A request, and the templates that failed on the way to it.
public struct RenderedRequest: Sendable {
    public var request: HTTPRequest
    /// One line for each template that failed and was replaced by its default.
    public var templateFailures: [String]

    public init(request: HTTPRequest, templateFailures: [String] = []) {
        self.request = request
        self.templateFailures = templateFailures
    }
}

/// Why a notification cannot be sent at all. The text is for people and names no secret.
public struct Refusal: Error, Hashable, Sendable {
    public let reason: String

    public init(_ reason: String) { self.reason = reason }
}

/// A notification at the moment it is sent.
public struct Notification: Sendable {
    public var content: NotificationContent
    /// Without a trailing slash.
    public var externalURL: String
    public var now: Timestamp
    /// What ``Receiver/secretFiles`` asked for.
    public var secretFiles: SecretFiles
    /// The time zones that templates may name.
    public var zones: TimeZones
    /// What ``Receiver/receiverData(after:for:)`` said when this group's last notification was taken; empty if this one
    /// begins anew.
    public var receiverData: LabelSet
    /// What ``Receiver/token(in:for:)`` said last, if it has not run out.
    public var token: AccessToken?

    public init(
        content: NotificationContent,
        externalURL: String,
        now: Timestamp,
        secretFiles: SecretFiles = SecretFiles(),
        zones: TimeZones = .utcOnly,
        receiverData: LabelSet = .empty,
        token: AccessToken? = nil
    ) {
        self.content = content
        self.externalURL = externalURL
        self.now = now
        self.secretFiles = secretFiles
        self.zones = zones
        self.receiverData = receiverData
        self.token = token
    }
}
