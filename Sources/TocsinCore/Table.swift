/// Rows by key, in order of the keys, remembering which of them changed.
///
/// Rules never say "persist": they change a row, and ``takeChanges()`` tells later which. Iteration is in key order,
/// since a dictionary's order differs in every process. A copy is cheap and shares all that is not changed
/// afterwards: the rows lie in leaves of a few dozen, and only a leaf that is written while a copy holds it is
/// copied.
public struct Table<Key: Comparable & Sendable, Row: Sendable>: Sendable {
    private struct Leaf: Sendable {
        var keys: ContiguousArray<Key>
        var rows: ContiguousArray<Row>
    }

    /// The first key of each leaf, apart from the leaves so that a search touches little memory.
    private var firstKeys: ContiguousArray<Key> = []
    private var leaves: ContiguousArray<Leaf> = []
    public private(set) var count = 0
    private var changes: [Key] = []

    /// A leaf splits beyond this many rows.
    private static var capacity: Int { 64 }
    /// A leaf grows by this many, not by doubling: most of a server's memory is rows.
    private static var growth: Int { 8 }

    public init() {}

    public var isEmpty: Bool { self.count == 0 }

    public subscript(key: Key) -> Row? {
        guard let place = self.find(key) else { return nil }
        return self.leaves[place.leaf].rows[place.row]
    }

    public func contains(_ key: Key) -> Bool { self.find(key) != nil }

    /// The first row in key order.
    public var first: (key: Key, row: Row)? {
        guard let leaf = self.leaves.first else { return nil }
        return (leaf.keys[0], leaf.rows[0])
    }
}

// MARK: - Writing

extension Table {
    /// Adds the row, or puts it in the place of the one with its key.
    public mutating func put(_ row: Row, for key: Key) {
        self.changes.append(key)
        self.store(row, for: key)
    }

    /// As ``put(_:for:)`` for rows that come from the disk: they are no change.
    public mutating func load(_ row: Row, for key: Key) { self.store(row, for: key) }

    /// Removes the row; nothing if there is none.
    public mutating func remove(_ key: Key) {
        if self.discard(key) { self.changes.append(key) }
    }

    /// As ``remove(_:)`` for rows that are on no disk: that is no change.
    public mutating func unload(_ key: Key) { _ = self.discard(key) }

    private mutating func discard(_ key: Key) -> Bool {
        guard let place = self.find(key) else { return false }
        self.count -= 1
        if self.leaves[place.leaf].keys.count == 1 {
            self.leaves.remove(at: place.leaf)
            self.firstKeys.remove(at: place.leaf)
            return true
        }
        self.leaves[place.leaf].keys.remove(at: place.row)
        self.leaves[place.leaf].rows.remove(at: place.row)
        if place.row == 0 { self.firstKeys[place.leaf] = self.leaves[place.leaf].keys[0] }
        return true
    }

    /// Changes the row in place. Traps if there is none: whoever changes a row holds its key for a reason.
    public mutating func change<Result>(_ key: Key, _ body: (inout Row) -> Result) -> Result {
        guard let place = self.find(key) else { preconditionFailure("a change of a row that is not in the table") }
        self.changes.append(key)
        return body(&self.leaves[place.leaf].rows[place.row])
    }

    /// Changes the row in place if it is there; `body` says whether that is worth a write. The steady state of a
    /// server is alerts that are told again, which touches memory and no disk.
    ///
    /// - Returns: whether there is such a row.
    public mutating func touch(_ key: Key, _ body: (inout Row) -> Bool) -> Bool {
        guard let place = self.find(key) else { return false }
        if body(&self.leaves[place.leaf].rows[place.row]) { self.changes.append(key) }
        return true
    }

    /// The keys of the rows that were put, changed or removed since the last call, sorted, none twice.
    public mutating func takeChanges() -> [Key] {
        if self.changes.isEmpty { return [] }
        self.changes.sort()
        var unique: [Key] = []
        unique.reserveCapacity(self.changes.count)
        for key in self.changes where unique.last != key { unique.append(key) }
        self.changes.removeAll(keepingCapacity: self.changes.count < 4096)
        return unique
    }

    public var hasChanges: Bool { !self.changes.isEmpty }

