import Foundation
import Testing

@testable import TocsinModel

/// What clocks show in the zones of the tz database.
@Suite struct TimeZoneTests {
    @Test func everyZoneIsReadAsAnotherReaderReadsIt() throws {
        let cases = try ZoneCases.load()
        #expect(cases.zones.map(\.rows.count).reduce(0, +) > 1500)

        for item in cases.zones {
            let zone = try TimeZoneRules(name: item.zone, tzif: ZoneCases.bytes(of: item.zone))
            for row in item.rows {
                let period = zone.period(at: row.instant)
                #expect(period.secondsEast == row.secondsEast, "\(item.zone) at \(row.instant)")
                #expect(period.abbreviation == row.abbreviation, "\(item.zone) at \(row.instant)")
            }
        }
    }

    @Test func aFileWithoutItsTableIsReadByItsFooterAlone() throws {
        let future: Int64 = 4_000_000_000
        for name in ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Antarctica/Troll"] {
            let bytes = try ZoneCases.bytes(of: name)
            let whole = try TimeZoneRules(name: name, tzif: bytes)
            let slim = try TimeZoneRules(name: name, tzif: Bytes.file(version: "2", footer: Bytes.footer(of: bytes)))
            for hour in 0..<24 * 366 {
                let instant = future + Int64(hour) * 3600
                #expect(slim.period(at: instant) == whole.period(at: instant), "\(name) at \(instant)")
            }
        }
    }

    @Test(
        arguments: [
            // The last instant of winter and the first of summer, then the same in autumn.
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_774_745_999, "CET 3600"),
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_774_746_000, "CEST 7200"),
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_792_889_999, "CEST 7200"),
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_792_890_000, "CET 3600"),
            // South of the equator summer is around the turn of the year.
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", 1_767_225_600, "AEDT 39600"),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", 1_780_272_000, "AEST 36000"),
            // Winter as the exception, as Ireland has it.
            ("IST-1GMT0,M10.5.0,M3.5.0/1", 1_767_225_600, "GMT 0"),
            ("IST-1GMT0,M10.5.0,M3.5.0/1", 1_780_272_000, "IST 3600"),
            // All year.
            ("XXX3EDT4,0/0,J365/23", 1_767_225_600, "EDT -14400"),
            ("XXX3EDT4,0/0,J365/23", 1_767_236_400, "EDT -14400"),
            ("XXX3EDT4,0/0,J365/23", 1_780_272_000, "EDT -14400"),
            // A change on the day before the one that the month gives.
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 1_774_745_999, "-02 -7200"),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 1_774_746_000, "-01 -3600"),
            // Day 60 is 1 March whether the year is leap or not; day 59 from zero is 29 February in a leap year.
            ("AAA0BBB-1,J60/0,J300/0", 1_709_251_199, "AAA 0"),
            ("AAA0BBB-1,J60/0,J300/0", 1_709_251_200, "BBB 3600"),
            ("AAA0BBB-1,59/0,J300/0", 1_709_164_800, "BBB 3600"),
            ("UTC0", 0, "UTC 0"),
            ("<+0545>-5:45", 0, "+0545 20700"),
            ("EST5", .min, "EST -18000"),
            ("CET-1CEST,M3.5.0,M10.5.0/3", .min, "CET 3600"),
            ("CET-1CEST,M3.5.0,M10.5.0/3", .max, "CET 3600"),
        ] as [(String, Int64, String)])
    func aLineSaysWhenClocksAreChanged(line: String, instant: Int64, period: String) throws {
        let found = try #require(TimeZoneRules(name: "x", posix: line)).period(at: instant)

        #expect("\(found.abbreviation) \(found.secondsEast)" == period)
    }

    @Test(arguments: [
        "", "C", "CE-1", "CET", "CET-25", "CET-24", "CET-1:60", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,,",
        "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J3",
        "CET-1CEST,366,3", "CET-1CEST,M3.5.0/168,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0/3 ", "<CET-1", "<CE>1",
        "AAA-23:30BBB,0,1", "CET-9999999999999999999", "Europe/Berlin", "CET-1\u{0}",
        String(repeating: "A", count: 300),
    ])
    func whatIsNoSuchLineIsRefused(line: String) {
        #expect(TimeZoneRules(name: "x", posix: line) == nil)
    }

    @Test(arguments: [
        ("Europe/Berlin", true), ("UTC", true), ("Etc/GMT+12", true), ("America/Argentina/Buenos_Aires", true),
        ("", false), ("/etc/passwd", false), ("../etc/passwd", false), ("Europe/../../x", false),
        ("Europe//Berlin", false),
        ("Europe/", false), (".hidden", false), ("a\\b", false), ("a b", false), ("a\u{0}", false), ("Zür/ich", false),
        (String(repeating: "a", count: 256), false),
    ])
    func onlyPlainNamesAreLookedFor(name: String, isPlain: Bool) {
        #expect(TimeZones.isPlainName(name) == isPlain)
    }

    @Test func someNamesAreKnownWithoutAnyDatabase() {
        let here = TimeZoneRules(name: "Local", secondsEast: 3600)
        let zones = TimeZones(local: here) { _ in nil }

        #expect(zones.zone(named: "") == .utc)
        #expect(zones.zone(named: "UTC") == .utc)
        #expect(zones.zone(named: "Local") == here)
        #expect(zones.zone(named: "Europe/Berlin") == nil)
    }
}

