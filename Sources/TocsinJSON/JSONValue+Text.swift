extension JSONValue {
    /// A document of more values is refused: a value takes some thirty bytes, and its text may be two.
    public static let maximumCount = 1_000_000

    /// Reads a document. What is not UTF-8 in a string becomes U+FFFD.
    public init(
        _ bytes: UnsafeRawBufferPointer,
        maximumDepth: Int = 32,
        maximumCount: Int = JSONValue.maximumCount
    ) throws(JSONError) {
        var reader = JSONReader(bytes, maximumDepth: maximumDepth)
        self = try reader.takeValue(maximumCount: maximumCount)
        try reader.finish()
    }

    public init(
        _ bytes: [UInt8],
        maximumDepth: Int = 32,
        maximumCount: Int = JSONValue.maximumCount
    ) throws(JSONError) {
        self = try bytes.withUnsafeBufferPointer { (bytes: UnsafeBufferPointer<UInt8>) throws(JSONError) -> JSONValue in
            try JSONValue(UnsafeRawBufferPointer(bytes), maximumDepth: maximumDepth, maximumCount: maximumCount)
        }
    }

    public init(parsing text: String, maximumDepth: Int = 32) throws(JSONError) {
        try self.init(Array(text.utf8), maximumDepth: maximumDepth)
    }

    /// The shortest text of this value, without a line break at its end.
    public func encoded(_ escaping: JSONWriter.Escaping = .forHTML) -> [UInt8] {
        var writer = JSONWriter(escaping)
        writer.value(self)
        return writer.bytes
    }
}

extension JSONReader {
    /// The next value, whole. Forgets all texts given before, see ``forgetTexts()``.
    public mutating func takeValue(
        maximumCount: Int = JSONValue.maximumCount
    ) throws(JSONError) -> JSONValue {
        var left = maximumCount
        return try self.takeValue(&left)
    }

    /// `left` is how many more values the document may have.
    private mutating func takeValue(_ left: inout Int) throws(JSONError) -> JSONValue {
        guard left > 0 else { throw JSONError(.tooManyValues, at: self.offset) }
        left -= 1
        switch try self.kind() {
        case .null:
            _ = try self.takeNull()
            return .null
        case .bool:
            return .bool(try self.takeBool() ?? false)
        case .string:
            let text = try self.takeString()?.string ?? ""
            self.forgetTexts()
            return .string(text)
        case .number:
            return try self.takeNumericValue()
        case .array:
            var elements: [JSONValue] = []
            _ = try self.enterArray()
            while try self.nextElement() { elements.append(try self.takeValue(&left)) }
            return .array(elements)
        case .object:
            var members: [JSONValue.Member] = []
            _ = try self.enterObject()
            while let key = try self.nextKey() {
                let name = key.string
                self.forgetTexts()
                members.append(JSONValue.Member(name, try self.takeValue(&left)))
            }
            return .object(members)
        }
    }

    private mutating func takeNumericValue() throws(JSONError) -> JSONValue {
        let offset = self.offset
        guard let literal = try self.takeNumber() else { throw self.invalid(.value) }
        if let integer = JSONNumber.integer(literal) { return .integer(integer) }
        guard let double = JSONNumber.double(literal) else { throw JSONError(.numberOutOfRange, at: offset) }
        return .double(double)
    }
}
