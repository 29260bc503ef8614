/// One value of a settings file, with the place where it stands: what a file format leaves behind once it is read.
///
/// It knows no format. The loader makes it from YAML; ``Fields`` reads types from it.
public struct SettingsNode: Sendable {
    public var content: Content
    public var position: SettingsPosition

    public enum Content: Sendable {
        /// Nothing, or a written `null`: it erases a default.
        case null
        case scalar(SettingsScalar)
        case sequence([SettingsNode])
        /// In the order of the file. The loader leaves duplicates in; reading the document reports them.
        case mapping([SettingsEntry])
    }

    public init(_ content: Content, at position: SettingsPosition) {
        self.content = content
        self.position = position
    }
}

/// One key of a mapping, and its value.
public struct SettingsEntry: Sendable {
    public var key: SettingsScalar
    public var keyPosition: SettingsPosition
    public var value: SettingsNode

    public init(key: SettingsScalar, at keyPosition: SettingsPosition, value: SettingsNode) {
        self.key = key
        self.keyPosition = keyPosition
        self.value = value
    }
}

/// A single value as it was written, and what the file format takes it for.
public struct SettingsScalar: Hashable, Sendable {
    /// The source text, without quotes and with escapes resolved: `1.50` stays `1.50`.
    public var text: String
    public var kind: Kind
    /// Whether it was quoted or a block, so that it is text whatever it looks like.
    public var isQuoted: Bool

    /// The type that the format resolves it to.
    public enum Kind: Hashable, Sendable {
        case string
        case boolean(Bool)
        case integer(Int64)
        case float(Double)
        /// Only as a key: a null value is ``SettingsNode/Content/null``.
        case null
    }

    public init(_ text: String, kind: Kind = .string, isQuoted: Bool = false) {
        self.text = text
        self.kind = kind
        self.isQuoted = isQuoted
    }
}

/// A place in a file; lines and columns count from 1.
public struct SettingsPosition: Hashable, Sendable {
    public var file: String
    public var line: Int
    public var column: Int

    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }
}

extension SettingsPosition: Comparable, CustomStringConvertible {
    public static func < (a: SettingsPosition, b: SettingsPosition) -> Bool {
        (a.file, a.line, a.column) < (b.file, b.line, b.column)
    }

    /// `file:line:column`, as compilers print it and editors understand it.
    public var description: String { "\(self.file):\(self.line):\(self.column)" }
}

// MARK: - Looking inside

extension SettingsNode {
    public var isNull: Bool {
        if case .null = self.content { true } else { false }
    }

    public var scalar: SettingsScalar? {
        if case .scalar(let scalar) = self.content { scalar } else { nil }
    }

    public var sequence: [SettingsNode]? {
        if case .sequence(let items) = self.content { items } else { nil }
    }

    public var mapping: [SettingsEntry]? {
        if case .mapping(let entries) = self.content { entries } else { nil }
    }

    /// Whether it asks for nothing: null, an empty list, mapping or text, `false` or 0.
    public var asksForNothing: Bool {
        switch self.content {
        case .null: return true
        case .sequence(let items): return items.isEmpty
        case .mapping(let entries): return entries.isEmpty
        case .scalar(let scalar):
            switch scalar.kind {
            case .boolean(let value): return !value
            case .integer(let value): return value == 0
            case .string: return scalar.text.isEmpty
            case .float, .null: return false
            }
        }
    }

    /// What it is, for a message: "a list". Never its text, which may be a secret.
    public var kindName: String {
        switch self.content {
        case .null: return "nothing"
        case .sequence: return "a list"
        case .mapping: return "a mapping"
        case .scalar(let scalar):
            switch scalar.kind {
            case .string: return "text"
            case .boolean: return "a boolean"
            case .integer, .float: return "a number"
            case .null: return "nothing"
            }
        }
    }
}