/// What is wrong with a file, and that nothing in one does harm.
@Suite struct BrokenTimeZoneTests {
    @Test(
        arguments: [
            ([], "cut off"),
            (Array("TZif2".utf8), "cut off"),
            (Array("GIF8".utf8) + Bytes.zeros(60), "not a time zone file"),
            (Bytes.header(version: "x"), "of an unknown version"),
            (Bytes.header(types: 0), "without a period"),
            (Bytes.header(types: 257), "without a period"),
            (Bytes.header(changes: .max), "cut off"),
            (Bytes.header(characters: .max), "cut off"),
            (Bytes.file(offset: 86_400), "with a period that cannot be"),
            (Bytes.file(offset: -86_400), "with a period that cannot be"),
            (Bytes.file(isDaylightSaving: 2), "with a period that cannot be"),
            (Bytes.file(abbreviationAt: 4), "with a period that cannot be"),
            (Bytes.file(abbreviation: "A\u{1}B"), "with an abbreviation that is none"),
            (Bytes.file(changes: [(1, 0), (1, 0)]), "with changes out of order"),
            (Bytes.file(changes: [(1, 1)]), "with a change to a period that is not there"),
            (Bytes.file(version: "2", footer: "nonsense"), "with a footer that is not understood"),
            (Bytes.file(version: "2", footer: nil), "cut off"),
        ] as [([UInt8], String)])
    func aBrokenFileIsRefusedWithAReason(bytes: [UInt8], reason: String) {
        let error = #expect(throws: TZifError.self) { try TimeZoneRules(name: "x", tzif: bytes) }
        #expect(error?.description == reason)
    }

    @Test func aFileThatIsTooLargeIsRefused() {
        let error = #expect(throws: TZifError.self) { try TimeZoneRules(name: "x", tzif: Bytes.zeros(1 << 17)) }
        #expect(error?.description == "larger than 64 KiB")
    }

    @Test func theOldestVersionHasNoFooter() throws {
        let zone = try TimeZoneRules(name: "x", tzif: Bytes.file(offset: 60, changes: [(5, 0)]))

        #expect(zone.period(at: 4) == ZonePeriod(secondsEast: 60, abbreviation: "ABC"))
        #expect(zone.period(at: .max) == ZonePeriod(secondsEast: 60, abbreviation: "ABC"))
    }

