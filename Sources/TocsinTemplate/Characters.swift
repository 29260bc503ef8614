// The classes of characters that Go's lexer and printer know.

func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
}

func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

/// A letter, a decimal digit or an underscore, of any script.
func isAlphanumeric(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_": true
    case _ where scalar.value < 0x80: false
    default:
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: true
        default: false
        }
    }
}

/// What Go's `%q` shows as it is: letters, marks, numbers, punctuation, symbols and the ASCII blank.
func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x7F { return scalar.value >= 0x20 }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
        .spaceSeparator:
        return false
    default: return true
    }
}

/// The scalar that starts at `index` and its length in bytes; U+FFFD and 1 where the bytes are not UTF-8.
func decodeScalar(_ bytes: [UInt8], at index: Int) -> (scalar: Unicode.Scalar, length: Int) {
    let first = UInt32(bytes[index])
    let length: Int
    let smallest: UInt32
    var value: UInt32
    switch first {
    case 0..<0x80: return (Unicode.Scalar(bytes[index]), 1)
    case 0xC2..<0xE0: (length, smallest, value) = (2, 0x80, first & 0x1F)
    case 0xE0..<0xF0: (length, smallest, value) = (3, 0x800, first & 0x0F)
    case 0xF0..<0xF5: (length, smallest, value) = (4, 0x10000, first & 0x07)
    default: return ("\u{FFFD}", 1)
    }
    guard index + length <= bytes.count else { return ("\u{FFFD}", 1) }
    for next in bytes[(index + 1)..<(index + length)] {
        guard next & 0xC0 == 0x80 else { return ("\u{FFFD}", 1) }
        value = value << 6 | UInt32(next & 0x3F)
    }
    guard value >= smallest, let scalar = Unicode.Scalar(value) else { return ("\u{FFFD}", 1) }
    return (scalar, length)
}

/// `U+007D`, with the character `U+007D '}'`.
func unicodeNotation(_ scalar: Unicode.Scalar, withCharacter: Bool) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let notation = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    return withCharacter && isPrintable(scalar) ? "\(notation) '\(scalar)'" : notation
}
