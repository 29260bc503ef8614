public import TocsinModel

/// The files that a configuration names, as the loader may see them. The shell's is the disk; tests have a dictionary.
public protocol ConfigurationFiles: Sendable {
    /// The names in a folder, in any order; none if there is no such folder or it cannot be read.
    func names(in directory: String) -> [String]

    func exists(_ path: String) -> Bool

    func text(of path: String) throws(UnreadableFile) -> String

    /// The time zones that intervals may name.
    var zones: TimeZones { get }
}

extension ConfigurationFiles {
    /// UTC alone.
    public var zones: TimeZones { .utcOnly }
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
