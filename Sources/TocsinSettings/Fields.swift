/// Reads the fields of one mapping, and remembers what it was asked for: the keys that nobody asked for are mistakes,
/// and the list of what was asked for is the reference documentation.
///
/// No read throws: a mistake is recorded with its place, a stand-in is returned, and the document as a whole fails when
/// all of it has been read. So a type simply reads its fields from first to last and gets every mistake reported:
///
/// ```swift
/// init(from fields: inout Fields) {
///     self.channel = fields.optional("channel", default: "", doc: "Where to post.")
///     self.timeout = fields.optional("max_alerts", default: 0, doc: "How many alerts at most.")
/// }
/// ```
///
/// Read every field whatever the others say: a key that is not asked for counts as unknown.
public struct Fields: Sendable {
    /// What the mapping is, for messages: "route".
    public let name: String
    /// Where the mapping begins.
    public let position: SettingsPosition
    /// Every mistake so far, of nested mappings too.
    public private(set) var errors: [SettingsError] = []
    /// Whether no file is read, but the declarations are collected for the reference documentation.
    public let isReference: Bool
    /// Every setting so far as it is in force, in the order in which they were asked for.
    public private(set) var effective: [EffectiveSetting] = []
    /// Every text so far that is a template.
    public private(set) var templates: [TemplateText] = []
    private let entries: [SettingsEntry]
    private var declared: [FieldReference] = []
    /// The keys on the way down to this mapping, so that collecting the declarations of a type that holds itself ends.
    private let path: [String]

    private init(
        _ entries: [SettingsEntry], name: String, at position: SettingsPosition, path: [String], isReference: Bool
    ) {
        self.entries = entries
        self.name = name
        self.position = position
        self.path = path
        self.isReference = isReference
    }
}

// MARK: - A whole document

extension Fields {
    /// Reads a document, or throws all of its mistakes.
    ///
    /// - Parameter name: what the document is, for messages.
    public static func read<Value>(
        _ node: SettingsNode,
        as name: String,
        _ read: (inout Fields) throws(SettingsError) -> Value
    ) throws(SettingsErrors) -> Value {
        var errors: [SettingsError] = []
        node.collectDuplicateKeys(into: &errors)
        var value: Value?
        switch node.content {
        case .mapping, .null:
            var fields = Fields(node.mapping ?? [], name: name, at: node.position, path: [], isReference: false)
            value = fields.run(read)
            errors += fields.errors
        default:
            errors.append(SettingsError("\(name) must be a mapping, not \(node.kindName)", at: node.position))
        }
        guard errors.isEmpty, let value else { throw SettingsErrors(errors) }
        return value
    }

    /// The fields that a type declares, in the order in which it reads them.
    public static func reference(
        of name: String,
        _ read: (inout Fields) throws(SettingsError) -> some Any
    ) -> [FieldReference] {
        let nowhere = SettingsPosition(file: "", line: 1, column: 1)
        var fields = Fields([], name: name, at: nowhere, path: [], isReference: true)
        _ = fields.run(read)
        return fields.declared
    }

    /// Runs a reading function, then reports the keys that it did not ask for. They are not reported if it broke off:
    /// it may not have come to them.
    private mutating func run<Value>(_ read: (inout Fields) throws(SettingsError) -> Value) -> Value? {
        do {
            let value = try read(&self)
            self.reportUnknownKeys()
            return value
        } catch {
            self.errors.append(error)
            return nil
        }
    }

    private mutating func reportUnknownKeys() {
        guard !self.isReference else { return }
        let known = self.declared.map(\.key)
        for entry in self.entries where !known.contains(entry.key.text) {
            var message = "unknown key\(entry.key.shown) in \(self.name)"
            if let nearest = Spelling.nearest(to: entry.key.text, among: known) {
                message += "; did you mean `\(nearest)`?"
            }
            self.errors.append(SettingsError(message, at: entry.keyPosition))
        }
    }
}

// MARK: - Mistakes

