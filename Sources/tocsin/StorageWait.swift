import Foundation
import TocsinModel
import TocsinRuntime
import TocsinStore

/// One process a database; one that is just stopping gets ten seconds to let go.
enum StorageWait {
    /// - Parameter onWait: is told once who holds the lock, if it has to be waited for.
    static func take(
        _ folder: String,
        onWait: (String) -> Void
    ) async throws(StoreFailure) -> StorageLock {
        let clock = SystemClock()
        let started = clock.now().rfc3339Milliseconds
        let holder = "pid \(ProcessInfo.processInfo.processIdentifier), started \(started)"
        let deadline = clock.sinceBoot() + .seconds(10)
        var hasSaidSo = false
        while true {
            if let lock = try StorageLock.take(in: folder, holder: holder) { return lock }
            let other = StorageLock.holder(in: folder)
            if clock.sinceBoot() >= deadline { throw StoreFailure("\(folder) is in use by another Tocsin: \(other)") }
            if !hasSaidSo {
                onWait(other)
                hasSaidSo = true
            }
            do { try await Task.sleep(for: .milliseconds(100)) } catch { throw StoreFailure("interrupted") }
        }
    }
}
