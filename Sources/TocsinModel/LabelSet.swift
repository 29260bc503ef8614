/// Labels (or annotations) of an alert: names to values, sorted by the bytes of the name, no name twice.
///
/// Kept as one block of bytes, because a server holds hundreds of thousands of them: for each pair the length of the
/// name, the name, the length of the value, the value; lengths as variable-length integers. The fingerprint is
/// computed once, when the set is made.
public struct LabelSet: Sendable {
    /// The pairs in their encoded form (see ``LabelEncoder``).
    public let encoded: [UInt8]
    public let fingerprint: Fingerprint

    public static let empty = LabelSet([:])

    /// For text that is known to be sorted, encoded and hashed already.
    init(encoded: [UInt8], fingerprint: Fingerprint) {
        self.encoded = encoded
        self.fingerprint = fingerprint
    }

    /// Reads back what ``encoded`` gave. `nil` if the bytes are not such a block.
    public init?(encoded: [UInt8]) {
        guard let fingerprint = encoded.withUnsafeBytes({ LabelDecoder.fingerprint(of: $0) }) else { return nil }
        self.init(encoded: encoded, fingerprint: fingerprint)
    }

    public init(_ pairs: [String: String]) {
        self.init(sorted: pairs.map { ($0.key, $0.value) }.sorted { LabelSet.nameOrder($0.0, $1.0) })
    }

    /// From pairs that are sorted by ``nameOrder(_:_:)`` and name nothing twice.
    init(sorted pairs: [(String, String)]) {
        var encoder = LabelEncoder()
        for (name, value) in pairs { encoder.append(name: name, value: value) }
        self = encoder.finish()
    }

    /// The order of names everywhere: by their UTF-8 bytes.
    public static func nameOrder(_ a: String, _ b: String) -> Bool {
        a.utf8.lexicographicallyPrecedes(b.utf8)
    }

    public var isEmpty: Bool { self.encoded.isEmpty }

    /// The number of labels.
    public var count: Int { self.encoded.withUnsafeBytes { LabelDecoder.count($0) } }

    /// The value of `name`, or `nil` if there is no such label.
    public subscript(name: String) -> String? {
        var name = name
        return name.withUTF8 { wanted in
            self.encoded.withUnsafeBytes { bytes in
                LabelDecoder.value(of: UnsafeRawBufferPointer(wanted), in: bytes)
                    .map { String(decoding: $0, as: UTF8.self) }
            }
        }
    }

    /// Calls `body` with the bytes of the value of `name`; with no bytes at all if there is no such label, which is
    /// how matchers see an absent one.
    @inline(__always)
    public func withValue<Result>(of name: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        var name = name
        return name.withUTF8 { wanted in
            self.encoded.withUnsafeBytes { bytes in
                body(
                    LabelDecoder.value(of: UnsafeRawBufferPointer(wanted), in: bytes)
                        ?? UnsafeRawBufferPointer(start: nil, count: 0)
                )
            }
        }
    }

    /// Calls `body` with the bytes of each pair in order of the names, without making strings.
    @inline(__always)
    public func forEachBytes(_ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void) {
        self.encoded.withUnsafeBytes { bytes in
            var decoder = LabelDecoder(bytes)
            while let pair = decoder.next() { body(pair.name, pair.value) }
        }
    }

    /// The pairs whose name is in `names`. Every new alert is grouped by this, so it makes no strings.
    public func only(_ names: [String]) -> LabelSet {
        var encoder = LabelEncoder()
        self.forEachBytes { name, value in
            let isWanted = names.contains { $0.utf8.elementsEqual(name) }
            if isWanted { encoder.append(name: name, value: value) }
        }
        return encoder.finish()
    }

    /// The pairs that all of the sets have; none of no sets. A label that is missing counts as an empty one, as in
    /// Alertmanager.
    public init(commonTo sets: some Collection<LabelSet>) {
        var encoder = LabelEncoder()
        let others = sets.dropFirst()
        sets.first?.forEachBytes { name, value in
            let isCommon = others.allSatisfy { set in
                set.encoded.withUnsafeBytes { bytes in
                    LabelDecoder.value(of: name, in: bytes).map { LabelDecoder.compare($0, value) == 0 }
                        ?? value.isEmpty
                }
            }
            if isCommon { encoder.append(name: name, value: value) }
        }
        self = encoder.finish()
    }

    /// The pairs for which `isIncluded` holds.
    public func filter(_ isIncluded: (_ name: String, _ value: String) -> Bool) -> LabelSet {
        var encoder = LabelEncoder()
        for (name, value) in self where isIncluded(name, value) { encoder.append(name: name, value: value) }
        return encoder.finish()
    }
}

extension LabelSet: Sequence {
    public struct Iterator: IteratorProtocol {
        private let bytes: [UInt8]
        private var offset = 0

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        public mutating func next() -> (name: String, value: String)? {
            self.bytes.withUnsafeBytes { bytes in
                var decoder = LabelDecoder(bytes, at: self.offset)
                guard let pair = decoder.next() else { return nil }
                self.offset = decoder.offset
                return (String(decoding: pair.name, as: UTF8.self), String(decoding: pair.value, as: UTF8.self))
            }
        }
    }

    public func makeIterator() -> Iterator { Iterator(self.encoded) }
}

extension LabelSet: Hashable {
    public static func == (a: LabelSet, b: LabelSet) -> Bool {
        a.fingerprint == b.fingerprint && a.encoded == b.encoded
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(self.fingerprint) }
}

extension LabelSet: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }
}

extension LabelSet: Comparable {
    /// Alertmanager's order of label sets (docs/alertmanager.md): fewer labels first; else at the first name that one
    /// of them lacks, the one that lacks it; else at the first differing value, the smaller.
    public static func < (a: LabelSet, b: LabelSet) -> Bool {
        a.encoded.withUnsafeBytes { left in
            b.encoded.withUnsafeBytes { right in
                let (leftCount, rightCount) = (LabelDecoder.count(left), LabelDecoder.count(right))
                if leftCount != rightCount { return leftCount < rightCount }
                var (l, r) = (LabelDecoder(left), LabelDecoder(right))
                while let a = l.next(), let b = r.next() {
                    // Both are sorted, so where the names differ the smaller one is missing on the other side.
                    let names = LabelDecoder.compare(a.name, b.name)
                    if names != 0 { return names > 0 }
                    let values = LabelDecoder.compare(a.value, b.value)
                    if values != 0 { return values < 0 }
                }
                return false
            }
        }
    }

    /// The bytes of the value of `name` compared with another set's: `nil` where neither has it; a set that has it
    /// comes before one that lacks it.
    public static func compare(_ a: LabelSet, _ b: LabelSet, by name: StaticString) -> Int? {
        let wanted = UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        return a.encoded.withUnsafeBytes { left in
            b.encoded.withUnsafeBytes { right in
                switch (LabelDecoder.value(of: wanted, in: left), LabelDecoder.value(of: wanted, in: right)) {
                case (nil, nil): nil
                case (_?, nil): -1
                case (nil, _?): 1
                case (let l?, let r?): LabelDecoder.compare(l, r)
                }
            }
        }
    }
}
