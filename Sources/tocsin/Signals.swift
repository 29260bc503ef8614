import Dispatch
import Foundation
import TocsinRuntime

/// SIGHUP, SIGTERM and SIGINT as values.
final class Signals: Sendable {
    enum Signal: Sendable { case reload, stop }

    private let stream: AsyncStream<Signal>
    private let sources: Locked<[any DispatchSourceSignal]>

    init() {
        let (stream, input) = AsyncStream<Signal>.makeStream()
        self.stream = stream
        let meanings = [(SIGHUP, Signal.reload), (SIGTERM, .stop), (SIGINT, .stop)]
        let sources = meanings.map { number, meaning -> any DispatchSourceSignal in
            // The default action would end the process before anybody hears of it.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { input.yield(meaning) }
            source.resume()
            return source
        }
        self.sources = Locked(sources)
        signal(SIGPIPE, SIG_IGN)
        // A file at its size limit is a disk that refuses writes, which the server survives.
        signal(SIGXFSZ, SIG_IGN)
    }

    deinit { self.sources.withLock { for source in $0 { source.cancel() } } }

    /// Hands each signal to `body` until it says `false`.
    func forEach(_ body: (Signal) async -> Bool) async {
        for await signal in self.stream {
            if await !body(signal) { return }
        }
    }

    /// Runs `body` to its end, unless a second stop comes: that one does not wait.
    func runOrExit(_ body: @Sendable @escaping () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            let stream = self.stream
            group.addTask {
                for await signal in stream where signal == .stop { exit(1) }
            }
            await body()
            group.cancelAll()
        }
    }
}

/// `--config.file` and the like, as far as the command line must look at the disk.
enum Files {
    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
