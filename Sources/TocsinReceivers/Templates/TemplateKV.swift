import TocsinJSON
import TocsinModel
import TocsinTemplate

/// Names and values as templates see them: Alertmanager's `KV`. Its methods hide keys of the same name.
struct TemplateKV: Sendable {
    let pairs: [Pair]

    struct Pair: Sendable, Equatable {
        let name: String
        let value: String
    }

    /// - Parameter pairs: in the order of the bytes of their names, no name twice.
    init(_ pairs: [Pair]) {
        self.pairs = pairs
    }

    /// Made when a template asks: most look at few of the sets that a notification has.
    private var map: Value.Map { Value.Map(strings: self.pairs.lazy.map { (key: $0.name, value: $0.value) }) }

    /// - Parameter cleaned: what takes the place of each name and value.
    init(_ labels: LabelSet, cleaned: (String) -> String = { $0 }) {
        self.init(labels.map { Pair(name: cleaned($0.name), value: cleaned($0.value)) })
    }

    /// The pairs that all of the sets have; none of no sets.
    init(commonTo sets: [TemplateKV]) {
        guard let first = sets.first else {
            self.init([])
            return
        }
        let others = sets.dropFirst()
        // A label that is missing counts as an empty one, as in Alertmanager.
        self.init(
            first.pairs.filter { pair in others.allSatisfy { $0.value(of: pair.name).isIdentical(to: pair.value) } })
    }

    /// Empty if there is none.
    func value(of name: String) -> String { self.pairs.first { $0.name.isIdentical(to: name) }?.value ?? "" }

    /// `alertname` first, the others by the bytes of their names.
    var sortedPairs: TemplatePairs {
        let isFirst = { (pair: Pair) in pair.name.isIdentical(to: "alertname") }
        return TemplatePairs(pairs: self.pairs.filter(isFirst) + self.pairs.filter { !isFirst($0) })
    }

    func removing(_ names: [String]) -> TemplateKV {
        TemplateKV(self.pairs.filter { pair in !names.contains { $0.isIdentical(to: pair.name) } })
    }

    var json: JSONValue {
        .object(self.pairs.map { JSONValue.Member($0.name, .string($0.value)) })
    }
}

extension String {
    /// Swift's `==` takes different bytes for equal if they are canonically equivalent; labels are bytes.
    func isIdentical(to other: String) -> Bool { self.utf8.elementsEqual(other.utf8) }
}

extension TemplateKV: TemplateObject {
    var typeName: String { "template.KV" }
    var underlying: Underlying { .value(.map(self.map)) }
    var text: String? { self.sortedPairs.text }

    func method(_ name: String) -> TemplateFunction? {
        if name == "Remove" {
            return TemplateFunction(name, [.strings]) { (arguments) throws(TemplateError) in
                .object(self.removing(try arguments[0].strings))
            }
        }
        let value: Value
        switch name {
        case "SortedPairs": value = .object(self.sortedPairs)
        case "Names": value = .object(self.sortedPairs.names)
        case "Values": value = .object(self.sortedPairs.values)
        case "String": value = .string(self.text ?? "")
        default: return nil
        }
        return TemplateFunction(name) { (_) throws(TemplateError) in value }
    }
}

/// The pairs of a ``TemplateKV`` in the order in which people read them.
struct TemplatePairs: TemplateObject {
    let pairs: [TemplateKV.Pair]

    var typeName: String { "template.Pairs" }
    var text: String? { self.pairs.map { "\($0.name)=\($0.value)" }.joined(separator: ", ") }

    var underlying: Underlying {
        .value(.list(Value.List(self.pairs.map { .object($0) }, typeName: "[]template.Pair")))
    }

    var names: TemplateStrings { TemplateStrings(strings: self.pairs.map(\.name)) }
    var values: TemplateStrings { TemplateStrings(strings: self.pairs.map(\.value)) }

    func slice(_ range: Range<Int>) -> Value { .object(TemplatePairs(pairs: Array(self.pairs[range]))) }

    func method(_ name: String) -> TemplateFunction? {
        let value: Value
        switch name {
        case "Names": value = .object(self.names)
        case "Values": value = .object(self.values)
        case "String": value = .string(self.text ?? "")
        default: return nil
        }
        return TemplateFunction(name) { (_) throws(TemplateError) in value }
    }
}

extension TemplateKV.Pair: TemplateObject {
    var typeName: String { "template.Pair" }

    var underlying: Underlying {
        .structure([Underlying.Field("Name", .string(self.name)), Underlying.Field("Value", .string(self.value))])
    }
}

/// A list of strings with the method `Join`.
struct TemplateStrings: TemplateObject {
    let strings: [String]

    var typeName: String { "template.Strings" }
    var underlying: Underlying { .value(.strings(self.strings)) }

    func slice(_ range: Range<Int>) -> Value { .object(TemplateStrings(strings: Array(self.strings[range]))) }

    func method(_ name: String) -> TemplateFunction? {
        guard name == "Join" else { return nil }
        return TemplateFunction(name, [.string]) { (arguments) throws(TemplateError) in
            .string(try self.strings.joinedWithinLimits(by: try arguments[0].string))
        }
    }
}

extension [String] {
    /// A long separator between many short texts makes much out of little, so the length is checked before it is made.
    func joinedWithinLimits(by separator: String) throws(TemplateError) -> String {
        let separators = separator.utf8.count.multipliedReportingOverflow(by: Swift.max(0, self.count - 1))
        let total = self.reduce(separators.partialValue) { $0 &+ $1.utf8.count }
        guard !separators.overflow, total <= Limits.default.size else {
            throw TemplateError("the result exceeds \(Limits.default.size) bytes")
        }
        return self.joined(separator: separator)
    }
}
