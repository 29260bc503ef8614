/// What came of one attempt to deliver a notification.
public enum Outcome: Hashable, Sendable {
    case delivered
    /// Worth another try.
    ///
    /// - `mayHaveArrived`: the receiver may have taken it all the same (a time-out, a gateway's answer).
    /// - `retryAfter`: the other side named a time; such an attempt does not count.
    case failed(reason: String, mayHaveArrived: Bool, retryAfter: Duration? = nil)
    /// Trying the same again is of no use.
    case refused(reason: String)
}
