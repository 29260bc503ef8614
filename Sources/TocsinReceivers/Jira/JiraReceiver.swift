import TocsinJSON
public import TocsinModel
public import TocsinSettings
public import TocsinTemplate

/// Keeps an issue of Jira for each group: creates it, updates it, and moves it when the alerts end or come back.
///
/// The issue is found again by a label that is made of the group's key, so nothing has to be remembered, and the same
/// notification twice is one issue.
public struct JiraReceiver: Receiver {
    public static let kind = "jira"

    public let sendResolved: Bool
    private let http: HTTPConfig
    private let url: String
    private let api: API
    private let issue: JiraIssue
    private let projectText: String
    private let reopenTransition: String
    private let resolveTransition: String
    private let wontFixResolution: String
    private let reopenDuration: Duration

    private enum API: String, CaseIterable, Sendable {
        case auto, cloud, datacenter
    }

    public init(from fields: inout Fields, context: ReceiverContext) throws(SettingsError) {
        self.sendResolved = fields.sendResolved(default: true)
        self.http = fields.httpConfig(in: context)
        let url = fields.optional("api_url", as: HTTPURL.self, doc: "Where the API is, as in `https://…/rest/api/2/`.")
        if url == nil, context.global.jiraURL == nil, !fields.has("api_url") {
            fields.report("no global Jira Cloud URL set")
        }
        self.url = url?.text ?? context.global.jiraURL ?? ""
        let doc = "`auto`, `cloud` or `datacenter`; `auto` is the cloud where the host is one of atlassian.net's."
        let api = fields.optional("api_type", default: "auto", doc: doc)
        if API(rawValue: api) == nil {
            fields.report("unknown api_type on jira_config, must be auto, cloud or datacenter", at: "api_type")
        }
        self.api = API(rawValue: api) ?? .auto
        self.projectText = fields.optional("project", default: "", doc: "The project's key; a template.")
        self.issue = JiraIssue(from: &fields, project: self.projectText, context: context)
        let reopenDoc = "What brings an issue back that is done; none if it is empty."
        self.reopenTransition = fields.optional("reopen_transition", default: "", doc: reopenDoc)
        let resolveDoc = "What closes an issue whose alerts ended; none if it is empty."
        self.resolveTransition = fields.optional("resolve_transition", default: "", doc: resolveDoc)
        let wontFixDoc = "Issues with this resolution are left alone."
        self.wontFixResolution = fields.optional("wont_fix_resolution", default: "", doc: wontFixDoc)
        self.reopenDuration = fields.duration(
            "reopen_duration",
            default: .zero,
            doc: "For how long an issue that is done can come back, in whole minutes."
        )
    }

    public var destination: [String] { [self.url, self.projectText, self.issue.typeText] }
    public var channel: [String] { [self.url] }
    public var templates: [Template] { self.issue.templates }
    public var secretFiles: [String] { self.http.secretFiles }
}

// MARK: - Requests

