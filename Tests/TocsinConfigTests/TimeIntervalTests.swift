import Foundation
import Testing
import TocsinCore
import TocsinModel
import TocsinSettings

@testable import TocsinConfig

/// What Alertmanager 0.25 said of a hundred intervals: whether it reads them, and when they hold.
@Suite struct TimeIntervalCaseTests {
    @Test func everyIntervalIsReadAndHoldsAsInAlertmanager() throws {
        let cases = try IntervalCases.load()
        #expect(cases.cases.count == 95)

        for item in cases.cases {
            let interval: NamedTimeInterval
            do {
                interval = try Samples.interval(item.yaml)
            } catch {
                #expect(!item.ok, "\(item.yaml): \(error)")
                continue
            }
            #expect(item.ok, "\(item.yaml): Alertmanager says \(item.error ?? "")")
            for probe in item.at ?? [] {
                let instant = try #require(Timestamp(rfc3339: probe.instant))
                #expect(interval.contains(instant) == probe.isInside, "\(item.yaml) at \(probe.instant)")
            }
        }
    }

    /// 0.25 counts the days of a month by its hours, so that it takes March in Berlin for one of 30 days; 0.34 does
    /// not.
    @Test func aMonthInWhichClocksAreChangedHasAllItsDays() throws {
        let interval = try Samples.interval("- days_of_month: ['-1']\n  location: Europe/Berlin\n")

        #expect(interval.contains(try #require(Timestamp(rfc3339: "2026-03-31T12:00:00+02:00"))))
        #expect(!interval.contains(try #require(Timestamp(rfc3339: "2026-03-30T12:00:00+02:00"))))
    }
}

@Suite struct TimeIntervalTests {
    @Test func bothSectionsAreOneListOfNames() throws {
        let routes = try Sample.load(
            """
            route:
              receiver: r
              routes:
              - mute_time_intervals: [nights, weekends]
                active_time_intervals: [offices]
                routes: [{matchers: [a=b]}]
            receivers: [{name: r}]
            mute_time_intervals:
            - {name: nights, time_intervals: [{times: [{start_time: '22:00', end_time: '24:00'}]}]}
            time_intervals:
            - {name: weekends, time_intervals: [{weekdays: [saturday, sunday]}]}
            - {name: offices}
            """
        ).routing.routes
        let nights = NamedTimeInterval(name: "nights", intervals: [TimeInterval(times: [1320..<1440])])
        let weekends = NamedTimeInterval(name: "weekends", intervals: [TimeInterval(weekdays: [6...6, 0...0])])

        #expect(routes[1].muteTimeIntervals == [nights, weekends])
        #expect(routes[1].activeTimeIntervals == [NamedTimeInterval(name: "offices", intervals: [])])
        // They are not inherited.
        #expect(routes[2].muteTimeIntervals.isEmpty && routes[2].activeTimeIntervals.isEmpty)
    }