extension Fields {
    /// Records a mistake: at the value of `key` if it is there, otherwise at the mapping.
    public mutating func report(_ message: String, at key: String? = nil) {
        guard !self.isReference else { return }
        self.errors.append(SettingsError(message, at: key.map { self.position(of: $0) } ?? self.position))
    }

    /// Records a mistake at a place that is known otherwise.
    public mutating func report(_ message: String, at position: SettingsPosition) {
        guard !self.isReference else { return }
        self.errors.append(SettingsError(message, at: position))
    }

    mutating func report(_ mismatch: SettingsMismatch, of key: String, at position: SettingsPosition) {
        self.report("`\(key)` \(mismatch.text)", at: position)
    }

    /// Where the value of a key stands; where the mapping begins if it is absent.
    public func position(of key: String) -> SettingsPosition {
        self.entry(key)?.value.position ?? self.position
    }

    /// Whether the key is there with a value that is not null.
    public func has(_ key: String) -> Bool {
        self.entry(key).map { !$0.value.isNull } ?? false
    }

    /// The value of a key that has been declared or will be; the last one if it is there twice.
    func entry(_ key: String) -> SettingsEntry? {
        self.entries.last { $0.key.text == key }
    }

    /// Whether this mapping lies inside a value of that key, when declarations are collected.
    func isInside(_ key: String) -> Bool { self.path.contains(key) }

    mutating func declare(_ field: FieldReference) {
        if !self.declared.contains(where: { $0.key == field.key }) { self.declared.append(field) }
    }

    /// Keeps a template for whoever tries all of a document.
    public mutating func note(_ template: TemplateText) {
        if !self.isReference { self.templates.append(template) }
    }

    /// Keeps a setting for ``effective``, in the place of what was kept under its key before.
    mutating func remember(_ setting: EffectiveSetting) {
        if let index = self.effective.firstIndex(where: { $0.key == setting.key }) {
            self.effective[index] = setting
        } else {
            self.effective.append(setting)
        }
    }

    /// Reads a mapping that is a value of this one, under `key`.
    ///
    /// - Parameter effective: gets what it comes to, for whoever shows the list or the setting that it belongs to.
    /// - Returns: `nil` if reading broke off.
    mutating func descend<Value>(
        into entries: [SettingsEntry],
        at position: SettingsPosition,
        key: String,
        name: String,
        declarations: inout [FieldReference],
        effective: inout [EffectiveSetting],
        _ read: (inout Fields) throws(SettingsError) -> Value
    ) -> Value? {
        var fields = Fields(
            entries,
            name: name,
            at: position,
            path: self.path + [key],
            isReference: self.isReference
        )
        let value = fields.run(read)
        self.errors += fields.errors
        declarations = fields.declared
        effective = fields.effective
        self.templates += fields.templates
        return value
    }
}

extension SettingsNode {
    /// Reports every key that stands twice in one mapping, at its second place. Labels are bytes, so keys are compared
    /// by bytes.
    fileprivate func collectDuplicateKeys(into errors: inout [SettingsError]) {
        switch self.content {
        case .null, .scalar: break
        case .sequence(let items):
            for item in items { item.collectDuplicateKeys(into: &errors) }
        case .mapping(let entries):
            var first: [[UInt8]: SettingsPosition] = [:]
            for entry in entries {
                let bytes = Array(entry.key.text.utf8)
                if let position = first[bytes] {
                    let message = "duplicate key\(entry.key.shown), first set on line \(position.line)"
                    errors.append(SettingsError(message, at: entry.keyPosition))
                } else {
                    first[bytes] = entry.keyPosition
                }
                entry.value.collectDuplicateKeys(into: &errors)
            }
        }
    }
}

extension SettingsScalar {
    /// A key for a message, with a space before it. Text that no key of ours looks like is not repeated: where the
    /// indentation went wrong it may be a URL that is a secret.
    fileprivate var shown: String {
        let isWord = self.text.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || "0123456789_-. ".unicodeScalars.contains($0)
        }
        return isWord ? " `\(self.text.prefix(80))`" : ""
    }
}
