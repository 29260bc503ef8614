public import TocsinJSON

/// What a silence would do, as the server says before there is one.
public struct SilencePreview: Sendable {
    public struct Warning: Hashable, Sendable {
        /// `matches-nothing`, `matches-everything`, `too-long`, `covers-P1`, or one that is not known here.
        public let code: String
        public let message: String
    }

    public let json: JSONValue
    public let alerts: AlertList
    /// Of all that it would silence; ``alerts`` may be the first of them.
    public let count: Int64
    public let warnings: [Warning]

    /// - Parameter json: the answer of `POST /api/v1/silences/preview`.
    public init(_ json: JSONValue) {
        self.json = json
        self.alerts = AlertList(json["alerts"] ?? [])
        self.count = json["count"]?.integer ?? Int64(self.alerts.alerts.count)
        self.warnings = (json["warnings"]?.array ?? []).map {
            Warning(code: $0["code"]?.string ?? "", message: $0["message"]?.string ?? "")
        }
    }

    /// Whether somebody should be asked before there is such a silence: it does nothing, or it does too much.
    public var needsConsent: Bool {
        self.warnings.contains { ["matches-nothing", "matches-everything", "covers-P1"].contains($0.code) }
    }

    /// One line each.
    public var warningLines: [String] {
        self.warnings.map { "warning: \(Terminal.text($0.message.isEmpty ? $0.code : $0.message))" }
    }

    /// The alerts, and how many they are.
    public func text(_ format: OutputFormat, times: TimeText, colours: Colours) -> String {
        if format == .json { return self.json.line }
        let noun = self.count == 1 ? "alert" : "alerts"
        let head = "\(self.count == 0 ? "no" : "\(self.count)") \(noun) would be silenced now\n"
        guard !self.alerts.alerts.isEmpty else { return head }
        let shown = Int64(self.alerts.alerts.count)
        let more = shown < self.count ? "and \(self.count - shown) more\n" : ""
        return head + self.alerts.text(format, times: times, colours: colours) + more
    }
}

extension Client {
    /// What a silence with these matchers would do; `nil` if the server cannot say, as an Alertmanager, or will not say
    /// it to whoever asks. Nobody is kept from making a silence by that; only matchers that are none are an error.
    ///
    /// - Parameter body: see ``SilenceRequest/preview(matchers:times:)``.
    public func silencePreview(_ body: JSONValue) async throws(ClientFailure) -> SilencePreview? {
        let answer = try await self.answer(to: "POST", "/api/v1/silences/preview", body: body)
        if [400, 422].contains(answer.status), let failure = ClientFailure(answer) { throw failure }
        return answer.isSuccess ? SilencePreview(try answer.json()) : nil
    }
}
