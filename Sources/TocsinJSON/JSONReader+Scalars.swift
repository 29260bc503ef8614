extension JSONReader {
    /// Consumes the next value if it is `null`.
    @inlinable
    @inline(__always)
    public mutating func takeNull() throws(JSONError) -> Bool {
        guard try self.peek() == UInt8(ascii: "n") else { return false }
        try self.takeLiteral("null", .literalNull)
        return true
    }

    /// The next value if it is `true` or `false`.
    public mutating func takeBool() throws(JSONError) -> Bool? {
        switch try self.peek() {
        case UInt8(ascii: "t"):
            try self.takeLiteral("true", .literalTrue)
            return true
        case UInt8(ascii: "f"):
            try self.takeLiteral("false", .literalFalse)
            return false
        default:
            return nil
        }
    }

    /// The next value if it is a number, as it is written.
    public mutating func takeNumber() throws(JSONError) -> UnsafeRawBufferPointer? {
        let byte = try self.peek()
        guard byte == UInt8(ascii: "-") || JSONReader.isDigit(byte) else { return nil }
        let first = self.cursor
        var position = first
        if byte == UInt8(ascii: "-") { position += 1 }

        // A zero stands alone; what follows it is no part of the number.
        if position < self.end, position.load(as: UInt8.self) == UInt8(ascii: "0") {
            position += 1
        } else {
            position = try self.skipDigits(from: position, .number)
        }
        if position < self.end, position.load(as: UInt8.self) == UInt8(ascii: ".") {
            position = try self.skipDigits(from: position + 1, .fraction)
        }
        if position < self.end, position.load(as: UInt8.self) | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < self.end {
                let sign = position.load(as: UInt8.self)
                if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
            }
            position = try self.skipDigits(from: position, .exponent)
        }
        self.cursor = position
        return UnsafeRawBufferPointer(start: first, count: position - first)
    }

    /// Goes past the next value, which is checked like any other.
    public mutating func skipValue() throws(JSONError) {
        // Behind a leading one, a bit for each level that was entered here: whether it is an object. They fit, because
        // `enter…` refuses more than `deepestNesting` levels.
        var isObject: UInt64 = 1
        repeat {
            switch try self.kind() {
            case .string: try self.skipString()
            case .number: _ = try self.takeNumber()
            case .bool: _ = try self.takeBool()
            case .null: _ = try self.takeNull()
            case .object:
                _ = try self.enterObject()
                isObject = isObject << 1 | 1
            case .array:
                _ = try self.enterArray()
                isObject <<= 1
            }
            // To the next value of the innermost level that has one; out of those that have none.
            while isObject != 1 {
                let hasNext = isObject & 1 == 1 ? try self.nextKey() != nil : try self.nextElement()
                if hasNext { break }
                isObject >>= 1
            }
        } while isObject != 1
    }

    private mutating func skipString() throws(JSONError) {
        self.cursor = try self.closingQuote(from: self.cursor + 1).position + 1
    }

    @usableFromInline
    mutating func takeLiteral(_ literal: StaticString, _ place: JSONError.Place) throws(JSONError) {
        for offset in 0..<literal.utf8CodeUnitCount {
            let position = self.cursor + offset
            guard position < self.end, position.load(as: UInt8.self) == literal.utf8Start[offset] else {
                throw self.invalid(place, at: position)
            }
        }
        self.cursor += literal.utf8CodeUnitCount
    }

    /// At least one digit must stand there.
    private func skipDigits(
        from first: UnsafeRawPointer,
        _ place: JSONError.Place
    ) throws(JSONError) -> UnsafeRawPointer {
        var position = first
        while position < self.end, JSONReader.isDigit(position.load(as: UInt8.self)) { position += 1 }
        guard position > first else { throw self.invalid(place, at: position) }
        return position
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
}
