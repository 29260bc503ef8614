import ArgumentParser
import Foundation
import TocsinClient
import TocsinJSON
import TocsinModel
import TocsinReceivers
import TocsinRuntime

/// Whether a command goes on to show what it shows.
struct WatchOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Goes on, and shows what changes, until Ctrl-C.") var watch = false
    @Option(help: "How often it looks.") var every = "3s"

    /// `nil` if it shows it once.
    func interval() throws(ClientFailure) -> Duration? {
        guard self.watch else { return nil }
        do {
            let interval = try Duration(prometheus: self.every)
            guard interval >= .seconds(1), interval <= .seconds(3600) else {
                throw ClientFailure.usage("--every is a time from 1s to 1h")
            }
            return interval
        } catch let failure as ClientFailure {
            throw failure
        } catch {
            throw .usage("--every is no time such as 5s: \(self.every)")
        }
    }
}

/// What a server says, once or again and again: on a terminal in its place, elsewhere whenever it has changed.
enum WatchScreen {
    /// What the server said, by which changes are noticed, and what is shown of it.
    typealias Look = @Sendable () async throws(ClientFailure) -> (json: JSONValue, text: String)

    /// - Parameter interval: `nil` shows it once.
    static func show(every interval: Duration?, of server: String, _ look: @escaping Look) async throws(ClientFailure) {
        guard let interval else {
            Console.show(try await look().text)
            return
        }
        // The first look fails as that of any command; what fails later may come back.
        let first = try await look()
        let signals = Signals()
        let end = await withTaskGroup(of: Result<Void, ClientFailure>.self) { group in
            // A terminal that is closed sends what has a server read its configuration anew.
            group.addTask {
                await signals.forEach { _ in false }
                return .success(())
            }
            group.addTask { await self.follow(first, every: interval, of: server, look) }
            let end = await group.next()
            group.cancelAll()
            return end ?? .success(())
        }
        if Console.isTerminal { _ = self.write(ScreenFrame.end) }
        try end.get()
    }

    /// Until the task is cancelled, or nobody is there any more to see it.
    private static func follow(
        _ first: (json: JSONValue, text: String),
        every interval: Duration,
        of server: String,
        _ look: Look
    ) async -> Result<Void, ClientFailure> {
        let isTerminal = Console.isTerminal
        var seen = first
        var trouble: String?
        var isSeen = self.write(isTerminal ? ScreenFrame.begin : seen.text)
        while isSeen, !Task.isCancelled {
            if isTerminal { isSeen = self.draw(seen.text, server, interval, trouble) }
            do {
                try await Task.sleep(for: interval)
            } catch {
                break
            }
            do throws(ClientFailure) {
                let now = try await look()
                if !isTerminal, now.json != seen.json { isSeen = self.write(now.text) }
                (seen, trouble) = (now, nil)
            } catch {
                guard isTerminal else { return .failure(error) }
                trouble = error.message
            }
        }
        return .success(())
    }

    private static func draw(_ text: String, _ server: String, _ interval: Duration, _ trouble: String?) -> Bool {
        var size = winsize()
        let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_row > 0
        let now = SystemClock().now().formatted(goLayout: "15:04:05 MST")
        let head = Console.colours.text(
            "\(Terminal.text(server)), every \(interval.components.seconds)s, \(now), Ctrl-C ends", .faint)
        let alarm = trouble.map { Console.colours.text(Terminal.text("as it was: \($0)"), .alarm) + "\n" } ?? ""
        return self.write(ScreenFrame.frame("\(head)\n\(alarm)\n\(text)", rows: isKnown ? Int(size.ws_row) : 24))
    }

    /// At once: standard output waits for a whole block where nobody sits.
    ///
    /// - Returns: whether anybody is still there to see it.
    private static func write(_ text: String) -> Bool {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
            return true
        } catch {
            return false
        }
    }
}
