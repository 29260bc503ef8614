/// Reads a pattern once before libre2 does, for what libre2 of 2022 and Go disagree on: libre2 accepts `\C` and names
/// of letters beyond ASCII, and refuses `(?<name>…)`. What Go would refuse is refused here;
/// what Go accepts is translated.
struct PatternScanner {
    /// Groups within groups, the one that anchors included; Go gives up there too.
    private static let maximumDepth = 999

    private let source: [UInt8]
    private var offset = 0
    private var depth = 0
    /// What libre2 gets to see.
    private(set) var translated: [UInt8] = []
    /// By number of the group; 0 is the whole match.
    private(set) var groupNames: [String?] = [nil]

    init(_ source: [UInt8]) {
        self.source = source
        self.translated.reserveCapacity(source.count)
    }

    mutating func scan() throws(RegexError) {
        try self.checkEncoding()
        while let byte = self.peek() {
            switch byte {
            case UInt8(ascii: "\\"): try self.scanEscape()
            case UInt8(ascii: "["): self.scanClass()
            case UInt8(ascii: "("): try self.scanGroup()
            case UInt8(ascii: ")"):
                self.depth -= 1
                self.copy(1)
            default: self.copy(1)
            }
        }
    }

    private func checkEncoding() throws(RegexError) {
        var parser = Unicode.UTF8.ForwardParser()
        var bytes = self.source.makeIterator()
        var offset = 0
        while true {
            switch parser.parseScalar(from: &bytes) {
            case .valid(let scalar): offset += scalar.count
            case .emptyInput: return
            case .error: throw RegexError(.invalidUTF8, about: self.text(offset..<self.source.count))
            }
        }
    }

    private func peek(_ ahead: Int = 0) -> UInt8? {
        self.offset + ahead < self.source.count ? self.source[self.offset + ahead] : nil
    }

    private mutating func copy(_ count: Int) {
        let end = min(self.offset + count, self.source.count)
        self.translated.append(contentsOf: self.source[self.offset..<end])
        self.offset = end
    }

    /// Where `needle` begins, at `start` or later.
    private func find(_ needle: StaticString, from start: Int) -> Int? {
        let wanted = UnsafeRawBufferPointer(start: needle.utf8Start, count: needle.utf8CodeUnitCount)
        var index = start
        while index + wanted.count <= self.source.count {
            if self.source[index..<index + wanted.count].elementsEqual(wanted) { return index }
            index += 1
        }
        return nil
    }

    private func starts(with text: StaticString) -> Bool {
        let wanted = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        return self.source[self.offset...].starts(with: wanted)
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: self.source[range], as: UTF8.self)
    }

    private mutating func scanEscape() throws(RegexError) {
        switch self.peek(1) {
        case UInt8(ascii: "Q"):
            let end = self.find("\\E", from: self.offset + 2).map { $0 + 2 } ?? self.source.count
            self.copy(end - self.offset)
        case UInt8(ascii: "C"):
            // One byte of a character: half a character could come out of a replacement.
            throw RegexError(.invalidEscape, about: "\\C")
        default:
            self.copy(2)
        }
    }

    /// A class in brackets, in which parentheses and quotes are plain characters. A class that does not end is left
    /// for libre2 to refuse.
    private mutating func scanClass() {
        self.copy(1)
        if self.peek() == UInt8(ascii: "^") { self.copy(1) }
        if self.peek() == UInt8(ascii: "]") { self.copy(1) }
        while let byte = self.peek() {
            switch byte {
            case UInt8(ascii: "\\"): self.copy(2)
            case UInt8(ascii: "]"):
                self.copy(1)
                return
            case UInt8(ascii: "[") where self.peek(1) == UInt8(ascii: ":"):
                if let end = self.find(":]", from: self.offset + 2) {
                    self.copy(end + 2 - self.offset)
                } else {
                    self.copy(1)
                }
            default: self.copy(1)
            }
        }
    }

    private mutating func scanGroup() throws(RegexError) {
        self.depth += 1
        if self.depth > PatternScanner.maximumDepth {
            throw RegexError(.nestsTooDeeply, about: self.text(0..<self.source.count))
        }
        guard self.peek(1) == UInt8(ascii: "?") else {
            self.groupNames.append(nil)
            return self.copy(1)
        }
        let prefix = self.starts(with: "(?P<") ? 4 : self.starts(with: "(?<") ? 3 : 0
        guard prefix > 0, let end = self.find(">", from: self.offset + prefix) else { return self.copy(2) }
        let name = self.offset + prefix..<end
        guard !name.isEmpty, self.source[name].allSatisfy(PatternScanner.isNameByte) else {
            // After `(?<` it may be a look-behind; libre2 calls both by their right name.
            if prefix == 3 { return self.copy(2) }
            throw RegexError(.invalidGroupName, about: self.text(self.offset..<end + 1))
        }
        self.groupNames.append(self.text(name))
        self.translated.append(contentsOf: "(?P<".utf8)
        self.offset = name.lowerBound
        self.copy(end + 1 - name.lowerBound)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default:
            false
        }
    }
}
