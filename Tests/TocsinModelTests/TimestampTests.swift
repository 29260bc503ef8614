import Testing
import TocsinModel

/// The calendar in the slow and obvious way: counting years and months from the year 1. (Foundation's changes to the
/// Julian calendar before 1582.)
private enum Oracle {
    static func isLeap(_ year: Int) -> Bool { year % 400 == 0 || year % 4 == 0 && year % 100 != 0 }

    static func lengths(_ year: Int) -> [Int] { [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] }

    /// Days from 0001-01-01 to the first of January of each year up to 10000.
    static let yearStarts: [Int] = {
        var starts = [0, 0]
        for year in 1..<10_000 { starts.append(starts[year] + (isLeap(year) ? 366 : 365)) }
        return starts
    }()

    static func seconds(_ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int, _ second: Int) -> Int64? {
        guard day <= lengths(year)[month - 1] else { return nil }
        let days = yearStarts[year] + lengths(year).prefix(month - 1).reduce(0, +) + day - 1 - yearStarts[1970]
        return Int64(days * 86_400 + hour * 3600 + minute * 60 + second)
    }
}

private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state = self.state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (self.state >> 32) ^ (self.state << 11)
    }
}

@Suite struct TimestampReadingTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0, 0, 0),
        ("2026-01-02T03:04:05Z", 1_767_323_045, 0, 0),
        ("2026-01-02T03:04:05.6Z", 1_767_323_045, 600_000_000, 0),
        ("2026-01-02T03:04:05.678+02:00", 1_767_315_845, 678_000_000, 120),
        ("2026-01-02T03:04:05.678901234-09:30", 1_767_357_245, 678_901_234, -570),
        ("2026-01-02T03:04:05.67890123499999999999Z", 1_767_323_045, 678_901_234, 0),
        ("2026-01-02t03:04:05.000000001z", 1_767_323_045, 1, 0),
        ("2024-02-29T23:59:59Z", 1_709_251_199, 0, 0),
        ("2000-02-29T00:00:00-00:00", 951_782_400, 0, 0),
        ("1969-12-31T23:59:59.25Z", -1, 250_000_000, 0),
        ("0001-01-01T00:00:00Z", -62_135_596_800, 0, 0),
        ("9999-12-31T23:59:59.999999999Z", 253_402_300_799, 999_999_999, 0),
    ])
    func rfc3339IsRead(_ text: String, _ seconds: Int64, _ nanoseconds: UInt32, _ offset: Int16) throws {
        for time in [Timestamp(rfc3339: text), Timestamp(lenient: text)] {
            let time = try #require(time)
            #expect(time.seconds == seconds)
            #expect(time.nanoseconds == nanoseconds)
            #expect(time.offsetMinutes == offset)
        }
    }

    @Test(arguments: [
        "2026-01-02", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05.", "2026-01-02T03:04:05Zx", "2026-01-02 03:04:05Z",
        "2026-01-02 03:04:05+02:00", " 2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z ", "2026-02-31T00:00:00Z",
        "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z", "2026-01-02T24:00:00Z",
        "2026-01-02T23:60:00Z", "2026-01-02T23:59:60Z", "0000-01-01T00:00:00Z", "2026-01-02T03:04:05+24:00",
        "2026-01-02T03:04:05+02:60", "2026-01-02T03:04:05+2:00", "2026-01-02T03:04:05+02", "2026-01-02T03:04:05*02:00",
        "2026/01/02T03:04:05Z", "2026-01-02T03.04.05Z", "2026-01-02T03:04:05,5Z", "26-01-02T03:04:05Z",
        "02026-01-02T03:04:05Z", "1767323045", "1767323045.678", "now", "2026-1-2T3:4:5Z", "2O26-01-02T03:04:05Z",
        "2026-01-02T03:04:0:Z", "2026-01-02T03:04:/5Z", "2026-01-02T\u{fc}:04:05Z", "2026-01-02T03:04+02:00",
        "2026-01-02 03:04", "2026-01-02T03", "2026-01-02T03:04:05.5 Z", "-026-01-02T03:04:05Z",
    ])
    func whatIsNoTimeIsRefused(_ text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
        #expect(Timestamp(lenient: text) == nil)
    }

    @Test(arguments: [
        ("", 0, 0, 0),
        ("2030-01-01T00:00:00", 1_893_456_000, 0, 0),
        ("2030-01-01T00:00:00.25", 1_893_456_000, 250_000_000, 0),
        ("2030-01-01 00:00:00", 1_893_456_000, 0, 0),
        ("2030-01-01 00:00:00.5", 1_893_456_000, 500_000_000, 0),
        ("2030-01-01T00:00Z", 1_893_456_000, 0, 0),
        ("2030-01-01T00:00", 1_893_456_000, 0, 0),
        ("2030-01-01T00:00:00.500+0200", 1_893_448_800, 500_000_000, 120),
    ])
    func theAPITakesMoreThanRFC3339(_ text: String, _ seconds: Int64, _ nanoseconds: UInt32, _ offset: Int16) throws {
        let time = try #require(Timestamp(lenient: text))
        #expect(time.seconds == seconds)
        #expect(time.nanoseconds == nanoseconds)
        #expect(time.offsetMinutes == offset)
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test(arguments: [
        ("0001-01-01T00:00:00+02:00", Timestamp.distantPast, "0001-01-01T02:00:00+02:00"),
        ("0001-01-01T00:00:00-02:00", Timestamp(seconds: -62_135_589_600), "0001-01-01T00:00:00-02:00"),
        ("9999-12-31T23:59:59-23:59", Timestamp.distantFuture, "9999-12-31T00:00:59.999999999-23:59"),
        ("9999-12-31T23:59:59+23:59", Timestamp(seconds: 253_402_214_459), "9999-12-31T23:59:59+23:59"),
    ])
    func offsetsDoNotLeadOutOfTheCalendar(_ text: String, _ time: Timestamp, _ printed: String) {
        #expect(Timestamp(rfc3339: text) == time)
        #expect(Timestamp(rfc3339: text)?.rfc3339 == printed)
    }

    @Test func theEndsOfAllMonthsAreWhereCountingFindsThem() {
        for year in Array(1...9999)
        where year < 500 || year % 100 <= 4 || year % 100 >= 99 || (1960...2110).contains(year) {
            let padded = String(repeating: "0", count: 4 - String(year).count) + String(year)
            for month in 1...12 {
                for day in [1, 28, 29, 30, 31] {
                    let text = "\(padded)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)T12:34:56Z"
                    let expected = Oracle.seconds(year, month, day, 12, 34, 56)
                    guard Timestamp(rfc3339: text)?.seconds != expected else { continue }
                    Issue.record("\(text)")
                    return
                }
            }
        }
    }
}

