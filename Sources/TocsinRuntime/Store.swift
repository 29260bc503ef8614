public import TocsinCore

/// Where rows are made durable. Owned by the engine's thread; nobody else calls it.
public protocol Store {
    /// Writes the rows in one transaction. When it returns they survive the loss of power. When it throws it is
    /// unknown which of them are there; writing them again does no harm.
    mutating func commit(_ writes: [Write]) throws(StoreFailure)

    /// The last commit was the last: fold everything into the file and close it.
    mutating func close()
}

/// Why the disk would not take a turn. For people; names no row.
public struct StoreFailure: Error, Hashable, Sendable {
    public let reason: String

    public init(_ reason: String) { self.reason = reason }
}
