/// Where finished lines go.
public protocol LogSink: Sendable {
    /// Takes a line that ends in a line feed: whole, or not at all. Does not block for long and does not fail: the
    /// server's work is not to wait for its log.
    ///
    /// If lines were lost before this one, `lossNotice` makes the line that says how many, to be written first. It
    /// must not log.
    func write(_ line: [UInt8], lossNotice: (_ lost: Int) -> [UInt8])
}
