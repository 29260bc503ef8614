import Glibc

/// Writes lines to an open file, pipe, socket or terminal.
///
/// One write for a line, under a lock, so that lines of two threads never mix. (To a pipe, lines over `PIPE_BUF` go in
/// pieces: the system does not keep longer ones together either, and a piece of that size never blocks once the pipe
/// has room.) A reader that is slow or gone does not stop the server: it waits a little, then lines are lost, and
/// counted. A signal for a broken pipe never reaches the process.
///
/// `@unchecked Sendable`: `state` is reached only with the mutex held, the rest never changes.
public final class DescriptorSink: LogSink, @unchecked Sendable {
    private struct State {
        /// Set when writing can never succeed again.
        var isGone: Bool
        /// A line was left in the middle; the next one begins on a new line.
        var owesLineFeed = false
        var lost = 0
        var patience: Patience
    }

    private enum Target { case pipe, socket, other }

    private let descriptor: Int32
    private let target: Target
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var state: State

    private static let pieceOfPipe = Int(PIPE_BUF)

    /// Duplicates the descriptor: if standard error is closed and its number goes to a connection or a database, no
    /// line may end up there. If it is closed already, all lines are dropped.
    public convenience init(_ descriptor: Int32) {
        self.init(descriptor, patience: Patience(perWindow: 250))
    }

    init(_ descriptor: Int32, patience: Patience) {
        self.descriptor = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        self.target = Self.target(of: self.descriptor)
        self.state = State(isGone: self.descriptor < 0, patience: patience)
        self.mutex = .allocate(capacity: 1)
        let status = pthread_mutex_init(self.mutex, nil)
        precondition(status == 0, "a mutex with default attributes can always be made")
    }

    deinit {
        pthread_mutex_destroy(self.mutex)
        self.mutex.deallocate()
        if self.descriptor >= 0 { close(self.descriptor) }
    }

    private static func target(of descriptor: Int32) -> Target {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .other }
        switch status.st_mode & S_IFMT {
        case S_IFIFO: return .pipe
        case S_IFSOCK: return .socket
        default: return .other
        }
    }

    public func write(_ line: [UInt8], lossNotice: (_ lost: Int) -> [UInt8]) {
        pthread_mutex_lock(self.mutex)
        defer { pthread_mutex_unlock(self.mutex) }
        guard !self.state.isGone else { return }

        BrokenPipeSignal.withheld {
            if self.state.lost > 0 {
                guard self.put(lossNotice(self.state.lost)) else {
                    self.state.lost += 1
                    return
                }
                self.state.lost = 0
            }
            if !self.put(line) { self.state.lost += 1 }
        }
    }

    // MARK: One line

    /// Whether the whole line was written.
    private func put(_ line: [UInt8]) -> Bool {
        let bytes = self.state.owesLineFeed ? [UInt8(ascii: "\n")] + line : line
        var written = 0
        var refusals = 0
        while written < bytes.count {
            guard self.waitUntilWritable() else { break }
            let count = self.writePiece(of: bytes, from: written)
            if count > 0 {
                written += count
                continue
            }
            switch -count {
            case Int(EINTR):
                continue
            case Int(EAGAIN) where refusals < 100:
                // Writable a moment ago, and not for this much: another writer was faster.
                refusals += 1
                continue
            case Int(EPIPE), Int(EBADF), Int(ECONNRESET):
                self.state.isGone = true
            default:
                break
            }
            break
        }
        if written > 0 { self.state.owesLineFeed = written < bytes.count }
        return written == bytes.count
    }

    /// How many bytes were written, or the error as a negative number.
    private func writePiece(of bytes: [UInt8], from start: Int) -> Int {
        bytes.withUnsafeBytes { bytes in
            let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
            let count =
                switch self.target {
                case .pipe: Glibc.write(self.descriptor, rest.baseAddress, min(rest.count, Self.pieceOfPipe))
                case .socket: send(self.descriptor, rest.baseAddress, rest.count, Int32(MSG_DONTWAIT))
                case .other: Glibc.write(self.descriptor, rest.baseAddress, rest.count)
                }
            return count < 0 ? -Int(errno) : count
        }
    }

    private func waitUntilWritable() -> Bool {
        while true {
            var request = pollfd(fd: self.descriptor, events: Int16(POLLOUT), revents: 0)
            // What is wrong with the descriptor is said by the write that follows.
            if poll(&request, 1, 0) > 0 { return true }
            let wait = self.state.patience.left(at: Self.milliseconds())
            guard wait > 0 else { return false }
            let before = Self.milliseconds()
            let result = poll(&request, 1, Int32(truncatingIfNeeded: wait))
            self.state.patience.spend(max(1, Self.milliseconds() - before))
            if result > 0 { return true }
        }
    }

    private static func milliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}

/// How long the server may wait for its log, all lines together, in each window of ten seconds. A reader that is
/// slow for ever thus costs a fortieth of the time, not a wait for each line.
struct Patience {
    static let window: Int64 = 10_000

    private let perWindow: Int64
    private var remaining: Int64
    private var windowEnd: Int64?

    init(perWindow milliseconds: Int64) {
        self.perWindow = milliseconds
        self.remaining = milliseconds
    }

    /// The milliseconds that may still be waited. The first wait opens a window.
    mutating func left(at now: Int64) -> Int64 {
        if now >= self.windowEnd ?? now {
            self.windowEnd = now + Self.window
            self.remaining = self.perWindow
        }
        return self.remaining
    }

    mutating func spend(_ milliseconds: Int64) {
        self.remaining = max(0, self.remaining - milliseconds)
    }
}

/// Keeps SIGPIPE from a piece of code, whatever the process does with that signal elsewhere.
enum BrokenPipeSignal {
    static func withheld(_ body: () -> Void) {
        var signal = sigset_t()
        sigemptyset(&signal)
        sigaddset(&signal, SIGPIPE)

        // One that waits already is not ours to take.
        var waiting = sigset_t()
        sigpending(&waiting)
        let wasWaiting = sigismember(&waiting, SIGPIPE) == 1

        var before = sigset_t()
        pthread_sigmask(SIG_BLOCK, &signal, &before)
        body()
        if !wasWaiting {
            var atOnce = timespec()
            while sigtimedwait(&signal, nil, &atOnce) == -1, errno == EINTR {}
        }
        pthread_sigmask(SIG_SETMASK, &before, nil)
    }
}
