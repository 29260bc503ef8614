/// A finite number's decimal digits: 0.d₁d₂d₃… × 10^point. Exact, however many digits that takes.
struct Decimal {
    /// Values 0 to 9, without zeros at either end; empty for zero.
    private(set) var digits: [UInt8]
    private(set) var point: Int

    /// The exact expansion of a double, at most 767 digits.
    init(exactly value: Double) {
        let (mantissa, exponent) = value.integerAndExponent
        var integer = BigInteger(mantissa)
        if exponent >= 0 {
            integer.multiply(byPowerOf: 2, exponent)
        } else {
            // m / 2ⁿ = m · 5ⁿ / 10ⁿ
            integer.multiply(byPowerOf: 5, -exponent)
        }
        let digits = integer.digits
        self.digits = digits
        self.point = digits.count + min(exponent, 0)
        self.trim()
    }

    /// The fewest digits that read back as the same double, the closest of those.
    init(shortest value: Double) {
        // Swift's description has them: "5e-324", "0.001", "123.0", "1.5e+16".
        self.digits = []
        self.point = 0
        var isFraction = false
        var bytes = Substring(value.magnitude.description).utf8
        while let byte = bytes.popFirst() {
            switch Unicode.Scalar(byte) {
            case ".": isFraction = true
            case "e": self.point += Int(Substring(bytes)) ?? 0
            case "0"..."9":
                self.digits.append(byte - 0x30)
                if !isFraction { self.point += 1 }
            default: continue
            }
            if byte == UInt8(ascii: "e") { break }
        }
        self.trim()
    }

    /// Rounds to so many digits, half to even as IEEE 754 and Go do.
    mutating func round(to count: Int) {
        guard count < self.digits.count else { return }
        guard count >= 0 else {
            self.digits = []
            self.point = 0
            return
        }
        let rest = self.digits[count...]
        let isUp: Bool
        if rest.first == 5, rest.count == 1 {
            isUp = count > 0 && self.digits[count - 1] % 2 == 1
        } else {
            isUp = (rest.first ?? 0) >= 5
        }
        self.digits.removeLast(self.digits.count - count)
        if isUp { self.increment() }
        self.trim()
    }

    private mutating func increment() {
        while self.digits.last == 9 { self.digits.removeLast() }
        if self.digits.isEmpty {
            self.digits = [1]
            self.point += 1
        } else {
            self.digits[self.digits.count - 1] += 1
        }
    }

    private mutating func trim() {
        while self.digits.last == 0 { self.digits.removeLast() }
        let zeros = self.digits.prefix { $0 == 0 }.count
        self.digits.removeFirst(zeros)
        self.point = self.digits.isEmpty ? 0 : self.point - zeros
    }

    /// The digit at `index`, zero beyond the last.
    subscript(index: Int) -> UInt8 {
        index >= 0 && index < self.digits.count ? 0x30 + self.digits[index] : 0x30
    }
}

extension Double {
    /// The magnitude as mantissa · 2^exponent with an integer mantissa of at most 53 bits.
    var integerAndExponent: (mantissa: UInt64, exponent: Int) {
        let isNormal = self.exponentBitPattern > 0
        let mantissa = self.significandBitPattern | (isNormal ? 1 << 52 : 0)
        return (mantissa, max(Int(self.exponentBitPattern), 1) - 1075)
    }
}

/// Just enough of a big integer: it can be multiplied and shown.
private struct BigInteger {
    /// In base 10⁹, the least first.
    private var limbs: [UInt32] = []

    init(_ value: UInt64) {
        var rest = value
        while rest > 0 {
            self.limbs.append(UInt32(rest % 1_000_000_000))
            rest /= 1_000_000_000
        }
    }

    mutating func multiply(byPowerOf base: UInt32, _ exponent: Int) {
        // The largest powers that fit a limb: 2²⁹ and 5¹².
        let stride = base == 2 ? 29 : 12
        var rest = exponent
        while rest > 0 {
            let step = min(rest, stride)
            self.multiply(by: (0..<step).reduce(UInt32(1)) { power, _ in power * base })
            rest -= step
        }
    }

    private mutating func multiply(by factor: UInt32) {
        var carry: UInt64 = 0
        for index in self.limbs.indices {
            let product = UInt64(self.limbs[index]) * UInt64(factor) + carry
            self.limbs[index] = UInt32(product % 1_000_000_000)
            carry = product / 1_000_000_000
        }
        if carry > 0 { self.limbs.append(UInt32(carry)) }
    }

    var digits: [UInt8] {
        var digits: [UInt8] = []
        digits.reserveCapacity(self.limbs.count * 9)
        for limb in self.limbs.reversed() {
            var divisor: UInt32 = 100_000_000
            while divisor > 0 {
                digits.append(UInt8(limb / divisor % 10))
                divisor /= 10
            }
        }
        return digits
    }
}
