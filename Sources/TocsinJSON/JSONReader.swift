/// A string of a JSON text as its UTF-8 bytes, without quotes and escapes.
///
/// They lie in the text itself or in the reader's memory: valid as long as both exist and the reader was not told to
/// ``JSONReader/forgetTexts()``.
public struct JSONText {
    public let bytes: UnsafeRawBufferPointer
    /// Whether the text had bytes that are not UTF-8, or half a surrogate pair: each became U+FFFD.
    public let isRepaired: Bool

    @inlinable
    @inline(__always)
    init(start: UnsafeRawPointer, count: Int, isRepaired: Bool) {
        self.bytes = UnsafeRawBufferPointer(start: start, count: count)
        self.isRepaired = isRepaired
    }

    public var string: String { String(decoding: self.bytes, as: UTF8.self) }
}

@available(*, unavailable)
extension JSONText: Sendable {}

/// What a JSON value is, as its first byte tells.
public enum JSONKind: String, Hashable, Sendable {
    case object
    case array
    case string
    case number
    case bool
    case null
}

/// Walks through a JSON text that lies in memory, without making anything of it but what it is asked for.
///
/// The caller says what it expects: `take…` and `enter…` answer `nil` or `false`, and stay where they are, if the next
/// value is of another kind; `nextKey` and `nextElement` go through what was entered, and every value they lead to
/// must be taken, entered or skipped. Errors are the text's fault only. Duplicate keys are the caller's to judge.
/// After the last value, ``finish()`` checks that nothing follows.
public struct JSONReader: ~Copyable {
    @usableFromInline let start: UnsafeRawPointer
    @usableFromInline let end: UnsafeRawPointer
    @usableFromInline var cursor: UnsafeRawPointer
    @usableFromInline var depth = 0
    @usableFromInline let maximumDepth: Int
    /// Whether an object or array was entered and none of its members read.
    @usableFromInline var isAtFirst = false
    @usableFromInline var arena: TextArena?

    /// The deepest nesting that a reader can be told to allow: one bit per level and room to spare.
    public static let deepestNesting = 60

    /// `bytes` must stay in place for as long as the reader and the texts it gives are used. `maximumDepth` arrays and
    /// objects may lie inside each other, but never more than ``deepestNesting``.
    public init(_ bytes: UnsafeRawBufferPointer, maximumDepth: Int = 32) {
        // A buffer without bytes may have no address; one that is never read will do.
        self.start = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 8).unsafelyUnwrapped
        self.end = self.start + bytes.count
        self.cursor = self.start
        self.maximumDepth = min(maximumDepth, JSONReader.deepestNesting)
    }

    /// How many bytes were read.
    @inlinable public var offset: Int { self.cursor - self.start }

    /// Frees the memory of strings that had to be rewritten. No ``JSONText`` given before may be used after it.
    @inlinable
    public mutating func forgetTexts() {
        if let arena = self.arena { arena.reset() }
    }

    /// What the next value is.
    public mutating func kind() throws(JSONError) -> JSONKind {
        let byte = try self.peek()
        switch byte {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        default: throw self.invalid(.value)
        }
    }

    /// Whether nothing but white space is left.
    public mutating func isAtEnd() -> Bool {
        self.skipSpace()
        return self.cursor == self.end
    }

    /// Checks that nothing but white space follows.
    public mutating func finish() throws(JSONError) {
        guard self.isAtEnd() else { throw self.invalid(.afterDocument) }
    }
}

@available(*, unavailable)
extension JSONReader: Sendable {}

// MARK: - Objects and arrays

extension JSONReader {
    /// Enters the next value if it is an object.
    @inlinable
    @inline(__always)
    public mutating func enterObject() throws(JSONError) -> Bool { try self.enter(UInt8(ascii: "{")) }

    /// Enters the next value if it is an array.
    @inlinable
    @inline(__always)
    public mutating func enterArray() throws(JSONError) -> Bool { try self.enter(UInt8(ascii: "[")) }

    /// The next key of the object that was entered; `nil` behind its last member, which leaves the object.
    @inlinable
    @inline(__always)
    public mutating func nextKey() throws(JSONError) -> JSONText? {
        var byte = try self.peek()
        if byte == UInt8(ascii: "}") {
            self.leave()
            return nil
        }
        if !self.isAtFirst {
            guard byte == UInt8(ascii: ",") else { throw self.invalid(.afterMember) }
            self.cursor += 1
            byte = try self.peek()
        }
        guard byte == UInt8(ascii: "\"") else { throw self.invalid(.key) }
        self.isAtFirst = false
        let key = try self.scanString()
        guard try self.peek() == UInt8(ascii: ":") else { throw self.invalid(.afterKey) }
        self.cursor += 1
        return key
    }

    /// Goes to the next element of the array that was entered; `false` behind the last one, which leaves the array.
    @inlinable
    @inline(__always)
    public mutating func nextElement() throws(JSONError) -> Bool {
        let byte = try self.peek()
        if byte == UInt8(ascii: "]") {
            self.leave()
            return false
        }
        if !self.isAtFirst {
            guard byte == UInt8(ascii: ",") else { throw self.invalid(.afterElement) }
            self.cursor += 1
            // The caller may look for what it can use and skip the rest, so the stray comma is noticed here.
            guard try self.peek() != UInt8(ascii: "]") else { throw self.invalid(.value) }
        }
        self.isAtFirst = false
        return true
    }

    @inlinable
    @inline(__always)
    mutating func enter(_ bracket: UInt8) throws(JSONError) -> Bool {
        guard try self.peek() == bracket else { return false }
        guard self.depth < self.maximumDepth else { throw JSONError(.tooDeep, at: self.offset) }
        self.depth += 1
        self.cursor += 1
        self.isAtFirst = true
        return true
    }

    @inlinable
    @inline(__always)
    mutating func leave() {
        self.cursor += 1
        self.depth -= 1
        self.isAtFirst = false
    }
}

// MARK: - Bytes

extension JSONReader {
    /// The first byte that is not white space; does not consume it.
    @inlinable
    @inline(__always)
    mutating func peek() throws(JSONError) -> UInt8 {
        if self.cursor < self.end {
            let byte = self.cursor.load(as: UInt8.self)
            if byte > 0x20 { return byte }
        }
        self.skipSpace()
        guard self.cursor < self.end else { throw JSONError(.unexpectedEnd, at: self.offset) }
        return self.cursor.load(as: UInt8.self)
    }

    @usableFromInline
    mutating func skipSpace() {
        while self.cursor < self.end {
            switch self.cursor.load(as: UInt8.self) {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): self.cursor += 1
            default: return
            }
        }
    }

    /// The error for the byte at the cursor, which stands in the wrong place; the end of the text if there is none.
    @usableFromInline
    func invalid(_ place: JSONError.Place) -> JSONError {
        self.invalid(place, at: self.cursor)
    }

    func invalid(_ place: JSONError.Place, at position: UnsafeRawPointer) -> JSONError {
        let offset = position - self.start
        if position >= self.end { return JSONError(.unexpectedEnd, at: offset) }
        return JSONError(.invalidCharacter(position.load(as: UInt8.self), place), at: offset)
    }
}
