import TocsinModel

/// Labels as pairs, and matchers on them, written a second time: nothing here asks the model what matches what.
struct PlainLabels: Hashable, Sendable {
    let pairs: [Pair]

    struct Pair: Hashable, Sendable {
        let name: [UInt8]
        let value: [UInt8]
    }

    init(_ labels: LabelSet) {
        self.pairs = labels.map { Pair(name: Array($0.name.utf8), value: Array($0.value.utf8)) }
    }

    /// A label that is absent has the empty value.
    func value(_ name: String) -> [UInt8] {
        let name = Array(name.utf8)
        return self.pairs.first { $0.name == name }?.value ?? []
    }
}

extension Matcher {
    /// Whether it matches, by its text alone.
    func plainlyMatches(_ labels: PlainLabels) -> Bool {
        let value = labels.value(self.name)
        switch self.kind {
        case .equal: return value == Array(self.value.utf8)
        case .notEqual: return value != Array(self.value.utf8)
        case .regex: return self.patternMatches(value)
        case .notRegex: return !self.patternMatches(value)
        }
    }

    /// Patterns of literals, `.*` and `|` are read here; others, as a user's own file may have them, are left to
    /// the engine's regular expressions.
    private func patternMatches(_ value: [UInt8]) -> Bool {
        let special = Set("\\[](){}^$?".utf8)
        guard !self.value.utf8.contains(where: special.contains), let branches = Wildcards(self.value) else {
            let text = String(decoding: value, as: UTF8.self)
            return self.kind == .regex ? self.matches(value: text) : !self.matches(value: text)
        }
        return branches.match(value)
    }
}

/// A regular expression that is no more than alternatives of literals with `.*` between them.
private struct Wildcards {
    private enum Piece: Hashable {
        case literal(UInt8)
        case any
    }

    private var branches: [[Piece]] = [[]]

    init?(_ pattern: String) {
        let bytes = Array(pattern.utf8)
        var index = 0
        while index < bytes.count {
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            switch bytes[index] {
            case UInt8(ascii: "|"):
                self.branches.append([])
            case UInt8(ascii: ".") where next == UInt8(ascii: "*"):
                self.append(.any)
                index += 1
            case UInt8(ascii: ".") where next == UInt8(ascii: "+"):
                // Left to the expressions of the model, as all that is not simple.
                return nil
            case UInt8(ascii: "."), UInt8(ascii: "*"), UInt8(ascii: "+"): return nil
            default: self.append(.literal(bytes[index]))
            }
            index += 1
        }
    }

    private mutating func append(_ piece: Piece) { self.branches[self.branches.count - 1].append(piece) }

    func match(_ value: [UInt8]) -> Bool {
        self.branches.contains { Wildcards.match($0[...], value[...]) }
    }

    private static func match(_ pieces: ArraySlice<Piece>, _ value: ArraySlice<UInt8>) -> Bool {
        guard let first = pieces.first else { return value.isEmpty }
        switch first {
        case .literal(let byte):
            return value.first == byte && self.match(pieces.dropFirst(), value.dropFirst())
        case .any:
            return (0...value.count).contains { self.match(pieces.dropFirst(), value.dropFirst($0)) }
        }
    }
}
