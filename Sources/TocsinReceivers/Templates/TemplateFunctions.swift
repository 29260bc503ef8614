import TocsinJSON
import TocsinModel
import TocsinRegex
public import TocsinTemplate

/// The functions that Alertmanager's templates have beside Go's own.
public enum TemplateFunctions {
    /// A function, and what its example comes to over ``TemplateFunctions/sample``.
    public struct Entry: Sendable {
        public let function: TemplateFunction
        public let result: String
    }

    /// Go's functions and all of ours, for the set that settings and files are compiled with.
    public static let table: FunctionTable = {
        var table = FunctionTable.builtins
        table.add(TemplateFunctions.entries.map(\.function))
        return table
    }()

    /// All of ours, for a reference.
    public static let entries: [Entry] =
        texts + patterns + encodings + lists + times + bound(to: TemplateFunctions.sample)

    /// What the examples speak of: one disk that is full, and one that was.
    public static let sample = Notification(
        content: NotificationContent(
            receiver: "team-db",
            groupKey: #"{}:{alertname="DiskFull"}"#,
            groupLabels: ["alertname": "DiskFull"],
            routeLabels: ["name": "team-db", "team": "db"],
            alerts: [
                AnnouncedAlert(
                    labels: ["alertname": "DiskFull", "instance": "db-1:9100", "severity": "critical"],
                    details: AlertDetails(
                        annotations: ["summary": "/var is 97% full"],
                        generatorURL: "http://prometheus.example.org/graph?g0.expr=disk"
                    ),
                    startsAt: Timestamp(seconds: 1_767_319_320)
                ),
                AnnouncedAlert(
                    labels: ["alertname": "DiskFull", "instance": "db-2:9100", "severity": "critical"],
                    startsAt: Timestamp(seconds: 1_767_319_320),
                    endedAt: Timestamp(seconds: 1_767_322_800)
                ),
            ],
            reason: .someAlertsResolved,
            flushedAt: Timestamp(seconds: 1_767_323_045)
        ),
        externalURL: "http://tocsin.example.org",
        now: Timestamp(seconds: 1_767_323_045)
    )
}

extension TemplateFunctions.Entry {
    init(
        _ name: String,
        _ parameters: [Parameter] = [],
        variadic: Parameter? = nil,
        doc: String,
        example: String,
        result: String,
        body: @escaping TemplateFunction.Body
    ) {
        self.function = TemplateFunction(
            name,
            parameters,
            variadic: variadic,
            doc: doc,
            example: example,
            body: body
        )
        self.result = result
    }

    /// From a text to a text.
    fileprivate static func text(
        _ name: String,
        doc: String,
        example: String,
        result: String,
        body: @escaping @Sendable (String) throws(TemplateError) -> String
    ) -> Self {
        Self(name, [.string], doc: doc, example: example, result: result) { (arguments) throws(TemplateError) in
            .string(try body(try arguments[0].string))
        }
    }
}

// MARK: - Texts

extension TemplateFunctions {
    private static let texts: [Entry] = [
        .text("toUpper", doc: "Capital letters.", example: "{{ .Status | toUpper }}", result: "FIRING") {
            (text: String) throws(TemplateError) -> String in text.goUppercased
        },
        .text("toLower", doc: "Small letters.", example: #"{{ toLower "Disk FULL" }}"#, result: "disk full") {
            (text: String) throws(TemplateError) -> String in text.goLowercased
        },
        .text(
            "title",
            doc: "A capital letter at the beginning of each word, small ones in the rest.",
            example: #"{{ title "disk FULL" }}"#,
            result: "Disk Full"
        ) { (text: String) throws(TemplateError) -> String in text.goTitlecased },
        .text(
            "trimSpace",
            doc: "Without white space at its ends.",
            example: #"[{{ trimSpace "  disk " }}]"#,
            result: "[disk]"
        ) { (text: String) throws(TemplateError) -> String in text.trimmed },
        Entry(
            "join",
            [.string, .strings],
            doc: "A list as one text, with a separator between its elements.",
            example: #"{{ .CommonLabels.Values | join ", " }}"#,
            result: "DiskFull, critical"
        ) { (arguments) throws(TemplateError) in
            .string(try arguments[1].strings.joinedWithinLimits(by: try arguments[0].string))
        },
        Entry(
            "safeHtml",
            [.string],
            doc: "Marks a text as HTML that must not be escaped. Elsewhere than in HTML it changes nothing.",
            example: #"{{ safeHtml "<b>" }}"#,
            result: "<b>"
        ) { (arguments) throws(TemplateError) in .object(SafeText(try arguments[0].string, as: .html)) },
        Entry(
            "safeUrl",
            [.string],
            doc: "Marks a text as a URL that must not be checked. Elsewhere than in HTML it changes nothing.",
            example: #"{{ safeUrl "tel:110" }}"#,
            result: "tel:110"
        ) { (arguments) throws(TemplateError) in .object(SafeText(try arguments[0].string, as: .url)) },
    ]