    private mutating func store(_ row: Row, for key: Key) {
        guard !self.leaves.isEmpty else {
            self.leaves.append(Leaf(keys: [key], rows: [row]))
            self.firstKeys.append(key)
            self.count = 1
            return
        }
        let leaf = self.leafIndex(for: key)
        let place = self.leaves[leaf].keys.insertionPoint(of: key)
        if place < self.leaves[leaf].keys.count && self.leaves[leaf].keys[place] == key {
            self.leaves[leaf].rows[place] = row
            return
        }
        if self.leaves[leaf].keys.count == self.leaves[leaf].keys.capacity {
            self.leaves[leaf].keys.reserveCapacity(self.leaves[leaf].keys.count + Self.growth)
            self.leaves[leaf].rows.reserveCapacity(self.leaves[leaf].rows.count + Self.growth)
        }
        self.leaves[leaf].keys.insert(key, at: place)
        self.leaves[leaf].rows.insert(row, at: place)
        self.count += 1
        if place == 0 { self.firstKeys[leaf] = key }
        if self.leaves[leaf].keys.count > Self.capacity { self.split(leaf) }
    }

    private mutating func split(_ leaf: Int) {
        let middle = self.leaves[leaf].keys.count / 2
        let upper = Leaf(
            keys: ContiguousArray(self.leaves[leaf].keys[middle...]),
            rows: ContiguousArray(self.leaves[leaf].rows[middle...])
        )
        let lower = Leaf(
            keys: ContiguousArray(self.leaves[leaf].keys[..<middle]),
            rows: ContiguousArray(self.leaves[leaf].rows[..<middle])
        )
        self.leaves[leaf] = lower
        self.leaves.insert(upper, at: leaf + 1)
        self.firstKeys.insert(upper.keys[0], at: leaf + 1)
    }
}

// MARK: - Searching

extension Table {
    private func find(_ key: Key) -> (leaf: Int, row: Int)? {
        guard !self.leaves.isEmpty else { return nil }
        let leaf = self.leafIndex(for: key)
        let row = self.leaves[leaf].keys.insertionPoint(of: key)
        guard row < self.leaves[leaf].keys.count, self.leaves[leaf].keys[row] == key else { return nil }
        return (leaf, row)
    }

    /// The leaf in which the key is, or would have to be.
    private func leafIndex(for key: Key) -> Int {
        let place = self.firstKeys.insertionPoint(of: key)
        if place < self.firstKeys.count && self.firstKeys[place] == key { return place }
        return Swift.max(place - 1, 0)
    }
}

extension ContiguousArray where Element: Comparable {
    /// The place of the first element that is not before `element`; the array is sorted.
    func insertionPoint(of element: Element) -> Int {
        var (low, high) = (0, self.count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < element { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

// MARK: - Iterating

extension Table: Sequence {
    public struct Iterator: IteratorProtocol {
        private let table: Table
        private var leaf: Int
        private var row: Int

        fileprivate init(_ table: Table, leaf: Int = 0, row: Int = 0) {
            self.table = table
            self.leaf = leaf
            self.row = row
        }

        public mutating func next() -> (key: Key, row: Row)? {
            while self.leaf < self.table.leaves.count {
                if self.row < self.table.leaves[self.leaf].keys.count {
                    defer { self.row += 1 }
                    return (self.table.leaves[self.leaf].keys[self.row], self.table.leaves[self.leaf].rows[self.row])
                }
                self.leaf += 1
                self.row = 0
            }
            return nil
        }
    }

    public func makeIterator() -> Iterator { Iterator(self) }

    public var underestimatedCount: Int { self.count }

    /// The rows from the first whose key is not before `key` on.
    public func rows(from key: Key) -> IteratorSequence<Iterator> {
        guard !self.leaves.isEmpty else { return IteratorSequence(Iterator(self)) }
        let leaf = self.leafIndex(for: key)
        return IteratorSequence(Iterator(self, leaf: leaf, row: self.leaves[leaf].keys.insertionPoint(of: key)))
    }

    public var keys: [Key] { self.leaves.flatMap { $0.keys } }
}

extension Table: Equatable where Row: Equatable {
    /// The same rows under the same keys, however they came there.
    public static func == (a: Table, b: Table) -> Bool {
        a.count == b.count && a.elementsEqual(b) { $0.key == $1.key && $0.row == $1.row }
    }
}
