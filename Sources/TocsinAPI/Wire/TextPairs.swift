internal import TocsinJSON
internal import TocsinModel

/// The members of a JSON object of strings, as slices of the request; the memory is used again for the next one.
///
/// Memory of its own and not an array: each label of each alert that is posted goes through here.
struct TextPairs: ~Copyable {
    private var storage = UnsafeMutableBufferPointer<TextPair>.allocate(capacity: 32)
    private var count = 0
    /// Whether the names came in ascending order, none twice. Senders in Go sort theirs.
    private var isOrdered = true
    private var hasEmptyValues = false
    /// Names that had to be repaired to be UTF-8, which their bytes no longer tell.
    private var repairedNames: [UnsafeRawBufferPointer] = []

    init() {}

    deinit { self.storage.deallocate() }

    /// Valid until the next change.
    @inline(__always)
    var pairs: UnsafeBufferPointer<TextPair> { UnsafeBufferPointer(start: self.storage.baseAddress, count: self.count) }

    /// Reads the object that was just entered, in place of what was here. A `null` is an empty value. Returns what the
    /// first value is that is neither, if there is one.
    mutating func read(from reader: inout JSONReader) throws(JSONError) -> JSONKind? {
        self.removeAll()
        var misfit: JSONKind?
        while let name = try reader.nextKey() {
            if let value = try reader.takeString() {
                self.append(name, value.bytes)
            } else if try reader.takeNull() {
                self.append(name, UnsafeRawBufferPointer(start: nil, count: 0))
            } else {
                let kind = try reader.kind()
                misfit = misfit ?? kind
                try reader.skipValue()
            }
        }
        return misfit
    }

    @inline(__always)
    mutating func removeAll() {
        self.count = 0
        self.isOrdered = true
        self.hasEmptyValues = false
        if !self.repairedNames.isEmpty { self.repairedNames = [] }
    }

    @inline(__always)
    private mutating func append(_ name: JSONText, _ value: UnsafeRawBufferPointer) {
        if self.count > 0, !TextPairs.precedes(self.storage[self.count - 1].name, name.bytes) { self.isOrdered = false }
        if value.isEmpty { self.hasEmptyValues = true }
        if name.isRepaired { self.repairedNames.append(name.bytes) }
        if self.count == self.storage.count { self.grow() }
        // Pairs are plain memory, so there is nothing to initialize or to destroy.
        self.storage[self.count] = TextPair(name: name.bytes, value: value)
        self.count += 1
    }

    @inline(never)
    private mutating func grow() {
        let larger = UnsafeMutableBufferPointer<TextPair>.allocate(capacity: 2 * self.storage.count)
        _ = larger.initialize(fromContentsOf: self.storage)
        self.storage.deallocate()
        self.storage = larger
    }

    /// Sorts by the bytes of the names and keeps the last of those that have the same.
    @inline(__always)
    mutating func arrange() {
        if !self.isOrdered { self.sort() }
    }

    @inline(never)
    private mutating func sort() {
        let sorted = self.pairs.enumerated().sorted { a, b in
            if TextPairs.precedes(a.element.name, b.element.name) { return true }
            if TextPairs.precedes(b.element.name, a.element.name) { return false }
            return a.offset < b.offset
        }
        self.count = 0
        for (_, pair) in sorted {
            if self.count > 0, !TextPairs.precedes(self.storage[self.count - 1].name, pair.name) { self.count -= 1 }
            self.storage[self.count] = pair
            self.count += 1
        }
        self.isOrdered = true
    }

    /// To be called after ``arrange()``: an empty value that came last has undone those before it.
    @inline(__always)
    mutating func dropEmptyValues() {
        if self.hasEmptyValues { self.removeEmptyValues() }
    }

    @inline(never)
    private mutating func removeEmptyValues() {
        var kept = 0
        for index in 0..<self.count where !self.storage[index].value.isEmpty {
            self.storage[kept] = self.storage[index]
            kept += 1
        }
        self.count = kept
        self.hasEmptyValues = false
    }

    /// The first name that is empty or was not UTF-8.
    @inline(__always)
    var invalidName: UnsafeRawBufferPointer? {
        if self.count > 0, self.storage[0].name.isEmpty { return self.storage[0].name }
        if self.repairedNames.isEmpty { return nil }
        return self.pairs.first { pair in
            self.repairedNames.contains { $0.baseAddress == pair.name.baseAddress }
        }?.name
    }

    /// Byte order.
    @inline(__always)
    private static func precedes(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
        let shared = min(a.count, b.count)
        for index in 0..<shared where a[index] != b[index] { return a[index] < b[index] }
        return a.count < b.count
    }
}
