/// How long a silence is in Alertmanager's own encoding (`spec` section 5.1), which is what its limit counts.
extension Silence {
    /// In bytes, as it is stored there: the silence, and until when it is kept.
    public func encodedSize(keptUntil: Timestamp) -> Int {
        ProtobufSize.message(self.messageSize) + ProtobufSize.message(ProtobufSize.time(keptUntil))
    }

    private var messageSize: Int {
        // A UUID; then the first set, which stands there a second time for older readers.
        var size = ProtobufSize.bytes(36)
        size += self.matcherSets.first.map(ProtobufSize.matchers) ?? 0
        for time in [self.startsAt, self.endsAt, self.updatedAt] {
            size += ProtobufSize.message(ProtobufSize.time(time))
        }
        for text in [self.createdBy, self.comment] { size += ProtobufSize.text(text) }
        for (name, value) in self.annotations {
            size += ProtobufSize.message(ProtobufSize.text(name) + ProtobufSize.text(value))
        }
        for set in self.matcherSets { size += ProtobufSize.message(ProtobufSize.matchers(set)) }
        return size
    }
}

/// Sizes of Protocol Buffers fields with their tags, all of which take a single byte here.
private enum ProtobufSize {
    static func varint(_ value: Int64) -> Int {
        var (rest, size) = (UInt64(bitPattern: value) >> 7, 1)
        while rest > 0 { (rest, size) = (rest >> 7, size + 1) }
        return size
    }

    static func number(_ value: Int64) -> Int { value == 0 ? 0 : 1 + self.varint(value) }

    static func bytes(_ count: Int) -> Int { 1 + self.varint(Int64(count)) + count }

    /// Nothing for an empty one.
    static func text(_ text: String) -> Int { text.utf8.isEmpty ? 0 : self.bytes(text.utf8.count) }

    /// A message of that length as a field.
    static func message(_ size: Int) -> Int { self.bytes(size) }

    static func time(_ time: Timestamp) -> Int { self.number(time.seconds) + self.number(Int64(time.nanoseconds)) }

    static func matchers(_ matchers: [Matcher]) -> Int {
        matchers.reduce(0) { sum, matcher in
            // EQUAL, the first kind, is a zero and left out.
            let kind = matcher.isRegex || !matcher.isEqual ? 2 : 0
            return sum + self.message(kind + self.text(matcher.name) + self.text(matcher.value))
        }
    }
}
