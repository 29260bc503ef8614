extension JSONReader {
    /// The next value if it is a string.
    @inlinable
    @inline(__always)
    public mutating func takeString() throws(JSONError) -> JSONText? {
        guard try self.peek() == UInt8(ascii: "\"") else { return nil }
        return try self.scanString()
    }

    /// Reads the string whose opening quote is at the cursor. Here only what nearly all strings are: ASCII without
    /// escapes, and not within the last bytes of the text.
    @inlinable
    mutating func scanString() throws(JSONError) -> JSONText {
        let first = self.cursor + 1
        var position = first
        while self.end - position >= 8 {
            let unusual = Word.unusual(UInt64(littleEndian: position.loadUnaligned(as: UInt64.self)))
            if unusual == 0 {
                position += 8
                continue
            }
            position += unusual.trailingZeroBitCount >> 3
            guard position.load(as: UInt8.self) == UInt8(ascii: "\"") else { break }
            self.cursor = position + 1
            return JSONText(start: first, count: position - first, isRepaired: false)
        }
        return try self.scanUnusualString()
    }

    /// Reads the string whose opening quote is at the cursor, whatever it holds.
    @usableFromInline
    mutating func scanUnusualString() throws(JSONError) -> JSONText {
        let first = self.cursor + 1
        let (close, hasEscapes) = try self.closingQuote(from: first)
        self.cursor = close + 1
        let raw = UnsafeRawBufferPointer(start: first, count: close - first)
        let isValid = UTF8Text.isValid(raw)
        if isValid, !hasEscapes { return JSONText(start: first, count: raw.count, isRepaired: false) }

        // Escapes only ever shrink; a byte that is not UTF-8 becomes three.
        let arena = self.arena ?? TextArena()
        self.arena = arena
        let target = arena.room(for: isValid ? raw.count : 3 * raw.count)
        let (count, isRepaired) = JSONReader.unescape(raw, into: target)
        arena.keep(count)
        return JSONText(start: UnsafeRawPointer(target), count: count, isRepaired: isRepaired)
    }

    /// Finds the end of a string and checks its escapes on the way.
    func closingQuote(
        from first: UnsafeRawPointer
    ) throws(JSONError) -> (position: UnsafeRawPointer, hasEscapes: Bool) {
        var position = first
        var hasEscapes = false
        while true {
            if self.end - position >= 8 {
                let word = UInt64(littleEndian: position.loadUnaligned(as: UInt64.self))
                let stops = Word.stringStops(word)
                if stops == 0 {
                    position += 8
                    continue
                }
                position += stops.trailingZeroBitCount >> 3
            }
            guard position < self.end else { throw JSONError(.unexpectedEnd, at: self.end - self.start) }
            switch position.load(as: UInt8.self) {
            case UInt8(ascii: "\""): return (position, hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                position = try self.checkEscape(at: position)
            case 0..<0x20: throw self.invalid(.string, at: position)
            default: position += 1
            }
        }
    }

    /// Returns the position behind the escape whose backslash is at `position`.
    private func checkEscape(at position: UnsafeRawPointer) throws(JSONError) -> UnsafeRawPointer {
        let code = position + 1
        guard code < self.end else { throw self.invalid(.escape, at: code) }
        switch code.load(as: UInt8.self) {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return code + 1
        case UInt8(ascii: "u"):
            for offset in 1...4 {
                guard code + offset < self.end, JSONReader.hexadecimal((code + offset).load(as: UInt8.self)) != nil
                else { throw self.invalid(.hexadecimalEscape, at: code + offset) }
            }
            return code + 5
        default:
            throw self.invalid(.escape, at: code)
        }
    }
}

// MARK: - Rewriting

extension JSONReader {
    /// Writes the text of a string whose escapes were checked; returns its length, and whether U+FFFD had to stand in
    /// for something.
    private static func unescape(
        _ raw: UnsafeRawBufferPointer,
        into target: UnsafeMutableRawPointer
    ) -> (count: Int, isRepaired: Bool) {
        var (read, written, isRepaired) = (0, 0, false)
        while read < raw.count {
            let byte = raw[read]
            if byte == UInt8(ascii: "\\") {
                if raw[read + 1] == UInt8(ascii: "u") {
                    let (scalar, length) = self.scalar(ofEscapeAt: read, in: raw)
                    written += UTF8Text.write(scalar ?? 0xFFFD, to: target + written)
                    isRepaired = isRepaired || scalar == nil
                    read += length
                } else {
                    target.storeBytes(
                        of: self.character(ofEscape: raw[read + 1]), toByteOffset: written, as: UInt8.self)
                    written += 1
                    read += 2
                }
                continue
            }
            let length = UTF8Text.scalarLength(in: raw, at: read)
            if length == 0 {
                written += UTF8Text.write(0xFFFD, to: target + written)
                isRepaired = true
                read += 1
                continue
            }
            for offset in 0..<length {
                target.storeBytes(of: raw[read + offset], toByteOffset: written + offset, as: UInt8.self)
            }
            written += length
            read += length
        }
        return (written, isRepaired)
    }

    /// The scalar of the `\u` escape at `offset` (`nil` for half a surrogate pair) and the length of what names it.
    private static func scalar(
        ofEscapeAt offset: Int,
        in raw: UnsafeRawBufferPointer
    ) -> (scalar: UInt32?, length: Int) {
        let unit = self.unit(at: offset + 2, in: raw)
        switch unit {
        case 0xD800..<0xDC00:
            guard offset + 12 <= raw.count, raw[offset + 6] == UInt8(ascii: "\\"), raw[offset + 7] == UInt8(ascii: "u")
            else { return (nil, 6) }
            let low = self.unit(at: offset + 8, in: raw)
            guard (0xDC00..<0xE000).contains(low) else { return (nil, 6) }
            return (0x1_0000 + (unit - 0xD800) << 10 + (low - 0xDC00), 12)
        case 0xDC00..<0xE000:
            return (nil, 6)
        default:
            return (unit, 6)
        }
    }

    private static func unit(at offset: Int, in raw: UnsafeRawBufferPointer) -> UInt32 {
        var unit: UInt32 = 0
        for index in offset..<offset + 4 { unit = unit << 4 | UInt32(self.hexadecimal(raw[index]) ?? 0) }
        return unit
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func character(ofEscape code: UInt8) -> UInt8 {
        switch code {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: code
        }
    }
}
