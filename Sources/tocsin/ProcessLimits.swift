import Foundation
import Logging

enum ProcessLimits {
    /// Raises the number of open files to what the system allows: senders and receivers may be many.
    static func raise(logger: Logger) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max
        else {
            return
        }
        limit.rlim_cur = limit.rlim_max
        if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 {
            logger.warning("cannot raise the number of open files", metadata: ["errno": "\(errno)"])
        }
    }
}
