import NIOCore

/// How long a connection is still waited for; closes it when that is over. To be used on the connection's event loop.
///
/// One timer for each connection, which looks when it fires whether the deadline has moved: a busy connection moves it
/// with each request, and that costs no more than reading the clock.
final class Patience {
    private let channel: any Channel
    /// `nil` while nobody waits for the client.
    private var deadline: NIODeadline?
    private var timer: Scheduled<Void>?
    private var timerDeadline = NIODeadline.distantFuture
    private var isOver = false

    init(_ channel: any Channel) { self.channel = channel }

    var isWaiting: Bool { self.deadline != nil }

    /// The client has that long from now.
    func wait(_ duration: Duration) {
        if self.isOver { return }
        let deadline = NIODeadline.now() + TimeAmount(duration)
        self.deadline = deadline
        if self.timer != nil, self.timerDeadline <= deadline { return }
        self.timer?.cancel()
        self.setTimer(deadline)
    }

    /// It is not the client that is waited for.
    func pause() { self.deadline = nil }

    /// The connection is closed; nobody is waited for any more.
    func end() {
        self.isOver = true
        self.deadline = nil
        self.timer?.cancel()
        self.timer = nil
    }

    private func setTimer(_ deadline: NIODeadline) {
        self.timerDeadline = deadline
        self.timer = self.channel.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.look() }
    }

    private func look() {
        self.timer = nil
        guard let deadline = self.deadline else { return }
        if deadline <= .now() {
            self.channel.close(promise: nil)
        } else {
            self.setTimer(deadline)
        }
    }
}
