import Testing
import TocsinModel
import TocsinTemplate

@testable import TocsinReceivers

/// Go's times in templates.
@Suite struct TimeTests {
    @Test(arguments: [
        ("2006-01-02T15:04:05Z07:00", "2026-01-02T02:02:00Z"),
        ("Mon Jan _2 3:04PM 2006", "Fri Jan  2 2:02AM 2026"),
        ("Monday, January 2 06 __2 002", "Friday, January 2 26   2 002"),
        ("15h 03 3 4 5 .000 .999 ,0 pm", "02h 02 2 2 0 .000  ,0 am"),
        ("Janus Monat MSTX -07 -070000 -07:00:00 Z07", "Janus Monat UTCX +00 +000000 +00:00:00 Z"),
        ("_2006 2006_ 20060102", "_2026 2026_ 20260102"),
        ("é \u{1F600} plain", "é \u{1F600} plain"),
        ("", ""),
    ])
    func layoutsSayHowATimeLooks(layout: String, text: String) {
        #expect(TemplateTime(Timestamp(seconds: 1_767_319_320)).formatted(layout) == text)
    }

    @Test(arguments: [
        ("2006-01-02", "2026-01-02", "2026-01-02 00:00:00 +0000 UTC"),
        ("2006-01-02T15:04:05Z07:00", "2026-01-02T03:04:05.25+02:00", "2026-01-02 03:04:05.25 +0200 +0200"),
        ("02/Jan/2006:15:04:05 -0700", "02/jan/2026:03:04:05 -0130", "2026-01-02 03:04:05 -0130 -0130"),
        ("Mon, 02 Jan 2006 15:04:05 MST", "Fri, 02 Jan 2026 03:04:05 GMT", "2026-01-02 03:04:05 +0000 GMT"),
        ("3:04 PM", "11:05 PM", "0000-01-01 23:05:00 +0000 UTC"),
        ("3:04 pm", "12:05 am", "0000-01-01 00:05:00 +0000 UTC"),
        ("2006 002", "2024 366", "2024-12-31 00:00:00 +0000 UTC"),
        ("Jan _2 06", "Feb  3 69", "1969-02-03 00:00:00 +0000 UTC"),
        ("2006-01-02 .000", "2026-01-02 .123", "2026-01-02 00:00:00.123 +0000 UTC"),
        ("January 2, 2006  15h", "may 9, 2026 7h", "2026-05-09 07:00:00 +0000 UTC"),
    ])
    func textsAreReadByTheSameLayouts(layout: String, text: String, time: String) throws {
        #expect(try TimeLayout.parse(text, layout: layout).text == time)
    }

    @Test(arguments: [
        ("2006-01-02", "2026-1-02"), ("2006-01-02", "2026-13-01"), ("2006-01-02", "2026-02-29"),
        ("2006-01-02", "2026-01-02x"), ("15:04", "24:00"), ("15:04", "10:60"), ("PM", "xm"), ("Jan", "Foo"),
        ("-0700", "+9900"), ("Z07:00", "+1:00"), ("2006 002", "2025 366"), (".000", ".12"), ("MST", "me"),
        ("2006", ""), ("2006-01-02", String(repeating: "9", count: 100_000)),
    ])
    func textsThatAreNoTimesAreErrors(layout: String, text: String) {
        let error = #expect(throws: TimeParsingError.self) { try TimeLayout.parse(text, layout: layout) }
        #expect((error?.message.count ?? 1000) < 500)
    }

    @Test(arguments: [
        ("{{ $t.Year }}-{{ $t.Month }}-{{ $t.Day }} {{ $t.Weekday }} {{ $t.YearDay }}", "2026-January-2 Friday 2"),
        ("{{ $t.Hour }}:{{ $t.Minute }}:{{ $t.Second }}", "2:2:0"),
        ("{{ $t.Unix }} {{ $t.UnixMilli }}", "1767319320 1767319320000"),
        ("{{ $t.AddDate 0 1 30 }}", "2026-03-04 02:02:00 +0000 UTC"),
        ("{{ $t.AddDate 0 -14 0 }}", "2024-11-02 02:02:00 +0000 UTC"),
        ("{{ ($t.AddDate 9223372036854775807 0 0).Year }}", "1002026"),
        ("{{ ($t.Add 9223372036854775807).Year }}", "2318"),
        ("{{ $t.Truncate 86400000000000 }}", "2026-01-02 00:00:00 +0000 UTC"),
        ("{{ $t.Round 3600000000000 }}", "2026-01-02 02:00:00 +0000 UTC"),
        ("{{ $t.After now }} {{ $t.Before now }} {{ $t.Equal $t }}", "false true true"),
        ("{{ (now.Sub $t).Hours | printf \"%.2f\" }}", "1.03"),
        ("{{ (now.Sub $t).Round 60000000000 }} {{ (now.Sub $t).Truncate 3600000000000 }}", "1h2m0s 1h0m0s"),
        ("{{ (now.Sub $t).Milliseconds }} {{ ($t.Sub now).String }}", "3725000 -1h2m5s"),
    ])
    func methodsAreGos(source: String, result: String) throws {
        #expect(try rendered("{{ $t := (index .Alerts 0).StartsAt }}\(source)") == result)
    }

    private static let change: Int64 = 1_774_746_000
    private static let berlin = TimeZoneRules(name: "Europe/Berlin", posix: "CET-1CEST,M3.5.0,M10.5.0/3")

    @Test func timesAreShownInTheZonesThatTheShellBrings() throws {
        let berlin = try #require(Self.berlin)
        var notification = TocsinReceivers.Notification.sample
        notification.now = Timestamp(seconds: Self.change - 1)
        notification.zones = TimeZones(local: berlin) { $0 == "Europe/Berlin" ? berlin : nil }
        var rendering = FieldRendering(notification, with: Receivers.templates)
        func text(_ source: String) throws -> String {
            rendering.text(try Receivers.templates.compile(source), field: "text")
        }

        #expect(try text("{{ now }}") == "2026-03-29 01:59:59 +0100 CET")
        #expect(try text(#"{{ (now.Add 1000000000).Format "15:04:05 MST" }}"#) == "03:00:00 CEST")
        #expect(try text(#"{{ now.UTC | tz "Europe/Berlin" | date "15:04 -07:00" }}"#) == "01:59 +01:00")
        #expect(try text("{{ (index .Alerts 0).StartsAt.Local }}") == "2026-01-02 03:02:00 +0100 CET")
        #expect(try text("{{ now.AddDate 0 0 1 }}") == "2026-03-30 01:59:59 +0200 CEST")
        // In the hour before the change, calendar and clock alone could mean either offset.
        #expect(try text("{{ now.AddDate 0 0 0 }}") == "2026-03-29 01:59:59 +0100 CET")
        #expect(try text(#"{{ now.UTC | tz "Local" | date "15:04 MST" }}"#) == "01:59 CET")
        #expect(try text("{{ now.Location }} {{ (now.UTC.In now.Location).Hour }}") == "Europe/Berlin 1")
        #expect(rendering.failures.isEmpty)
    }
}
