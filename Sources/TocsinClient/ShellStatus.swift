/// What the command line says to the shell when it ends.
public enum ShellStatus: Int32, Hashable, Sendable, CaseIterable {
    /// Done, or nothing was left to do.
    case success = 0
    case failure = 1
    /// The command line or a configuration file makes no sense.
    case usage = 2
    case notFound = 3
    /// The server is in no state to do it.
    case conflict = 4
    /// No credentials, wrong ones, or ones that may not.
    case unauthorized = 5
    /// No server answers at the address.
    case unreachable = 6

    /// What an answer's status means for whoever asked; `nil` if it is a good one.
    public init?(httpStatus: Int) {
        switch httpStatus {
        case 200..<300: return nil
        case 401, 403: self = .unauthorized
        case 404: self = .notFound
        case 409, 412, 428: self = .conflict
        // What stands in front of a server says so when the server itself is away.
        case 502, 504: self = .unreachable
        default: self = .failure
        }
    }
}

/// Why a command could not do what it was asked, in one sentence for people, and what to say to the shell.
///
/// The message may hold what a server said; print it by ``Terminal/text(_:)``.
public struct ClientFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public let status: ShellStatus
    public let message: String

    public init(_ status: ShellStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    public var description: String { self.message }

    /// The command line makes no sense.
    public static func usage(_ message: String) -> ClientFailure { ClientFailure(.usage, message) }
}
