import NIOCore
import TocsinRuntime

/// The connections of one address, to be closed when a stop has waited long enough.
final class OpenConnections: Sendable {
    private let channels = Locked<[ObjectIdentifier: any Channel]>([:])

    func insert(_ channel: any Channel) {
        self.channels.withLock { $0[ObjectIdentifier(channel)] = channel }
    }

    func remove(_ channel: any Channel) {
        self.channels.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    func close() {
        for channel in self.channels.withLock({ Array($0.values) }) { channel.close(promise: nil) }
    }
}
