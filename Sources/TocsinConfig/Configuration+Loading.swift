import Foundation
public import TocsinModel
public import TocsinSettings

extension Configuration {
    /// Reads a configuration from the disk, with the files that it names.
    public static func load(
        path: String,
        receivers: ReceiverKinds = .builtIn,
        syntax: MatcherSyntax = .fallback
    ) throws(SettingsErrors) -> Configuration {
        let text: String
        do {
            text = try DiskFiles().text(of: path, limit: YAML.maximumSize)
        } catch {
            let start = SettingsPosition(file: path, line: error.line ?? 1, column: 1)
            throw SettingsErrors(SettingsError("cannot read the configuration: \(error.reason)", at: start))
        }
        return try self.load(text: text, file: path, files: DiskFiles(), receivers: receivers, syntax: syntax)
    }
}

extension WebConfig {
    /// Reads a web configuration from the disk. The certificates that it names are not looked at.
    public static func load(path: String) throws(SettingsErrors) -> WebConfig {
        let text: String
        do {
            text = try DiskFiles().text(of: path, limit: YAML.maximumSize)
        } catch {
            let start = SettingsPosition(file: path, line: error.line ?? 1, column: 1)
            throw SettingsErrors(SettingsError("cannot read the web configuration: \(error.reason)", at: start))
        }
        return try self.load(text: text, file: path)
    }
}

/// The files of this machine.
public struct DiskFiles: ConfigurationFiles {
    public init() {}

    public func names(in directory: String) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            // As in Go: a folder that cannot be read holds nothing that matches.
            return []
        }
    }

    public func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    public var zones: TimeZones { DiskZones().zones }

    public var environment: [String: String] {
        ProcessInfo.processInfo.environment.filter { $0.key == "HOME" || $0.key.hasPrefix("AWS_") }
    }

    public func text(of path: String) throws(UnreadableFile) -> String {
        do {
            return try self.text(of: path, limit: TemplateFiles.maximumSize)
        } catch {
            throw UnreadableFile(error.reason)
        }
    }

    fileprivate struct Failure: Error {
        var reason: String
        var line: Int?
    }

    fileprivate func text(of path: String, limit: Int) throws(Failure) -> String {
        let bytes: Data
        do {
            // One byte more than allowed shows that there are too many, and no endless file fills the memory.
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { file.closeFile() }
            bytes = try file.read(upToCount: limit + 1) ?? Data()
        } catch {
            throw Failure(reason: DiskFiles.reason(error))
        }
        guard bytes.count <= limit else { throw Failure(reason: "it is larger than \(limit >> 20) MiB") }
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let bad = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }
        throw Failure(reason: "it is not UTF-8 text", line: bad.map { $0 + 1 })
    }

    /// What the system said, without Foundation's repetition of the path.
    private static func reason(_ error: any Error) -> String {
        let error = error as NSError
        let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
        guard underlying.domain == NSPOSIXErrorDomain else { return error.localizedDescription }
        return String(cString: strerror(Int32(underlying.code)))
    }
}
