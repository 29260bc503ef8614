import TocsinModel

/// Finds the silences that may be about an alert by one of its labels. Derived from the silences that have not expired.
///
/// Each set of a silence stands under the values of one of its equality matchers: an alert without such a label is
/// none of its. Only sets without any are held against every alert.
struct SilenceIndex: Sendable {
    /// By a hash of a label's name and value. Two labels may share one: whoever is found is asked itself.
    private var byLabel: [UInt64: [ID<Silence>]] = [:]
    private var withoutLabel: [ID<Silence>] = []
    /// Where each silence stands, for taking it out; no hashes for a set without a label.
    private var places: [ID<Silence>: [[UInt64]]] = [:]

    var isEmpty: Bool { self.places.isEmpty }
    var count: Int { self.places.count }

    func contains(_ id: ID<Silence>) -> Bool { self.places[id] != nil }

    mutating func insert(_ silence: Silence) {
        self.remove(silence.id)
        var places: [[UInt64]] = []
        for set in silence.matcherSets {
            let hashes = self.bestPlace(of: set)
            for hash in hashes { self.byLabel[hash, default: []].append(silence.id) }
            if hashes.isEmpty { self.withoutLabel.append(silence.id) }
            places.append(hashes)
        }
        self.places[silence.id] = places
    }

    mutating func remove(_ id: ID<Silence>) {
        guard let places = self.places.removeValue(forKey: id) else { return }
        for hashes in places {
            for hash in hashes {
                self.byLabel[hash]?.removeAll { $0 == id }
                if self.byLabel[hash]?.isEmpty == true { self.byLabel[hash] = nil }
            }
            if hashes.isEmpty { self.withoutLabel.removeAll { $0 == id } }
        }
    }

    /// The matcher under which the fewest others stand: of `alertname` and `instance`, usually the instance.
    private func bestPlace(of set: [Matcher]) -> [UInt64] {
        var best: (hashes: [UInt64], crowd: Int)?
        for matcher in set {
            guard let values = matcher.exactValues else { continue }
            var hashes: [UInt64] = []
            for value in values {
                let hash = SilenceIndex.hash(matcher.name, value)
                if !hashes.contains(hash) { hashes.append(hash) }
            }
            let crowd = hashes.reduce(0) { $0 + (self.byLabel[$1]?.count ?? 0) }
            if best.map({ crowd < $0.crowd }) ?? true { best = (hashes, crowd) }
        }
        return best?.hashes ?? []
    }

    /// The silences that may be about these labels, in order, none twice.
    func candidates(for labels: LabelSet) -> [ID<Silence>] {
        if self.isEmpty { return [] }
        var found = self.withoutLabel
        labels.forEachBytes { name, value in
            if let ids = self.byLabel[SilenceIndex.hash(name, value)] { found += ids }
        }
        if found.count < 2 { return found }
        found.sort()
        var unique: [ID<Silence>] = []
        for id in found where unique.last != id { unique.append(id) }
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
