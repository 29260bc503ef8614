import Testing
import TocsinModel

/// When an interval holds. What Alertmanager said of a hundred of them is a test of the configuration, which reads
/// them.
@Suite struct TimeIntervalTests {
    private static let berlin = TimeZoneRules(name: "Europe/Berlin", posix: "CET-1CEST,M3.5.0,M10.5.0/3") ?? .utc

    private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(rfc3339: text)) }

    @Test func anIntervalThatSaysNothingAlwaysHolds() {
        #expect(TimeInterval().contains(.epoch))
        #expect(TimeInterval().contains(.distantPast))
        #expect(TimeInterval().contains(.distantFuture))
    }

    @Test func anEmptyListNeverHolds() {
        #expect(!TimeInterval(times: []).contains(.epoch))
        #expect(!TimeInterval(weekdays: []).contains(.epoch))
        #expect(!TimeInterval(daysOfMonth: []).contains(.epoch))
        #expect(!TimeInterval(months: []).contains(.epoch))
        #expect(!TimeInterval(years: []).contains(.epoch))
        #expect(!NamedTimeInterval(name: "x", intervals: []).contains(.epoch))
    }

    @Test(arguments: [
        // Summer time begins on 29 March 2026: the hour from two to three is skipped.
        ("2026-03-29T00:59:59Z", false), ("2026-03-29T01:00:00Z", true), ("2026-03-29T02:59:59Z", false),
        // It ends on 25 October: the hour from two to three comes twice.
        ("2026-10-25T00:29:59Z", true), ("2026-10-25T00:30:00Z", true), ("2026-10-25T01:30:00Z", true),
        ("2026-10-25T02:30:00Z", false),
    ])
    func hoursAreThoseOfTheClockOnTheWall(text: String, isInside: Bool) throws {
        // From two to half past three, with what a skipped hour leaves of it.
        let interval = TimeInterval(times: [120..<210], zone: Self.berlin)

        #expect(interval.contains(try self.time(text)) == isInside)
    }

    @Test(arguments: [
        ("2026-03-30T22:00:00Z", true), ("2026-03-31T21:59:59Z", true), ("2026-03-30T21:59:59Z", false),
        ("2026-10-30T23:00:00Z", true), ("2026-10-31T22:59:59Z", true), ("2026-10-31T23:00:00Z", false),
    ])
    func theLastDayIsTheLastDayAlsoOfAMonthInWhichClocksAreChanged(text: String, isInside: Bool) throws {
        let interval = TimeInterval(daysOfMonth: [DaysOfMonth(first: -1, last: -1)], zone: Self.berlin)

        #expect(interval.contains(try self.time(text)) == isInside)
    }

    @Test func theDateIsThatOfThePlace() throws {
        let tokyo = TimeZoneRules(name: "Asia/Tokyo", secondsEast: 9 * 3600)
        let newYear = TimeInterval(weekdays: [4...4], months: [1...1], years: [2026...2026], zone: tokyo)

        #expect(!newYear.contains(try self.time("2025-12-31T14:59:59Z")))
        #expect(newYear.contains(try self.time("2025-12-31T15:00:00Z")))
        #expect(!newYear.contains(try self.time("2026-01-01T15:00:00Z")))
    }

    @Test func theOffsetOfTheTimeItselfDoesNotCount() throws {
        let morning = TimeInterval(times: [600..<660])

        #expect(!morning.contains(try self.time("2026-06-14T10:30:00+02:00")))
        #expect(morning.contains(try self.time("2026-06-14T12:30:00+02:00")))
    }

    @Test func anyOfItsEntriesMakesANamedIntervalHold() throws {
        let nights = NamedTimeInterval(
            name: "nights",
            intervals: [TimeInterval(times: [1320..<1440]), TimeInterval(times: [0..<360])]
        )

        #expect(nights.contains(try self.time("2026-06-14T23:00:00Z")))
        #expect(nights.contains(try self.time("2026-06-14T05:59:59Z")))
        #expect(!nights.contains(try self.time("2026-06-14T06:00:00Z")))
    }
}
