/// The alerts of one request, checked and complete, as they cross to the engine's thread: two allocations for the lot,
/// so that the usual re-send of known alerts makes no strings and no sets.
public struct AlertBatch: Hashable, Sendable {
    /// One alert: where its parts lie in ``bytes``, and its times.
    public struct Item: Hashable, Sendable {
        public let fingerprint: Fingerprint
        let labels: Range<Int>
        let details: Range<Int>
        public let startsAt: Timestamp
        public let endsAt: Timestamp
        /// Whether the sender named no end, see ``Alert/endsByTimeout``.
        public let endsByTimeout: Bool
    }

    public private(set) var items: [Item] = []
    private var bytes: [UInt8] = []

    public init() {}

    public var count: Int { self.items.count }
    public var isEmpty: Bool { self.items.isEmpty }

    /// The labels of an item, as a set of its own.
    public func labels(of item: Item) -> LabelSet {
        LabelSet(encoded: Array(self.bytes[item.labels]), fingerprint: item.fingerprint)
    }

    public func details(of item: Item) -> AlertDetails {
        AlertDetails(encoded: Array(self.bytes[item.details]))
    }

    /// Whether the item says the same as `details`, without making a copy.
    public func details(of item: Item, are details: AlertDetails) -> Bool {
        guard item.details.count == details.encoded.count else { return false }
        return self.bytes.withUnsafeBytes { mine in
            details.encoded.withUnsafeBytes { theirs in
                LabelDecoder.compare(UnsafeRawBufferPointer(rebasing: mine[item.details]), theirs) == 0
            }
        }
    }
}

// MARK: - Building

extension AlertBatch {
    /// Appends an alert that is at hand as values.
    public mutating func append(_ alert: Alert) {
        let labels = self.write(alert.labels.encoded)
        let details = self.write(alert.details.encoded)
        self.items.append(
            Item(
                fingerprint: alert.fingerprint,
                labels: labels,
                details: details,
                startsAt: alert.startsAt,
                endsAt: alert.endsAt,
                endsByTimeout: alert.endsByTimeout
            )
        )
    }

    private mutating func write(_ bytes: [UInt8]) -> Range<Int> {
        let start = self.bytes.count
        self.bytes.append(contentsOf: bytes)
        return start..<self.bytes.count
    }

    /// Room for that many alerts and bytes of theirs, so that nothing moves while it grows.
    public mutating func reserve(items: Int, bytes: Int) {
        self.items.reserveCapacity(items)
        self.bytes.reserveCapacity(bytes)
    }

    /// Appends an alert whose parts lie elsewhere in memory. Labels and annotations must come in the order of the bytes
    /// of their names, no name twice, and no label without a value.
    public mutating func append(
        labels: UnsafeBufferPointer<TextPair>,
        annotations: UnsafeBufferPointer<TextPair>,
        generatorURL: UnsafeRawBufferPointer,
        startsAt: Timestamp,
        endsAt: Timestamp,
        endsByTimeout: Bool
    ) {
        let start = self.bytes.count
        var (hash, labelsSize) = (FNV1a(), 0)
        let room = AlertBatch.bound(labels) + AlertBatch.bound(annotations) + EncodingCursor.bound(generatorURL)
        self.bytes.append(addingCapacity: room) { output in
            output.withUnsafeMutableBufferPointer { target, written in
                var cursor = EncodingCursor(UnsafeMutableRawBufferPointer(target))
                for pair in labels {
                    cursor.write(pair.name)
                    cursor.write(pair.value)
                    hash.combine(pair.name)
                    hash.combine(0xFF)
                    hash.combine(pair.value)
                    hash.combine(0xFF)
                }
                labelsSize = cursor.count
                cursor.write(generatorURL)
                for pair in annotations {
                    cursor.write(pair.name)
                    cursor.write(pair.value)
                }
                written = cursor.count
            }
        }
        self.items.append(
            Item(
                fingerprint: Fingerprint(hash.value),
                labels: start..<start + labelsSize,
                details: start + labelsSize..<self.bytes.count,
                startsAt: startsAt,
                endsAt: endsAt,
                endsByTimeout: endsByTimeout
            )
        )
    }

    /// At least what the pairs need when they are encoded.
    @inline(__always)
    private static func bound(_ pairs: UnsafeBufferPointer<TextPair>) -> Int {
        var bound = 0
        for pair in pairs { bound += EncodingCursor.bound(pair.name) + EncodingCursor.bound(pair.value) }
        return bound
    }
}

/// A name and its value as slices of memory that someone else keeps in place.
public struct TextPair {
    public var name: UnsafeRawBufferPointer
    public var value: UnsafeRawBufferPointer

    @inlinable
    public init(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        self.name = name
        self.value = value
    }
}

@available(*, unavailable)
extension TextPair: Sendable {}
