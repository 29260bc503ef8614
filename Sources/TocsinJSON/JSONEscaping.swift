/// The inside of a JSON string as Go writes it: `\n`, `\r`, `\t`, `\"` and `\\` have short forms, other control
/// characters and the line separators U+2028 and U+2029 are written `\u…`, everything else stands for itself.
enum JSONEscaping {
    static func append(_ text: UnsafeRawBufferPointer, _ escaping: JSONWriter.Escaping, to bytes: inout [UInt8]) {
        var plainFrom = 0
        var offset = 0
        while offset < text.count {
            if offset + 8 <= text.count,
                self.isPlain(text.loadUnaligned(fromByteOffset: offset, as: UInt64.self), escaping)
            {
                offset += 8
                continue
            }
            let byte = text[offset]
            if byte < 0x80 {
                guard self.needsEscape(byte, escaping) else {
                    offset += 1
                    continue
                }
                bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[plainFrom..<offset]))
                self.appendEscape(of: byte, to: &bytes)
                offset += 1
                plainFrom = offset
                continue
            }
            let length = UTF8Text.scalarLength(in: text, at: offset)
            if length > 0, !self.isLineSeparator(text, offset, length) {
                offset += length
                continue
            }
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[plainFrom..<offset]))
            if length == 0 {
                bytes.append(contentsOf: "\\ufffd".utf8)
                offset += 1
            } else {
                bytes.append(contentsOf: text[offset + 2] == 0xA8 ? "\\u2028".utf8 : "\\u2029".utf8)
                offset += length
            }
            plainFrom = offset
        }
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[plainFrom...]))
    }

    /// Whether none of eight bytes needs a closer look.
    @inline(__always)
    private static func isPlain(_ word: UInt64, _ escaping: JSONWriter.Escaping) -> Bool {
        var marks = Word.stringStops(word) | word & Word.highBits
        if escaping == .forHTML {
            for pattern: UInt64 in [0x3C3C_3C3C_3C3C_3C3C, 0x3E3E_3E3E_3E3E_3E3E, 0x2626_2626_2626_2626] {
                let difference = word ^ pattern
                marks |= (difference &- Word.lowBits) & ~difference & Word.highBits
            }
        }
        return marks == 0
    }

    @inline(__always)
    private static func needsEscape(_ byte: UInt8, _ escaping: JSONWriter.Escaping) -> Bool {
        switch byte {
        case 0..<0x20, UInt8(ascii: "\""), UInt8(ascii: "\\"): true
        case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"): escaping == .forHTML
        default: false
        }
    }

    @inline(__always)
    private static func isLineSeparator(_ text: UnsafeRawBufferPointer, _ offset: Int, _ length: Int) -> Bool {
        length == 3 && text[offset] == 0xE2 && text[offset + 1] == 0x80 && text[offset + 2] & 0xFE == 0xA8
    }

    private static func appendEscape(of byte: UInt8, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): bytes.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
        default:
            // Backspace and form feed too: Go had no short forms for them before 1.22, and both read the same.
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(self.digits[Int(byte >> 4)])
            bytes.append(self.digits[Int(byte & 0x0F)])
        }
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
