import Glibc
import TocsinCore

/// What waits for the engine's thread: a lock, a condition, and lists that are taken out whole.
///
/// `@unchecked Sendable`: every access to `contents` is between `lock` and `unlock`, and the mutex and condition are
/// never moved, being allocated once for the life of the object.
final class Mailbox: @unchecked Sendable {
    struct Contents {
        var results: [Event] = []
        var submitted: [Submission] = []
        var readers: [CheckedContinuation<Snapshot, Never>] = []
        var isStopping = false

        var isEmpty: Bool {
            self.results.isEmpty && self.submitted.isEmpty && self.readers.isEmpty && !self.isStopping
        }
    }

    struct Submission {
        let event: Event
        let answer: CheckedContinuation<Result<Receipt, Unavailable>, Never>
    }

    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var contents = Contents()
    private var isClosed = false
    /// Requests beyond this many are turned away: they would only wait in memory.
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        self.mutex = .allocate(capacity: 1)
        self.mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(self.mutex, nil)
        self.condition = .allocate(capacity: 1)
        self.condition.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(self.condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(self.condition)
        pthread_mutex_destroy(self.mutex)
        self.condition.deallocate()
        self.mutex.deallocate()
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(self.mutex)
        defer { pthread_mutex_unlock(self.mutex) }
        return body()
    }

    /// What an operator or a person asks for is always let in: there is little of it, and a valid file is never
    /// refused.
    ///
    /// - Returns: why the submission was turned away, if it was.
    func submit(_ submission: Submission) -> Unavailable? {
        self.locked {
            if self.isClosed || self.contents.isStopping { return .stopping }
            if self.contents.submitted.count >= self.capacity, submission.event.isFromASender { return .overloaded }
            self.contents.submitted.append(submission)
            pthread_cond_signal(self.condition)
            return nil
        }
    }

    /// Results are never turned away: there are at most as many as deliveries under way.
    func post(_ result: Event) {
        self.locked {
            if self.isClosed { return }
            self.contents.results.append(result)
            pthread_cond_signal(self.condition)
        }
    }

    /// - Returns: `false` once the thread is gone.
    func read(_ reader: CheckedContinuation<Snapshot, Never>) -> Bool {
        self.locked {
            if self.isClosed { return false }
            self.contents.readers.append(reader)
            pthread_cond_signal(self.condition)
            return true
        }
    }

    /// What is submitted from now on is turned away; what waits is still answered.
    func stop() {
        self.locked {
            self.contents.isStopping = true
            pthread_cond_signal(self.condition)
        }
    }

    /// What is left when the thread ends.
    func close() -> Contents {
        self.locked {
            self.isClosed = true
            defer { self.contents = Contents() }
            return self.contents
        }
    }

    /// Takes all that waits; waits up to `patience` for something to come, for ever if `nil`.
    func take(within patience: Duration?) -> Contents {
        self.locked {
            let deadline = patience.map { Mailbox.deadline(after: $0) }
            while self.contents.isEmpty {
                guard var deadline else {
                    pthread_cond_wait(self.condition, self.mutex)
                    continue
                }
                if pthread_cond_timedwait(self.condition, self.mutex, &deadline) == ETIMEDOUT { break }
            }
            var taken = Contents()
            taken.isStopping = self.contents.isStopping
            swap(&taken, &self.contents)
            self.contents.isStopping = taken.isStopping
            return taken
        }
    }

    private static func deadline(after patience: Duration) -> timespec {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let (seconds, attoseconds) = max(patience, .zero).components
        let nanoseconds = time.tv_nsec + Int(attoseconds / 1_000_000_000)
        return timespec(
            tv_sec: time.tv_sec + Int(min(seconds, 86400)) + nanoseconds / 1_000_000_000,
            tv_nsec: nanoseconds % 1_000_000_000
        )
    }
}

extension Event {
    fileprivate var isFromASender: Bool {
        if case .alertsReceived = self { return true }
        return false
    }
}

/// Why the service does not take a request.
public enum Unavailable: Error, Hashable, Sendable {
    case stopping
    /// More requests wait than it can answer soon.
    case overloaded
}
