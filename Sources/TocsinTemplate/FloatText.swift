/// A float's text by one of the letters `e E f F g G b x X`, as Go's strconv makes it; without a precision the shortest
/// that reads back as the same number. The sign comes first only if it is a minus.
func floatText(_ value: Double, _ verb: Unicode.Scalar, precision: Int?) -> [UInt8] {
    if value.isNaN { return Array("NaN".utf8) }
    var text: [UInt8] = value.sign == .minus ? [UInt8(ascii: "-")] : []
    if value.isInfinite { return value < 0 ? Array("-Inf".utf8) : Array("+Inf".utf8) }
    switch verb {
    case "b": appendBinary(value, to: &text)
    case "x", "X": appendHexadecimal(value, isUpper: verb == "X", precision: precision, to: &text)
    default: appendDecimal(value, verb, precision: precision, to: &text)
    }
    return text
}

private func appendDecimal(_ value: Double, _ verb: Unicode.Scalar, precision: Int?, to text: inout [UInt8]) {
    var decimal: Decimal
    var precision = precision
    if let wanted = precision {
        decimal = Decimal(exactly: value)
        switch verb {
        case "e", "E": decimal.round(to: wanted + 1)
        case "f", "F": decimal.round(to: decimal.point + wanted)
        default:
            precision = max(wanted, 1)
            decimal.round(to: max(wanted, 1))
        }
    } else {
        decimal = Decimal(shortest: value)
    }
    let count = decimal.digits.count
    switch verb {
    case "e", "E": appendExponential(decimal, verb, fraction: precision ?? max(count - 1, 0), to: &text)
    case "f", "F": appendFixed(decimal, fraction: precision ?? max(count - decimal.point, 0), to: &text)
    default:
        // Without a precision six digits decide which form it is; with one, no more digits than there are.
        var limit = precision ?? 6
        if precision != nil, limit > count, count >= decimal.point { limit = count }
        let exponent = count == 0 ? 0 : decimal.point - 1
        // Zero has no exponent to speak of, but counts as one digit.
        if count > 0, exponent < -4 || exponent >= limit {
            let letter: Unicode.Scalar = verb == "G" ? "E" : "e"
            appendExponential(decimal, letter, fraction: max(min(precision ?? count, count) - 1, 0), to: &text)
        } else {
            appendFixed(decimal, fraction: max(count - decimal.point, 0), to: &text)
        }
    }
}

private func appendExponential(_ decimal: Decimal, _ letter: Unicode.Scalar, fraction: Int, to text: inout [UInt8]) {
    text.append(decimal[0])
    if fraction > 0 {
        text.append(UInt8(ascii: "."))
        for index in 0..<fraction { text.append(decimal[index + 1]) }
    }
    appendExponent(decimal.digits.isEmpty ? 0 : decimal.point - 1, letter, to: &text)
}

private func appendExponent(_ exponent: Int, _ letter: Unicode.Scalar, to text: inout [UInt8]) {
    text.append(UInt8(ascii: letter))
    text.append(UInt8(ascii: exponent < 0 ? "-" : "+"))
    if abs(exponent) < 10 { text.append(UInt8(ascii: "0")) }
    text.append(contentsOf: String(abs(exponent)).utf8)
}

private func appendFixed(_ decimal: Decimal, fraction: Int, to text: inout [UInt8]) {
    if decimal.point > 0 {
        for index in 0..<decimal.point { text.append(decimal[index]) }
    } else {
        text.append(UInt8(ascii: "0"))
    }
    guard fraction > 0 else { return }
    text.append(UInt8(ascii: "."))
    for index in 0..<fraction { text.append(decimal[decimal.point + index]) }
}

/// `4503599627370496p-52`
private func appendBinary(_ value: Double, to text: inout [UInt8]) {
    let (mantissa, exponent) = value.integerAndExponent
    text.append(contentsOf: String(mantissa).utf8)
    text.append(UInt8(ascii: "p"))
    if exponent >= 0 { text.append(UInt8(ascii: "+")) }
    text.append(contentsOf: String(exponent).utf8)
}

/// `0x1.8p+01`
private func appendHexadecimal(_ value: Double, isUpper: Bool, precision: Int?, to text: inout [UInt8]) {
    var (mantissa, exponent) = value.integerAndExponent
    exponent += 52
    if mantissa == 0 { exponent = 0 }
    // The leading bit goes to bit 60, so that the fraction is fifteen whole digits.
    mantissa <<= 8
    while mantissa != 0, mantissa & (1 << 60) == 0 {
        mantissa <<= 1
        exponent -= 1
    }
    if let precision, precision < 15 {
        let shift = UInt64(precision * 4)
        let rest = (mantissa << shift) & ((1 << 60) - 1)
        mantissa >>= 60 - shift
        if rest | (mantissa & 1) > 1 << 59 { mantissa += 1 }
        mantissa <<= 60 - shift
        if mantissa & (1 << 61) != 0 {
            mantissa >>= 1
            exponent += 1
        }
    }
    text.append(contentsOf: (isUpper ? "0X" : "0x").utf8)
    text.append(mantissa == 0 ? 0x30 : 0x31)
    mantissa <<= 4
    let count = precision ?? (mantissa == 0 ? 0 : 16 - mantissa.trailingZeroBitCount / 4)
    if count > 0 { text.append(UInt8(ascii: ".")) }
    for _ in 0..<count {
        appendHex(UInt32(mantissa >> 60), digits: 1, uppercase: isUpper, to: &text)
        mantissa <<= 4
    }
    appendExponent(exponent, isUpper ? "P" : "p", to: &text)
}
