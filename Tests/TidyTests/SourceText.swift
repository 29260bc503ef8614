/// A source file taken apart: what is code, what is comment. The contents of string literals are neither, so that a
/// word in a message is not taken for a call. Lines and columns stay where they are; what is left out is blank.
struct SourceText {
    /// From the top of the project, with slashes: `Sources/TocsinCore/Engine.swift`.
    let path: String
    let lines: [String]
    let code: [String]
    let comments: [String]

    init(path: String, text: String) {
        self.path = path
        var scanner = SourceScanner(text: text, isSwift: path.hasSuffix(".swift"))
        scanner.scanFile()
        // A newline at the end closes the last line and opens no further one.
        let text = text.hasSuffix("\n") ? String(text.dropLast()) : text
        self.lines = SourceText.lines(of: Array(text.utf8))
        self.code = Array(SourceText.lines(of: scanner.code).prefix(self.lines.count))
        self.comments = Array(SourceText.lines(of: scanner.comments).prefix(self.lines.count))
    }

    /// `TocsinCore` of `Sources/TocsinCore/Engine.swift`; `nil` outside Sources.
    var target: String? {
        let parts = self.path.split(separator: "/")
        return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
    }

    var fileName: String { self.path.split(separator: "/").last.map(String.init) ?? self.path }

    private static func lines(of bytes: [UInt8]) -> [String] {
        bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
    }
}

/// Tells code from comments and literals, byte by byte. It knows as much of Swift and C as that takes.
private struct SourceScanner {
    private let bytes: [UInt8]
    private let isSwift: Bool
    private var offset = 0
    private(set) var code: [UInt8]
    private(set) var comments: [UInt8]

    init(text: String, isSwift: Bool) {
        self.bytes = Array(text.utf8)
        self.isSwift = isSwift
        self.code = self.bytes.map { $0 == UInt8(ascii: "\n") ? $0 : UInt8(ascii: " ") }
        self.comments = self.code
    }

    mutating func scanFile() { self.scanCode(untilParenthesis: false) }

    /// To the end of the file, or to the parenthesis that closes an interpolation.
    private mutating func scanCode(untilParenthesis isInterpolation: Bool) {
        var depth = 0
        while self.offset < self.bytes.count {
            let byte = self.bytes[self.offset]
            if byte == UInt8(ascii: "/") && self.sees("//") {
                self.scanLineComment()
                continue
            } else if byte == UInt8(ascii: "/") && self.sees("/*") {
                self.scanBlockComment()
                continue
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "#"), let hashes = self.hashesBeforeQuote() {
                self.scanString(hashes: hashes)
                continue
            } else if byte == UInt8(ascii: "'") && !self.isSwift {
                self.scanCharacter()
                continue
            } else if byte == UInt8(ascii: "(") {
                depth += 1
            } else if byte == UInt8(ascii: ")") {
                if isInterpolation && depth == 0 { return }
                depth -= 1
            }
            self.code[self.offset] = byte
            self.offset += 1
        }
    }

    private mutating func scanLineComment() {
        while self.offset < self.bytes.count, self.bytes[self.offset] != UInt8(ascii: "\n") { self.takeComment() }
    }

    private mutating func scanBlockComment() {
        var depth = 0
        repeat {
            if self.sees("/*") {
                depth = self.isSwift ? depth + 1 : 1
                self.takeComment()
            } else if self.sees("*/") {
                depth -= 1
                self.takeComment()
            }
            self.takeComment()
        } while depth > 0 && self.offset < self.bytes.count
    }

    private mutating func scanString(hashes: Int) {
        self.offset += hashes
        let quote = self.isSwift && self.sees("\"\"\"") ? "\"\"\"" : "\""
        self.code[self.offset] = UInt8(ascii: "\"")
        self.offset += quote.utf8.count
        let pounds = String(repeating: "#", count: hashes)
        while self.offset < self.bytes.count {
            let byte = self.bytes[self.offset]
            if byte == UInt8(ascii: "\"") && self.sees(quote + pounds) {
                self.code[self.offset] = byte
                self.offset += quote.utf8.count + hashes
                return
            } else if byte == UInt8(ascii: "\\") && self.sees("\\" + pounds) {
                self.offset += hashes + 1
                if self.isSwift && self.sees("(") {
                    self.offset += 1
                    self.scanCode(untilParenthesis: true)
                }
            } else if byte == UInt8(ascii: "\n") && quote.utf8.count == 1 {
                // A literal that nothing closes is the compiler's to refuse; the lines after it are code.
                return
            }
            self.offset += 1
        }
    }

    private mutating func scanCharacter() {
        self.offset += 1
        while self.offset < self.bytes.count, !self.sees("'"), !self.sees("\n") {
            self.offset += self.sees("\\") ? 2 : 1
        }
        self.offset += 1
    }

    private mutating func takeComment() {
        guard self.offset < self.bytes.count else { return }
        self.comments[self.offset] = self.bytes[self.offset]
        self.offset += 1
    }

    /// How many `#` stand here before a quotation mark; `nil` if no literal begins here.
    private func hashesBeforeQuote() -> Int? {
        var end = self.offset
        while end < self.bytes.count, self.isSwift, self.bytes[end] == UInt8(ascii: "#") { end += 1 }
        return end < self.bytes.count && self.bytes[end] == UInt8(ascii: "\"") ? end - self.offset : nil
    }

    private func sees(_ text: String) -> Bool { self.bytes[self.offset...].starts(with: text.utf8) }
}
