import TocsinSettings
import Yams

/// Turns Yams's nodes into settings: resolves aliases, merges `<<`, decides what scalars are.
struct YAMLConverter {
    let file: String
    /// What stands for the `*` of an alias, see ``YAML``.
    let star: Unicode.Scalar
    private(set) var errors: [SettingsError] = []
    private var anchors: [String: Anchored] = [:]
    /// The number of values so far.
    private var count = 0
    /// Set when a limit is reached: one mistake is enough, the rest is skipped.
    private var isExhausted = false

    private struct Anchored {
        let node: SettingsNode
        /// How many values it holds, itself included.
        let count: Int
        /// How deep it goes below itself.
        let depth: Int
    }

    init(file: String, star: Unicode.Scalar) {
        self.file = file
        self.star = star
    }

    mutating func convert(_ node: Node, depth: Int) -> SettingsNode {
        var deepest = depth
        return self.convert(node, depth: depth, deepest: &deepest)
    }

    /// - Parameter deepest: becomes the greatest depth that was reached.
    private mutating func convert(_ node: Node, depth: Int, deepest: inout Int) -> SettingsNode {
        let position = self.position(of: node)
        let before = self.count
        deepest = max(deepest, depth)
        guard self.take(1, depth: depth, at: position) else { return SettingsNode(.null, at: position) }
        var result = SettingsNode(.null, at: position)
        var below = depth
        switch node {
        case .scalar(let scalar):
            if let name = self.aliasName(of: scalar) {
                return self.resolveAlias(name, of: scalar, depth: depth, deepest: &deepest, at: position)
            }
            result.content = self.content(of: scalar, at: position)
        case .sequence(let sequence):
            result.content = .sequence(sequence.map { self.convert($0, depth: depth + 1, deepest: &below) })
        case .mapping(let mapping):
            result.content = .mapping(self.entries(of: mapping, depth: depth, deepest: &below))
        case .alias:
            preconditionFailure("an alias though every * was replaced")
        }
        deepest = max(deepest, below)
        if let anchor = node.anchor {
            let size = self.count - before
            self.anchors[anchor.rawValue] = Anchored(node: result, count: size, depth: below - depth)
        }
        return result
    }

    /// Counts values against the limits.
    private mutating func take(_ count: Int, depth: Int, at position: SettingsPosition) -> Bool {
        guard !self.isExhausted else { return false }
        self.count += count
        if self.count > YAML.maximumCount {
            self.isExhausted = true
            self.report("the file holds more than \(YAML.maximumCount) values, aliases included", at: position)
        } else if depth > YAML.maximumDepth {
            self.isExhausted = true
            self.report("more than \(YAML.maximumDepth) lists and mappings inside one another", at: position)
        }
        return !self.isExhausted
    }

    private mutating func report(_ message: String, at position: SettingsPosition) {
        self.errors.append(SettingsError(message, at: position))
    }

    private func position(of node: Node) -> SettingsPosition {
        SettingsPosition(file: self.file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }
}

// MARK: - Aliases

extension YAMLConverter {
    /// The text after the star if the scalar stands for an alias. A plain scalar cannot begin with a star otherwise.
    private func aliasName(of scalar: Node.Scalar) -> String? {
        guard scalar.style == .plain, scalar.string.unicodeScalars.first == self.star else { return nil }
        return String(scalar.string.unicodeScalars.dropFirst())
    }

    private mutating func resolveAlias(
        _ name: String,
        of scalar: Node.Scalar,
        depth: Int,
        deepest: inout Int,
        at position: SettingsPosition
    ) -> SettingsNode {
        guard !name.isEmpty, name.utf8.allSatisfy(YAMLConverter.isAnchorCharacter), scalar.anchor == nil else {
            self.report("not valid YAML: a * begins an alias; put text that begins with it in quotes", at: position)
            return SettingsNode(.null, at: position)
        }
        guard let anchored = self.anchors[name] else {
            let nearest = Spelling.nearest(to: name, among: self.anchors.keys.sorted())
            let hint = nearest.map { "; did you mean `*\($0)`?" } ?? "; put text that begins with a * in quotes"
            // Not the name: it may be a secret that somebody forgot to quote.
            self.report("unknown anchor\(hint)", at: position)
            return SettingsNode(.null, at: position)
        }
        deepest = max(deepest, depth + anchored.depth)
        guard self.take(anchored.count, depth: depth + anchored.depth, at: position) else {
            return SettingsNode(.null, at: position)
        }
        return anchored.node
    }

    private static func isAnchorCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

// MARK: - Mappings

extension YAMLConverter {
    private mutating func entries(of mapping: Node.Mapping, depth: Int, deepest: inout Int) -> [SettingsEntry] {
        var entries: [SettingsEntry] = []
        var merged: [SettingsEntry] = []
        for (key, value) in mapping {
            let converted = self.convert(key, depth: depth + 1, deepest: &deepest)
            let position = self.position(of: key)
            let value = self.convert(value, depth: depth + 1, deepest: &deepest)
            if case .scalar(let scalar) = key, scalar.style == .plain, scalar.string == "<<" {
                merged += self.mergedEntries(of: value)
                continue
            }
            switch converted.content {
            case .scalar(let scalar): entries.append(SettingsEntry(key: scalar, at: position, value: value))
            case .null:
                let key = SettingsScalar(key.scalar?.string ?? "", kind: .null)
                entries.append(SettingsEntry(key: key, at: position, value: value))
            case .sequence, .mapping:
                self.report("a key must be a single value, not \(converted.kindName)", at: position)
            }
        }
        return self.merge(merged, under: entries)
    }

    /// What is written in the mapping itself stands; of several that are merged, the first.
    private func merge(_ merged: [SettingsEntry], under entries: [SettingsEntry]) -> [SettingsEntry] {
        guard !merged.isEmpty else { return entries }
        var known = Set(entries.map { Array($0.key.text.utf8) })
        return entries + merged.filter { known.insert(Array($0.key.text.utf8)).inserted }
    }

    private mutating func mergedEntries(of value: SettingsNode) -> [SettingsEntry] {
        switch value.content {
        case .mapping(let entries): return entries
        case .sequence(let items) where items.allSatisfy({ $0.mapping != nil }):
            return items.flatMap { $0.mapping ?? [] }
        default:
            self.report("`<<` merges a mapping or a list of mappings, not \(value.kindName)", at: value.position)
            return []
        }
    }
}

// MARK: - Scalars

extension YAMLConverter {
    private mutating func content(of scalar: Node.Scalar, at position: SettingsPosition) -> SettingsNode.Content {
        var scalars = String.UnicodeScalarView()
        for scalar in scalar.string.unicodeScalars { scalars.append(scalar == self.star ? "*" : scalar) }
        let text = String(scalars)
        let isQuoted = scalar.style != .plain
        switch scalar.tag.rawValue {
        case "tag:yaml.org,2002:binary":
            guard let decoded = Base64.decode(text) else {
                self.report("`!!binary` must be base64 of UTF-8 text", at: position)
                return .null
            }
            return .scalar(SettingsScalar(decoded, isQuoted: true))
        case "tag:yaml.org,2002:null": return .null
        case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool":
            guard let kind = YAMLScalar.kind(of: text) else { return .null }
            return .scalar(SettingsScalar(text, kind: kind))
        case "" where !isQuoted:
            guard let kind = YAMLScalar.kind(of: text) else { return .null }
            return .scalar(SettingsScalar(text, kind: kind))
        default:
            return .scalar(SettingsScalar(text, isQuoted: true))
        }
    }
}
