public import TocsinModel

/// The files that a configuration names, as the loader may see them. The shell's is the disk; tests have a dictionary.
public protocol ConfigurationFiles: Sendable {
    /// The names in a folder, in any order; none if there is no such folder or it cannot be read.
    func names(in directory: String) -> [String]

    func exists(_ path: String) -> Bool

    func text(of path: String) throws(UnreadableFile) -> String

    /// The time zones that intervals may name.
    var zones: TimeZones { get }

    /// The process's variables that settings may leave something to: those that begin with `AWS_`, and `HOME`.
    var environment: [String: String] { get }
}

extension ConfigurationFiles {
    /// UTC alone.
    public var zones: TimeZones { .utcOnly }

    public var environment: [String: String] { [:] }
}

/// Why a file cannot be read, as in "no such file or directory".
public struct UnreadableFile: Error, Hashable, Sendable {
    public let reason: String

    public init(_ reason: String) { self.reason = reason }
}

/// For configurations that name no files.
public struct NoFiles: ConfigurationFiles {
    public init() {}

    public func names(in directory: String) -> [String] { [] }
    public func exists(_ path: String) -> Bool { false }
    public func text(of path: String) throws(UnreadableFile) -> String {
        throw UnreadableFile("no such file or directory")
    }
}
