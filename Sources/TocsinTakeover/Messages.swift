import TocsinCore
import TocsinModel

extension Timestamp {
    /// Seconds and nanoseconds since 1970.
    init(_ message: WireMessage) throws(WireMessage.Damage) {
        var message = message
        var (seconds, nanoseconds): (Int64, UInt64) = (0, 0)
        while let (number, value) = try message.next() {
            switch number {
            case 1: seconds = Int64(bitPattern: try value.number())
            case 2: nanoseconds = try value.number()
            default: break
            }
        }
        guard (Timestamp.distantPast.seconds...Timestamp.distantFuture.seconds).contains(seconds),
            nanoseconds < 1_000_000_000
        else { throw WireMessage.Damage() }
        self.init(seconds: seconds, nanoseconds: UInt32(nanoseconds))
    }
}

// MARK: - Silences

/// A silence as Alertmanager wrote it; its number is given later.
struct SnapshotSilence {
    var id = ""
    var matcherSets: [[Matcher]] = []
    var startsAt = Timestamp.distantPast
    var endsAt = Timestamp.distantPast
    var updatedAt = Timestamp.distantPast
    var createdBy = ""
    var comment = ""
    var annotations: [String: String] = [:]
    var expiresAt = Timestamp.distantPast

    /// - Returns: `nil` for a message without a silence.
    init?(_ envelope: WireMessage) throws(WireMessage.Damage) {
        var envelope = envelope
        var inner: WireMessage?
        while let (number, value) = try envelope.next() {
            switch number {
            case 1: inner = try value.message()
            case 2: self.expiresAt = try Timestamp(try value.message())
            default: break
            }
        }
        guard let inner else { return nil }
        try self.read(inner)
        // Nothing that Alertmanager would have let in; a silence without matchers would silence everything.
        guard !self.matcherSets.isEmpty, self.matcherSets.allSatisfy({ !$0.isEmpty }), self.startsAt <= self.endsAt
        else {
            throw WireMessage.Damage()
        }
    }

    private mutating func read(_ message: WireMessage) throws(WireMessage.Damage) {
        var message = message
        // What servers up to 0.31 write, and newer ones for them: the first set alone.
        var first: [Matcher] = []
        while let (number, value) = try message.next() {
            switch number {
            case 1: self.id = try value.text()
            case 2: first.append(try SnapshotSilence.matcher(try value.message()))
            case 3: self.startsAt = try Timestamp(try value.message())
            case 4: self.endsAt = try Timestamp(try value.message())
            case 5: self.updatedAt = try Timestamp(try value.message())
            case 7: try self.readLegacyComment(try value.message())
            case 8: self.createdBy = try value.text()
            case 9: self.comment = try value.text()
            case 10:
                let (name, text) = try SnapshotSilence.pair(try value.message())
                self.annotations[name] = text
            case 11: self.matcherSets.append(try SnapshotSilence.matcherSet(try value.message()))
            default: break
            }
        }
        if self.matcherSets.isEmpty && !first.isEmpty { self.matcherSets = [first] }
    }

    private mutating func readLegacyComment(_ message: WireMessage) throws(WireMessage.Damage) {
        var message = message
        while let (number, value) = try message.next() {
            switch number {
            case 1: self.createdBy = try value.text()
            case 2: self.comment = try value.text()
            default: break
            }
        }
    }

    private static func matcherSet(_ message: WireMessage) throws(WireMessage.Damage) -> [Matcher] {
        var message = message
        var set: [Matcher] = []
        while let (number, value) = try message.next() {
            if number == 1 { set.append(try self.matcher(try value.message())) }
        }
        return set
    }

    private static func matcher(_ message: WireMessage) throws(WireMessage.Damage) -> Matcher {
        var message = message
        var (kind, name, pattern): (UInt64, String, String) = (0, "", "")
        while let (number, value) = try message.next() {
            switch number {
            case 1: kind = try value.number()
            case 2: name = try value.text()
            case 3: pattern = try value.text()
            default: break
            }
        }
        let kinds: [Matcher.Kind] = [.equal, .regex, .notEqual, .notRegex]
        guard kind < UInt64(kinds.count), !name.isEmpty else { throw WireMessage.Damage() }
        do throws(MatcherError) {
            let matcher = try Matcher(name: name, kind: kinds[Int(kind)], value: pattern)
            try matcher.checkPattern()
            return matcher
        } catch {
            throw WireMessage.Damage()
        }
    }

    /// An entry of a map of texts.
    private static func pair(_ message: WireMessage) throws(WireMessage.Damage) -> (String, String) {
        var message = message
        var (name, text) = ("", "")
        while let (number, value) = try message.next() {
            switch number {
            case 1: name = try value.text()
            case 2: text = try value.text()
            default: break
            }
        }
        return (name, text)
    }
}

// MARK: - The notification log

/// What an integration was told of a group. Alertmanager's hash of the group and what receivers noted for themselves
/// are left out: nothing here asks for them.
struct SnapshotLogEntry {
    var groupKey = ""
    var receiver = ""
    var kind = ""
    var index: UInt64 = 0
    var firing: [LogHash] = []
    var toldAt = Timestamp.distantPast
    var expiresAt = Timestamp.distantPast

    /// - Returns: `nil` for a message without an entry.
    init?(_ envelope: WireMessage) throws(WireMessage.Damage) {
        var envelope = envelope
        var inner: WireMessage?
        while let (number, value) = try envelope.next() {
            switch number {
            case 1: inner = try value.message()
            case 2: self.expiresAt = try Timestamp(try value.message())
            default: break
            }
        }
        guard var message = inner else { return nil }
        while let (number, value) = try message.next() {
            switch number {
            case 1: self.groupKey = try value.text()
            case 2: try self.readReceiver(try value.message())
            case 5: self.toldAt = try Timestamp(try value.message())
            case 6: try self.readHashes(value)
            default: break
            }
        }
        guard !self.groupKey.isEmpty, !self.receiver.isEmpty, self.index < 1 << 31 else { throw WireMessage.Damage() }
    }

    private mutating func readReceiver(_ message: WireMessage) throws(WireMessage.Damage) {
        var message = message
        while let (number, value) = try message.next() {
            switch number {
            case 1: self.receiver = try value.text()
            case 2: self.kind = try value.text()
            case 3: self.index = try value.number()
            default: break
            }
        }
    }

    /// Numbers are written one by one, or all behind each other in one field.
    private mutating func readHashes(_ value: WireMessage.Value) throws(WireMessage.Damage) {
        if case .varint(let hash) = value {
            self.firing.append(LogHash(hash))
            return
        }
        var packed = try value.message()
        while !packed.isEmpty { self.firing.append(LogHash(try packed.varint())) }
    }
}
