import TocsinJSON
public import TocsinModel
public import TocsinSettings
public import TocsinTemplate

/// Posts to a Telegram chat as a bot.
///
/// With `parse_mode: HTML`, the default, the template is one of HTML: what senders of alerts wrote is escaped for the
/// place where it stands, so that a label with `<` in it cannot break the message; the template's own tags stay tags.
public struct TelegramReceiver: Receiver {
    public static let kind = "telegram"

    public let sendResolved: Bool
    private let url: String
    private let token: SecretSource
    private let chat: Chat
    private let thread: Int
    private let http: HTTPConfig
    private let message: TemplateField
    private let isSilent: Bool
    private let parseMode: String

    private enum Chat: Sendable {
        case id(Int)
        case file(path: String)

        var path: String? {
            switch self {
            case .id: nil
            case .file(let path): path
            }
        }
    }

    private static let maximumLength = 4096
    private static let modes = ["", "HTML", "Markdown", "MarkdownV2"]

    public init(from fields: inout Fields, context: ReceiverContext) throws(SettingsError) {
        self.sendResolved = fields.sendResolved(default: true)
        let url = fields.optional("api_url", as: HTTPURL.self, doc: "Where the bot API is.")
        self.url = url?.text ?? context.global.telegramURL
        let token = fields.secretSource("bot_token", file: "bot_token_file", doc: "The bot's token.")
        if token == nil, context.global.telegramToken == nil, !fields.has("bot_token") {
            fields.report("missing bot_token or bot_token_file on telegram_config")
        }
        self.token = token ?? context.global.telegramToken ?? .inline(Secret(""))
        self.chat = TelegramReceiver.readChat(from: &fields)
        let threadDoc = "The topic of a forum to post to; 0 for none."
        self.thread = fields.optional("message_thread_id", default: 0, doc: threadDoc)
        self.http = fields.httpConfig(in: context)
        let doc = "The message, up to 4096 characters."
        self.message = fields.templateField("message", calling: "telegram.default.message", doc: doc, in: context)
        let silentDoc = "Whether it makes no sound."
        self.isSilent = fields.optional("disable_notifications", default: false, doc: silentDoc)
        let modeDoc = "How Telegram reads the message: `HTML`, `Markdown`, `MarkdownV2`, or empty for plain text."
        self.parseMode = fields.optional("parse_mode", default: "HTML", doc: modeDoc)
        if !TelegramReceiver.modes.contains(self.parseMode) {
            fields.report(
                "unknown parse_mode on telegram_config, must be Markdown, MarkdownV2, HTML or empty string",
                at: "parse_mode"
            )
        }
    }

    private static func readChat(from fields: inout Fields) -> Chat {
        let id = fields.optional("chat_id", as: Int.self, doc: "The chat's number; groups have negative ones.")
        let path = fields.optional("chat_id_file", default: "", doc: "A file that holds what `chat_id` would say.")
        fields.atMostOne(of: "chat_id", "chat_id_file")
        if (id ?? 0) == 0, path.isEmpty, !(fields.has("chat_id") && id == nil) {
            fields.report("missing chat_id or chat_id_file on telegram_config", at: "chat_id")
        }
        return path.isEmpty ? .id(id ?? 0) : .file(path: path)
    }

    public var destination: [String] {
        let chat =
            switch self.chat {
            case .id(let id): String(id)
            case .file(let path): "file:\(path)"
            }
        return [self.url, self.token.identity, chat, String(self.thread)]
    }

    public var channel: [String] { self.destination }
    public var templates: [Template] { [self.message.template] }
    public var secretFiles: [String] { self.http.secretFiles + [self.token.path, self.chat.path].compactMap { $0 } }
}

// MARK: - Requests

extension TelegramReceiver {
    public func request(
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest {
        let isHTML = self.parseMode == "HTML"
        var rendering = FieldRendering(notification, with: templates)
        let text = self.message.text(in: &rendering, as: isHTML ? .html : .text)
        // HTML that is cut may end inside a tag, which Telegram refuses.
        let isTooLong = isHTML && text.unicodeScalars.count > TelegramReceiver.maximumLength
        let shown =
            isTooLong
            ? TelegramReceiver.notice(insteadOf: rendering)
            : text.truncated(toScalars: TelegramReceiver.maximumLength)
        return RenderedRequest(
            request: try self.post(shown, parseMode: self.parseMode, for: notification),
            templateFailures: rendering.failures
        )
    }

    private static func notice(insteadOf rendering: FieldRendering) -> String {
        """
        \(SenderText.escapedForHTML(rendering.plainLine))
        The message is longer than the \(TelegramReceiver.maximumLength) characters that Telegram takes, \
        so it was not sent. Shorten its template.
        """
    }

    /// Markup that Telegram cannot read, or more text than it takes: the built-in message, as plain text and short.
    public func plainRequest(
        for notification: Notification,
        with templates: TemplateSet,
        after response: HTTPResponse
    ) throws(Refusal) -> RenderedRequest? {
        guard TelegramReceiver.isAboutMessage(response) else { return nil }
        let rendering = FieldRendering(notification, with: templates)
        let text = "\(rendering.plainLine)\n\(rendering.defaultText(self.message.defaultSource))"
        // Telegram counts UTF-16 units, of which a character may have two.
        let short = text.truncated(toScalars: TelegramReceiver.maximumLength / 2)
        return RenderedRequest(request: try self.post(short, parseMode: "", for: notification))
    }

    private func post(
        _ text: String,
        parseMode: String,
        for notification: Notification
    ) throws(Refusal) -> HTTPRequest {
        let files = notification.secretFiles
        var members = [
            JSONValue.Member("chat_id", .string(try self.chatID(in: files))),
            JSONValue.Member("disable_web_page_preview", "true"),
        ]
        if self.isSilent { members.append(JSONValue.Member("disable_notification", "true")) }
        if self.thread != 0 { members.append(JSONValue.Member("message_thread_id", .string(String(self.thread)))) }
        members.appendOptional("parse_mode", parseMode)
        members.append(JSONValue.Member("text", .string(text)))
        let token = try self.token.credential(of: "bot_token", in: files).pathSegment(of: "bot_token")
        let url = "\(self.url)/bot\(token)/sendMessage"
        return try self.http.post(members.body, to: url, sensitive: [token], in: files)
    }

    private func chatID(in files: SecretFiles) throws(Refusal) -> String {
        switch self.chat {
        case .id(let id): return String(id)
        case .file(let path):
            guard let id = Int(try files.text(of: path)) else { throw Refusal("\(path) does not hold a number") }
            return String(id)
        }
    }
}

// MARK: - Answers

extension TelegramReceiver {
    /// As in Alertmanager every failure is worth another try, since what is wrong (a bot that was thrown out of a chat)
    /// is put right on the other side. But what is wrong with the message itself stays wrong.
    public func outcome(of response: HTTPResponse) -> Outcome {
        let json = response.json
        let seconds = json?["parameters"]?["retry_after"]?.integer.map { Duration.seconds(min(max($0, 0), 86_400)) }
        switch response.failure(pause: seconds, detail: json?["description"]?.string) {
        case nil: return .delivered
        case .refused(let reason) where !TelegramReceiver.isAboutMessage(response):
            return .failed(reason: reason, mayHaveArrived: false)
        case .some(let outcome): return outcome
        }
    }

    private static func isAboutMessage(_ response: HTTPResponse) -> Bool {
        guard response.status == 400 || response.status == 413 else { return false }
        let text = response.json?["description"]?.string?.lowercased() ?? ""
        return response.status == 413 || ["parse entities", "too long", "text is empty"].contains { text.contains($0) }
    }
}
