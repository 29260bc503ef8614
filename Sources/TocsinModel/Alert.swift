/// One thing that a monitoring system says is wrong: a set of labels, since when, until when.
public struct Alert: Hashable, Sendable {
    /// What identifies it.
    public let labels: LabelSet
    /// What the sender says about it beyond its identity. The latest message wins.
    public var details: AlertDetails
    public var startsAt: Timestamp
    /// When it ends, or ended. Always set: a sender that names no end gets one by `resolve_timeout`.
    public var endsAt: Timestamp
    /// When the sender was last heard.
    public var updatedAt: Timestamp
    /// Whether `endsAt` was given by this server because the sender named no end. Such an end does not outlast a
    /// shorter one of a later message.
    public var endsByTimeout: Bool

    public init(
        labels: LabelSet,
        details: AlertDetails = .none,
        startsAt: Timestamp,
        endsAt: Timestamp,
        updatedAt: Timestamp,
        endsByTimeout: Bool = false
    ) {
        self.labels = labels
        self.details = details
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.updatedAt = updatedAt
        self.endsByTimeout = endsByTimeout
    }

    public var fingerprint: Fingerprint { self.labels.fingerprint }
    public var annotations: LabelSet { self.details.annotations }
    public var generatorURL: String { self.details.generatorURL }

    public func isResolved(at now: Timestamp) -> Bool { self.endsAt <= now }
}

/// Annotations and generator URL of an alert in one block of bytes: the URL first, then the pairs as in a ``LabelSet``.
public struct AlertDetails: Hashable, Sendable {
    public let encoded: [UInt8]

    public static let none = AlertDetails(annotations: .empty, generatorURL: "")

    /// For bytes that ``AlertBatch`` or ``init(annotations:generatorURL:)`` made.
    init(encoded: [UInt8]) { self.encoded = encoded }

    public init(annotations: LabelSet, generatorURL: String) {
        var bytes: [UInt8] = []
        var url = generatorURL
        url.withUTF8 { LabelEncoder.write(UnsafeRawBufferPointer($0), into: &bytes) }
        bytes.append(contentsOf: annotations.encoded)
        self.encoded = bytes
    }

    public var generatorURL: String {
        self.encoded.withUnsafeBytes { bytes in
            var decoder = LabelDecoder(bytes)
            return decoder.text().map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
    }

    public var annotations: LabelSet {
        let pairs = self.encoded.withUnsafeBytes { bytes in
            var decoder = LabelDecoder(bytes)
            return decoder.text() == nil ? [] : Array(bytes[decoder.offset...])
        }
        return LabelSet(encoded: pairs) ?? .empty
    }
}
