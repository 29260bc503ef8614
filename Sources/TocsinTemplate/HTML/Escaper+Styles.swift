// Values and strings in styles.

/// A value such as `10px`, `#1a2b3c` or `bold`; what could be more than one, or load or run something, is refused.
func styleValue(_ text: [UInt8]) -> [UInt8] {
    let decoded = decodingStyleEscapes(text[...])
    var name: [UInt8] = []
    for (index, byte) in decoded.enumerated() {
        switch Unicode.Scalar(byte) {
        case "\0", "\"", "'", "(", ")", "/", ";", "@", "[", "\\", "]", "`", "{", "}", "<", ">":
            return Escaper.refused
        // `-->` and the like.
        case "-" where index > 0 && decoded[index - 1] == byte: return Escaper.refused
        default:
            if byte < 0x80, byte != UInt8(ascii: "-"), isStyleNamePart(byte) { name.append(lowercased(byte)) }
        }
    }
    let word = name[...]
    // What old browsers run.
    for danger in ["expression", "mozbinding"] where word.firstIndex(ofText: Array(danger.utf8), from: 0) != nil {
        return Escaper.refused
    }
    return decoded
}

/// In quotes.
func escapingStyleString(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    for (index, byte) in text.enumerated() {
        switch Unicode.Scalar(byte) {
        case "\\": result += "\\\\".utf8
        case "\0", "\t", "\n", "\u{0C}", "\r", "\"", "&", "'", "(", ")", "+", "/", ":", ";", "<", ">", "{", "}":
            result.append(UInt8(ascii: "\\"))
            result += String(byte, radix: 16).utf8
            // The number must end before what could be a part of it, or end it.
            let next = index + 1 < text.count ? text[index + 1] : nil
            if next.map({ hexDigit($0) != nil || isMarkupSpace($0) }) ?? true { result.append(0x20) }
        default: result.append(byte)
        }
    }
    return result
}
