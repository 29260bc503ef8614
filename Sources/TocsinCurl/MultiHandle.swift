import CCurlShim

/// libcurl's multi handle: the transfers that run side by side, and the connections they leave behind.
///
/// `@unchecked Sendable`: only ``wakeUp()`` is called from other threads, which libcurl allows; the rest belongs to
/// the transfer thread, and `Inbox` sees to it that no one wakes a handle that is gone.
final class MultiHandle: @unchecked Sendable {
    /// Both are a belt besides the limits of the caller, and the same as those. A transfer beyond them waits.
    static let maximumConnections = 1024
    static let maximumConnectionsPerHost = 256

    private let pointer: UnsafeMutableRawPointer

    init?() {
        guard let pointer = curl_multi_init() else { return nil }
        self.pointer = pointer

        // Unset, the cache holds four connections per transfer *now running*, so that a quiet moment throws away the
        // connections of a busy one.
        let codes = [
            ccurl_multi_set_long(pointer, CURLMOPT_MAXCONNECTS, Self.maximumConnections),
            ccurl_multi_set_long(pointer, CURLMOPT_MAX_TOTAL_CONNECTIONS, Self.maximumConnections),
            ccurl_multi_set_long(pointer, CURLMOPT_MAX_HOST_CONNECTIONS, Self.maximumConnectionsPerHost),
        ]
        guard codes.allSatisfy({ $0 == CURLM_OK }) else {
            curl_multi_cleanup(pointer)
            return nil
        }
    }

    func wakeUp() {
        curl_multi_wakeup(self.pointer)
    }

    /// Whether libcurl took it; the transfer starts with the next ``advance()``.
    func add(_ easy: EasyHandle) -> Bool {
        curl_multi_add_handle(self.pointer, easy.pointer) == CURLM_OK
    }

    func remove(_ easy: EasyHandle) {
        curl_multi_remove_handle(self.pointer, easy.pointer)
    }

    /// Does what can be done without waiting. False: libcurl itself has failed, its transfers are of no use.
    func advance() -> Bool {
        var running: CInt = 0
        return curl_multi_perform(self.pointer, &running) == CURLM_OK
    }

    /// A transfer that is over, and how it ended.
    func nextFinished() -> (easy: UnsafeMutableRawPointer, code: CURLcode)? {
        var remaining: CInt = 0
        while let message = curl_multi_info_read(self.pointer, &remaining) {
            if message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle {
                return (easy, message.pointee.data.result)
            }
        }
        return nil
    }

    /// Sleeps until a socket is ready, a timeout of a transfer is due, or ``wakeUp()``. False as in ``advance()``.
    func wait() -> Bool {
        // Nothing is due when it is over; it only must not be endless.
        let atMost: CInt = 60_000
        return curl_multi_poll(self.pointer, nil, 0, atMost, nil) == CURLM_OK
    }

    /// Closes the connections. Nothing else may be called after it; all transfers must have been removed.
    func cleanUp() {
        curl_multi_cleanup(self.pointer)
    }
}
