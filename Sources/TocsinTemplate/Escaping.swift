// `html`, `js` and `urlquery`.

func appendHTMLEscaped(_ text: String, to bytes: inout [UInt8]) {
    for byte in text.utf8 {
        switch Unicode.Scalar(byte) {
        case "\0": bytes += "\u{FFFD}".utf8
        case "\"": bytes += "&#34;".utf8
        case "'": bytes += "&#39;".utf8
        case "&": bytes += "&amp;".utf8
        case "<": bytes += "&lt;".utf8
        case ">": bytes += "&gt;".utf8
        default: bytes.append(byte)
        }
    }
}

func appendJavaScriptEscaped(_ text: String, to bytes: inout [UInt8]) {
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\\", "'", "\"":
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(UInt8(ascii: scalar))
        case "<", ">", "&", "=", "\0"..<" ":
            bytes += "\\u".utf8
            appendHex(scalar.value, digits: 4, uppercase: true, to: &bytes)
        case _ where scalar.value < 0x80: bytes.append(UInt8(ascii: scalar))
        case _ where isPrintable(scalar): bytes += UTF8.encode(scalar)!
        default:
            bytes += "\\u".utf8
            let digits = scalar.value > 0xFFFFF ? 6 : scalar.value > 0xFFFF ? 5 : 4
            appendHex(scalar.value, digits: digits, uppercase: true, to: &bytes)
        }
    }
}

func appendQueryEscaped(_ text: String, to bytes: inout [UInt8]) {
    for byte in text.utf8 {
        switch Unicode.Scalar(byte) {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "~": bytes.append(byte)
        case " ": bytes.append(UInt8(ascii: "+"))
        default:
            bytes.append(UInt8(ascii: "%"))
            appendHex(UInt32(byte), digits: 2, uppercase: true, to: &bytes)
        }
    }
}
