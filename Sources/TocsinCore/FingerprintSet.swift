public import TocsinModel

/// Fingerprints in order, none twice: what a group holds, what a receiver was told.
public struct FingerprintSet: Hashable, Sendable {
    public private(set) var elements: [Fingerprint]

    public static let empty = FingerprintSet()

    public init() { self.elements = [] }

    public init(_ elements: some Sequence<Fingerprint>) {
        self.elements = []
        for element in elements.sorted() where self.elements.last != element { self.elements.append(element) }
    }

    public var isEmpty: Bool { self.elements.isEmpty }
    public var count: Int { self.elements.count }

    public func contains(_ element: Fingerprint) -> Bool {
        let place = self.insertionPoint(of: element)
        return place < self.elements.count && self.elements[place] == element
    }

    public mutating func insert(_ element: Fingerprint) {
        let place = self.insertionPoint(of: element)
        if place == self.elements.count || self.elements[place] != element {
            self.elements.insert(element, at: place)
        }
    }

    public mutating func remove(_ element: Fingerprint) {
        let place = self.insertionPoint(of: element)
        if place < self.elements.count && self.elements[place] == element { self.elements.remove(at: place) }
    }

    public func isSubset(of other: FingerprintSet) -> Bool {
        self.count <= other.count && self.elements.allSatisfy { other.contains($0) }
    }

    public func union(_ other: FingerprintSet) -> FingerprintSet {
        if other.isEmpty { return self }
        if self.isEmpty { return other }
        return FingerprintSet(self.elements + other.elements)
    }

    public func subtracting(_ other: FingerprintSet) -> FingerprintSet {
        if other.isEmpty || self.isEmpty { return self }
        var rest = self
        rest.elements.removeAll { other.contains($0) }
        return rest
    }

    private func insertionPoint(of element: Fingerprint) -> Int {
        var (low, high) = (0, self.elements.count)
        while low < high {
            let middle = (low + high) / 2
            if self.elements[middle] < element { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension FingerprintSet: Sequence {
    public func makeIterator() -> IndexingIterator<[Fingerprint]> { self.elements.makeIterator() }
}
