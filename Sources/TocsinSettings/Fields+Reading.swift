// The reads: one for each shape that a field can have.

extension Fields {
    /// A field that must be there and not be null.
    public mutating func required<Value: SettingsValue>(
        _ key: String,
        as type: Value.Type = Value.self,
        doc: String
    ) -> Value {
        self.declare(self.reference(key, Value.self, default: nil, doc: doc, isRequired: true))
        guard let node = self.entry(key)?.value, !node.isNull else {
            self.report("missing `\(key)` in \(self.name)")
            return .empty
        }
        let value: Value = self.value(of: key, in: node) ?? .empty
        self.show(key, value.effective)
        return value
    }

    /// A field with a default. A written null gives the type's empty value, not the default.
    public mutating func optional<Value: SettingsValue>(
        _ key: String,
        default value: Value,
        doc: String
    ) -> Value {
        self.declare(self.reference(key, Value.self, default: value.settingText, doc: doc))
        let read: Value =
            self.entry(key).map { $0.value.isNull ? .empty : self.value(of: key, in: $0.value) ?? value } ?? value
        self.show(key, read.effective, default: value.effective)
        return read
    }

    /// A field that may be absent; a null counts as absent.
    public mutating func optional<Value: SettingsValue>(
        _ key: String,
        as type: Value.Type = Value.self,
        doc: String
    ) -> Value? {
        self.declare(self.reference(key, Value.self, default: nil, doc: doc))
        guard let node = self.entry(key)?.value, !node.isNull else { return nil }
        let value: Value? = self.value(of: key, in: node)
        if let value { self.show(key, value.effective) }
        return value
    }

    /// A secret text that may be absent. An empty one counts as absent.
    public mutating func secret(_ key: String, doc: String) -> Secret<String>? {
        let secret = self.optional(key, as: Secret<String>.self, doc: doc)
        return secret?.revealed.isEmpty == true ? nil : secret
    }

    /// An integer within bounds.
    public mutating func integer(
        _ key: String,
        in range: ClosedRange<Int>,
        default value: Int,
        doc: String
    ) -> Int {
        let read = self.optional(key, default: value, doc: doc)
        guard self.has(key), !range.contains(read) else { return read }
        let bounds =
            range.upperBound == .max ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
        self.report("`\(key)` must be \(bounds), not \(read)", at: key)
        return value
    }

    /// One of a few words.
    public mutating func enumeration<Value: RawRepresentable<String> & CaseIterable & Sendable>(
        _ key: String,
        default value: Value,
        doc: String
    ) -> Value {
        let words = Value.allCases.map(\.rawValue)
        var reference = self.reference(key, String.self, default: value.rawValue, doc: doc)
        reference.type = words.joined(separator: " | ")
        self.declare(reference)
        self.show(key, .text(value.rawValue), default: .text(value.rawValue))
        guard let node = self.entry(key)?.value, !node.isNull else { return value }
        guard let text = self.value(of: key, in: node, as: String.self) else { return value }
        if let found = Value(rawValue: text) {
            self.show(key, .text(text), default: .text(value.rawValue))
            return found
        }
        let near = Spelling.nearest(to: text, among: words).map { "; did you mean `\($0)`?" } ?? ""
        let mismatch = SettingsMismatch("must be one of \(words.joined(separator: ", "))", quoting: text)
        self.report("`\(key)` \(mismatch.text)\(near)", at: node.position)
        return value
    }

    /// A field of a type that reads its text with a parser of its own.
    ///
    /// - Parameters:
    ///   - usual: the default, as one would write it.
    ///   - print: the canonical text of a value, for whoever shows it; what was written if none is given.
    ///   - parse: gets the text of a value that is not null; what it throws is reported at the value.
    public mutating func parsed<Value: Sendable>(
        _ key: String,
        type: String,
        default usual: String? = nil,
        doc: String,
        print: ((Value) -> String)? = nil,
        _ parse: (String) throws(SettingsMismatch) -> Value
    ) -> Value? {
        self.declare(FieldReference(key: key, type: type, defaultText: usual, doc: doc))
        if let usual { self.show(key, .text(usual), default: .text(usual)) }
        guard let node = self.entry(key)?.value, !node.isNull else { return nil }
        guard let text = self.value(of: key, in: node, as: String.self) else { return nil }
        do {
            let value = try parse(text)
            self.show(key, .text(print?(value) ?? text), default: usual.map { .text($0) })
            return value
        } catch {
            self.report(error, of: key, at: node.position)
            return nil
        }
    }

