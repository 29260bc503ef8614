import Glibc
import TocsinReceivers

/// Where mails wait for one of a few threads.
///
/// libcurl drives most of an SMTP transfer without blocking, but not the wait for the reply after the text, nor the
/// goodbye: on the thread of the HTTP transfers one mail server that hangs there would hold up every notification.
final class MailDesk: Sendable {
    /// How many mails may be on their way. Further ones wait.
    static let maximumThreads = 32

    private struct Order: Sendable {
        let mail: CheckedMail
        let cancellation: Locked<Bool>
        let answer: CheckedContinuation<MailTransfer.Answer, Never>
    }

    private struct State {
        var waiting: ArraySlice<Order> = []
        var underWay: [Locked<Bool>] = []
        var threads = 0
        var isStopping = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Locked(State())

    /// One attempt. A mail that is called off while it is under way ends within about a second.
    func send(_ mail: CheckedMail) async throws(TransportFailure) -> HTTPResponse {
        let cancellation = Locked(false)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                self.submit(Order(mail: mail, cancellation: cancellation, answer: continuation))
            }
        } onCancel: {
            cancellation.withLock { $0 = true }
        }
        return try result.get()
    }

    private func submit(_ order: Order) {
        let needsThread: Bool? = self.state.withLock { state in
            guard !state.isStopping else { return nil }
            state.waiting.append(order)
            guard state.threads < Self.maximumThreads else { return false }
            state.threads += 1
            return true
        }
        guard let needsThread else {
            order.answer.resume(returning: .failure(.shutDown))
            return
        }
        if needsThread, !self.startThread() { self.failToStart() }
    }

    /// The thread ends when nothing waits any more.
    private func startThread() -> Bool {
        let desk = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let status = pthread_create(
            &thread,
            nil,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<MailDesk>.fromOpaque(pointer).takeRetainedValue().work()
                return nil
            },
            desk.toOpaque()
        )
        guard status == 0 else {
            desk.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    /// What waits may be served by the threads there are; if there is none, it fails.
    private func failToStart() {
        let orphans = self.state.withLock { state in
            state.threads -= 1
            guard state.threads == 0 else { return ArraySlice<Order>() }
            defer { state.waiting = [] }
            return state.waiting
        }
        for order in orphans { order.answer.resume(returning: .failure(.noMemory(for: order.mail.origin))) }
    }

    private func work() {
        TransferLoop.prepareThread()
        while let order = self.next() {
            let transfer = MailTransfer(order.mail, isCancelled: { order.cancellation.withLock { $0 } }) { result in
                order.answer.resume(returning: result)
            }
            transfer.run()
            self.state.withLock { $0.underWay.removeAll { $0 === order.cancellation } }
        }
    }

    /// What is to be sent next. If nothing is, the thread ends, and is no longer counted: in the same moment, so that
    /// nobody leaves a mail to a thread which has looked for the last time.
    private func next() -> Order? {
        let (order, waiters) = self.state.withLock { state -> (Order?, [CheckedContinuation<Void, Never>]) in
            if let order = state.waiting.popFirst() {
                state.underWay.append(order.cancellation)
                return (order, [])
            }
            state.threads -= 1
            guard state.threads == 0 else { return (nil, []) }
            defer { state.waiters = [] }
            return (nil, state.waiters)
        }
        for waiter in waiters { waiter.resume() }
        return order
    }

    /// Calls everything off. The waiter is resumed when the last thread has ended.
    func stop(waiter: CheckedContinuation<Void, Never>?) {
        let (waiting, isIdle) = self.state.withLock { state in
            state.isStopping = true
            for cancellation in state.underWay { cancellation.withLock { $0 = true } }
            if state.threads > 0, let waiter { state.waiters.append(waiter) }
            defer { state.waiting = [] }
            return (state.waiting, state.threads == 0)
        }
        for order in waiting { order.answer.resume(returning: .failure(.shutDown)) }
        if isIdle { waiter?.resume() }
    }
}
