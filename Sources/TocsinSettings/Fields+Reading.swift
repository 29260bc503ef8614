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
        return self.value(of: key, in: node) ?? .empty
    }

    /// A field with a default. A written null gives the type's empty value, not the default.
    public mutating func optional<Value: SettingsValue>(
        _ key: String,
        default value: Value,
        doc: String
    ) -> Value {
        self.declare(self.reference(key, Value.self, default: value.settingText, doc: doc))
        guard let node = self.entry(key)?.value else { return value }
        return node.isNull ? .empty : self.value(of: key, in: node) ?? value
    }

    /// A field that may be absent; a null counts as absent.
    public mutating func optional<Value: SettingsValue>(
        _ key: String,
        as type: Value.Type = Value.self,
        doc: String
    ) -> Value? {
        self.declare(self.reference(key, Value.self, default: nil, doc: doc))
        guard let node = self.entry(key)?.value, !node.isNull else { return nil }
        return self.value(of: key, in: node)
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
        guard let node = self.entry(key)?.value, !node.isNull else { return value }
        guard let text = self.value(of: key, in: node, as: String.self) else { return value }
        if let found = Value(rawValue: text) { return found }
        let near = Spelling.nearest(to: text, among: words).map { "; did you mean `\($0)`?" } ?? ""
        let mismatch = SettingsMismatch("must be one of \(words.joined(separator: ", "))", quoting: text)
        self.report("`\(key)` \(mismatch.text)\(near)", at: node.position)
        return value
    }

    /// A field of a type that reads its text with a parser of its own.
    ///
    /// - Parameter parse: gets the text of a value that is not null; what it throws is reported at the value.
    public mutating func parsed<Value: Sendable>(
        _ key: String,
        type: String,
        default text: String? = nil,
        doc: String,
        _ parse: (String) throws(SettingsMismatch) -> Value
    ) -> Value? {
        self.declare(FieldReference(key: key, type: type, defaultText: text, doc: doc))
        guard let node = self.entry(key)?.value, !node.isNull else { return nil }
        guard let text = self.value(of: key, in: node, as: String.self) else { return nil }
        do {
            return try parse(text)
        } catch {
            self.report(error, of: key, at: node.position)
            return nil
        }
    }

    /// A value as it stands, for a field that takes anything.
    public mutating func node(_ key: String, type: String = "any", doc: String) -> SettingsNode? {
        self.declare(FieldReference(key: key, type: type, doc: doc))
        return self.entry(key)?.value
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
        return items.compactMap { item in
            if item.isNull { return Positioned(.empty, at: item.position) }
            return self.value(of: key, in: item).map { Positioned($0, at: item.position) }
        }
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
        return entries.compactMap { entry in
            let name = Positioned(entry.key.text, at: entry.keyPosition)
            if entry.value.isNull { return (name, Positioned(.empty, at: entry.value.position)) }
            let value: Value? = self.value(of: "\(key).\(entry.key.text.prefix(80))", in: entry.value)
            return value.map { (name, Positioned($0, at: entry.value.position)) }
        }
    }

    /// A nested mapping; `nil` if it is absent or null, or reading it broke off.
    ///
    /// - Parameter name: what it is, for messages; its key if none is given.
    public mutating func nested<Value>(
        _ key: String,
        called name: String? = nil,
        doc: String,
        _ read: (inout Fields) throws(SettingsError) -> Value
    ) -> Value? {
        var declarations: [FieldReference] = []
        defer { self.declare(FieldReference(key: key, type: "mapping", doc: doc, nested: declarations)) }
        let name = name ?? key
        if self.isReference {
            guard !self.isInside(key) else { return nil }
            return self.descend(into: [], at: self.position, key: key, name: name, declarations: &declarations, read)
        }
        guard let node = self.entry(key)?.value, !node.isNull else { return nil }
        guard let entries = node.mapping else {
            self.report(SettingsMismatch("must be a mapping, not \(node.kindName)"), of: key, at: node.position)
            return nil
        }
        return self.descend(into: entries, at: node.position, key: key, name: name, declarations: &declarations, read)
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
            let sample = self.descend(
                into: [],
                at: self.position,
                key: key,
                name: name,
                declarations: &declarations
            ) { (fields) throws(SettingsError) in try read(&fields, 0) }
            return sample.map { [$0] }
        }
        guard let node = self.entry(key)?.value, !node.isNull else { return nil }
        guard let items = node.sequence else {
            self.report(SettingsMismatch("must be a list, not \(node.kindName)"), of: key, at: node.position)
            return []
        }
        var values: [Value] = []
        for (index, item) in items.enumerated() {
            guard let entries = item.mapping else {
                self.report("`\(key)` item \(index + 1) must be a mapping, not \(item.kindName)", at: item.position)
                continue
            }
            let value = self.descend(
                into: entries,
                at: item.position,
                key: key,
                name: name,
                declarations: &declarations
            ) { (fields) throws(SettingsError) in try read(&fields, index) }
            if let value { values.append(value) }
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
