import TocsinModel
import TocsinTemplate

extension TemplateFunctions {
    static let times: [Entry] = [
        Entry(
            "date",
            [.string, .time],
            doc: "A time as text, in a layout that shows how Mon Jan 2 15:04:05 MST 2006 would look.",
            example: #"{{ (index .Alerts 0).StartsAt | date "2006-01-02 15:04" }}"#,
            result: "2026-01-02 02:02"
        ) { (arguments) throws(TemplateError) in
            .string((try arguments[1].time).formatted(try arguments[0].string))
        },
        Entry(
            "humanizeDuration",
            [.any],
            doc: "A number of seconds, or a duration, as people say it.",
            example: "{{ humanizeDuration 3725 }}",
            result: "1h 2m 5s"
        ) { (arguments) throws(TemplateError) in
            .string(try TemplateFunctions.humanized(seconds: try TemplateFunctions.seconds(arguments[0])))
        },
    ]

    /// The functions that know the notification which is rendered: its time, its zones, its route. Those of the table
    /// say what ``TemplateFunctions/sample`` would; whoever renders puts these in their place.
    static func bound(to notification: Notification) -> [Entry] {
        let zones = notification.zones
        let now = TemplateTime(notification.now, zones: zones).shown(in: zones.local)
        let labels = TemplateKV(notification.content.routeLabels)
        return [
            Entry(
                "now",
                doc: "The time at which the notification is sent.",
                example: #"{{ now.Format "15:04" }}"#,
                result: "03:04"
            ) { (_) throws(TemplateError) in .object(now) },
            Entry(
                "since",
                [.time],
                doc: "How long ago a time was.",
                example: "{{ since (index .Alerts 0).StartsAt }}",
                result: "1h2m5s"
            ) { (arguments) throws(TemplateError) in
                .object(TemplateDuration(nanoseconds: now.since(try arguments[0].time)))
            },
            Entry(
                "routeLabels",
                [.string],
                doc: "A label of the route; empty if it has none of that name.",
                example: #"{{ routeLabels "team" }}"#,
                result: "db"
            ) { (arguments) throws(TemplateError) in .string(labels.value(of: try arguments[0].string)) },
        ] + self.zoned(zones)
    }

    private static func zoned(_ zones: TimeZones) -> [Entry] {
        [
            Entry(
                "tz",
                [.string, .time],
                doc: "A time as clocks in another time zone show it.",
                example: #"{{ (index .Alerts 0).StartsAt | tz "UTC" | date "15:04 MST" }}"#,
                result: "02:02 UTC"
            ) { (arguments) throws(TemplateError) in
                let name = try arguments[0].string
                guard let zone = zones.zone(named: name) else {
                    throw TemplateError("unknown time zone \(name.truncated(toScalars: 80))")
                }
                return .object((try arguments[1].time).shown(in: zone))
            },
            Entry(
                "toDate",
                [.string, .string],
                doc: "A text as a time, see `date` for the layout; 1 January of the year 1 if it is none.",
                example: #"{{ (toDate "2006-01-02" "2026-01-02").Weekday }}"#,
                result: "Friday"
            ) { (arguments) throws(TemplateError) in
                let (layout, text) = (try arguments[0].string, try arguments[1].string)
                do {
                    return .object(try self.parse(text, layout: layout, zones: zones))
                } catch {
                    return .object(TemplateTime.zero)
                }
            },
            Entry(
                "mustToDate",
                [.string, .string],
                doc: "A text as a time, see `date` for the layout; an error if it is none.",
                example: #"{{ (mustToDate "2006-01-02" "2026-01-02").YearDay }}"#,
                result: "2"
            ) { (arguments) throws(TemplateError) in
                .object(try self.parse(try arguments[1].string, layout: try arguments[0].string, zones: zones))
            },
        ]
    }

    private static func parse(
        _ text: String,
        layout: String,
        zones: TimeZones
    ) throws(TemplateError) -> TemplateTime {
        do {
            var time = try TimeLayout.parse(text, layout: layout)
            time.zones = zones
            return time
        } catch {
            throw TemplateError(error.message)
        }
    }

    // MARK: humanizeDuration

    private static func seconds(_ value: Value) throws(TemplateError) -> Double {
        switch value {
        case .int(let number): return Double(number)
        case .float(let number): return number
        case .string(let text):
            guard let number = Double(text) else {
                throw TemplateError(
                    "strconv.ParseFloat: parsing \(GoQuote.quote(text.truncated(toScalars: 80))): invalid syntax")
            }
            return number
        case .object(let duration as TemplateDuration):
            return Double(duration.nanoseconds) / Double(TemplateDuration.second)
        case .object(let object):
            if case .value(let plain) = object.underlying { return try self.seconds(plain) }
        default: break
        }
        throw TemplateError("can't convert \(value.typeName) to float")
    }

    private static func humanized(seconds: Double) throws(TemplateError) -> String {
        guard seconds.isFinite else { return try self.fourDigits(seconds) }
        if seconds == 0 { return "0s" }
        guard seconds.magnitude >= 1 else { return try self.humanized(fraction: seconds) }
        let whole = Int(exactly: seconds.magnitude.rounded(.down)) ?? .max
        let sign = seconds < 0 ? "-" : ""
        let parts = [(whole / 86_400, "d"), (whole / 3600 % 24, "h"), (whole / 60 % 60, "m"), (whole % 60, "s")]
        let shown = parts.drop { $0.0 == 0 }
        if shown.count > 1 { return sign + shown.map { "\($0.0)\($0.1)" }.joined(separator: " ") }
        return sign + (try self.fourDigits(seconds.magnitude)) + "s"
    }

    /// Less than a second, in the largest unit of which it is at least one.
    private static func humanized(fraction seconds: Double) throws(TemplateError) -> String {
        var (value, unit) = (seconds, "")
        for prefix in ["m", "u", "n", "p", "f", "a", "z", "y"] where value.magnitude < 1 {
            value *= 1000
            unit = prefix
        }
        return "\(try self.fourDigits(value))\(unit)s"
    }

    /// Four significant digits, by the language's own `printf`.
    private static func fourDigits(_ number: Double) throws(TemplateError) -> String {
        let set = TemplateSet()
        return try set.render(try set.compile(#"{{ printf "%.4g" . }}"#), data: .float(number))
    }
}
