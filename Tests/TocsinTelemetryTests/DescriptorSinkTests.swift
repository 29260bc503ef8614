import Dispatch
import Foundation
import Glibc
import Testing

@testable import TocsinTelemetry

/// The way to standard error, tried on pipes and sockets.
@Suite struct DescriptorSinkTests {
    @Test func aLineArrivesAsItIs() throws {
        let pipe = try Ends()
        let sink = DescriptorSink(pipe.writer)

        sink.write("one\n")
        sink.write("two\n")

        #expect(pipe.read() == "one\ntwo\n")
    }

    @Test func aReaderThatIsGoneKillsNobody() throws {
        signal(SIGPIPE, SIG_DFL)
        let pipe = try Ends()
        let sink = DescriptorSink(pipe.writer)
        pipe.closeReader()

        sink.write("one\n")
        sink.write("two\n")

        var pending = sigset_t()
        sigpending(&pending)
        #expect(sigismember(&pending, SIGPIPE) == 0)
        var mask = sigset_t()
        pthread_sigmask(SIG_SETMASK, nil, &mask)
        #expect(sigismember(&mask, SIGPIPE) == 0)
    }

    @Test func aDescriptorThatWasClosedAtTheStartIsNeverWrittenTo() throws {
        let pipe = try Ends()
        let number = fcntl(pipe.writer, F_DUPFD, 500)
        close(number)
        let sink = DescriptorSink(number)
        #expect(dup2(pipe.writer, number) == number)
        defer { close(number) }

        sink.write("stray\n")

        #expect(pipe.read() == "")
    }

    @Test func aNumberThatIsUsedAgainGetsNoLines() throws {
        let log = try Ends()
        let other = try Ends()
        let number = fcntl(log.writer, F_DUPFD, 600)
        let sink = DescriptorSink(number)
        #expect(dup2(other.writer, number) == number)
        defer { close(number) }

        sink.write("line\n")

        #expect(other.read() == "")
        #expect(log.read() == "line\n")
    }

    @Test(arguments: [true, false])
    func aReaderThatDoesNotReadCostsLinesAndIsToldSo(isBlocking: Bool) throws {
        let pipe = try Ends()
        if !isBlocking { _ = fcntl(pipe.writer, F_SETFL, O_NONBLOCK) }
        let sink = DescriptorSink(pipe.writer, patience: Patience(perWindow: 0))
        let line = String(repeating: "x", count: 4095) + "\n"

        for _ in 0..<100 { sink.write(line) }
        let before = pipe.read()
        sink.write("back\n")

        let arrived = before.utf8.count / 4096
        #expect(arrived > 0 && arrived < 100)
        #expect(before == String(repeating: line, count: arrived))
        #expect(pipe.read() == "lost \(100 - arrived)\nback\n")
    }

    @Test(arguments: [true, false])
    func aLineThatStoppedInTheMiddleDoesNotSwallowTheNext(isSocket: Bool) throws {
        let pipe = try isSocket ? Ends.sockets() : Ends()
        let sink = DescriptorSink(pipe.writer, patience: Patience(perWindow: 0))
        let half = String(repeating: "x", count: 4_000_000)

        sink.write(half + "\n")
        let before = pipe.read()
        sink.write("next\n")

        #expect(before.utf8.count > 0 && before.utf8.count < half.utf8.count)
        #expect(half.hasPrefix(before))
        #expect(pipe.read() == "\nlost 1\nnext\n")
    }

    @Test func linesOfManyThreadsDoNotMix() throws {
        let pipe = try Ends()
        let sink = DescriptorSink(pipe.writer, patience: Patience(perWindow: 60_000))
        // Longer than what a pipe keeps together by itself, and all of them more than it holds.
        let length = 3 * Int(PIPE_BUF)
        let begun = DispatchSemaphore(value: 0)

        for letter in ["a", "b", "c", "d"] {
            Thread.detachNewThread {
                let line = String(repeating: letter, count: length) + "\n"
                begun.signal()
                for _ in 0..<20 { sink.write(line) }
            }
        }
        // Nothing is read before all of them are at it, so that they wait in the middle of their lines.
        for _ in 0..<4 { begun.wait() }
        let text = pipe.read(count: 80 * (length + 1))

        let lines = text.split(separator: "\n")
        #expect(lines.count == 80)
        #expect(lines.allSatisfy { $0.utf8.count == length && Set($0.utf8).count == 1 })
    }

    @Test func waitingIsBoundedForAllLinesTogether() {
        var patience = Patience(perWindow: 250)

        #expect(patience.left(at: 1_000) == 250)
        patience.spend(200)
        #expect(patience.left(at: 1_200) == 50)
        patience.spend(80)
        #expect(patience.left(at: 10_999) == 0)
        #expect(patience.left(at: 11_000) == 250)
    }
}

extension DescriptorSink {
    fileprivate func write(_ line: String) {
        self.write(Array(line.utf8)) { lost in Array("lost \(lost)\n".utf8) }
    }
}

/// The two ends of a pipe, or of a pair of sockets.
private final class Ends: Sendable {
    let reader: Int32
    let writer: Int32

    private struct Failure: Error { let code = errno }

    convenience init() throws {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw Failure() }
        self.init(ends)
    }

    static func sockets() throws -> Ends {
        var ends: [Int32] = [0, 0]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else { throw Failure() }
        return Ends(ends)
    }

    private init(_ ends: [Int32]) {
        self.reader = ends[0]
        self.writer = ends[1]
    }

    /// The number stays taken, so that no other test gets it.
    func closeReader() {
        let nowhere = open("/dev/null", O_RDONLY)
        dup2(nowhere, self.reader)
        close(nowhere)
    }

    deinit {
        close(self.reader)
        close(self.writer)
    }

    /// What is there now, without waiting; with a count, waits until there was as much.
    func read(count: Int = 0) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var request = pollfd(fd: self.reader, events: Int16(POLLIN), revents: 0)
        while poll(&request, 1, bytes.count < count ? 10_000 : 0) > 0 {
            let got = Glibc.read(self.reader, &buffer, buffer.count)
            guard got > 0 else { break }
            bytes.append(contentsOf: buffer[..<got])
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
