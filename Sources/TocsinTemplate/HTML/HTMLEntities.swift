// Character references in the values of attributes, as far as the author of a template may write them for a character
// that means something in a URL, a script or a style.

/// The value as the languages inside it see it: `alert(&quot;x&quot;)` is a call with a string.
func decodingEntities(_ value: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(value.count)
    var index = value.startIndex
    while index < value.endIndex {
        if value[index] == UInt8(ascii: "&"), let (scalar, end) = entity(in: value, at: index) {
            result.append(contentsOf: UTF8.encode(scalar)!)
            index = end
        } else {
            result.append(value[index])
            index += 1
        }
    }
    return result
}

private func entity(in value: ArraySlice<UInt8>, at start: Int) -> (scalar: Unicode.Scalar, end: Int)? {
    var index = start + 1
    if index < value.endIndex, value[index] == UInt8(ascii: "#") { return number(in: value, from: index + 1) }
    while index < value.endIndex, index - start < 20, isLetter(value[index]) || isDigit(value[index]) { index += 1 }
    let name = String(decoding: value[(start + 1)..<index], as: UTF8.self)
    guard let scalar = namedEntities[name] else { return nil }
    let hasEnd = index < value.endIndex && value[index] == UInt8(ascii: ";")
    if !hasEnd, !namesWithoutEnd.contains(name) { return nil }
    return (scalar, hasEnd ? index + 1 : index)
}

private func number(in value: ArraySlice<UInt8>, from start: Int) -> (scalar: Unicode.Scalar, end: Int)? {
    var index = start
    var radix: UInt32 = 10
    if index < value.endIndex, lowercased(value[index]) == UInt8(ascii: "x") {
        radix = 16
        index += 1
    }
    let digits = index
    var number: UInt32 = 0
    while index < value.endIndex, let digit = hexDigit(value[index]), digit < radix {
        number = min(number * radix + digit, 0x11_0000)
        index += 1
    }
    guard index > digits else { return nil }
    if index < value.endIndex, value[index] == UInt8(ascii: ";") { index += 1 }
    return (number == 0 ? "\u{FFFD}" : Unicode.Scalar(number) ?? "\u{FFFD}", index)
}

/// Those that HTML knows without their semicolon.
private let namesWithoutEnd: Set<String> = ["quot", "amp", "lt", "gt", "QUOT", "AMP", "LT", "GT", "nbsp"]

private let namedEntities: [String: Unicode.Scalar] = [
    "quot": "\"", "QUOT": "\"", "amp": "&", "AMP": "&", "lt": "<", "LT": "<", "gt": ">", "GT": ">", "apos": "'",
    "nbsp": "\u{A0}", "Tab": "\t", "NewLine": "\n", "excl": "!", "num": "#", "dollar": "$", "percnt": "%",
    "lpar": "(", "rpar": ")", "ast": "*", "midast": "*", "plus": "+", "comma": ",", "period": ".", "sol": "/",
    "colon": ":", "semi": ";", "equals": "=", "quest": "?", "commat": "@", "lsqb": "[", "lbrack": "[", "bsol": "\\",
    "rsqb": "]", "rbrack": "]", "Hat": "^", "lowbar": "_", "UnderBar": "_", "grave": "`", "DiacriticalGrave": "`",
    "lcub": "{", "lbrace": "{", "verbar": "|", "vert": "|", "VerticalLine": "|", "rcub": "}", "rbrace": "}",
]
