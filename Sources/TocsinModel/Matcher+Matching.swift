import TocsinRegex

extension Matcher {
    /// Whether the value that the labels give to `name` passes. Makes no strings.
    public func matches(_ labels: LabelSet) -> Bool {
        self.name.withBytes { name in
            labels.encoded.withUnsafeBytes { bytes in
                self.matches(value: Matcher.value(of: name, in: bytes) ?? UnsafeRawBufferPointer(start: nil, count: 0))
            }
        }
    }

    /// The bytes of the value of `name`. Most names differ in length or at the first byte, so looking for the one that
    /// is equal is faster than using their order.
    @inline(__always)
    private static func value(
        of name: UnsafeRawBufferPointer,
        in labels: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        var decoder = LabelDecoder(labels)
        while let pair = decoder.next() {
            if ValueTest.equal(name, pair.name) { return pair.value }
        }
        return nil
    }

    /// Whether the value passes; no bytes stand for a label that is absent.
    public func matches(value: UnsafeRawBufferPointer) -> Bool {
        self.test.accepts(value) == self.kind.isEqual
    }

    public func matches(value: String) -> Bool {
        var value = value
        return value.withUTF8 { self.matches(value: UnsafeRawBufferPointer($0)) }
    }

    /// Whether the API's `filter` lets these labels through. It differs from a match where the matcher's value is
    /// empty: then it asks whether there is such a label at all.
    public func passesFilter(_ labels: LabelSet) -> Bool {
        self.name.withBytes { name in
            labels.encoded.withUnsafeBytes { self.passesFilter(value: Matcher.value(of: name, in: $0)) }
        }
    }

    /// The same for things that have names and values but are no label sets, such as the matchers of a silence.
    public func passesFilter(value: String?) -> Bool {
        guard let value else { return self.passesFilter(value: nil as UnsafeRawBufferPointer?) }
        return value.withBytes { self.passesFilter(value: $0) }
    }

    private func passesFilter(value: UnsafeRawBufferPointer?) -> Bool {
        if self.value.utf8.isEmpty, self.isEqual == (value == nil) { return true }
        return self.matches(value: value ?? UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// Whether this asks for nothing, as the validation of silences sees it: it accepts an empty value, other than by
    /// excluding something else.
    public var acceptsEmptyValue: Bool { self.isEqual && self.matches(value: "") }

    /// Checks what is asked of a silence beyond being a matcher: the pattern must be a regular expression by itself,
    /// which `a)|(b` is only between the anchors, and not be too complex.
    public func checkPattern() throws(MatcherError) {
        guard self.isRegex else { return }
        do {
            _ = try Regex(self.value, matching: .anywhere)
        } catch {
            throw .invalidPattern(error.description)
        }
        guard self.complexity <= Matcher.maximumRequestComplexity else {
            let limit = Matcher.maximumRequestComplexity
            throw .tooLarge("regular expression is too complex: \(self.complexity) instructions (limit: \(limit))")
        }
    }

    /// Enough for an alternative of some hundred host names. The worst pattern of that size takes a tenth of a
    /// millisecond for each byte of a label's value, and there may be many alerts.
    public static let maximumRequestComplexity = 16_384

    /// How many instructions the compiled pattern has, 0 if it needs none. Patterns that come with a request should
    /// have at most ``maximumRequestComplexity``.
    public var complexity: Int {
        guard case .regex(let regex) = self.test else { return 0 }
        return regex.programSize
    }
}

extension Collection<Matcher> {
    /// Whether all of them match; true if there are none.
    public func match(_ labels: LabelSet) -> Bool { self.allSatisfy { $0.matches(labels) } }

    /// Whether the API's `filter` made of all of them lets these labels through.
    public func passFilter(_ labels: LabelSet) -> Bool { self.allSatisfy { $0.passesFilter(labels) } }
}

/// What a value is held against.
enum ValueTest: Sendable {
    case text([UInt8])
    /// Any of a few texts: the usual `a|b|c`, without an automaton of its own.
    case anyText([[UInt8]])
    case regex(Regex)

    /// With more alternatives the automaton, which looks at each byte once, is the safer choice.
    private static let fewTexts = 8

    init(pattern: String) throws(RegexError) {
        if let texts = ValueTest.texts(of: pattern) {
            self = texts.count == 1 ? .text(texts[0]) : .anyText(texts)
        } else {
            self = .regex(try Regex(pattern))
        }
    }

    /// The alternatives of a pattern that is nothing but plain texts, also between the anchors of `match_re`.
    private static func texts(of pattern: String) -> [[UInt8]]? {
        var bytes = Array(pattern.utf8)[...]
        guard bytes.count <= Regex.maximumPatternLength else { return nil }
        if bytes.count >= 6, bytes.starts(with: "^(?:".utf8), bytes.suffix(2).elementsEqual(")$".utf8) {
            bytes = bytes.dropFirst(4).dropLast(2)
        }
        let bar = UInt8(ascii: "|")
        guard bytes.allSatisfy({ $0 == bar || !Regex.isSpecial($0) }) else { return nil }
        let texts = bytes.split(separator: bar, omittingEmptySubsequences: false)
        return texts.count <= ValueTest.fewTexts ? texts.map { Array($0) } : nil
    }

    func accepts(_ value: UnsafeRawBufferPointer) -> Bool {
        switch self {
        case .text(let text): ValueTest.equal(text, value)
        case .anyText(let texts): texts.contains { ValueTest.equal($0, value) }
        case .regex(let regex): regex.matches(value)
        }
    }

    @inline(__always)
    private static func equal(_ text: [UInt8], _ value: UnsafeRawBufferPointer) -> Bool {
        text.withUnsafeBytes { ValueTest.equal($0, value) }
    }

    @inline(__always)
    static func equal(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
        guard a.count == b.count else { return false }
        for index in 0..<a.count where a[index] != b[index] { return false }
        return true
    }
}

extension String {
    /// The UTF-8 of the text, without a copy where it lies in one piece.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        var text = self
        return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
}
