/// What the reference documentation says about one field, taken from the code that reads it.
public struct FieldReference: Hashable, Sendable {
    public var key: String
    /// As in ``SettingsValue/typeName``; "list of mappings" for nested ones.
    public var type: String
    /// The default as one would write it; `nil` if there is none.
    public var defaultText: String?
    public var isRequired: Bool
    /// Whether the value is hidden wherever the configuration is shown.
    public var isSecret: Bool
    /// Whether it is only recognised, and using it is an error until it is supported.
    public var isUnsupported: Bool
    /// One line.
    public var doc: String
    /// The fields of a nested mapping.
    public var nested: [FieldReference]

    public init(
        key: String,
        type: String,
        defaultText: String? = nil,
        isRequired: Bool = false,
        isSecret: Bool = false,
        isUnsupported: Bool = false,
        doc: String,
        nested: [FieldReference] = []
    ) {
        self.key = key
        self.type = type
        self.defaultText = defaultText
        self.isRequired = isRequired
        self.isSecret = isSecret
        self.isUnsupported = isUnsupported
        self.doc = doc
        self.nested = nested
    }
}
