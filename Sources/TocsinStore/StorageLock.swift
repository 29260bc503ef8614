import Glibc
public import TocsinRuntime

/// One process per database: an exclusive lock on `tocsin.lock` in the storage folder, held from before the database
/// is opened until it is closed. The kernel lets go of it with the process, however that ends.
public final class StorageLock: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(self.descriptor) }

    /// Takes the lock, or says who holds it.
    ///
    /// - Parameters:
    ///   - folder: is made if it is not there.
    ///   - holder: what the next one is told about this process: its pid and start time.
    /// - Returns: `nil` while another process holds it.
    public static func take(in folder: String, holder: String) throws(StoreFailure) -> StorageLock? {
        try self.makeFolder(folder)
        let path = "\(folder)/tocsin.lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw StoreFailure("cannot open \(path): \(self.lastError)") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            close(descriptor)
            if reason == EWOULDBLOCK { return nil }
            throw StoreFailure("cannot lock \(path): \(String(cString: strerror(reason)))")
        }
        let text = Array("\(holder)\n".utf8)
        // A full disk must not keep a server from starting: who holds the lock is a courtesy, the lock is not.
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
        return StorageLock(descriptor: descriptor)
    }

    /// What the process that holds the lock wrote about itself.
    public static func holder(in folder: String) -> String {
        let descriptor = open("\(folder)/tocsin.lock", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "unknown" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = read(descriptor, &bytes, bytes.count)
        let text = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
        return text.split(separator: "\n").first.map { String($0) } ?? "unknown"
    }

    private static func makeFolder(_ folder: String) throws(StoreFailure) {
        var path = folder.hasPrefix("/") ? "" : "."
        for part in folder.split(separator: "/") {
            path += "/\(part)"
            if mkdir(path, 0o755) != 0 && errno != EEXIST {
                throw StoreFailure("cannot make the folder \(path): \(self.lastError)")
            }
        }
    }

    private static var lastError: String { String(cString: strerror(errno)) }
}
