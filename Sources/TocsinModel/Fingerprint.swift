/// The identity of a set of labels: 64-bit FNV-1a over the names and values in byte order of the names, each followed
/// by 0xFF. The same number that Alertmanager prints (docs/alertmanager.md), so that clients can compare.
public struct Fingerprint: Hashable, Comparable, Sendable {
    public let value: UInt64

    public init(_ value: UInt64) { self.value = value }

    public static func < (a: Fingerprint, b: Fingerprint) -> Bool { a.value < b.value }
}

extension Fingerprint: CustomStringConvertible {
    /// Sixteen lower-case hexadecimal digits.
    public var description: String {
        let digits = String(self.value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    /// Reads sixteen hexadecimal digits; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == 16, let value = UInt64(text, radix: 16), text.utf8.first != UInt8(ascii: "+") else {
            return nil
        }
        self.init(value)
    }
}

/// FNV-1a, 64 bits, fed piece by piece.
@frozen
public struct FNV1a: Sendable {
    @usableFromInline var state: UInt64 = 14_695_981_039_346_656_037

    @inlinable public var value: UInt64 { self.state }

    @inlinable public init() {}

    @inlinable
    public mutating func combine(_ byte: UInt8) {
        self.add(byte)
    }

    @inlinable
    public mutating func combine(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes { self.add(byte) }
    }

    @inlinable
    mutating func add(_ byte: UInt8) {
        self.state = (self.state ^ UInt64(byte)) &* 1_099_511_628_211
    }
}
