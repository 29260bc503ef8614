/// One setting as it is in force, defaults filled in and secrets hidden: what whoever shows a configuration starts
/// from. ``Fields`` makes them as it reads, so a type that reads its fields has nothing to add to be shown.
public struct EffectiveSetting: Hashable, Sendable {
    public var key: String
    public var value: Value
    /// Whether the file says it, whatever it says.
    public var isWritten: Bool
    /// Whether it is what the file would mean if it said nothing.
    public var isDefault: Bool
    /// Whether it is empty in the place of a default that is not: left out, it would be the default again.
    public var erasesDefault = false

    /// What it says; a secret is ``Secret/mask`` already.
    public indirect enum Value: Hashable, Sendable {
        case scalar(SettingsScalar)
        case list([Value])
        /// A section with keys of ours.
        case mapping([EffectiveSetting])
        /// Names that the user chose, with values: nothing in it is ever left out.
        case map([EffectiveSetting])
    }

    public init(_ key: String, _ value: Value, isWritten: Bool = true, isDefault: Bool = false) {
        self.key = key
        self.value = value
        self.isWritten = isWritten
        self.isDefault = isDefault
    }
}

extension EffectiveSetting.Value {
    /// A text, whatever it looks like.
    public static func text(_ text: String) -> Self { .scalar(SettingsScalar(text)) }

    /// Whether it asks for nothing: an empty text, list or mapping, `false` or 0.
    public var isEmpty: Bool {
        switch self {
        case .list(let items): items.isEmpty
        case .mapping(let settings), .map(let settings): settings.isEmpty
        case .scalar(let scalar):
            switch scalar.kind {
            case .string: scalar.text.isEmpty
            case .boolean(let value): !value
            case .integer(let value): value == 0
            case .null: true
            case .float: false
            }
        }
    }

    /// A value as it stands in the file, for fields that take anything.
    ///
    /// - Parameter isSecret: whether every value in it is hidden.
    public init(_ node: SettingsNode, isSecret: Bool = false) {
        switch node.content {
        case .null: self = .scalar(SettingsScalar("null", kind: .null))
        case .scalar(let scalar): self = isSecret && !scalar.text.isEmpty ? .text(Secret<String>.mask) : .scalar(scalar)
        case .sequence(let items): self = .list(items.map { Self($0, isSecret: isSecret) })
        case .mapping(let entries):
            self = .map(entries.map { EffectiveSetting($0.key.text, Self($0.value, isSecret: isSecret)) })
        }
    }
}

/// A text of a document that is a template, and where it stands.
public struct TemplateText: Hashable, Sendable {
    /// What messages call it: the key of its setting.
    public var key: String
    public var text: Secret<String>
    public var position: SettingsPosition
    /// Whether nothing of it may be repeated.
    public var isSecret: Bool

    public init(_ text: String, of key: String, at position: SettingsPosition, isSecret: Bool = false) {
        self.key = key
        self.text = Secret(text)
        self.position = position
        self.isSecret = isSecret
    }
}

// MARK: - What is remembered while reading

extension Fields {
    /// What a setting that was read comes to; `nil` if there is none.
    public func shown(_ key: String) -> EffectiveSetting.Value? {
        self.effective.first { $0.key == key }?.value
    }

    /// Shows a setting in other words than those that were read: in its canonical form, or with what else it takes in.
    public mutating func show(_ key: String, as value: EffectiveSetting.Value) {
        self.remember(EffectiveSetting(key, value, isWritten: self.has(key), isDefault: !self.has(key)))
    }

    mutating func show(_ key: String, _ value: EffectiveSetting.Value, default usual: EffectiveSetting.Value? = nil) {
        let isWritten = self.entry(key) != nil
        var setting = EffectiveSetting(key, value, isWritten: isWritten, isDefault: !isWritten || value == usual)
        setting.erasesDefault = value.isEmpty && usual.map { !$0.isEmpty } ?? false
        self.remember(setting)
    }
}
