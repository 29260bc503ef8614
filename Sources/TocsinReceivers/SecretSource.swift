public import TocsinSettings

/// Where a secret comes from: the configuration itself, or a file that is read each time it is needed, so that it can
/// be changed without a reload.
public enum SecretSource: Hashable, Sendable {
    case inline(Secret<String>)
    case file(path: String)

    /// The file that must be read before a request can be made; `nil` if there is none.
    public var path: String? {
        switch self {
        case .inline: nil
        case .file(let path): path
        }
    }

    /// Tells one secret from another, for ``Receiver/destination`` and ``Receiver/channel``. Never show it.
    public var identity: String {
        switch self {
        case .inline(let secret): secret.revealed
        case .file(let path): "file:\(path)"
        }
    }

    /// The secret itself.
    ///
    /// - Parameter files: what the shell read, see ``Receiver/secretFiles``.
    public func text(in files: SecretFiles) throws(Refusal) -> String {
        switch self {
        case .inline(let secret): secret.revealed
        case .file(let path): try files.text(of: path)
        }
    }
}

/// The contents of the files that a receiver's settings name, as they were just before the request was made. The shell
/// reads them; receivers cannot.
public struct SecretFiles: Sendable {
    private var contents: [String: Secret<String>] = [:]
    private var failures: [String: String] = [:]

    public init() {}

    /// White space around the content does not count: editors end a file with a new line.
    public mutating func add(_ content: String, of path: String) {
        let isSpace = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace }
        let scalars = content.unicodeScalars.drop(while: isSpace)
        let end = scalars.lastIndex { !isSpace($0) }.map { scalars.index(after: $0) } ?? scalars.startIndex
        self.contents[path] = Secret(String(scalars[..<end]))
    }

    /// Everything that was read, to take it out of what others say.
    public var revealed: [String] { self.contents.values.map(\.revealed).sorted() }

    /// - Parameter reason: why the file cannot be read, such as "permission denied".
    public mutating func addFailure(_ reason: String, of path: String) {
        self.failures[path] = reason
    }

    public func text(of path: String) throws(Refusal) -> String {
        if let content = self.contents[path] { return content.revealed }
        throw Refusal("cannot read \(path): \(self.failures[path] ?? "it was not read")")
    }
}
