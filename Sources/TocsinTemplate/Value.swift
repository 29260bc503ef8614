/// What a template sees: the data it is given, the literals it contains and everything its functions return.
///
/// Plain Go values have a case each. A Go type with a name of its own, with methods or with struct fields is an
/// ``TemplateObject``.
public enum Value: Sendable {
    /// Go's untyped nil. Printed by an action it is `<no value>`, inside `printf` it is `<nil>`.
    case null
    case bool(Bool)
    case int(Int)
    case float(Double)
    case string(String)
    case list(List)
    case map(Map)
    case object(any TemplateObject)
    /// A function as data; templates call it with `call`.
    case function(TemplateFunction)
}

extension Value {
    /// A Go slice.
    public struct List: Sendable {
        public let elements: [Value]
        /// Go's name of the type, for error texts, `%T` and `%#v`, and to match a ``Parameter``.
        public let typeName: String
        let measure: Measure

        public init(_ elements: [Value], typeName: String = "[]interface {}") {
            self.elements = elements
            self.typeName = typeName
            self.measure = Measure(containerOf: elements)
        }

        /// A `[]string`.
        public init(strings: [String]) {
            self.init(strings.map(Value.string), typeName: "[]string")
        }
    }

    /// A Go map with string keys, in the order of its keys' bytes.
    public struct Map: Sendable {
        public var keys: [String] { self.storage.keys }
        /// The values in the order of ``keys``.
        public var values: [Value] { self.storage.values }
        /// What a key that is not there gives: the zero value of the map's element type.
        public var missing: Missing { self.storage.missing }
        public var typeName: String { self.storage.typeName }
        var measure: Measure { self.storage.measure }

        private let storage: Storage

        /// Of a key that comes twice, the last value counts.
        public init(
            _ pairs: some Sequence<(key: String, value: Value)>,
            missing: Missing = .null,
            typeName: String = "map[string]interface {}"
        ) {
            let sorted = Map.sortedAndUnique(Array(pairs))
            self.storage = Storage(
                keys: sorted.map(\.key), values: sorted.map(\.value), missing: missing, typeName: typeName)
        }

        /// A `map[string]string`, whose missing keys are empty strings.
        public init(strings: some Sequence<(key: String, value: String)>, typeName: String = "map[string]string") {
            let pairs = strings.map { (key: $0.key, value: Value.string($0.value)) }
            self.init(pairs, missing: .emptyString, typeName: typeName)
        }

        /// The value of `key`, nil if it is not there. Logarithmic.
        public subscript(key: String) -> Value? {
            var low = 0
            var high = self.keys.count
            while low < high {
                let middle = (low + high) / 2
                if bytesPrecede(self.keys[middle], key) { low = middle + 1 } else { high = middle }
            }
            guard low < self.keys.count, bytesEqual(self.keys[low], key) else { return nil }
            return self.values[low]
        }

        /// Behind a reference to keep ``Value`` small.
        private final class Storage: Sendable {
            let keys: [String]
            let values: [Value]
            let missing: Missing
            let typeName: String
            let measure: Measure

            init(keys: [String], values: [Value], missing: Missing, typeName: String) {
                self.keys = keys
                self.values = values
                self.missing = missing
                self.typeName = typeName
                self.measure = Measure(containerOf: values, keys: keys)
            }
        }
    }

    /// The zero value of a map's element type, which a missing key gives (Go's `missingkey=zero`).
    public enum Missing: Sendable {
        /// `map[string]string`.
        case emptyString
        /// `map[string]any`: prints `<no value>`.
        case null

        var value: Value {
            switch self {
            case .emptyString: .string("")
            case .null: .null
            }
        }
    }
}

extension Value {
    /// A `[]string`.
    public static func strings(_ strings: [String]) -> Value {
        .list(List(strings: strings))
    }

    /// Go's name of the value's type, as `%T` prints it.
    public var typeName: String {
        switch self {
        case .null: "<nil>"
        case .bool: "bool"
        case .int: "int"
        case .float: "float64"
        case .string: "string"
        case .list(let list): list.typeName
        case .map(let map): map.typeName
        case .object(let object): object.isPointer ? "*\(object.typeName)" : object.typeName
        case .function: "func(...interface {}) (interface {}, error)"
        }
    }

    /// The language's idea of true: not zero, not empty, not nil. Structs and functions are always true.
    public var isTrue: Bool {
        switch self {
        case .null: false
        case .bool(let bool): bool
        case .int(let int): int != 0
        case .float(let float): float != 0
        case .string(let string): !string.isEmpty
        case .list(let list): !list.elements.isEmpty
        case .map(let map): !map.keys.isEmpty
        case .object(let object): object.isTrue
        case .function: true
        }
    }

    /// The value as an action `{{ . }}` prints it.
    public var text: String {
        var printer = Printer(limit: Limits.default.size)
        printer.printAction(self)
        return printer.buffer.text
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .int(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension Value.List: ExpressibleByArrayLiteral {
    public init(arrayLiteral elements: Value...) { self.init(elements) }
}

extension Value.Map: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, Value)...) {
        self.init(elements.map { (key: $0.0, value: $0.1) })
    }
}

extension Value.Map {
    private static func sortedAndUnique(_ pairs: [(key: String, value: Value)]) -> [(key: String, value: Value)] {
        // What comes from labels is in order already.
        if zip(pairs, pairs.dropFirst()).allSatisfy({ bytesPrecede($0.key, $1.key) }) { return pairs }
        // The offset keeps the order of equal keys, so that the last one can win.
        let sorted = pairs.enumerated().sorted { left, right in
            if bytesPrecede(left.element.key, right.element.key) { return true }
            if bytesPrecede(right.element.key, left.element.key) { return false }
            return left.offset < right.offset
        }
        var unique: [(key: String, value: Value)] = []
        unique.reserveCapacity(sorted.count)
        for (_, pair) in sorted {
            if let last = unique.last, bytesEqual(last.key, pair.key) { unique.removeLast() }
            unique.append(pair)
        }
        return unique
    }
}

/// How deep and how big a value is, known without walking it, so that the evaluator can refuse what would overflow the
/// stack or the memory before it is printed, compared or freed.
struct Measure: Sendable {
    var depth: Int32
    var size: Int

    init(depth: Int32, size: Int) {
        self.depth = depth
        self.size = size
    }

    init(containerOf elements: [Value], keys: [String] = []) {
        self.depth = 1
        self.size = 16
        for element in elements {
            let measure = element.measure
            self.depth = max(self.depth, measure.depth + 1)
            self.size = min(self.size + measure.size, Int.max / 4)
        }
        for key in keys { self.size += key.utf8.count }
    }
}

extension Value {
    var measure: Measure {
        switch self {
        case .null, .bool, .int, .float, .function: Measure(depth: 1, size: 16)
        // Other objects are the data's, which is there anyway.
        case .object(let object): Measure(depth: 1, size: 16 + ((object as? SafeText)?.content.utf8.count ?? 0))
        case .string(let string): Measure(depth: 1, size: 16 + string.utf8.count)
        case .list(let list): list.measure
        case .map(let map): map.measure
        }
    }
}

/// Swift compares strings by canonical equivalence, Go by bytes; templates must not notice the difference.
func bytesEqual(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8)
}

func bytesPrecede(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
}
