import TocsinReceivers

/// A transfer that somebody waits for.
struct Order: Sendable {
    typealias ID = UInt64
    typealias Answer = CheckedContinuation<Result<HTTPResponse, TransportFailure>, Never>

    let id: ID
    let request: CheckedRequest
    let answer: Answer
}

/// Where tasks leave orders and cancellations for the transfer thread.
///
/// It knows whether the thread sleeps in libcurl and wakes it only then: a wake-up is a system call, and under load
/// the thread looks here by itself. It grows with the callers that wait, each of whom has one order in it.
final class Inbox: Sendable {
    enum Command: Sendable {
        case start(Order)
        case cancel(Order.ID)
    }

    struct Batch {
        var commands: [Command]
        var isStopping: Bool
    }

    private struct State {
        var commands: [Command] = []
        var lastID: Order.ID = 0
        var isAsleep = false
        var isStopping = false
        var isClosed = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Locked(State())
    private let multi: MultiHandle

    init(multi: MultiHandle) {
        self.multi = multi
    }

    // MARK: - For tasks

    func nextID() -> Order.ID {
        self.state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }

    /// The order is answered in any case, at once if the thread has ended or is about to.
    func submit(_ order: Order) {
        let isAccepted = self.state.withLock { state in
            guard !state.isStopping else { return false }
            state.commands.append(.start(order))
            self.wakeIfAsleep(&state)
            return true
        }
        if !isAccepted {
            order.answer.resume(returning: .failure(.shutDown))
        }
    }

    /// Does nothing for an order that is unknown or over.
    func cancel(_ id: Order.ID) {
        self.state.withLock { state in
            guard !state.isStopping else { return }
            state.commands.append(.cancel(id))
            self.wakeIfAsleep(&state)
        }
    }

    /// The waiter is resumed when the thread has let go of everything.
    func stop(waiter: CheckedContinuation<Void, Never>?) {
        let isClosed = self.state.withLock { state in
            guard !state.isClosed else { return true }
            state.isStopping = true
            if let waiter {
                state.waiters.append(waiter)
            }
            self.wakeIfAsleep(&state)
            return false
        }
        if isClosed {
            waiter?.resume()
        }
    }

    // MARK: - For the thread

    /// Everything that has come, in the order it came.
    func takeAll() -> Batch {
        self.state.withLock { state in
            state.isAsleep = false
            let batch = Batch(commands: state.commands, isStopping: state.isStopping)
            state.commands.removeAll()
            return batch
        }
    }

    /// Whether the thread may sleep; not if something came since it looked. Whoever comes after this wakes it.
    func fallAsleep() -> Bool {
        self.state.withLock { state in
            guard state.commands.isEmpty, !state.isStopping else { return false }
            state.isAsleep = true
            return true
        }
    }

    /// The end: nobody uses the multi handle any more when `release` runs.
    func close(then release: () -> Void) {
        let waiters = self.state.withLock { state in
            state.isStopping = true
            state.isClosed = true
            state.isAsleep = false
            defer { state.waiters = [] }
            return state.waiters
        }
        release()
        for waiter in waiters {
            waiter.resume()
        }
    }

    /// Under the lock, so that the multi handle cannot go away meanwhile: `isAsleep` is false once it is closed.
    private func wakeIfAsleep(_ state: inout State) {
        guard state.isAsleep else { return }
        state.isAsleep = false
        self.multi.wakeUp()
    }
}