@Suite struct TimestampWritingTests {
    @Test(arguments: [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"),
        ("2026-01-02T03:04:05.678+02:00", "2026-01-02T03:04:05.678+02:00", "2026-01-02T03:04:05.678+02:00"),
        ("2026-01-02T03:04:05.120Z", "2026-01-02T03:04:05.12Z", "2026-01-02T03:04:05.120Z"),
        ("2026-01-02T03:04:05.000000001-09:30", "2026-01-02T03:04:05.000000001-09:30", "2026-01-02T03:04:05.000-09:30"),
        ("2026-01-02T03:04:05.9999Z", "2026-01-02T03:04:05.9999Z", "2026-01-02T03:04:05.999Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
        ("2026-01-02T03:04:05+00:00", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"),
    ])
    func timesArePrintedInTheirOffset(_ text: String, _ shortest: String, _ milliseconds: String) throws {
        let time = try #require(Timestamp(rfc3339: text))
        #expect(time.rfc3339 == shortest)
        #expect(time.rfc3339Milliseconds == milliseconds)
    }

    @Test(arguments: [
        (Timestamp(seconds: Timestamp.distantPast.seconds, offsetMinutes: -60), "0001-01-01T00:00:00Z"),
        (Timestamp(seconds: Timestamp.distantFuture.seconds, offsetMinutes: 60), "9999-12-31T23:59:59Z"),
        (Timestamp(seconds: 0, offsetMinutes: .max), "1970-01-01T00:00:00Z"),
        (Timestamp(seconds: 0, offsetMinutes: .min), "1970-01-01T00:00:00Z"),
    ])
    func anOffsetThatCannotBePrintedGivesUTC(_ time: Timestamp, _ printed: String) {
        #expect(time.rfc3339 == printed)
    }

    @Test func whatIsPrintedReadsBackTheSameAndIsWhereCountingFindsIt() throws {
        var random = Generator(state: 42)
        for _ in 0..<3000 {
            let seconds = Int64.random(in: -62_135_510_400...253_402_214_399, using: &random)
            let decimals = [0, 1, 3, 6, 9].randomElement(using: &random) ?? 0
            let unit = (decimals..<9).reduce(UInt32(1)) { unit, _ in unit * 10 }
            let nanoseconds = UInt32.random(in: 0..<1_000_000_000, using: &random) / unit * unit
            let offset = Int16.random(in: -1439...1439, using: &random)
            let time = Timestamp(seconds: seconds, nanoseconds: nanoseconds, offsetMinutes: offset)

            let text = time.rfc3339
            let back = try #require(Timestamp(rfc3339: text), "\(text)")
            #expect(back == time && back.offsetMinutes == offset, "\(text)")

            let civil = time.civil
            let expected = Oracle.seconds(
                civil.year, civil.month, civil.day, civil.hour, civil.minute, civil.second
            )
            #expect(expected == seconds + Int64(offset) * 60, "\(text)")
            #expect(Timestamp(civil) == time)
        }
    }

    @Test func damagedTimesNeverCrash() {
        var random = Generator(state: 7)
        let alphabet = Array("0123456789-:TtZz+. ,\u{e9}".utf8) + [0, 255]
        var taken = 0
        for _ in 0..<20_000 {
            var bytes = Array("2026-01-02T03:04:05.678+02:00".utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                bytes[index] = alphabet.randomElement(using: &random) ?? 0
            }
            bytes = Array(bytes.prefix(Int.random(in: 10...bytes.count + 10, using: &random)))
            let times = bytes.withUnsafeBytes { (Timestamp(rfc3339: $0), Timestamp(lenient: $0)) }
            if let strict = times.0 { #expect(times.1 == strict) }
            if let time = times.1 {
                taken += 1
                #expect(Timestamp(rfc3339: time.rfc3339) == time)
            }
        }
        #expect(taken > 500)
    }
}

@Suite struct CivilTimeTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 4, 1), ("2000-02-29T00:00:00Z", 2, 60), ("2023-12-31T00:00:00Z", 0, 365),
        ("2024-12-31T00:00:00Z", 2, 366), ("2026-11-22T00:00:00Z", 0, 326), ("1969-12-31T00:00:00Z", 3, 365),
        ("0001-01-01T00:00:00Z", 1, 1), ("2026-01-01T00:30:00+01:00", 4, 1),
    ])
    func aDayHasItsPlaceInWeekAndYear(_ text: String, _ weekday: Int, _ dayOfYear: Int) throws {
        let civil = try #require(Timestamp(rfc3339: text)).civil
        #expect(civil.weekday == weekday)
        #expect(civil.dayOfYear == dayOfYear)
    }

    @Test func clockAndCalendarFollowTheOffset() throws {
        let time = try #require(Timestamp(rfc3339: "2025-12-31T23:30:15.000000007Z"))

        let east = time.civil(offsetSeconds: 3600)
        #expect((east.year, east.month, east.day, east.hour, east.minute) == (2026, 1, 1, 0, 30))
        #expect((east.second, east.nanosecond, east.offsetSeconds) == (15, 7, 3600))
        let west = time.civil(offsetSeconds: -86_399)
        #expect((west.day, west.hour, west.minute, west.second) == (30, 23, 30, 16))
    }

    @Test func aDateThatDoesNotExistIsNoTime() {
        #expect(Timestamp(CivilTime(year: 2026, month: 2, day: 29)) == nil)
        #expect(Timestamp(CivilTime(year: 2026, month: 13, day: 1)) == nil)
        #expect(Timestamp(CivilTime(year: 2026, month: 1, day: 1, hour: 24)) == nil)
        #expect(Timestamp(CivilTime(year: 2026, month: 1, day: 1, offsetSeconds: 86_400)) == nil)
        #expect(Timestamp(CivilTime(year: 1970, month: 1, day: 1, offsetSeconds: 60))?.seconds == -60)
    }
}
