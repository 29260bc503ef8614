public import TocsinJSON
public import TocsinModel

/// When a silence holds, as somebody types it.
public struct SilenceTimes: Hashable, Sendable {
    public let startsAt: Timestamp
    public let endsAt: Timestamp

    /// - Parameters:
    ///   - duration: in Prometheus's way, from the start on; an `end` goes before it.
    ///   - start: in RFC 3339; now, if there is none.
    public init(duration: String, start: String?, end: String?, now: Timestamp) throws(ClientFailure) {
        let startsAt = try start.map { text throws(ClientFailure) in try SilenceTimes.time(text, of: "--start") } ?? now
        self.startsAt = startsAt
        if let end {
            self.endsAt = try SilenceTimes.time(end, of: "--end")
        } else {
            self.endsAt = startsAt + (try SilenceTimes.duration(duration))
        }
        guard self.startsAt < self.endsAt else { throw .usage("a silence cannot end before it starts") }
    }

    private init(startsAt: Timestamp, endsAt: Timestamp) {
        self.startsAt = startsAt
        self.endsAt = endsAt
    }

    /// As it was, but for what is given; a duration counts from the start.
    public func changed(duration: String?, start: String?, end: String?) throws(ClientFailure) -> SilenceTimes {
        let startsAt =
            try start.map { text throws(ClientFailure) in try SilenceTimes.time(text, of: "--start") } ?? self.startsAt
        var endsAt = self.endsAt
        if let end {
            endsAt = try SilenceTimes.time(end, of: "--end")
        } else if let duration {
            endsAt = startsAt + (try SilenceTimes.duration(duration))
        }
        guard startsAt < endsAt else { throw .usage("a silence cannot end before it starts") }
        return SilenceTimes(startsAt: startsAt, endsAt: endsAt)
    }

    static func of(_ silence: ListedSilence) -> SilenceTimes {
        SilenceTimes(startsAt: silence.startsAt, endsAt: silence.endsAt)
    }

    /// A time that somebody typed; `option` is where.
    public static func time(_ text: String, of option: String) throws(ClientFailure) -> Timestamp {
        guard !text.isEmpty, let time = Timestamp(lenient: text) else {
            throw .usage("\(option) is not a time such as 2026-01-02T15:04:05Z: \(text)")
        }
        return time
    }

    private static func duration(_ text: String) throws(ClientFailure) -> Duration {
        do {
            let duration = try Duration(prometheus: text)
            guard duration > .zero else { throw ClientFailure.usage("a silence must last longer than nothing") }
            return duration
        } catch let failure as ClientFailure {
            throw failure
        } catch {
            throw .usage("\(error)")
        }
    }
}

/// A silence as it is asked for.
public enum SilenceRequest {
    /// The body of `POST /api/v2/silences` for a new one.
    public static func new(
        matchers: [Matcher],
        times: SilenceTimes,
        author: String,
        comment: String,
        annotations: [String: String]
    ) -> JSONValue {
        let body: JSONValue = [
            "matchers": self.matchers(matchers),
            "startsAt": .string(times.startsAt.rfc3339),
            "endsAt": .string(times.endsAt.rfc3339),
            "createdBy": .string(author),
            "comment": .string(comment),
        ]
        return annotations.isEmpty ? body : body.with("annotations", self.object(annotations))
    }

    /// What matchers would silence is asked with the same list of them.
    public static func preview(matchers: [Matcher], times: SilenceTimes?) -> JSONValue {
        let body: JSONValue = ["matchers": self.matchers(matchers)]
        guard let times else { return body }
        return body.with("startsAt", .string(times.startsAt.rfc3339)).with("endsAt", .string(times.endsAt.rfc3339))
    }

    /// A known silence with changes, to be posted under its name.
    public static func changed(
        _ silence: ListedSilence,
        duration: String?,
        start: String?,
        end: String?,
        comment: String?
    ) throws(ClientFailure) -> JSONValue {
        let times = try SilenceTimes.of(silence).changed(duration: duration, start: start, end: end)
        return self.posted(silence.json)
            .with("startsAt", .string(times.startsAt.rfc3339))
            .with("endsAt", .string(times.endsAt.rfc3339))
            .with("comment", .string(comment ?? silence.comment))
    }

    /// A listed silence as it can be posted: without what only the server knows.
    public static func posted(_ listed: JSONValue) -> JSONValue {
        listed.with("status", nil).with("updatedAt", nil)
    }

    private static func matchers(_ matchers: [Matcher]) -> JSONValue {
        .array(
            matchers.map { matcher in
                [
                    "name": .string(matcher.name), "value": .string(matcher.value),
                    "isRegex": .bool(matcher.isRegex), "isEqual": .bool(matcher.isEqual),
                ]
            })
    }

    static func object(_ texts: [String: String]) -> JSONValue {
        let pairs = texts.sorted { LabelSet.nameOrder($0.key, $1.key) }
        return .object(pairs.map { JSONValue.Member($0.key, .string($0.value)) })
    }
}

/// An alert as it is posted.
public enum AlertRequest {
    /// The body of `POST /api/v2/alerts` with one alert. Times that nobody gave are left to the server, with one
    /// exception: an alert that is to end begins now, where a server would have it begin when it ends. One whose end is
    /// over has begun before.
    public static func new(
        labels: [String: String],
        annotations: [String: String],
        generatorURL: String,
        start: Timestamp?,
        end: Timestamp?,
        now: Timestamp
    ) -> JSONValue {
        var alert: JSONValue = ["labels": SilenceRequest.object(labels)]
        alert = alert.with("annotations", SilenceRequest.object(annotations))
        let start = start ?? end.flatMap { $0 > now ? now : nil }
        if let start { alert = alert.with("startsAt", .string(start.rfc3339)) }
        if let end { alert = alert.with("endsAt", .string(end.rfc3339)) }
        if !generatorURL.isEmpty { alert = alert.with("generatorURL", .string(generatorURL)) }
        return .array([alert])
    }
}
