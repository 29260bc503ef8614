import Glibc

/// A value that only one thread at a time can touch.
///
/// A pthread mutex rather than `Synchronization.Mutex`, under which ThreadSanitizer reports races that are none.
/// `@unchecked Sendable` holds because `value` is read and written only between lock and unlock, and because what is
/// kept in it are values: no reference to it can leave the closure.
final class Locked<Value>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    init(_ value: Value) {
        self.value = value
        self.mutex = .allocate(capacity: 1)
        let status = pthread_mutex_init(self.mutex, nil)
        precondition(status == 0, "a mutex with default attributes can always be made")
    }

    deinit {
        pthread_mutex_destroy(self.mutex)
        self.mutex.deallocate()
    }

    func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
        pthread_mutex_lock(self.mutex)
        defer { pthread_mutex_unlock(self.mutex) }
        return body(&self.value)
    }
}
