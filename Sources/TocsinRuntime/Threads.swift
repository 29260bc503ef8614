import Glibc

/// Starts a thread of its own for what blocks.
enum Thread {
    private final class Body {
        let run: () -> Void

        init(run: @escaping () -> Void) { self.run = run }
    }

    static func start(_ run: @escaping @Sendable () -> Void) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, 8 << 20)
        var thread = pthread_t()
        let body = Unmanaged.passRetained(Body(run: run))
        let result = pthread_create(
            &thread,
            &attributes,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            body.toOpaque()
        )
        pthread_attr_destroy(&attributes)
        precondition(result == 0, "the system must have room for the engine's thread")
    }
}

/// A mutex around a value. Not `Synchronization.Mutex`, about which the thread sanitizer reports falsely.
///
/// `@unchecked Sendable`: the value is reached only with the mutex held.
public final class Locked<Value>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    public init(_ value: sending Value) {
        self.value = value
        self.mutex = .allocate(capacity: 1)
        self.mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(self.mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(self.mutex)
        self.mutex.deallocate()
    }

    public func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(self.mutex)
        defer { pthread_mutex_unlock(self.mutex) }
        return try body(&self.value)
    }
}

/// Opens once; whoever waits goes on then.
final class Latch: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Locked(State())

    func open() {
        let waiting = self.state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.resume() }
    }

    func wait() async {
        let state = self.state
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}

/// The snapshot of the last turn, if anybody asked for it. It is let go before the next turn changes anything, so that
/// a server that nobody reads copies nothing.
final class Published: Sendable {
    private let state = Locked<Snapshot?>(nil)

    var current: Snapshot? { self.state.withLock { $0 } }

    func publish(_ snapshot: Snapshot) { self.state.withLock { $0 = snapshot } }

    func invalidate() { self.state.withLock { $0 = nil } }
}
