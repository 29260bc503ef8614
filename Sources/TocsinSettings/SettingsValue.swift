/// A type that one value of a settings file can be read as.
public protocol SettingsValue: Sendable {
    /// What error messages and the reference call it: "duration".
    static var typeName: String { get }
    /// What a written `null` gives, and what stands in after a mistake, so that the rest can still be checked.
    static var empty: Self { get }
    static var isSecret: Bool { get }
    /// Reads a value that is not null.
    init(setting node: SettingsNode) throws(SettingsMismatch)
    /// As one would write it in the file; ``Secret/mask`` if it is a secret.
    var settingText: String { get }
    /// The same as a value of its type, for types that are not shown as text.
    var effective: EffectiveSetting.Value { get }
}

extension SettingsValue {
    public static var isSecret: Bool { false }

    public var effective: EffectiveSetting.Value { .text(self.settingText) }

    /// The mismatch of a value of another shape altogether.
    public static func mismatch(_ node: SettingsNode) -> SettingsMismatch {
        SettingsMismatch("must be \(Self.article) \(Self.typeName), not \(node.kindName)")
    }

    private static var article: String {
        guard let first = Self.typeName.unicodeScalars.first, Self.typeName != "text" else { return "" }
        return "aeio".unicodeScalars.contains(first) ? "an" : "a"
    }
}

extension String: SettingsValue {
    public static var typeName: String { "string" }
    public static var empty: String { "" }

    /// Any scalar keeps its source text: `1.50` is `1.50`, `yes` is `yes`.
    public init(setting node: SettingsNode) throws(SettingsMismatch) {
        guard let scalar = node.scalar else { throw Self.mismatch(node) }
        self = scalar.text
    }

    public var settingText: String { self }
}

extension Bool: SettingsValue {
    public static var typeName: String { "boolean" }
    public static var empty: Bool { false }

    public init(setting node: SettingsNode) throws(SettingsMismatch) {
        guard let scalar = node.scalar else { throw Self.mismatch(node) }
        guard case .boolean(let value) = scalar.kind else {
            throw SettingsMismatch("must be true or false", quoting: scalar.text)
        }
        self = value
    }

    public var settingText: String { self ? "true" : "false" }
    public var effective: EffectiveSetting.Value { .scalar(SettingsScalar(self.settingText, kind: .boolean(self))) }
}

extension Int: SettingsValue {
    public static var typeName: String { "integer" }
    public static var empty: Int { 0 }

    /// A float counts, without its fraction, as it does in Go; a quoted number does not.
    public init(setting node: SettingsNode) throws(SettingsMismatch) {
        guard let scalar = node.scalar else { throw Self.mismatch(node) }
        switch scalar.kind {
        case .integer(let value): self = Int(value)
        case .float(let value):
            guard let exact = Int(exactly: value.rounded(.towardZero)) else {
                throw SettingsMismatch("must be an integer", quoting: scalar.text)
            }
            self = exact
        case .string where scalar.isQuoted && Int(scalar.text) != nil:
            throw SettingsMismatch("must be an integer without quotes", quoting: scalar.text)
        default: throw SettingsMismatch("must be an integer", quoting: scalar.text)
        }
    }

    public var settingText: String { String(self) }

    public var effective: EffectiveSetting.Value {
        .scalar(SettingsScalar(self.settingText, kind: .integer(Int64(self))))
    }
}
