/// How soon somebody must respond to an incident. P1 is the most urgent and compares as the least.
public enum Priority: Int, Hashable, Comparable, Sendable, CaseIterable {
    case p1 = 1
    case p2, p3, p4

    public static func < (a: Priority, b: Priority) -> Bool { a.rawValue < b.rawValue }

    /// Whether it asks for a faster response than the other.
    public func isAbove(_ other: Priority) -> Bool { self < other }

    /// Reads `P1` to `P4`, in any case.
    public init?(_ text: String) {
        var text = text
        guard let priority = text.withUTF8({ Priority(bytes: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = priority
    }

    public init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 2, bytes[0] | 0x20 == UInt8(ascii: "p") else { return nil }
        self.init(rawValue: Int(bytes[1]) - Int(UInt8(ascii: "0")))
    }
}

extension Priority: CustomStringConvertible {
    public var description: String { "P\(self.rawValue)" }
}

/// How loudly to call.
public enum Urgency: String, Hashable, Sendable, CaseIterable {
    case high
    case low
}