    /// A value as it stands, for a field that takes anything.
    ///
    /// - Parameter isSecret: whether everything in it is hidden wherever the configuration is shown.
    public mutating func node(
        _ key: String,
        type: String = "any",
        isSecret: Bool = false,
        doc: String
    ) -> SettingsNode? {
        self.declare(FieldReference(key: key, type: type, isSecret: isSecret, doc: doc))
        guard let node = self.entry(key)?.value else { return nil }
        if !node.isNull { self.show(key, EffectiveSetting.Value(node, isSecret: isSecret)) }
        return node
    }

    /// A field that the file format has and this server does not obey yet. A value that asks for something is a
    /// mistake, so that nothing is ever silently ignored; one that asks for nothing is let through.
    public mutating func unsupported(_ key: String, doc: String = "Not supported yet.") {
        self.declare(FieldReference(key: key, type: "any", isUnsupported: true, doc: doc))
        guard let entry = self.entry(key), !entry.value.asksForNothing else { return }
        self.report("`\(key)` is not supported yet", at: entry.keyPosition)
    }

    /// Reports when more than one of the keys is set. Declares nothing.
    public mutating func atMostOne(of keys: String...) {
        let present = keys.filter { self.entry($0).map { !$0.value.asksForNothing } ?? false }
        guard present.count > 1 else { return }
        self.report("at most one of \(keys.joined(separator: " & ")) must be configured", at: present.last)
    }

    private func reference<Value: SettingsValue>(
        _ key: String,
        _ type: Value.Type,
        default text: String?,
        doc: String,
        isRequired: Bool = false
    ) -> FieldReference {
        FieldReference(
            key: key,
            type: Value.typeName,
            defaultText: text,
            isRequired: isRequired,
            isSecret: Value.isSecret,
            doc: doc
        )
    }

    private mutating func value<Value: SettingsValue>(
        of key: String,
        in node: SettingsNode,
        as type: Value.Type = Value.self
    ) -> Value? {
        do {
            return try Value(setting: node)
        } catch {
            self.report(error, of: key, at: node.position)
            return nil
        }
    }
}

// MARK: - Lists, maps and nested mappings

extension Fields {
    /// A list; `nil` if it is absent or null. A null item gives the type's empty value.
    public mutating func list<Value: SettingsValue>(
        _ key: String,
        of type: Value.Type = Value.self,
        doc: String
    ) -> [Value]? {
        self.positionedList(key, of: type, doc: doc)?.map(\.value)
    }

    /// A list with the places of its items, for checks that come later.
    public mutating func positionedList<Value: SettingsValue>(
        _ key: String,
        of type: Value.Type = Value.self,
        doc: String
    ) -> [Positioned<Value>]? {
        var reference = self.reference(key, Value.self, default: nil, doc: doc)
        reference.type = "list of \(Value.typeName)"
        self.declare(reference)
        guard let node = self.entry(key)?.value, !node.isNull else { return nil }
        guard let items = node.sequence else {
            self.report(SettingsMismatch("must be a list, not \(node.kindName)"), of: key, at: node.position)
            return []
        }
        let values: [Positioned<Value>] = items.compactMap { item in
            if item.isNull { return Positioned(.empty, at: item.position) }
            return self.value(of: key, in: item).map { Positioned($0, at: item.position) }
        }
        self.show(key, .list(values.map(\.value.effective)))
        return values
    }

    /// A mapping from free names to values, in the order of the file; empty if it is absent.
    public mutating func map<Value: SettingsValue>(
        _ key: String,
        of type: Value.Type = Value.self,
        doc: String
    ) -> [(name: Positioned<String>, value: Positioned<Value>)] {
        var reference = self.reference(key, Value.self, default: nil, doc: doc)
        reference.type = "map of \(Value.typeName)"
        self.declare(reference)
        guard let node = self.entry(key)?.value, !node.isNull else { return [] }
        guard let entries = node.mapping else {
            self.report(SettingsMismatch("must be a mapping, not \(node.kindName)"), of: key, at: node.position)
            return []
        }
        let values: [(name: Positioned<String>, value: Positioned<Value>)] = entries.compactMap { entry in
            let name = Positioned(entry.key.text, at: entry.keyPosition)
            if entry.value.isNull { return (name, Positioned(.empty, at: entry.value.position)) }
            let value: Value? = self.value(of: "\(key).\(entry.key.text.prefix(80))", in: entry.value)
            return value.map { (name, Positioned($0, at: entry.value.position)) }
        }
        self.show(key, .map(values.map { EffectiveSetting($0.name.value, $0.value.value.effective) }))
        return values
    }

