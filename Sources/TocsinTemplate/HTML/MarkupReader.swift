/// Reads a text from one context to the next.
struct MarkupReader {
    let text: [UInt8]
    private(set) var context: HTMLContext
    private(set) var index = 0
    /// Where the content ends of the element that the place is in, if it has been looked for.
    private var contentEnd: Int?

    init(_ text: [UInt8], from context: HTMLContext) {
        self.text = text
        self.context = context
    }

    var isAtEnd: Bool { self.index >= self.text.count }

    /// One step, over the part of the text that is returned.
    mutating func next() throws(MarkupError) -> Range<Int> {
        let rest = self.text[self.index...]
        let step = try self.context.step(rest, contentEnd: self.endOfContent())
        if step.end == self.index, step.context == self.context {
            // No step does; but the text may be the data's, so no mistake here may hang or crash.
            throw MarkupError("can't be read as HTML", rest)
        }
        let range = self.index..<step.end
        self.index = step.end
        self.context = step.context
        return range
    }

    private mutating func endOfContent() -> Int {
        guard let tag = self.context.element.endTag else {
            self.contentEnd = nil
            return self.text.count
        }
        if let end = self.contentEnd, end >= self.index { return end }
        var start = self.index
        var end = self.text.count
        while let found = self.text[...].firstIndex(ofText: tag, from: start) {
            let after = found + tag.count
            if after == self.text.count || isMarkupSpace(self.text[after]) || self.text[after] == UInt8(ascii: ">")
                || self.text[after] == UInt8(ascii: "/")
            {
                end = found
                break
            }
            start = after
        }
        self.contentEnd = end
        return end
    }
}

/// The text as HTML mode writes it: without comments, and with `&lt;` for what is not the beginning of a tag.
struct MarkupRewriting {
    private(set) var reader: MarkupReader
    private(set) var output: [UInt8] = []
    /// Where text was left the last time: where a tag begins that may not end.
    private(set) var lastTag: Int?

    init(_ text: [UInt8], from context: HTMLContext) {
        self.reader = MarkupReader(text, from: context)
        self.output.reserveCapacity(text.count)
    }

    mutating func run() throws(MarkupError) {
        while !self.reader.isAtEnd {
            let before = self.reader.context
            let range = try self.reader.next()
            self.write(range, from: before, to: self.reader.context)
        }
    }

    private mutating func write(_ range: Range<Int>, from before: HTMLContext, to after: HTMLContext) {
        let part = self.reader.text[range]
        if before.state == .text || before.state == .textOnly {
            var end = range.upperBound
            if after.state != before.state {
                end = part.lastIndex(of: UInt8(ascii: "<")) ?? end
                self.lastTag = end
            }
            self.write(text: part[..<end])
            if !after.isComment { self.output += part[end...] }
        } else if before.isComment, before.delimiter == .none {
            // A comment is white space between words, and a line's end if it has one.
            if before.state == .scriptBlockComment, part.contains(where: { $0 == 0x0A || $0 == 0x0D }) {
                self.output.append(0x0A)
            } else if before.isBlockComment, !after.isComment {
                self.output.append(0x20)
            }
        } else if after.isComment, after.delimiter == .none {
            self.output += part.dropLast(Self.openingLength(part))
        } else {
            self.output += part
        }
    }

    private mutating func write(text: ArraySlice<UInt8>) {
        for index in text.indices {
            if text[index] == UInt8(ascii: "<"), !text.hasText("<!doctype".utf8, at: index) {
                self.output += "&lt;".utf8
            } else {
                self.output.append(text[index])
            }
        }
    }

    /// How long what opens a comment at the end of the text is: `/*`, `//`, `#!`, or an old browser's `<!--` or `-->`.
    private static func openingLength(_ text: ArraySlice<UInt8>) -> Int {
        if text.hasText("<!--".utf8, at: text.endIndex - 4) { return 4 }
        return text.hasText("-->".utf8, at: text.endIndex - 3) ? 3 : 2
    }
}

/// The text of an HTML document without its tags and comments, for places that can't hold any.
func withoutTags(_ document: [UInt8]) -> [UInt8] {
    var reader = MarkupReader(document, from: HTMLContext())
    var text: [UInt8] = []
    while !reader.isAtEnd {
        let before = reader.context
        let range: Range<Int>
        do {
            range = try reader.next()
        } catch {
            // What can't be read has no text to show.
            return text
        }
        guard before.state == .text || before.state == .textOnly else { continue }
        let part = document[range]
        let isWhole = before.state == .textOnly || reader.context.state == before.state
        text += isWhole ? part : part[..<(part.lastIndex(of: UInt8(ascii: "<")) ?? part.endIndex)]
    }
    return text
}
