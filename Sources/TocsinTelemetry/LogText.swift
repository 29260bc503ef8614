/// What of a text may stand in a log line as it is, and how the rest is written.
///
/// Label values come from strangers. A line feed in one would begin a line of its own, an escape character would
/// paint on the terminal of whoever reads the log, a mark that turns the direction of writing would show another text
/// than there is. None of them gets through; what stands instead can be read back.
enum LogText {
    /// Whether the scalar shows as itself: letters, marks, digits, punctuation, symbols and the plain space.
    static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x7F { return scalar.value >= 0x20 }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            return false
        default:
            return true
        }
    }

    /// How many bytes the scalar takes at most in any of the formats.
    static func cost(of scalar: Unicode.Scalar) -> Int {
        switch scalar {
        case "\"", "\\": 2
        case _ where self.isPrintable(scalar): UTF8.width(scalar)
        case _ where scalar.value <= 0xFFFF: 6
        default: 12
        }
    }

    /// The largest factor by which a text grows: a control character is one byte here and six in JSON.
    static let largestGrowth = 6

    // MARK: logfmt

    /// The text as one word of logfmt: in quotes where a parser would otherwise see its end too early.
    static func appendWord(_ text: String, to bytes: inout [UInt8]) {
        if self.isWord(text) {
            bytes.append(contentsOf: text.utf8)
        } else {
            self.appendQuoted(text, to: &bytes)
        }
    }

    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy { scalar in
                scalar != " " && scalar != "=" && scalar != "\"" && self.isPrintable(scalar)
            }
    }

    static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = []
        self.appendQuoted(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func appendQuoted(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { bytes.append(UInt8(ascii: "\\")) }
            self.append(scalar, to: &bytes)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// The text as people read it: without quotes, but safe.
    static func appendPlain(_ text: String, to bytes: inout [UInt8]) {
        for scalar in text.unicodeScalars { self.append(scalar, to: &bytes) }
    }

    private static func append(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
        if self.isPrintable(scalar) {
            bytes.append(contentsOf: scalar.utf8)
            return
        }
        switch scalar {
        case "\n": bytes.append(contentsOf: "\\n".utf8)
        case "\r": bytes.append(contentsOf: "\\r".utf8)
        case "\t": bytes.append(contentsOf: "\\t".utf8)
        case _ where scalar.value < 0x80: self.appendHex(scalar.value, "\\x", digits: 2, to: &bytes)
        case _ where scalar.value <= 0xFFFF: self.appendHex(scalar.value, "\\u", digits: 4, to: &bytes)
        default: self.appendHex(scalar.value, "\\U", digits: 8, to: &bytes)
        }
    }

    // MARK: JSON

    /// Escapes in a finished piece of JSON what its own rules would let through. It can only stand inside strings:
    /// the structure of JSON is ASCII.
    static func escapeUnprintable(inJSON bytes: inout [UInt8]) {
        guard bytes.contains(where: { $0 >= 0x7F }) else { return }
        var safe: [UInt8] = []
        safe.reserveCapacity(bytes.count + 64)
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            if self.isPrintable(scalar) {
                safe.append(contentsOf: scalar.utf8)
            } else {
                for unit in scalar.utf16 { self.appendHex(UInt32(unit), "\\u", digits: 4, to: &safe) }
            }
        }
        bytes = safe
    }

    /// How many bytes ``escapeUnprintable(inJSON:)`` adds to a text.
    static func growth(inJSON text: String) -> Int {
        guard text.utf8.contains(where: { $0 >= 0x7F }) else { return 0 }
        return text.unicodeScalars.reduce(0) { sum, scalar in
            scalar.value < 0x7F ? sum : sum + self.cost(of: scalar) - UTF8.width(scalar)
        }
    }

    private static func appendHex(_ value: UInt32, _ prefix: String, digits: Int, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: prefix.utf8)
        for place in (0..<digits).reversed() {
            let digit = UInt8(value >> UInt32(4 * place) & 0xF)
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}

/// How much of a line is left. Lines have a largest size: a log line is read by a person or kept by a collector that
/// cuts it anyway, and what a sender put into a label must not fill the disk.
struct LineRoom {
    static let lineSize = 32 * 1024
    /// One value must not push all others out.
    static let valueSize = 8 * 1024
    static let nameSize = 256
    /// How deep values are nested before the rest is cut.
    static let depth = 8
    /// Stands where text is missing.
    static let mark = "…"

    private let textEnd: Int
    private(set) var isCut = false

    /// `tail` bytes are kept for what ends the line.
    init(size: Int = LineRoom.lineSize, tail: Int = 1024) {
        self.textEnd = size - tail
    }

    /// Whether one more pair of a name and a value is worth beginning; the line is marked as cut if not.
    mutating func hasRoom(used: Int) -> Bool {
        if used + LineRoom.nameSize + 64 <= self.textEnd { return true }
        self.isCut = true
        return false
    }

    mutating func cut() { self.isCut = true }

    /// The text, or as much of its beginning as there is room for, and the mark.
    mutating func fit(_ text: String, within limit: Int, used: Int) -> String {
        let room = max(0, min(limit, self.textEnd - used))
        if text.utf8.count <= room / LogText.largestGrowth { return text }

        let scalars = text.unicodeScalars
        var taken = 0
        var lastFitting = scalars.startIndex
        for index in scalars.indices {
            if taken + LineRoom.mark.utf8.count <= room { lastFitting = index }
            taken += LogText.cost(of: scalars[index])
            if taken > room {
                self.isCut = true
                return String(scalars[..<lastFitting]) + LineRoom.mark
            }
        }
        return text
    }
}