    private static let patterns: [Entry] = [
        Entry(
            "match",
            [.string, .string],
            doc: "Whether a regular expression matches any part of a text.",
            example: #"{{ match "^Disk" .CommonLabels.alertname }}"#,
            result: "true"
        ) { (arguments) throws(TemplateError) in
            .bool(try TemplateFunctions.regex(try arguments[0].string).matches(try arguments[1].string))
        },
        Entry(
            "reReplaceAll",
            [.string, .string, .string],
            doc: "Replaces every match of a regular expression; `$1` or `${name}` stand for its groups.",
            example: #"{{ reReplaceAll "(.*):.*" "$1" "db-1:9100" }}"#,
            result: "db-1"
        ) { (arguments) throws(TemplateError) in
            let regex = try TemplateFunctions.regex(try arguments[0].string)
            let (replacement, text) = (try arguments[1].string, try arguments[2].string)
            do throws(RegexError) {
                return .string(try regex.replaceAll(in: text, with: replacement))
            } catch {
                throw TemplateError(String(describing: error))
            }
        },
    ]

    private static func regex(_ pattern: String) throws(TemplateError) -> Regex {
        do {
            return try Regex(pattern, matching: .anywhere)
        } catch {
            throw TemplateError(String(describing: error))
        }
    }
}

// MARK: - Encodings

extension TemplateFunctions {
    private static let encodings: [Entry] = [
        .text(
            "urlUnescape",
            doc: "What an escaped part of a URL's query stands for.",
            example: #"{{ urlUnescape "a%2Fb+c" }}"#,
            result: "a/b c"
        ) { (text: String) throws(TemplateError) -> String in try Escapes.urlQueryDecoded(text) },
        .text(
            "base64encode",
            doc: "Base64 in its alphabet for URLs, with padding.",
            example: #"{{ base64encode "disk?" }}"#,
            result: "ZGlzaz8="
        ) { (text: String) throws(TemplateError) -> String in Escapes.base64URL(text) },
        .text(
            "base64decode",
            doc: "What base64 in its alphabet for URLs, with padding, stands for.",
            example: #"{{ base64decode "ZGlzaz8=" }}"#,
            result: "disk?"
        ) { (text: String) throws(TemplateError) -> String in try Escapes.base64URLDecoded(text) },
        Entry(
            "toJson",
            [.any],
            doc: "A value as JSON.",
            example: "{{ .GroupLabels | toJson }}",
            result: #"{"alertname":"DiskFull"}"#
        ) { (arguments) throws(TemplateError) in
            .string(String(decoding: try arguments[0].json.encoded(), as: UTF8.self))
        },
    ]
}

// MARK: - Lists

extension TemplateFunctions {
    private static let lists: [Entry] = [
        Entry(
            "stringSlice",
            variadic: .string,
            doc: "A list of texts.",
            example: #"{{ stringSlice "a" "b" | join "-" }}"#,
            result: "a-b"
        ) { (arguments) throws(TemplateError) in
            var strings: [String] = []
            for argument in arguments { strings.append(try argument.string) }
            return .strings(strings)
        },
        Entry(
            "list",
            variadic: .any,
            doc: "A list of anything.",
            example: #"{{ list 1 "a" true }}"#,
            result: "[1 a true]"
        ) { (arguments) throws(TemplateError) in .list(Value.List(arguments)) },
        Entry(
            "append",
            [.any],
            variadic: .any,
            doc: "A list with more elements at its end.",
            example: #"{{ append (list 1 2) 3 }}"#,
            result: "[1 2 3]"
        ) { (arguments) throws(TemplateError) in
            .list(Value.List(try arguments[0].elements + arguments.dropFirst()))
        },
        Entry(
            "dict",
            variadic: .any,
            doc: "A map of keys and values, given in turns.",
            example: #"{{ $d := dict "disk" "/var" }}{{ $d.disk }}"#,
            result: "/var"
        ) { (arguments) throws(TemplateError) in
            guard arguments.count % 2 == 0 else { throw TemplateError("dict requires an even number of arguments") }
            var pairs: [(key: String, value: Value)] = []
            for index in stride(from: 0, to: arguments.count, by: 2) {
                guard case .string(let key) = arguments[index] else { throw TemplateError("dict keys must be strings") }
                pairs.append((key, arguments[index + 1]))
            }
            return .map(Value.Map(pairs))
        },
    ]
}
