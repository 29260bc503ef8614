/// The number of a thing of one kind; numbers of different kinds do not mix.
///
/// Numbers come from time, `max(last + 1, now in nanoseconds)`, so that none is used twice even when the rows that
/// knew the last one were lost, and without any randomness.
public struct ID<Thing>: Hashable, Comparable, Sendable {
    public let number: Int64

    public init(_ number: Int64) { self.number = number }

    public static func < (a: ID, b: ID) -> Bool { a.number < b.number }
}

extension ID: CustomStringConvertible {
    public var description: String { "\(self.number)" }
}
