import Testing
import TocsinModel
import TocsinTemplate

@testable import TocsinReceivers

@Suite struct TemplateFunctionTests {
    @Test(arguments: TemplateFunctions.entries.map { ($0.function.name, $0.function.example, $0.result) })
    func examplesGiveWhatTheReferenceSays(name: String, example: String, result: String) throws {
        #expect(example.contains(name))
        #expect(try rendered(example) == result)
    }

    @Test func everyFunctionOfAlertmanagerIsThere() {
        let expected = """
            append base64decode base64encode date dict humanizeDuration join list match mustToDate now reReplaceAll \
            routeLabels safeHtml safeUrl since stringSlice title toDate toJson toLower toUpper trimSpace tz urlUnescape
            """
        #expect(TemplateFunctions.entries.map(\.function.name).sorted().joined(separator: " ") == expected)
        #expect(
            TemplateFunctions.entries.allSatisfy { $0.function.doc.hasSuffix(".") || $0.function.doc.contains(". ") })
    }

    @Test(arguments: [
        ("0", "0s"), ("1", "1s"), ("59.99", "59.99s"), ("59.999", "60s"), ("60", "1m 0s"), ("3600", "1h 0m 0s"),
        ("90061", "1d 1h 1m 1s"), ("-90061", "-1d 1h 1m 1s"), ("1.5", "1.5s"), ("0.1", "100ms"),
        ("0.0000123456", "12.35us"),
        ("-0.02", "-20ms"), (#""61.5""#, "1m 1s"), ("(since (index .Alerts 0).StartsAt)", "1h 2m 5s"),
        ("1e300", "106751991167300d 15h 30m 7s"), (#""NaN""#, "NaN"), (#""+Inf""#, "+Inf"),
    ])
    func durationsAreSaidAsPeopleDo(seconds: String, result: String) throws {
        #expect(try rendered("{{ humanizeDuration \(seconds) }}") == result)
    }

    @Test(arguments: [
        ("{{ toJson . }}", #"{"receiver":"team-db","status":"firing","alerts":[{"status":"firing","labels":{"#),
        (#"{{ toJson (dict "b" 1 "a" (list 1.5 "<" true nil)) }}"#, #"{"a":[1.5,"\u003c",true,null],"b":1}"#),
        ("{{ toJson .Alerts.Resolved }}", #"[{"status":"resolved","labels":{"alertname":"DiskFull","#),
        ("{{ toJson (index .Alerts 1).EndsAt }}", #""2026-01-02T03:00:00Z""#),
        ("{{ toJson (since (index .Alerts 0).StartsAt) }}", "3725000000000"),
        ("{{ toJson .GroupLabels.SortedPairs }}", #"[{"Name":"alertname","Value":"DiskFull"}]"#),
        ("{{ toJson .GroupLabels.Names }}", #"["alertname"]"#),
    ])
    func jsonIsGos(source: String, beginning: String) throws {
        #expect(try rendered(source).hasPrefix(beginning))
    }

    @Test(arguments: [
        (#"{{ dict "a" }}"#, "dict requires an even number of arguments"),
        (#"{{ dict 1 2 }}"#, "dict keys must be strings"),
        (#"{{ match "(" "a" }}"#, "error parsing regexp"),
        (#"{{ reReplaceAll "(" "" "a" }}"#, "error parsing regexp"),
        (#"{{ urlUnescape "%zz" }}"#, "invalid URL escape"),
        (#"{{ base64decode "a+/b" }}"#, "illegal base64 data at input byte 1"),
        (#"{{ base64decode "ZGl=" }}{{ base64decode "ZGlz=" }}"#, "illegal base64 data at input byte 4"),
        (#"{{ tz "Nowhere/At_All" now }}"#, "unknown time zone Nowhere/At_All"),
        (#"{{ mustToDate "2006-01-02" "2026-02-30" }}"#, "day out of range"),
        (#"{{ mustToDate "2006-01-02" "yesterday" }}"#, #"cannot parse "yesterday" as "2006""#),
        (#"{{ humanizeDuration "soon" }}"#, "invalid syntax"),
        ("{{ humanizeDuration .Alerts }}", "can't convert"),
        (#"{{ date "2006" 1 }}"#, "time.Time"),
        (#"{{ default "a" "b" }}"#, #"function "default" not defined"#),
    ])
    func mistakesAreErrors(source: String, message: String) {
        let error = #expect(throws: TemplateError.self) { try rendered(source) }
        #expect(error?.description.contains(message) ?? false, "\(error?.description ?? "")")
    }

    @Test(arguments: [
        (#"{{ title "fooBAR baz" }}"#, "Foobar Baz"),
        (#"{{ title "node_exporter_up 10.0.0.1" }}"#, "Node_exporter_up 10.0.0.1"),
        (#"{{ title "ǆ straße éCOLE" }}"#, "ǅ Straße École"),
        (#"{{ toUpper "straße" }}"#, "STRAßE"),
        (#"{{ toLower "İSTANBUL" }}"#, "istanbul"),
        (#"{{ reReplaceAll "(?P<host>.*):.*" "${host}!$1x$$" "db:1" }}"#, "db!$"),
        (#"{{ urlUnescape "a+%C3%A9%2B" }}"#, "a é+"),
        (#"{{ base64decode "ZGlzaz8=" }}{{ base64decode "" }}"#, "disk?"),
        (#"{{ (toDate "2006" "no date").IsZero }}"#, "true"),
        (#"{{ join "," nil }}"#, ""),
        (#"{{ append nil 1 }}"#, "[1]"),
        (#"{{ (dict "a" 1).b }}"#, "<no value>"),
    ])
    func cornersAreGos(source: String, result: String) throws {
        #expect(try rendered(source) == result)
    }

    @Test func joiningWithALongSeparatorStopsInTime() {
        let source = #"{{ $s := printf "%1000000d" 1 }}{{ join $s (stringSlice "" "" "" "" "" "" "" "" "" "" "") }}"#

        #expect(throws: TemplateError.self) { try rendered(source) }
    }

    @Test func theTimeIsTheNotifications() throws {
        var rendering = FieldRendering(.sample, with: Receivers.templates)
        let template = try Receivers.templates.compile(
            #"{{ now.Unix }} {{ routeLabels "team" }} {{ routeLabels "x" }}|"#)
        var other = TocsinReceivers.Notification.sample
        other.now = Timestamp(seconds: 7)
        other.content.routeLabels = [:]
        var otherRendering = FieldRendering(other, with: Receivers.templates)

        #expect(rendering.text(template, field: "text") == "1767323045 db |")
        #expect(otherRendering.text(template, field: "text") == "7  |")
    }
}
