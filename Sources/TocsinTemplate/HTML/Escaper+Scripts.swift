// Values and strings in scripts.

/// A value as an expression: JSON, which can't be mistaken for the end of a script or of a comment.
func scriptValue(_ value: Value, limit: Int) -> [UInt8] {
    var writer = JSONWriter(limit: limit)
    // What can't be written is a value that does nothing.
    guard writer.write(value), let first = writer.bytes.first, let last = writer.bytes.last else {
        return Array(" null ".utf8)
    }
    // Apart from the words and numbers around it, also from a name that goes on.
    let isApart = isScriptNamePart(first) || isScriptNamePart(last) || first == UInt8(ascii: "-")
    return isApart ? [0x20] + writer.bytes + [0x20] : writer.bytes
}

/// - Parameter also: what is escaped beside what means something in every string.
func escapingScriptString(_ text: [UInt8], also others: String = "") -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
        switch scalar {
        case "\\": result += "\\\\".utf8
        case "/": result += "\\/".utf8
        case "\t": result += "\\t".utf8
        case "\n": result += "\\n".utf8
        case "\r": result += "\\r".utf8
        case "\u{0C}": result += "\\f".utf8
        case "\0", "\u{0B}", "\"", "'", "`", "&", "+", "<", ">", "\u{2028}", "\u{2029}":
            appendUnicodeEscape(scalar.value, to: &result)
        case _ where others.unicodeScalars.contains(scalar): appendUnicodeEscape(scalar.value, to: &result)
        default: result.append(contentsOf: UTF8.encode(scalar)!)
        }
    }
    return result
}

private func appendUnicodeEscape(_ value: UInt32, to bytes: inout [UInt8]) {
    bytes += "\\u".utf8
    appendHex(value, digits: 4, to: &bytes)
}

/// Writes JSON as Go does, with `<`, `>` and `&` escaped.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private let limit: Int
    private var depth = 0

    init(limit: Int) { self.limit = limit }

    /// False if the value has no JSON, or too much.
    mutating func write(_ value: Value) -> Bool {
        guard self.depth <= Limits.valueDepth, self.bytes.count <= self.limit else { return false }
        self.depth += 1
        defer { self.depth -= 1 }
        switch value {
        case .null: self.bytes += "null".utf8
        case .bool(let bool): self.bytes += (bool ? "true" : "false").utf8
        case .int(let number): self.bytes += String(number).utf8
        case .float(let number):
            guard number.isFinite else { return false }
            let isWhole = number == number.rounded() && abs(number) < 1e15
            self.bytes += (isWhole ? String(Int(number)) : String(number)).utf8
        case .string(let text): self.write(text)
        case .list(let list): return self.writeAll(list.elements.map { (nil, $0) }, "[", "]")
        case .map(let map): return self.writeAll(zip(map.keys, map.values).map { ($0, $1) }, "{", "}")
        case .object(let object): return self.write(object)
        case .function: return false
        }
        return true
    }

    private mutating func write(_ object: any TemplateObject) -> Bool {
        if let json = object.encodedJSON {
            // Outside of strings JSON has none of these.
            self.append(json, escapingQuotes: false)
            return true
        }
        switch object.underlying {
        case .value(let value): return self.write(value)
        case .structure(let fields):
            let seen = fields.filter { $0.name.unicodeScalars.first?.properties.isUppercase ?? false }
            return self.writeAll(seen.map { ($0.name, $0.value) }, "{", "}")
        }
    }

    private mutating func writeAll(_ members: [(key: String?, value: Value)], _ open: String, _ close: String) -> Bool {
        self.bytes += open.utf8
        for (index, member) in members.enumerated() {
            if index > 0 { self.bytes.append(UInt8(ascii: ",")) }
            if let key = member.key {
                self.write(key)
                self.bytes.append(UInt8(ascii: ":"))
            }
            guard self.write(member.value) else { return false }
        }
        self.bytes += close.utf8
        return true
    }

    private mutating func write(_ text: String) {
        self.bytes.append(UInt8(ascii: "\""))
        self.append(text, escapingQuotes: true)
        self.bytes.append(UInt8(ascii: "\""))
    }

    private mutating func append(_ text: String, escapingQuotes: Bool) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<", ">", "&", "\u{2028}", "\u{2029}": appendUnicodeEscape(scalar.value, to: &self.bytes)
            case "\"" where escapingQuotes: self.bytes += "\\\"".utf8
            case "\\" where escapingQuotes: self.bytes += "\\\\".utf8
            case "\n" where escapingQuotes: self.bytes += "\\n".utf8
            case "\r" where escapingQuotes: self.bytes += "\\r".utf8
            case "\t" where escapingQuotes: self.bytes += "\\t".utf8
            case "\0"..<" " where escapingQuotes: appendUnicodeEscape(scalar.value, to: &self.bytes)
            default: self.bytes.append(contentsOf: UTF8.encode(scalar)!)
            }
        }
    }
}
