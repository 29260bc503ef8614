import TocsinJSON
import TocsinModel

/// What Slack says to a message: webhooks by status and a word, the Web API mostly with 200 and JSON.
struct SlackAnswer {
    private let response: HTTPResponse
    /// Slack's word for what is wrong; `nil` if it named none.
    private let code: String?
    private let isUnreadable: Bool

    init(_ response: HTTPResponse) {
        self.response = response
        let json = response.isJSON ? response.json : nil
        let isOK = json?["ok"] == true
        self.isUnreadable = response.isJSON && json?.members == nil
        if let json {
            self.code = isOK ? nil : json["error"]?.string.map { String($0.unicodeScalars.prefix(80)) }
        } else {
            let line = response.firstLine
            self.code = line.utf8.count <= 80 && line.utf8.allSatisfy(SlackAnswer.isCodeByte) ? line : nil
        }
    }

    private static func isCodeByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
    }

    var outcome: Outcome {
        guard self.response.isSuccess else { return self.failure }
        guard self.response.isJSON else {
            let isOK = String(decoding: self.response.body.prefix(80), as: UTF8.self).trimmed == "ok"
            return isOK ? .delivered : .refused(reason: self.reason(self.response.firstLine.harmless))
        }
        if self.isUnreadable {
            return .failed(reason: "Slack's answer is not readable JSON", mayHaveArrived: true)
        }
        if self.response.json?["ok"] == true { return .delivered }
        return self.verdict(on: self.code ?? "no reason given")
    }

    private var failure: Outcome {
        // The Web API may say with a 4xx what it mostly says with 200.
        if (400..<500).contains(self.response.status), self.response.status != 429, self.response.isJSON, let code {
            return self.verdict(on: code)
        }
        return self.response.failure(detail: self.code) ?? .delivered
    }

    private func verdict(on code: String) -> Outcome {
        let reason = self.reason(code.harmless)
        switch code {
        case "ratelimited", "rate_limited", "message_limit_exceeded":
            return .failed(reason: reason, mayHaveArrived: false, retryAfter: self.retryAfter)
        case "fatal_error", "internal_error":
            return .failed(reason: reason, mayHaveArrived: true)
        case _ where SlackAnswer.isPermanent(code):
            return .refused(reason: reason)
        default:
            // A word that is not known may well be about a passing trouble; the delivery ends at its next flush.
            return .failed(reason: reason, mayHaveArrived: false)
        }
    }

    private func reason(_ text: String) -> String { text.isEmpty ? "Slack gave no reason" : "Slack answered: \(text)" }

    private var retryAfter: Duration? {
        let seconds = self.response.json?["retry_after"]?.integer.map { min(max($0, 0), 86_400) }
        return self.response.retryAfter ?? seconds.map { .seconds($0) }
    }

    /// What Slack has against the message itself; `nil` if it has nothing, or that is not why it was refused.
    var complaintAboutMessage: String? {
        if self.response.status == 413 { return "too large" }
        guard let code, SlackAnswer.aboutMessage.contains(code) else { return nil }
        return code
    }

    /// Whether the message that was to be changed cannot be, so that a new one is wanted.
    var isAboutUpdate: Bool { self.code.map { SlackAnswer.aboutUpdate.contains($0) } ?? false }

    private static func isPermanent(_ code: String) -> Bool {
        self.aboutMessage.contains(code) || self.aboutCredential.contains(code) || self.aboutChannel.contains(code)
            || self.aboutUpdate.contains(code) || code.hasPrefix("restricted_action")
    }

    private static let aboutMessage: Set<String> = [
        "no_text", "msg_too_long", "msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format",
        "invalid_attachments", "too_many_attachments", "attachment_payload_limit_exceeded", "invalid_arg_name",
        "invalid_arguments", "invalid_payload", "invalid_json", "json_not_object", "invalid_array_arg",
        "invalid_form_data", "metadata_too_large",
    ]

    private static let aboutCredential: Set<String> = [
        "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope",
        "no_permission", "not_allowed_token_type", "org_login_required", "ekm_access_denied", "access_denied",
        "enterprise_is_restricted", "team_access_not_granted", "invalid_token", "no_service", "no_service_id",
        "no_team", "no_active_hooks", "team_disabled", "action_prohibited", "accesslimited", "method_deprecated",
        "deprecated_endpoint", "two_factor_setup_required",
    ]

    private static let aboutChannel: Set<String> = [
        "channel_not_found", "not_in_channel", "is_archived", "channel_is_archived", "user_not_found",
        "posting_to_general_channel_denied", "messages_tab_disabled", "cannot_dm_bot",
    ]

    private static let aboutUpdate: Set<String> = [
        "message_not_found", "cant_update_message", "edit_window_closed", "is_inactive", "channel_not_found",
    ]
}