    @Test func noChangedFileDoesHarm() throws {
        var numbers = SplitMix(state: 7)
        var refused = 0
        for name in ["Europe/Berlin", "Asia/Tokyo", "America/Nuuk"] {
            let original = try ZoneCases.bytes(of: name)
            for _ in 0..<1500 {
                var bytes = original
                for _ in 0..<1 + numbers.next(below: 6) {
                    bytes[numbers.next(below: bytes.count)] = UInt8(numbers.next(below: 256))
                }
                if numbers.next(below: 4) == 0 { bytes.removeLast(numbers.next(below: bytes.count)) }
                do {
                    let zone = try TimeZoneRules(name: name, tzif: bytes)
                    for instant: Int64 in [.min, -1 << 56, 0, 1_774_746_000, 1 << 56, .max] {
                        #expect(abs(zone.period(at: instant).secondsEast) < 86_400)
                    }
                } catch {
                    refused += 1
                }
            }
        }
        #expect((500...4400).contains(refused))
    }

    @Test func aFileMayEndAnywhere() throws {
        let bytes = try ZoneCases.bytes(of: "Asia/Tokyo")
        for count in bytes.indices {
            #expect(throws: TZifError.self) { try TimeZoneRules(name: "x", tzif: Array(bytes.prefix(count))) }
        }
    }
}

/// Files made by hand.
private enum Bytes {
    static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    static func number(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - $0 * 8)) } }

    static func header(
        version: String = "\0",
        changes: UInt32 = 0,
        types: UInt32 = 1,
        characters: UInt32 = 4
    ) -> [UInt8] {
        Array("TZif\(version)".utf8) + self.zeros(15) + [0, 0, 0, changes, types, characters].flatMap(self.number)
    }

    /// With one period, `ABC`.
    static func file(
        version: String = "\0",
        offset: Int32 = 0,
        isDaylightSaving: UInt8 = 0,
        abbreviationAt start: UInt8 = 0,
        abbreviation: String = "ABC",
        changes: [(instant: UInt32, period: UInt8)] = [],
        footer: String? = nil
    ) -> [UInt8] {
        let header = self.header(version: version, changes: UInt32(changes.count))
        let period = self.number(UInt32(bitPattern: offset)) + [isDaylightSaving, start]
        let rest = changes.map(\.period) + period + Array(abbreviation.utf8) + [0]
        let block = header + changes.flatMap { self.number($0.instant) } + rest
        if version == "\0" { return block }
        let end = footer.map { Array("\n\($0)\n".utf8) } ?? []
        return block + block + end
    }

    static func footer(of bytes: [UInt8]) -> String {
        String(decoding: bytes.dropLast().reversed().prefix { $0 != UInt8(ascii: "\n") }.reversed(), as: UTF8.self)
    }
}

struct ZoneCases: Decodable {
    struct Zone: Decodable {
        let zone: String
        let rows: [Row]
    }

    struct Row: Decodable {
        let instant: Int64
        let secondsEast: Int
        let abbreviation: String

        init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            self.instant = try list.decode(Int64.self)
            self.secondsEast = try list.decode(Int.self)
            self.abbreviation = try list.decode(String.self)
        }
    }

    let zones: [Zone]

    static func load() throws -> ZoneCases {
        let url = try #require(Bundle.module.url(forResource: "zones", withExtension: "json", subdirectory: "Cases"))
        return try JSONDecoder().decode(ZoneCases.self, from: Data(contentsOf: url))
    }

    static func bytes(of zone: String) throws -> [UInt8] {
        let folder = try #require(Bundle.module.resourceURL)
        return Array(try Data(contentsOf: folder.appending(path: "Cases/zoneinfo/\(zone)")))
    }
}

/// The same numbers in every run.
private struct SplitMix {
    var state: UInt64

    mutating func next(below bound: Int) -> Int {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var z = self.state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(bound))
    }
}
