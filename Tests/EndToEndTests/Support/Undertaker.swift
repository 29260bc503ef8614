import Foundation
import Synchronization

/// Kills what the tests started and could not stop, because they were killed themselves: a shell that knows the
/// process groups and acts when the pipe from the tests breaks.
final class Undertaker: Sendable {
    static let shared = Undertaker()

    private let orders: Mutex<FileHandle>

    private static let script = """
        groups=' '
        while read -r word group; do
            case $word in
                add) groups="$groups$group " ;;
                drop) groups="${groups%%" $group "*} ${groups#*" $group "}" ;;
            esac
        done
        for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
        """

    private init() {
        let shell = Process()
        let pipe = Pipe()
        // The pipe must not live on in a program that a test starts.
        _ = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-c", Undertaker.script]
        shell.standardInput = pipe
        do {
            try shell.run()
        } catch {
            preconditionFailure("/bin/sh does not start: \(error)")
        }
        self.orders = Mutex(pipe.fileHandleForWriting)
    }

    func add(_ group: Int32) { self.tell("add \(group)\n") }
    func drop(_ group: Int32) { self.tell("drop \(group)\n") }

    private func tell(_ order: String) {
        self.orders.withLock { orders in
            do {
                try orders.write(contentsOf: Data(order.utf8))
            } catch {
                preconditionFailure("the shell that ends orphans is gone: \(error)")
            }
        }
    }
}