    @Test(arguments: [
        (
            "- times: [{start_time: '9:00', end_time: '17:00'}]",
            #"7:26: `start_time` must be a time of day such as 09:00, up to 24:00: "9:00""#
        ),
        ("- times: [{start_time: '09:00'}]", "7:13: both start and end times must be provided"),
        (
            "- times: [{start_time: '09:00', end_time: '09:00'}]",
            "7:26: start time cannot be equal or greater than end time"
        ),
        (
            "- weekdays: [teusday]",
            #"7:16: `weekdays` must be a weekday such as monday, or monday:friday (tuesday?): "teusday""#
        ),
        (
            "- weekdays: ['saturday:sunday']",
            #"7:16: `weekdays` must be a range that ascends from sunday to saturday; write the rest as a second item: "#
                + #""saturday:sunday""#
        ),
        (
            "- days_of_month: ['0']",
            #"7:21: `days_of_month` must be a day from 1 to 31, or from -31 to -1, or two with a colon: "0""#
        ),
        (
            "- days_of_month: ['-5:5']",
            #"7:21: `days_of_month` must end with a negative day if it begins with one: "-5:5""#
        ),
        (
            "- months: [febuary]",
            #"7:14: `months` must be a month such as may or 5, or may:august (february?): "febuary""#
        ),
        ("- years: ['2026:2025']", #"7:13: `years` must not end before it begins: "2026:2025""#),
        ("- years: ['1:2:3']", #"7:13: `years` must be one item, or two with a colon between them: "1:2:3""#),
        ("- location: Europe/Berlni", #"7:15: unknown time zone "Europe/Berlni""#),
        ("- location: ../../etc/passwd", #"7:15: unknown time zone "../../etc/passwd""#),
        ("- wekdays: [monday]", "7:5: unknown key `wekdays` in entry of time_intervals; did you mean `weekdays`?"),
        ("- null", "7:5: `time_intervals` item 1 must be a mapping, not nothing"),
    ])
    func mistakesHaveTheirPlace(entry: String, mistake: String) {
        let start = "route: {receiver: r}\nreceivers:\n- name: r\n"
        let text = "\(start)time_intervals:\n- name: x\n  time_intervals:\n  \(entry)\n"

        #expect(Sample.mistakes(in: text) == ["a.yml:\(mistake)"])
    }

    @Test(arguments: [
        ("time_intervals: [{}]", "3:18: missing name in time interval"),
        ("mute_time_intervals: [{name: ''}]", "3:30: missing name in mute time interval"),
        ("time_intervals: [{name: x}, {name: x}]", #"3:36: time interval "x" is not unique"#),
        ("mute_time_intervals: [{name: x}]\ntime_intervals: [{name: x}]", #"4:25: time interval "x" is not unique"#),
    ])
    func namesAreThereOnce(sections: String, mistake: String) {
        let text = "route: {receiver: r}\nreceivers: [{name: r}]\n\(sections)\n"

        #expect(Sample.mistakes(in: text) == ["a.yml:\(mistake)"])
    }

    @Test(arguments: [
        ("mute_time_intervals: [nights]", "1:44: root route must not have any mute time intervals"),
        ("active_time_intervals: [nights]", "1:46: root route must not have any active time intervals"),
        (
            "routes: [{mute_time_intervals: [nigths]}]",
            #"1:54: undefined time interval "nigths" used in route; did you mean "nights"?"#
        ),
        ("routes: [{routes: [{active_time_intervals: [x]}]}]", #"1:66: undefined time interval "x" used in route"#),
    ])
    func routesNameWhatIsThere(keys: String, mistake: String) {
        let text = "route: {receiver: r, \(keys)}\nreceivers: [{name: r}]\ntime_intervals: [{name: nights}]\n"

        #expect(Sample.mistakes(in: text) == ["a.yml:\(mistake)"])
    }
}

/// The tz database on the disk.
@Suite struct DiskZonesTests {
    @Test func foldersThatTheEnvironmentNamesAreSearchedFirst() throws {
        let folder = try Samples.zoneFolder()
        for variable in ["ZONEINFO", "TZDIR"] {
            let zone = try #require(DiskZones(environment: [variable: folder]).zone(named: "Asia/Kathmandu"))
            #expect(zone.name == "Asia/Kathmandu")
            #expect(zone.period(at: 1_774_746_000) == ZonePeriod(secondsEast: 20_700, abbreviation: "+0545"))
        }
    }

    @Test(arguments: ["../zoneinfo/EST", "/etc/localtime", "Asia", "Nowhere/City", "Asia/../EST", ""])
    func whatIsNoZoneOfTheDatabaseIsNone(name: String) throws {
        #expect(DiskZones(environment: ["ZONEINFO": try Samples.zoneFolder()]).zone(named: name) == nil)
    }

    @Test func whatIsNoZoneFileIsNone() throws {
        let folder = String(try Samples.zoneFolder().dropLast("/zoneinfo".count))

        #expect(DiskZones(environment: ["ZONEINFO": folder]).zone(named: "intervals.json") == nil)
    }

    @Test(arguments: [
        ("Asia/Tokyo", "Asia/Tokyo", "JST"), (":Asia/Tokyo", "Asia/Tokyo", "JST"), ("", "UTC", "UTC"),
        ("UTC", "UTC", "UTC"), ("XYZ-3", "Local", "XYZ"), ("Nowhere/City", "UTC", "UTC"),
        ("/nowhere/city", "UTC", "UTC"),
    ])
    func theZoneOfTheProcessIsWhatTZSays(setting: String, name: String, abbreviation: String) throws {
        let environment = ["ZONEINFO": try Samples.zoneFolder(), "TZ": setting]
        let local = DiskZones(environment: environment).local

        #expect(local.name == name)
        #expect(local.period(at: 0).abbreviation == abbreviation)
        #expect(DiskZones(environment: environment).zones.zone(named: "Local") == local)
    }

    @Test func theZoneOfTheProcessMayBeAFile() throws {
        let path = "\(try Samples.zoneFolder())/Asia/Tokyo"

        #expect(DiskZones(environment: ["TZ": path]).local.name == path)
        #expect(DiskZones(environment: ["TZ": path]).local.period(at: 0).abbreviation == "JST")
    }
}

private enum Samples {
    static func zoneFolder() throws -> String {
        let folder = try #require(Bundle.module.resourceURL)
        return folder.appending(path: "Cases/zoneinfo").path(percentEncoded: false)
    }

    private struct Files: ConfigurationFiles {
        let zones: TimeZones

        func names(in directory: String) -> [String] { [] }
        func exists(_ path: String) -> Bool { false }
        func text(of path: String) throws(UnreadableFile) -> String { throw UnreadableFile("no such file") }
    }

    /// The entries of an interval, which a route names.
    static func interval(_ yaml: String) throws -> NamedTimeInterval {
        let entries = yaml.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)\n" }.joined()
        let text = """
            route: {receiver: r, routes: [{active_time_intervals: [x]}]}
            receivers: [{name: r}]
            time_intervals:
            - name: x
              time_intervals:
            \(entries)
            """
        let zones = DiskZones(environment: ["ZONEINFO": try self.zoneFolder(), "TZ": "UTC"]).zones
        let configuration = try Configuration.load(text: text, file: "a.yml", files: Files(zones: zones))
        return try #require(configuration.routing.routes[1].activeTimeIntervals.first)
    }
}

private struct IntervalCases: Decodable {
    struct Case: Decodable {
        let yaml: String
        let ok: Bool
        let error: String?
        let at: [Probe]?
    }

    struct Probe: Decodable {
        let instant: String
        let isInside: Bool

        private enum CodingKeys: String, CodingKey {
            case instant
            case isInside = "in"
        }
    }

    let cases: [Case]

    static func load() throws -> IntervalCases {
        let folder = try #require(Bundle.module.resourceURL)
        let url = folder.appending(path: "Cases/intervals.json")
        return try JSONDecoder().decode(IntervalCases.self, from: Data(contentsOf: url))
    }
}
