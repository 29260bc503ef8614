/// Writes what ``LabelEncoder`` writes into memory that is known to be large enough.
struct EncodingCursor {
    private let start: UnsafeMutableRawPointer
    private var next: UnsafeMutableRawPointer

    /// `target` must have room for the sum of the bounds of all that is written.
    @inline(__always)
    init(_ target: UnsafeMutableRawBufferPointer) {
        self.start = target.baseAddress.unsafelyUnwrapped
        self.next = self.start
    }

    /// How many bytes were written.
    @inline(__always) var count: Int { self.next - self.start }

    /// At least as many bytes as a text takes.
    @inline(__always)
    static func bound(_ text: UnsafeRawBufferPointer) -> Int {
        // A length takes one byte per seven of its bits, at most nine.
        text.count &+ 9
    }

    /// Writes the length of `text` as a variable-length integer, then its bytes.
    @inline(__always)
    mutating func write(_ text: UnsafeRawBufferPointer) {
        var length = text.count
        while length >= 0x80 {
            self.next.storeBytes(of: UInt8(truncatingIfNeeded: length) | 0x80, as: UInt8.self)
            self.next += 1
            length >>= 7
        }
        self.next.storeBytes(of: UInt8(truncatingIfNeeded: length), as: UInt8.self)
        self.next += 1
        guard let source = text.baseAddress else { return }
        EncodingCursor.copy(source, text.count, to: self.next)
        self.next += text.count
    }

    /// Most texts are shorter than a call of `memcpy` is worth.
    @inline(__always)
    private static func copy(_ source: UnsafeRawPointer, _ count: Int, to target: UnsafeMutableRawPointer) {
        if count > 32 {
            target.copyMemory(from: source, byteCount: count)
        } else if count >= 8 {
            // Words from the front, and a last one that may overlap the one before it.
            var offset = 0
            while offset + 8 < count {
                self.copyWord(source + offset, to: target + offset, as: UInt64.self)
                offset += 8
            }
            self.copyWord(source + count - 8, to: target + count - 8, as: UInt64.self)
        } else if count >= 4 {
            self.copyWord(source, to: target, as: UInt32.self)
            self.copyWord(source + count - 4, to: target + count - 4, as: UInt32.self)
        } else {
            for offset in 0..<count { self.copyWord(source + offset, to: target + offset, as: UInt8.self) }
        }
    }

    @inline(__always)
    private static func copyWord<Word: BitwiseCopyable>(
        _ source: UnsafeRawPointer,
        to target: UnsafeMutableRawPointer,
        as type: Word.Type
    ) {
        target.storeBytes(of: source.loadUnaligned(as: type), as: type)
    }
}
