/// The text that identifies a group to receivers, `{}/{severity="critical"}:{alertname="Disk"}`, compared by its
/// bytes.
public struct GroupKey: Hashable, Comparable, Sendable {
    public let text: String
    private let hash: UInt64

    public init(_ text: String) {
        self.text = text
        self.hash = stableHash(text)
    }

    public static func == (a: GroupKey, b: GroupKey) -> Bool {
        a.hash == b.hash && a.text.utf8.elementsEqual(b.text.utf8)
    }

    /// Not the order of the texts, but the same in every process, and found by comparing numbers.
    public static func < (a: GroupKey, b: GroupKey) -> Bool {
        a.hash != b.hash ? a.hash < b.hash : a.text.utf8.lexicographicallyPrecedes(b.text.utf8)
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(self.hash) }

    /// Before every key with the same text or a later one.
    var orderValue: UInt64 { self.hash }
}
