/// The hash by which Alertmanager's notification log names an alert: 64-bit xxHash, seed 0, over the bytes that the
/// ``Fingerprint`` is made of, names and values in byte order of the names, each followed by 0xFF.
public struct LogHash: Hashable, Comparable, Sendable {
    public let value: UInt64

    public init(_ value: UInt64) { self.value = value }

    public static func < (a: LogHash, b: LogHash) -> Bool { a.value < b.value }
}

extension LabelSet {
    /// Computed anew each time: nobody asks for it but in the days after a move from Alertmanager.
    public var logHash: LogHash {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(self.encoded.count + 2 * self.count)
        self.forEachBytes { name, value in
            bytes.append(contentsOf: name)
            bytes.append(0xFF)
            bytes.append(contentsOf: value)
            bytes.append(0xFF)
        }
        return LogHash(XXHash64.hash(bytes))
    }
}

/// xxHash's 64-bit variant with the seed 0.
enum XXHash64 {
    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    static func hash(_ bytes: [UInt8]) -> UInt64 {
        var rest = bytes[...]
        var hash = self.stripes(&rest) &+ UInt64(bytes.count)
        while rest.count >= 8 {
            hash ^= self.round(0, self.word(&rest, bytes: 8))
            hash = self.rotate(hash, 27) &* self.prime1 &+ self.prime4
        }
        if rest.count >= 4 {
            hash ^= self.word(&rest, bytes: 4) &* self.prime1
            hash = self.rotate(hash, 23) &* self.prime2 &+ self.prime3
        }
        for byte in rest {
            hash ^= UInt64(byte) &* self.prime5
            hash = self.rotate(hash, 11) &* self.prime1
        }
        hash = (hash ^ (hash >> 33)) &* self.prime2
        hash = (hash ^ (hash >> 29)) &* self.prime3
        return hash ^ (hash >> 32)
    }

    /// Takes all that comes in pieces of 32 bytes.
    private static func stripes(_ rest: inout ArraySlice<UInt8>) -> UInt64 {
        guard rest.count >= 32 else { return self.prime5 }
        var lanes: [UInt64] = [self.prime1 &+ self.prime2, self.prime2, 0, 0 &- self.prime1]
        while rest.count >= 32 {
            for lane in lanes.indices { lanes[lane] = self.round(lanes[lane], self.word(&rest, bytes: 8)) }
        }
        var hash: UInt64 = 0
        for (lane, turn) in zip(lanes, [1, 7, 12, 18]) { hash = hash &+ self.rotate(lane, UInt64(turn)) }
        for lane in lanes { hash = (hash ^ self.round(0, lane)) &* self.prime1 &+ self.prime4 }
        return hash
    }

    private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
        self.rotate(lane &+ word &* self.prime2, 31) &* self.prime1
    }

    private static func rotate(_ value: UInt64, _ turn: UInt64) -> UInt64 { value << turn | value >> (64 - turn) }

    /// Little-endian.
    private static func word(_ rest: inout ArraySlice<UInt8>, bytes count: Int) -> UInt64 {
        var word: UInt64 = 0
        for byte in rest.prefix(count).reversed() { word = word << 8 | UInt64(byte) }
        rest = rest.dropFirst(count)
        return word
    }
}