    /// A nested mapping; `nil` if it is absent or null, or reading it broke off.
    ///
    /// - Parameters:
    ///   - name: what it is, for messages; its key if none is given.
    ///   - isAlwaysThere: whether one that is absent or null counts as empty, so that it is read, and its defaults are
    ///     shown.
    public mutating func nested<Value>(
        _ key: String,
        called name: String? = nil,
        isAlwaysThere: Bool = false,
        doc: String,
        _ read: (inout Fields) throws(SettingsError) -> Value
    ) -> Value? {
        var declarations: [FieldReference] = []
        defer { self.declare(FieldReference(key: key, type: "mapping", doc: doc, nested: declarations)) }
        let entries: [SettingsEntry]
        if self.isReference {
            guard !self.isInside(key) else { return nil }
            entries = []
        } else if let node = self.entry(key)?.value, !node.isNull {
            guard let written = node.mapping else {
                self.report(SettingsMismatch("must be a mapping, not \(node.kindName)"), of: key, at: node.position)
                return nil
            }
            entries = written
        } else {
            guard isAlwaysThere else { return nil }
            entries = []
        }
        var effective: [EffectiveSetting] = []
        let value = self.descend(
            into: entries,
            at: self.position(of: key),
            key: key,
            name: name ?? key,
            declarations: &declarations,
            effective: &effective,
            read
        )
        self.show(key, .mapping(effective))
        return value
    }

    /// A list of nested mappings; `nil` if it is absent or null. Items that could not be read are left out, and an item
    /// that is null is a mistake.
    ///
    /// - Parameter read: gets the place of the item in the list, too.
    public mutating func nestedList<Value>(
        _ key: String,
        called name: String? = nil,
        doc: String,
        _ read: (inout Fields, Int) throws(SettingsError) -> Value
    ) -> [Value]? {
        var declarations: [FieldReference] = []
        defer { self.declare(FieldReference(key: key, type: "list of mappings", doc: doc, nested: declarations)) }
        let name = name ?? key
        if self.isReference {
            guard !self.isInside(key) else { return nil }
            var effective: [EffectiveSetting] = []
            let sample = self.descend(
                into: [],
                at: self.position,
                key: key,
                name: name,
                declarations: &declarations,
                effective: &effective
            ) { (fields) throws(SettingsError) in try read(&fields, 0) }
            return sample.map { [$0] }
        }
        guard let node = self.entry(key)?.value, !node.isNull else { return nil }
        guard let items = node.sequence else {
            self.report(SettingsMismatch("must be a list, not \(node.kindName)"), of: key, at: node.position)
            return []
        }
        var values: [Value] = []
        var shown: [EffectiveSetting.Value] = []
        defer { self.show(key, .list(shown)) }
        for (index, item) in items.enumerated() {
            guard let entries = item.mapping else {
                self.report("`\(key)` item \(index + 1) must be a mapping, not \(item.kindName)", at: item.position)
                continue
            }
            var effective: [EffectiveSetting] = []
            let value = self.descend(
                into: entries,
                at: item.position,
                key: key,
                name: name,
                declarations: &declarations,
                effective: &effective
            ) { (fields) throws(SettingsError) in try read(&fields, index) }
            if let value { values.append(value) }
            shown.append(.mapping(effective))
        }
        return values
    }
}

/// A value, and where it was written.
public struct Positioned<Value: Sendable>: Sendable {
    public var value: Value
    public var position: SettingsPosition

    public init(_ value: Value, at position: SettingsPosition) {
        self.value = value
        self.position = position
    }
}

extension Positioned: Equatable where Value: Equatable {}
extension Positioned: Hashable where Value: Hashable {}
