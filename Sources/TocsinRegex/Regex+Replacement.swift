extension Regex {
    /// The most bytes of a result, unless the caller says otherwise: a small template and a long label could fill the
    /// memory.
    public static let maximumResultLength = 4 << 20

    /// Replaces all matches, from left to right and none overlapping, as Go's `ReplaceAllString` does. In `template`
    /// `$1` and `${1}` stand for a group, `$name` and `${name}` for a group by name, `$0` for the whole match, `$$`
    /// for a dollar sign. The longest run of letters, digits and underscores is the name: `$1x` is the group named
    /// `1x`. A group that does not exist or took no part is empty. A result of more than `limit` bytes is given up.
    public func replaceAll(
        in text: String,
        with template: String,
        limit: Int = Regex.maximumResultLength
    ) throws(RegexError) -> String {
        let template = ReplacementTemplate(template, groupNames: self.groupNames)
        // Typed throws do not pass through the closure of withUTF8.
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var copied = 0
        var searched = 0
        while searched <= bytes.count,
            let groups = bytes.withUnsafeBytes({ self.firstMatch(in: $0, from: searched) }), let match = groups[0]
        {
            result.append(contentsOf: bytes[copied..<match.lowerBound])
            // A match of nothing right after another match is part of that one.
            if match.upperBound > copied || match.lowerBound == 0 {
                template.expand(groups, of: bytes, into: &result, limit: limit)
            }
            if result.count > limit { throw RegexError(.resultTooLong, about: "") }
            copied = match.upperBound
            let next = searched + Regex.width(of: bytes, at: searched)
            searched = max(next, match.upperBound)
        }
        result.append(contentsOf: bytes[copied...])
        if result.count > limit { throw RegexError(.resultTooLong, about: "") }
        return String(decoding: result, as: UTF8.self)
    }

    /// How many bytes the character has that begins at `offset`; 1 at the end, so that a search moves on.
    private static func width(of bytes: [UInt8], at offset: Int) -> Int {
        guard offset < bytes.count else { return 1 }
        return switch bytes[offset] {
        case 0xC0..<0xE0: 2
        case 0xE0..<0xF0: 3
        case 0xF0...: 4
        default: 1
        }
    }
}

/// What takes the place of a match.
private struct ReplacementTemplate {
    private enum Piece {
        case text([UInt8])
        /// The first of these groups that took part.
        case group([Int])
    }

    private var pieces: [Piece] = []

    init(_ template: String, groupNames: [String?]) {
        var rest = template.unicodeScalars[...]
        var text: [UInt8] = []
        while let scalar = rest.popFirst() {
            guard scalar == "$" else {
                text.append(contentsOf: scalar.utf8)
                continue
            }
            if rest.first == "$" {
                rest.removeFirst()
                text.append(UInt8(ascii: "$"))
            } else if let name = ReplacementTemplate.takeName(from: &rest) {
                self.pieces.append(.text(text))
                text = []
                self.pieces.append(.group(ReplacementTemplate.groups(named: name, in: groupNames)))
            } else {
                text.append(UInt8(ascii: "$"))
            }
        }
        self.pieces.append(.text(text))
    }

    /// The name after a dollar sign, bare or in braces; `nil`, and nothing taken, if there is none.
    private static func takeName(from rest: inout Substring.UnicodeScalarView) -> String? {
        let isBraced = rest.first == "{"
        let body = isBraced ? rest.dropFirst() : rest
        let name = body.prefix(while: ReplacementTemplate.isNameScalar)
        guard !name.isEmpty else { return nil }
        var after = body[name.endIndex...]
        if isBraced {
            guard after.popFirst() == "}" else { return nil }
        }
        rest = after
        return String(name)
    }

    private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: true
        default: scalar == "_"
        }
    }

    /// Numbers in decimal without leading zeros are numbers of groups, all else are names.
    private static func groups(named name: String, in groupNames: [String?]) -> [Int] {
        let isNumber = name.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        if isNumber, name.utf8.count == 1 || name.utf8.first != UInt8(ascii: "0") {
            guard let number = Int(name), number < groupNames.count else { return [] }
            return [number]
        }
        return groupNames.indices.filter { groupNames[$0]?.utf8.elementsEqual(name.utf8) ?? false }
    }

    /// Stops where the result is too long already.
    func expand(_ groups: [Range<Int>?], of bytes: [UInt8], into result: inout [UInt8], limit: Int) {
        for piece in self.pieces where result.count <= limit {
            switch piece {
            case .text(let text): result.append(contentsOf: text)
            case .group(let numbers):
                if let range = numbers.lazy.compactMap({ groups[$0] }).first { result.append(contentsOf: bytes[range]) }
            }
        }
    }
}
