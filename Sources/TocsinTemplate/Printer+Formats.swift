// `printf`: a format string, which tells by what verb and flags each operand is printed.

extension Printer {
    mutating func print(format: String, _ operands: [Value]) {
        var reader = FormatReader(format: Array(format.utf8), operands: operands)
        while let piece = reader.next(&self.flags) {
            switch piece {
            case .text(let text): self.buffer.append(text)
            case .operand(let operand, let verb):
                if verb == "v" {
                    self.flags.goSyntax = self.flags.sharp
                    self.flags.sharp = false
                    self.flags.fieldNames = self.flags.plus
                    self.flags.plus = false
                }
                self.print(operand, verb)
            }
            if self.buffer.isFull { return }
        }
        self.flags = Flags()
        self.complain(extra: reader.unused)
    }

    private mutating func complain(extra operands: ArraySlice<Value>) {
        guard !operands.isEmpty else { return }
        self.buffer.append("%!(EXTRA ")
        for (index, operand) in zip(operands.indices, operands) {
            if index > operands.startIndex { self.buffer.append(", ") }
            if case .null = operand {
                self.buffer.append("<nil>")
            } else {
                self.buffer.append(operand.typeName)
                self.buffer.append("=")
                self.print(operand, "v")
            }
        }
        self.buffer.append(")")
    }
}

/// Reads a format piece by piece.
private struct FormatReader {
    private let format: [UInt8]
    private let operands: [Value]
    private var position = 0
    private var operandIndex = 0
    /// An explicit index was used: operands that are left over are no mistake then.
    private var isReordered = false
    private var hasGoodIndex = true
    private var isAfterIndex = false
    /// What is wrong with a width or a precision, printed before the operand.
    private var complaints = ""

    enum Piece {
        case text([UInt8])
        case operand(Value, Unicode.Scalar)
    }

    init(format: [UInt8], operands: [Value]) {
        self.format = format
        self.operands = operands
    }

    var unused: ArraySlice<Value> {
        self.isReordered ? [] : self.operands[min(self.operandIndex, self.operands.count)...]
    }

    private var byte: UInt8? { self.position < self.format.count ? self.format[self.position] : nil }

    private var queued: Piece?

    mutating func next(_ flags: inout Printer.Flags) -> Piece? {
        if let piece = self.queued {
            self.queued = nil
            return piece
        }
        guard let byte = self.byte else { return nil }
        if byte != UInt8(ascii: "%") {
            let start = self.position
            while let byte = self.byte, byte != UInt8(ascii: "%") { self.position += 1 }
            return .text(Array(self.format[start..<self.position]))
        }
        self.position += 1
        let piece = self.verb(&flags)
        if self.complaints.isEmpty { return piece }
        self.queued = piece
        defer { self.complaints = "" }
        return .text(Array(self.complaints.utf8))
    }

    private mutating func verb(_ flags: inout Printer.Flags) -> Piece {
        flags = Printer.Flags()
        self.hasGoodIndex = true
        self.isAfterIndex = false
        self.readFlags(&flags)
        self.readIndex()
        self.readWidth(&flags)
        self.readPrecision(&flags)
        if !self.isAfterIndex { self.readIndex() }
        guard self.byte != nil else { return .text(Array("%!(NOVERB)".utf8)) }
        let (verb, length) = decodeScalar(self.format, at: self.position)
        self.position += length
        if verb == "%" { return .text(Array("%".utf8)) }
        if !self.hasGoodIndex { return .text(Array("%!\(verb)(BADINDEX)".utf8)) }
        guard self.operandIndex < self.operands.count else { return .text(Array("%!\(verb)(MISSING)".utf8)) }
        self.operandIndex += 1
        return .operand(self.operands[self.operandIndex - 1], verb)
    }

    private mutating func readFlags(_ flags: inout Printer.Flags) {
        while let byte = self.byte {
            switch Unicode.Scalar(byte) {
            case "#": flags.sharp = true
            case "0": flags.zero = true
            case "+": flags.plus = true
            case "-": flags.minus = true
            case " ": flags.space = true
            default: return
            }
            self.position += 1
        }
    }

    /// `[3]`, the number of the operand that comes next.
    private mutating func readIndex() {
        self.isAfterIndex = false
        guard self.byte == UInt8(ascii: "[") else { return }
        self.isReordered = true
        let start = self.position + 1
        guard self.format.count - self.position >= 3,
            let end = self.format[start...].firstIndex(of: UInt8(ascii: "]"))
        else {
            self.hasGoodIndex = false
            self.position += 1
            return
        }
        self.position = start
        let number = self.readNumber()
        let isNumber = number != nil && self.position == end
        self.position = end + 1
        self.isAfterIndex = isNumber
        guard let number, isNumber, number >= 1, number <= self.operands.count else {
            self.hasGoodIndex = false
            return
        }
        self.operandIndex = number - 1
    }

    private mutating func readWidth(_ flags: inout Printer.Flags) {
        if self.byte == UInt8(ascii: "*") {
            self.position += 1
            if let width = self.takeInteger() {
                flags.width = abs(width)
                if width < 0 { flags.minus = true }
            } else {
                self.complaints += "%!(BADWIDTH)"
            }
            self.isAfterIndex = false
            return
        }
        flags.width = self.readNumber()
        if self.isAfterIndex, flags.width != nil { self.hasGoodIndex = false }
    }

    private mutating func readPrecision(_ flags: inout Printer.Flags) {
        guard self.byte == UInt8(ascii: ".") else { return }
        self.position += 1
        if self.isAfterIndex { self.hasGoodIndex = false }
        self.readIndex()
        guard self.byte == UInt8(ascii: "*") else {
            flags.precision = self.readNumber() ?? 0
            return
        }
        self.position += 1
        if let precision = self.takeInteger(), precision >= 0 {
            flags.precision = precision
        } else {
            self.complaints += "%!(BADPREC)"
        }
        self.isAfterIndex = false
    }

    /// A number that is so large that nobody means it counts as none, and as the end of the format.
    private mutating func readNumber() -> Int? {
        var number: Int?
        while let byte = self.byte, isDigit(byte) {
            let value = (number ?? 0) * 10 + Int(byte - 0x30)
            if Self.isTooLarge(value) {
                self.position = self.format.count
                return nil
            }
            number = value
            self.position += 1
        }
        return number
    }

    /// The operand that a `*` stands for.
    private mutating func takeInteger() -> Int? {
        guard self.operandIndex < self.operands.count else { return nil }
        self.operandIndex += 1
        guard case .int(let value) = self.operands[self.operandIndex - 1].plain else { return nil }
        return Self.isTooLarge(value) ? nil : value
    }

    private static func isTooLarge(_ value: Int) -> Bool { value > 1_000_000 || value < -1_000_000 }
}
