import TocsinTemplate

// What Go's string functions do differently from Swift's.

extension Unicode.Scalar {
    /// The one letter that Go takes for the capital form of this one: it never makes two of one.
    fileprivate var goUppercase: String {
        let upper = self.properties.uppercaseMapping
        if upper.unicodeScalars.count == 1 { return upper }
        let title = self.properties.titlecaseMapping
        return title.unicodeScalars.count == 1 ? title : String(self)
    }

    fileprivate var goLowercase: String {
        let lower = self.properties.lowercaseMapping
        // Only for the capital I with a dot, which Go makes a plain i.
        return lower.unicodeScalars.count == 1 ? lower : String(lower.unicodeScalars.prefix(1))
    }

    /// What stands inside a word if there are letters on both sides.
    fileprivate var joinsLetters: Bool {
        switch self {
        case "'", ".", ":", "_", "\u{B7}", "\u{2018}", "\u{2019}", "\u{2024}", "\u{2027}", "\u{FF07}", "\u{FF0E}": true
        default: false
        }
    }

    fileprivate var continuesWord: Bool {
        switch self.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark, .format: true
        default: false
        }
    }
}

extension String {
    var goUppercased: String { self.unicodeScalars.reduce(into: "") { $0 += $1.goUppercase } }
    var goLowercased: String { self.unicodeScalars.reduce(into: "") { $0 += $1.goLowercase } }

    /// Each word with a capital letter at its beginning and small ones after it. A digit ends a word.
    var goTitlecased: String {
        let scalars = Array(self.unicodeScalars)
        var result = ""
        var isInWord = false
        for (index, scalar) in scalars.enumerated() {
            if scalar.properties.isAlphabetic {
                result += isInWord ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
                isInWord = true
                continue
            }
            result.unicodeScalars.append(scalar)
            guard isInWord, !scalar.continuesWord else { continue }
            let isFollowedByLetter = index + 1 < scalars.count && scalars[index + 1].properties.isAlphabetic
            isInWord = scalar.joinsLetters && isFollowedByLetter
        }
        return result
    }

    /// Without white space at its ends.
    var trimmed: String {
        let scalars = self.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }
}

/// Base64 and the escapes of URLs.
enum Escapes {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let padding = UInt8(ascii: "=")

    /// Base64 in its alphabet for URLs, with padding.
    static func base64URL(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var encoded: [UInt8] = []
        encoded.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for index in 0..<4 {
                encoded.append(index <= group.count ? self.alphabet[bits >> (18 - 6 * index) & 63] : self.padding)
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// Line breaks are skipped. Bytes that are not UTF-8 become U+FFFD.
    static func base64URLDecoded(_ text: String) throws(TemplateError) -> String {
        let input = Array(text.utf8).filter { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        let digits = input.prefix { $0 != self.padding }
        var bytes: [UInt8] = []
        var (bits, count) = (0, 0)
        for (offset, byte) in digits.enumerated() {
            guard let digit = self.alphabet.firstIndex(of: byte) else {
                throw TemplateError("illegal base64 data at input byte \(offset)")
            }
            (bits, count) = ((bits << 6 | digit) & 0xFFFF, count + 6)
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(bits >> count & 0xFF))
        }
        // So many signs stand for the bytes that are missing from the last group.
        let missing = (4 - digits.count % 4) % 4
        guard missing < 3, input.dropFirst(digits.count).elementsEqual(repeatElement(self.padding, count: missing))
        else {
            throw TemplateError("illegal base64 data at input byte \(digits.count)")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What a part of a URL's query stands for. Bytes that are not UTF-8 become U+FFFD.
    static func urlQueryDecoded(_ text: String) throws(TemplateError) -> String {
        var rest = Array(text.utf8)[...]
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard rest.count >= 2, let high = self.hexadecimal(rest[rest.startIndex]),
                    let low = self.hexadecimal(rest[rest.startIndex + 1])
                else {
                    let wrong = String(decoding: rest.prefix(2), as: UTF8.self)
                    throw TemplateError("invalid URL escape \"%\(wrong)\"")
                }
                bytes.append(high << 4 | low)
                rest = rest.dropFirst(2)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