extension JiraReceiver {
    /// Looks for the group's issue.
    public func request(
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest {
        let rendering = FieldRendering(notification, with: templates)
        let project = try self.issue.project(in: rendering)
        let body = [
            JSONValue.Member("fields", ["status"]),
            JSONValue.Member("jql", .string(self.query(for: notification, in: project))),
            JSONValue.Member("maxResults", 2),
        ].body
        return RenderedRequest(request: try self.send(body, to: self.searchURL, for: notification))
    }

    private func query(for notification: Notification, in project: String) -> String {
        var parts: [String] = []
        if !self.wontFixResolution.isEmpty {
            parts.append("(resolution is EMPTY or resolution != \(self.wontFixResolution.quotedForJQL))")
        }
        let minutes = self.reopenDuration.components.seconds / 60
        if notification.content.isFiring, !self.reopenTransition.isEmpty, minutes > 0 {
            parts.append("(resolutiondate is EMPTY OR resolutiondate >= -\(minutes)m)")
        } else {
            parts.append("statusCategory != Done")
        }
        parts.append("project=\(project.quotedForJQL)")
        parts.append("labels=\(notification.jiraLabel.quotedForJQL)")
        return parts.joined(separator: " and ") + " order by status ASC,resolutiondate DESC"
    }

    /// The cloud searches with the third version of the API alone, whatever the address says.
    private var searchURL: String {
        // Behind the scheme and the empty part between two slashes.
        let authority = self.url.split(separator: "/", maxSplits: 2).dropFirst().first ?? ""
        let host = (authority.split(separator: "@").last ?? "").prefix { $0 != ":" }.lowercased()
        let isCloud = self.api == .cloud || (self.api == .auto && host.hasSuffix("atlassian.net"))
        guard isCloud else { return self.url.appendingPath("search") }
        return self.url.appendingPath("search/jql").replacing("/rest/api/2/", with: "/rest/api/3/", maxReplacements: 1)
    }

    /// The third version of the API takes descriptions as documents.
    private var takesDocuments: Bool {
        let path = self.url.prefix { $0 != "?" && $0 != "#" }
        return path.hasSuffix("/3") || path.hasSuffix("/3/")
    }

    public func next(
        after conversation: Conversation,
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest? {
        guard conversation.outcome == .delivered else { return nil }
        let found = try JiraSearch(conversation.responses[0])
        switch (conversation.responses.count, found.issue) {
        case (1, nil) where !notification.content.isFiring: return nil
        case (1, nil): return try self.write(to: "issue", method: "POST", for: notification, with: templates)
        case (1, let issue?):
            return try self.write(to: try issue.path, method: "PUT", for: notification, with: templates)
        case (2, let issue?):
            guard self.transition(of: issue, for: notification) != nil else { return nil }
            let url = self.url.appendingPath("\(try issue.path)/transitions")
            return RenderedRequest(request: try self.send([], to: url, method: "GET", for: notification))
        case (3, let issue?):
            guard let name = self.transition(of: issue, for: notification) else { return nil }
            let id = try JiraSearch.transition(named: name, in: conversation.responses[2])
            let body = [JSONValue.Member("transition", ["id": .string(id)])].body
            let url = self.url.appendingPath("\(try issue.path)/transitions")
            return RenderedRequest(request: try self.send(body, to: url, for: notification))
        default: return nil
        }
    }

    private func write(
        to path: String,
        method: String,
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest {
        var rendering = FieldRendering(notification, with: templates)
        let fields = try self.issue.fields(
            label: notification.jiraLabel,
            isUpdate: method == "PUT",
            takesDocuments: self.takesDocuments,
            in: &rendering
        )
        let body = [JSONValue.Member("fields", fields)].body
        return RenderedRequest(
            request: try self.send(body, to: self.url.appendingPath(path), method: method, for: notification),
            templateFailures: rendering.failures
        )
    }

    /// What moves the issue to where it should be; `nil` if it is there, or the settings leave it.
    private func transition(of issue: JiraSearch.Issue, for notification: Notification) -> String? {
        guard let isDone = issue.isDone, isDone == notification.content.isFiring else { return nil }
        let name = notification.content.isFiring ? self.reopenTransition : self.resolveTransition
        return name.isEmpty ? nil : name
    }

    private func send(
        _ body: [UInt8],
        to url: String,
        method: String = "POST",
        for notification: Notification
    ) throws(Refusal) -> HTTPRequest {
        let language = HTTPRequest.Header("Accept-Language", "en")
        return try self.http.post(
            body, to: url, method: method, headers: [language], in: notification.secretFiles)
    }
}

extension Notification {
    /// What the group's issue is found by.
    fileprivate var jiraLabel: String { "ALERT{\(self.alias)}" }
}

extension String {
    /// As a text in a query, which it cannot end.
    fileprivate var quotedForJQL: String {
        let escaped = self.onOneLine.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "\"\(escaped)\""
    }
}

// MARK: - Answers

extension JiraReceiver {
    public func outcome(of response: HTTPResponse) -> Outcome {
        let json = response.isSuccess ? nil : response.json
        let messages = (json?["errorMessages"]?.array ?? []).prefix(5).compactMap(\.string)
        let fields = (json?["errors"]?.members ?? []).prefix(5).map { "\($0.name): \($0.value.string ?? "")" }
        let detail = (messages + fields).joined(separator: ", ")
        return response.failure(detail: detail.isEmpty ? nil : detail) ?? .delivered
    }
}

/// What Jira found, and what can be done with it.
struct JiraSearch {
    /// The first of the issues; `nil` if there is none.
    let issue: Issue?

    struct Issue {
        let key: String
        /// `nil` if Jira does not say.
        let isDone: Bool?

        var path: String {
            get throws(Refusal) { "issue/\(try self.key.pathSegment(of: "the issue's key"))" }
        }
    }

    init(_ response: HTTPResponse) throws(Refusal) {
        guard let issues = response.json?["issues"]?.array else {
            throw Refusal("Jira's answer to the search is not what it should be; is api_url the one of its API?")
        }
        self.issue = issues.first.flatMap { issue in
            guard let key = issue["key"]?.string, !key.isEmpty else { return nil }
            let category = issue["fields"]?["status"]?["statusCategory"]?["key"]?.string
            return Issue(key: key, isDone: category.map { $0 == "done" })
        }
    }

    /// The number of a transition.
    static func transition(named name: String, in response: HTTPResponse) throws(Refusal) -> String {
        for transition in response.json?["transitions"]?.array ?? [] {
            guard let known = transition["name"]?.string, known.isIdentical(to: name) else { continue }
            if let id = transition["id"]?.string { return id }
        }
        throw Refusal("the issue has no transition \(name.quotedForMessage) from where it is")
    }
}
