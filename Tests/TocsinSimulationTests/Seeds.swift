/// Seeds that once found a mistake, each with what it found. They are run for good.
enum Seeds {
    static let kept: [UInt64] = [
        // A machine that slept: an answer came in before the lateness was forgiven, and alerts ended by it. Later, a
        // clock put back left the end of an ended alert in the future, and the alert took it when it fired anew.
        1,
        // A clock set while a message waited for its retry: the next reminder came early.
        6,
        // An alert that had ended when a reload led it elsewhere fired anew, and its old group told of it, too.
        56,
    ]

    /// Always the same few, so that a change that breaks much is seen at once.
    static let fixed: ClosedRange<UInt64> = 1001...1004
}
