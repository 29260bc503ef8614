/// Text on its way to a terminal.
public enum Terminal {
    /// Untrusted text in which nothing is left that a terminal obeys: control characters, those that turn the direction
    /// of writing or hide text, and line ends are written as escapes, `\n` or `\u{1b}`. A backslash stays as it is: the
    /// text is for people, and most backslashes are those of regular expressions.
    public static func text(_ untrusted: String) -> String {
        guard untrusted.unicodeScalars.contains(where: Terminal.isHarmful) else { return untrusted }
        var text = ""
        for scalar in untrusted.unicodeScalars {
            switch scalar {
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where Terminal.isHarmful(scalar): text += "\\u{\(String(scalar.value, radix: 16))}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// The same for a text of several lines, whose line ends and tabs stay.
    public static func lines(_ untrusted: String) -> String {
        let lines = untrusted.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        return lines.map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false).map { self.text(String($0)) }
                .joined(separator: "\t")
        }
        .joined(separator: "\n")
    }

    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // The joiner of emoji.
        case 0x200D: return false
        // Tags, which nobody sees; flags of regions are made of them, and nothing else that anybody needs.
        case 0xE0000...0xE0FFF: return true
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: return true
        default: return false
        }
    }
}

// MARK: - Width

extension Terminal {
    /// The columns that a text takes, if it has passed through ``text(_:)``.
    public static func width(_ text: String) -> Int { text.reduce(0) { $0 + self.width(of: $1) } }

    private static func width(of character: Character) -> Int {
        let scalars = character.unicodeScalars
        let isEmoji = scalars.contains { $0.properties.isEmojiPresentation || $0.value == 0xFE0F }
        if isEmoji || scalars.contains(where: Terminal.isWide) { return 2 }
        return scalars.allSatisfy(Terminal.isZeroWidth) ? 0 : 1
    }

    private static func isZeroWidth(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: true
        default: false
        }
    }

    /// What Unicode's table of East Asian widths calls wide or full, in blocks: those that have no character yet are as
    /// wide as their neighbours.
    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0x1100 else { return false }
        return Terminal.wideBlocks.contains { $0.contains(scalar.value) }
    }

    private static let wideBlocks: [ClosedRange<UInt32>] = [
        0x1100...0x115F,  // Hangul Jamo, the initial ones
        0x2E80...0x303E,  // radicals, punctuation
        0x3041...0x33FF,  // kana, bopomofo, squared words
        0x3400...0x4DBF,  // ideographs, extension A
        0x4E00...0x9FFF,  // ideographs
        0xA000...0xA4CF,  // Yi
        0xA960...0xA97F,  // Hangul Jamo, extended
        0xAC00...0xD7A3,  // Hangul syllables
        0xF900...0xFAFF,  // compatibility ideographs
        0xFE10...0xFE19,  // vertical forms
        0xFE30...0xFE6F,  // compatibility forms, small forms
        0xFF01...0xFF60,  // full forms
        0xFFE0...0xFFE6,  // full signs
        0x16FE0...0x18DFF,  // Tangut and Khitan
        0x1AFF0...0x1B2FF,  // kana, supplements, and Nushu
        0x1F200...0x1F2FF,  // enclosed ideographs
        0x20000...0x3FFFD,  // ideographs, extensions
    ]
}
