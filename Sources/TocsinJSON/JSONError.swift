/// Why a text is not the JSON that was asked for, and where.
public struct JSONError: Error, Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        /// The text ends inside a value.
        case unexpectedEnd
        /// A byte that cannot stand there. One above 0x7F stands for the character whose code point it is, as in the
        /// messages of Go.
        case invalidCharacter(UInt8, Place)
        /// More arrays and objects inside each other than the reader allows.
        case tooDeep
        /// More values than ``JSONValue/maximumCount`` in a document that is read whole.
        case tooManyValues
        /// A number beyond what a 64-bit floating-point number holds.
        case numberOutOfRange
    }

    /// Where the byte stood that had no business there.
    public enum Place: String, Hashable, Sendable {
        case value = "looking for beginning of value"
        case key = "looking for beginning of object key string"
        case afterKey = "after object key"
        case afterMember = "after object key:value pair"
        case afterElement = "after array element"
        case afterDocument = "after top-level value"
        case string = "in string literal"
        case escape = "in string escape code"
        case hexadecimalEscape = "in \\u hexadecimal character escape"
        case number = "in numeric literal"
        case fraction = "after decimal point in numeric literal"
        case exponent = "in exponent of numeric literal"
        case literalTrue = "in literal true"
        case literalFalse = "in literal false"
        case literalNull = "in literal null"
    }

    public let reason: Reason
    /// Counted in bytes from the beginning of the text.
    public let offset: Int

    @inlinable
    public init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}

extension JSONError: CustomStringConvertible {
    /// One line in the words of Go's `encoding/json`, which senders' operators know.
    public var description: String {
        switch self.reason {
        case .unexpectedEnd: "unexpected end of JSON input"
        case .invalidCharacter(let byte, let place): "invalid character \(JSONError.quoted(byte)) \(place.rawValue)"
        case .tooDeep: "exceeded max depth"
        case .tooManyValues: "too many values"
        case .numberOutOfRange: "number out of range"
        }
    }

    /// The byte as a quoted character that can be read in a terminal.
    private static func quoted(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "\n"): return "'\\n'"
        case UInt8(ascii: "\r"): return "'\\r'"
        case UInt8(ascii: "\t"): return "'\\t'"
        case UInt8(ascii: "'"): return "'\\''"
        case UInt8(ascii: "\\"): return "'\\\\'"
        case 0x00..<0x20, 0x7F..<0xA0:
            let digits = String(byte, radix: 16)
            return byte < 0x10 ? "'\\x0\(digits)'" : "'\\x\(digits)'"
        default: return "'\(Character(Unicode.Scalar(byte)))'"
        }
    }
}
