// URLs: what schemes they may have, and what of them is written with a percent sign.

/// Whether a URL is relative, or has a scheme that opens a page or a mail and runs nothing.
func hasSafeScheme(_ url: ArraySlice<UInt8>) -> Bool {
    guard let colon = url.firstIndex(of: UInt8(ascii: ":")) else { return true }
    let scheme = url[..<colon]
    if scheme.contains(UInt8(ascii: "/")) { return true }
    switch scheme.lowercasedText {
    case "http", "https", "mailto": return true
    default: return false
    }
}

/// - Parameter keepsReserved: whether what separates the parts of a URL stays, and what is escaped already.
func escapingURL(_ url: ArraySlice<UInt8>, keepsReserved: Bool) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(url.count)
    for index in url.indices {
        let byte = url[index]
        let stays: Bool
        switch Unicode.Scalar(byte) {
        case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "~": stays = true
        // Quotes and parentheses are not among them: they would end a value or a style's `url(…)`.
        case "!", "#", "$", "&", "*", "+", ",", "/", ":", ";", "=", "?", "@", "[", "]": stays = keepsReserved
        case "%":
            stays =
                keepsReserved && index + 2 < url.endIndex && hexDigit(url[index + 1]) != nil
                && hexDigit(url[index + 2]) != nil
        default: stays = false
        }
        if stays {
            result.append(byte)
        } else {
            result.append(UInt8(ascii: "%"))
            appendHex(UInt32(byte), digits: 2, to: &result)
        }
    }
    return result
}

/// The value of `srcset`: URLs with their widths, and commas between them.
func escapingURLSet(_ set: EscapableText) -> [UInt8] {
    if set.language == .url { return escapingURLInSet(set.bytes[...]) }
    var result: [UInt8] = []
    for (index, entry) in set.bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).enumerated() {
        if index > 0 { result.append(UInt8(ascii: ",")) }
        let start = entry.indexAfterSpace(from: entry.startIndex)
        var end = start
        while end < entry.endIndex, !isMarkupSpace(entry[end]) { end += 1 }
        let descriptor = entry[end...]
        let isPlain = descriptor.allSatisfy { isMarkupSpace($0) || isLetter($0) || isDigit($0) || $0 == 0x2E }
        if isPlain, hasSafeScheme(entry[start..<end]) {
            result += entry[..<start]
            result += escapingURLInSet(entry[start..<end])
            result += descriptor
        } else {
            result.append(UInt8(ascii: "#"))
            result += Escaper.refused
        }
    }
    return result
}

/// A comma would end the URL.
private func escapingURLInSet(_ url: ArraySlice<UInt8>) -> [UInt8] {
    escapingURL(url, keepsReserved: true).flatMap { $0 == UInt8(ascii: ",") ? Array("%2c".utf8) : [$0] }
}
