import TocsinModel

/// Finds what may be about an alert, such as silences, by one of the alert's labels.
///
/// Each set of matchers stands under the values of one of its equality matchers: an alert without such a label is none
/// of its. Only sets without any are held against every alert.
struct MatcherIndex<Element: Comparable & Hashable & Sendable>: Sendable {
    /// By a hash of a label's name and value. Two labels may share one: whoever is found is asked itself.
    private var byLabel: [UInt64: [Element]] = [:]
    private var withoutLabel: [Element] = []
    /// Where each element stands, for taking it out; no hashes for a set without a label.
    private var places: [Element: [[UInt64]]] = [:]

    var isEmpty: Bool { self.places.isEmpty }
    var count: Int { self.places.count }

    func contains(_ element: Element) -> Bool { self.places[element] != nil }

    /// - Parameter sets: it may be about alerts that one of them matches.
    mutating func insert(_ element: Element, under sets: [[Matcher]]) {
        self.remove(element)
        var places: [[UInt64]] = []
        for set in sets {
            let hashes = self.bestPlace(of: set)
            for hash in hashes { self.byLabel[hash, default: []].append(element) }
            if hashes.isEmpty { self.withoutLabel.append(element) }
            places.append(hashes)
        }
        self.places[element] = places
    }

    mutating func remove(_ element: Element) {
        guard let places = self.places.removeValue(forKey: element) else { return }
        for hashes in places {
            for hash in hashes {
                self.byLabel[hash]?.removeAll { $0 == element }
                if self.byLabel[hash]?.isEmpty == true { self.byLabel[hash] = nil }
            }
            if hashes.isEmpty { self.withoutLabel.removeAll { $0 == element } }
        }
    }

    /// The matcher under which the fewest others stand: of `alertname` and `instance`, usually the instance.
    private func bestPlace(of set: [Matcher]) -> [UInt64] {
        var best: (hashes: [UInt64], crowd: Int)?
        for matcher in set {
            guard let values = matcher.exactValues else { continue }
            var hashes: [UInt64] = []
            for value in values {
                let hash = MatcherIndex.hash(matcher.name, value)
                if !hashes.contains(hash) { hashes.append(hash) }
            }
            let crowd = hashes.reduce(0) { $0 + (self.byLabel[$1]?.count ?? 0) }
            if best.map({ crowd < $0.crowd }) ?? true { best = (hashes, crowd) }
        }
        return best?.hashes ?? []
    }

    /// What may be about these labels, in order, none twice.
    func candidates(for labels: LabelSet) -> [Element] {
        if self.isEmpty { return [] }
        var found = self.withoutLabel
        labels.forEachBytes { name, value in
            if let elements = self.byLabel[MatcherIndex.hash(name, value)] { found += elements }
        }
        if found.count < 2 { return found }
        found.sort()
        var unique: [Element] = []
        for element in found where unique.last != element { unique.append(element) }
        return unique
    }

    private static func hash(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> UInt64 {
        var hash = FNV1a()
        hash.combine(name)
        hash.combine(0xFF)
        hash.combine(value)
        return hash.value
    }

    private static func hash(_ name: String, _ value: [UInt8]) -> UInt64 {
        var name = name
        return name.withUTF8 { name in
            value.withUnsafeBytes { self.hash(UnsafeRawBufferPointer(name), $0) }
        }
    }
}
