// MARK: - Reading

extension Timestamp {
    /// Reads `2026-01-02T03:04:05.678+02:00`: a date, a time of day with seconds and any number of decimals (what is
    /// finer than a nanosecond is cut off), and `Z` or an offset. `T` and `Z` may be lower case. `nil` for anything
    /// else, for dates that do not exist, and for the leap second :60, which no clock here can show. An offset that
    /// leads out of the years 0001 to 9999 gives the end of the calendar.
    public init?(rfc3339 bytes: UnsafeRawBufferPointer) {
        var parser = RFC3339Parser(bytes)
        guard parser.readDateAndTime(), parser.readOffset(), parser.isAtEnd else { return nil }
        self = parser.timestamp
    }

    public init?(rfc3339 text: String) {
        var text = text
        guard let time = text.withUTF8({ Timestamp(rfc3339: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = time
    }

    /// Reads what Alertmanager's API takes for a time: RFC 3339, also without a zone (which is UTC then) and with a
    /// space instead of the `T`, also without seconds if the zone is `Z` or none, and an offset without its colon.
    /// An empty text is 1970-01-01. Refused: a date alone, and a space together with a zone.
    public init?(lenient bytes: UnsafeRawBufferPointer) {
        if let time = Timestamp(rfc3339: bytes) {
            self = time
        } else if bytes.isEmpty {
            self = .epoch
        } else {
            var parser = RFC3339Parser(bytes)
            guard parser.readLeniently(), parser.isAtEnd else { return nil }
            self = parser.timestamp
        }
    }

    public init?(lenient text: String) {
        var text = text
        guard let time = text.withUTF8({ Timestamp(lenient: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = time
    }
}

/// Reads a time from left to right; each step answers whether its part was there, and right.
private struct RFC3339Parser {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0
    private var days = 0
    private var clock = 0
    private var nanoseconds: UInt32 = 0
    private var offsetMinutes = 0

    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    @inline(__always) var isAtEnd: Bool { self.offset == self.bytes.count }

    @inline(__always)
    var timestamp: Timestamp {
        Timestamp(
            seconds: Int64(self.days &* 86_400 &+ self.clock &- self.offsetMinutes &* 60),
            nanoseconds: self.nanoseconds,
            offsetMinutes: Int16(self.offsetMinutes)
        )
    }

    /// `2026-01-02T03:04:05.678`, the way nearly all times begin: eight bytes at a time.
    @inline(__always)
    mutating func readDateAndTime() -> Bool {
        guard self.bytes.count >= 19 else { return false }
        // `2026-01-`, `02T03:04` and `:05`, each digit as its value and each separator as zero; `T` and `t` alike.
        let first = self.word(at: 0) ^ 0x2D30_302D_3030_3030
        let second = (self.word(at: 8) ^ 0x3030_3A30_3074_3030) & ~0x20_0000
        let tens = self.bytes[17] ^ UInt8(ascii: "0")
        let units = self.bytes[18] ^ UInt8(ascii: "0")
        // What is more than nine carries into the top bit of its byte, or has it set already.
        let carried = (first &+ 0x7676_7676_7676_7676) | (second &+ 0x7676_7676_7676_7676)
        let misfits = (carried | first | second) & 0x8080_8080_8080_8080
        let separators = first & 0xFF00_00FF_0000_0000 | second & 0x0000_FF00_00FF_0000
        guard misfits | separators == 0, tens <= 9, units <= 9, self.bytes[16] == UInt8(ascii: ":") else {
            return false
        }

        // In the lower byte of each pair of digits, their number.
        let firstPairs = first &* 10 &+ first >> 8
        let secondPairs = second &* 10 &+ second >> 8
        let year = RFC3339Parser.byte(0, of: firstPairs) &* 100 &+ RFC3339Parser.byte(2, of: firstPairs)
        guard
            self.setDate(year, RFC3339Parser.byte(5, of: firstPairs), RFC3339Parser.byte(0, of: secondPairs)),
            self.setClock(
                RFC3339Parser.byte(3, of: secondPairs),
                RFC3339Parser.byte(6, of: secondPairs),
                Int(tens &* 10 &+ units)
            )
        else { return false }
        self.offset = 19
        return self.readFraction()
    }

    @inline(__always)
    private func word(at offset: Int) -> UInt64 {
        UInt64(littleEndian: self.bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    @inline(__always)
    private static func byte(_ index: UInt64, of word: UInt64) -> Int {
        Int(truncatingIfNeeded: word >> (8 * index) & 0xFF)
    }

    @inline(__always)
    private mutating func setDate(_ year: Int, _ month: Int, _ day: Int) -> Bool {
        guard
            year >= 1, year <= 9999, month >= 1, month <= 12, day >= 1,
            day <= 28 || day <= CivilTime.daysInMonth(month, ofYear: year)
        else { return false }
        self.days = CivilTime.daysSince1970(year: year, month: month, day: day)
        return true
    }

    @inline(__always)
    private mutating func setClock(_ hour: Int, _ minute: Int, _ second: Int) -> Bool {
        self.clock = hour &* 3600 &+ minute &* 60 &+ second
        return hour <= 23 && minute <= 59 && second <= 59
    }

    /// `.678`, if there is a point.
    @inline(__always)
    private mutating func readFraction() -> Bool {
        guard self.offset < self.bytes.count, self.bytes[self.offset] == UInt8(ascii: ".") else { return true }
        self.offset += 1
        let first = self.offset
        var value: UInt32 = 0
        while self.offset < self.bytes.count {
            let digit = self.bytes[self.offset] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            if self.offset &- first < 9 { value = value &* 10 &+ UInt32(digit) }
            self.offset &+= 1
        }
        let count = self.offset &- first
        self.nanoseconds = value &* RFC3339Parser.unit(ofDecimals: count)
        return count > 0
    }

    /// How many nanoseconds the last of so many decimals counts.
    @inline(__always)
    private static func unit(ofDecimals count: Int) -> UInt32 {
        switch count {
        case 1: 100_000_000
        case 2: 10_000_000
        case 3: 1_000_000
        case 4: 100_000
        case 5: 10_000
        case 6: 1000
        case 7: 100
        case 8: 10
        default: 1
        }
    }

    /// `Z` or `+02:00`
    @inline(__always)
    mutating func readOffset() -> Bool {
        guard self.offset < self.bytes.count else { return false }
        let sign = self.bytes[self.offset]
        if sign | 0x20 == UInt8(ascii: "z") {
            self.offset += 1
            return true
        }
        guard self.bytes.count - self.offset >= 6, self.bytes[self.offset + 3] == UInt8(ascii: ":") else {
            return false
        }
        return self.readOffset(sign: sign, minutesAt: self.offset + 4)
    }

    @inline(__always)
    private mutating func readOffset(sign: UInt8, minutesAt position: Int) -> Bool {
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return false }
        let hours = self.twoDigits(at: self.offset + 1)
        let minutes = self.twoDigits(at: position)
        guard hours <= 23, minutes <= 59 else { return false }
        self.offsetMinutes = (hours * 60 + minutes) * (sign == UInt8(ascii: "-") ? -1 : 1)
        self.offset = position + 2
        return true
    }

    /// What the API takes beyond RFC 3339, see ``Timestamp/init(lenient:)-(UnsafeRawBufferPointer)``.
    mutating func readLeniently() -> Bool {
        guard
            self.bytes.count >= 16, self.bytes[4] == UInt8(ascii: "-"), self.bytes[7] == UInt8(ascii: "-"),
            self.bytes[13] == UInt8(ascii: ":")
        else { return false }
        let hasSpace = self.bytes[10] == UInt8(ascii: " ")
        guard
            hasSpace || self.bytes[10] | 0x20 == UInt8(ascii: "t"),
            self.setDate(
                self.twoDigits(at: 0) * 100 + self.twoDigits(at: 2), self.twoDigits(at: 5), self.twoDigits(at: 8))
        else { return false }

        let (hour, minute) = (self.twoDigits(at: 11), self.twoDigits(at: 14))
        if self.bytes.count >= 19, self.bytes[16] == UInt8(ascii: ":") {
            self.offset = 19
            guard self.setClock(hour, minute, self.twoDigits(at: 17)), self.readFraction() else { return false }
            if self.isAtEnd { return true }
            // Zones with their colon were tried before.
            guard !hasSpace, self.bytes.count - self.offset == 5 else { return false }
            return self.readOffset(sign: self.bytes[self.offset], minutesAt: self.offset + 3)
        }
        guard !hasSpace, self.setClock(hour, minute, 0) else { return false }
        let hasZone = self.bytes.count == 17 && self.bytes[16] | 0x20 == UInt8(ascii: "z")
        self.offset = hasZone ? 17 : 16
        return true
    }

    /// The number in two digits; far beyond any that is allowed anywhere if one of them is no digit.
    @inline(__always)
    private func twoDigits(at position: Int) -> Int {
        let tens = self.bytes[position] &- UInt8(ascii: "0")
        let units = self.bytes[position + 1] &- UInt8(ascii: "0")
        return tens <= 9 && units <= 9 ? Int(tens) * 10 + Int(units) : 100_000
    }
}

// MARK: - Writing

extension Timestamp {
    /// `2026-01-02T03:04:05.678+02:00` in the offset it came with and as many decimals as it needs, as Go prints
    /// times in JSON.
    public var rfc3339: String { self.text { $0.appendRFC3339(to: &$1) } }

    /// The same with exactly three decimals, what is finer cut off, as Alertmanager's API prints times.
    public var rfc3339Milliseconds: String { self.text { $0.appendRFC3339Milliseconds(to: &$1) } }

    private func text(_ append: (Timestamp, inout [UInt8]) -> Void) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(35)
        append(self, &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends what ``rfc3339`` says.
    public func appendRFC3339(to bytes: inout [UInt8]) {
        var (decimals, fraction) = (9, Int(self.nanoseconds))
        if fraction == 0 { decimals = 0 }
        while decimals > 0, fraction % 10 == 0 {
            fraction /= 10
            decimals -= 1
        }
        self.append(fraction: fraction, decimals: decimals, to: &bytes)
    }

    /// Appends what ``rfc3339Milliseconds`` says.
    public func appendRFC3339Milliseconds(to bytes: inout [UInt8]) {
        self.append(fraction: Int(self.nanoseconds / 1_000_000), decimals: 3, to: &bytes)
    }

    private func append(fraction: Int, decimals: Int, to bytes: inout [UInt8]) {
        let (civil, offset) = self.printable
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 36) { buffer in
            var count = 0
            func put(_ byte: UInt8) {
                buffer[count] = byte
                count += 1
            }
            func put(_ number: Int, digits: Int) {
                var rest = number
                for index in (0..<digits).reversed() {
                    buffer[count + index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                    rest /= 10
                }
                count += digits
            }
            put(civil.year, digits: 4)
            put(UInt8(ascii: "-"))
            put(civil.month, digits: 2)
            put(UInt8(ascii: "-"))
            put(civil.day, digits: 2)
            put(UInt8(ascii: "T"))
            put(civil.hour, digits: 2)
            put(UInt8(ascii: ":"))
            put(civil.minute, digits: 2)
            put(UInt8(ascii: ":"))
            put(civil.second, digits: 2)
            if decimals > 0 {
                put(UInt8(ascii: "."))
                put(fraction, digits: decimals)
            }
            if offset == 0 {
                put(UInt8(ascii: "Z"))
            } else {
                put(UInt8(ascii: offset < 0 ? "-" : "+"))
                put(abs(offset) / 60, digits: 2)
                put(UInt8(ascii: ":"))
                put(abs(offset) % 60, digits: 2)
            }
            bytes.append(contentsOf: buffer[..<count])
        }
    }

    /// The calendar and the offset in minutes to print: its own, or UTC where RFC 3339 has no form for it in its own
    /// because that is a day or more, or leads out of the years 0001 to 9999.
    private var printable: (civil: CivilTime, offset: Int) {
        let offset = Int(self.offsetMinutes)
        if offset != 0, abs(offset) < 1_440 {
            let civil = self.civil
            if (1...9999).contains(civil.year) { return (civil, offset) }
        }
        return (self.civil(offsetSeconds: 0), 0)
    }
}
