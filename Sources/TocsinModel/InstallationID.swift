/// Tells the things of this database from those of another: a random value, drawn when the database is made.
public struct InstallationID: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// Where there is no database, as in a test.
    public static let none = InstallationID(high: 0, low: 0)

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads 32 hexadecimal digits; `nil` for anything else.
    public init?(_ text: String) {
        guard text.utf8.count == 32,
            let high = Fingerprint(text.prefix(16)), let low = Fingerprint(text.suffix(16))
        else { return nil }
        self.init(high: high.value, low: low.value)
    }
}

// MARK: - Silences

extension InstallationID {
    /// The 58 bits of a name that are this installation's own.
    private var mark: UInt64 { (self.high ^ self.low) & (1 << 58 - 1) }

    /// The name of a silence outside: its own, or the one that it came with.
    public func name(of silence: Silence) -> String {
        silence.foreignName?.description ?? self.name(of: silence.id)
    }

    /// The name of a silence that was made here: a UUID of version 8, whose first half is the number.
    public func name(of silence: ID<Silence>) -> String {
        let number = UInt64(bitPattern: silence.number)
        let first = number & ~0xFFFF | 0x8000 | (number >> 4 & 0xFFF)
        let second = 0x8000_0000_0000_0000 | (number & 0xF) << 58 | self.mark
        return ForeignName(high: first, low: second).description
    }

    /// The silence of that name; `nil` if it is no name that this installation gives.
    public func silence(named name: String) -> ID<Silence>? {
        guard let (first, second) = ForeignName.halves(of: name),
            first & 0xF000 == 0x8000, second >> 62 == 2, second & (1 << 58 - 1) == self.mark
        else { return nil }
        let number = first & ~0xFFFF | (first & 0xFFF) << 4 | (second >> 58 & 0xF)
        return ID(Int64(bitPattern: number))
    }

    /// Whether the text is a UUID of any kind, with its hyphens or without.
    public static func isUUID(_ text: String) -> Bool { ForeignName.halves(of: text) != nil }
}

/// A UUID that another server gave.
public struct ForeignName: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads a UUID of any kind, with its hyphens or without; `nil` for anything else.
    public init?(_ text: String) {
        guard let (high, low) = ForeignName.halves(of: text) else { return nil }
        self.init(high: high, low: low)
    }

    fileprivate static func halves(of name: String) -> (UInt64, UInt64)? {
        let bytes = Array(name.utf8)
        let hyphens = [8, 13, 18, 23]
        var digits = bytes
        if bytes.count == 36 {
            guard hyphens.allSatisfy({ bytes[$0] == UInt8(ascii: "-") }) else { return nil }
            for place in hyphens.reversed() { digits.remove(at: place) }
        }
        guard digits.count == 32 else { return nil }
        let text = String(decoding: digits, as: UTF8.self)
        guard let first = Fingerprint(text.prefix(16)), let second = Fingerprint(text.suffix(16)) else { return nil }
        return (first.value, second.value)
    }
}

extension ForeignName: CustomStringConvertible {
    /// With hyphens and in lower case.
    public var description: String {
        let digits = Fingerprint(self.high).description + Fingerprint(self.low).description
        var name = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { name.append("-") }
            name.append(digit)
        }
        return name
    }
}

// MARK: - Incidents

extension InstallationID {
    /// Crockford's digits, in which a ULID is written.
    private static let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// The name of an incident outside: a ULID, whose first part is the time at which it opened, in milliseconds, and
    /// whose rest holds what is left of the number (20 bits) and this installation's mark.
    public func incidentName(_ number: Int64) -> String {
        let number = UInt64(bitPattern: number)
        let milliseconds = number / 1_000_000
        let rest = number % 1_000_000
        // 48 bits of milliseconds, 20 of the rest, 58 of the mark, and two that are zero.
        let high = milliseconds << 16 | rest >> 4
        let low = (rest & 0xF) << 60 | self.mark
        var name: [UInt8] = []
        for place in (0..<26).reversed() {
            let shift = place * 5
            var digit: UInt64
            if shift >= 64 {
                digit = high >> (shift - 64)
            } else {
                digit = low >> shift
                if shift > 59 { digit |= high << (64 - shift) }
            }
            name.append(InstallationID.digits[Int(digit & 31)])
        }
        return String(decoding: name, as: UTF8.self)
    }

    /// The number of the incident of that name; `nil` if it is no name that this installation gives.
    public func incidentNumber(named name: String) -> Int64? {
        var (high, low): (UInt64, UInt64) = (0, 0)
        guard name.utf8.count == 26 else { return nil }
        for byte in name.utf8 {
            let upper = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") ? byte & 0xDF : byte
            guard let digit = InstallationID.digits.firstIndex(of: upper), high >> 59 == 0 else { return nil }
            high = high << 5 | low >> 59
            low = low << 5 | UInt64(digit)
        }
        let milliseconds = high >> 16
        let rest = (high & 0xFFFF) << 4 | low >> 60
        guard low & (1 << 60 - 1) == self.mark, rest < 1_000_000, milliseconds < 1 << 43 else { return nil }
        return Int64(bitPattern: milliseconds &* 1_000_000 &+ rest)
    }
}
