import Foundation

/// A folder for a database on a disk that refuses writes for as long as a test says.
protocol FickleDisk {
    /// What goes before the server's binary so that it sees the disk.
    var wrapper: [String] { get }
    /// The folder, as the server sees it.
    var folder: String { get }
    /// From now on nothing more fits.
    func refuse(_ server: Tocsin, on stage: Stage) async throws
    /// From now on all is well.
    func relent(_ server: Tocsin, on stage: Stage) async throws
}

/// No disk at all: the system refuses writes to files beyond a size, as it does under `ulimit -f`. Works everywhere.
struct FileSizeLimit: FickleDisk {
    let wrapper: [String] = []
    let folder = "data"

    /// One byte: whatever is written to a file.
    func refuse(_ server: Tocsin, on stage: Stage) async throws { try await self.setLimit("1", of: server, on: stage) }

    func relent(_ server: Tocsin, on stage: Stage) async throws {
        try await self.setLimit("unlimited", of: server, on: stage)
    }

    private func setLimit(_ size: String, of server: Tocsin, on stage: Stage) async throws {
        let arguments = ["--pid", "\(server.program.processID)", "--fsize=\(size):unlimited"]
        try await stage.finish("/usr/bin/prlimit", arguments)
    }
}

/// A small file system in memory that only one process and the server see. It goes with the process.
struct SmallDisk: FickleDisk {
    let folder: String
    private let holder: Program
    /// The folder, as everybody sees it.
    private let outside: URL

    /// Why there is none.
    struct NotAllowed: Error, CustomStringConvertible {
        let description: String
    }

    init(on stage: Stage) async throws {
        self.folder = stage.path("disk")
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: false)
        let script = "mount -t tmpfs -o size=512k tmpfs disk && echo mounted && exec sleep 600"
        let holder = try stage.run(
            URL(filePath: "/usr/bin/unshare"),
            SmallDisk.rights.map { "--\($0)" } + ["--mount", "/bin/sh", "-c", script]
        )
        try await eventually("the small disk is there") {
            if holder.end != nil { throw NotAllowed(description: holder.output) }
            return holder.output.contains("mounted")
        }
        self.holder = holder
        self.outside = URL(filePath: "/proc/\(holder.processID)/root\(self.folder)")
    }

    /// Whether this machine lets the tests have one.
    static func isAllowed() async -> Bool {
        do {
            try await Stage.play(isQuiet: true) { _ = try await SmallDisk(on: $0) }
            return true
        } catch {
            return false
        }
    }

    /// Without root's rights, those of a user of its own kind.
    private static var rights: [String] { getuid() == 0 ? [] : ["user", "map-root-user"] }

    var wrapper: [String] {
        let rights = getuid() == 0 ? [] : ["--user", "--preserve-credentials"]
        return ["/usr/bin/nsenter", "--target", "\(self.holder.processID)", "--mount"] + rights
    }

    func refuse(_ server: Tocsin, on stage: Stage) throws {
        let ballast = open(self.ballast, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard ballast >= 0 else { throw NotAllowed(description: String(cString: strerror(errno))) }
        defer { close(ballast) }
        let zeros = [UInt8](repeating: 0, count: 4096)
        while write(ballast, zeros, zeros.count) > 0 {}
    }

    func relent(_ server: Tocsin, on stage: Stage) throws { try FileManager.default.removeItem(atPath: self.ballast) }

    /// For good.
    func makeReadOnly(on stage: Stage) async throws {
        let words = self.wrapper + ["mount", "-o", "remount,ro", self.folder]
        try await stage.finish(words[0], Array(words.dropFirst()))
    }

    private var ballast: String { self.outside.appending(path: "ballast").path }
}
